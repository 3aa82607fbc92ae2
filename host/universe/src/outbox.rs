//! What services are about to send of their own accord: a queue in virtual time that is part of the world.

use crate::signature::signed;
use crate::target::Target;
use glasshouse_sandbox::{Error, Header, Request, Retry, Signing};
use rpds::RedBlackTreeMapSync as Ordered;
use serde_json::{Map, Value};
use std::sync::Arc;

/// Most deliveries that are pending in a universe.
pub const MOST_PENDING: usize = 10_000;
/// Most bytes of pending deliveries.
pub const MOST_PENDING_BYTES: u64 = 64 * 1024 * 1024;

/// When a delivery falls due, and its number among all that were ever handed over: they go out in this order.
pub(crate) type Due = (u64, u64);

/// Deliveries in the order in which they fall due. A clone costs the same however many there are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outbox {
    pub(crate) pending: Ordered<Due, Arc<Pending>>,
    /// Due, and for the subject, which takes them when nothing else of it runs.
    pub(crate) waiting: Ordered<Due, Arc<Pending>>,
    pub(crate) next: u64,
    pub(crate) bytes: u64,
}

/// One delivery that is to be sent, or sent again.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    /// The twin that sends it.
    pub(crate) from: Arc<str>,
    pub(crate) request: Request,
    pub(crate) retry: Retry,
    /// How each attempt is signed; none where the request is sent as it stands.
    pub(crate) signing: Option<Signing>,
    /// Which attempt comes next, from 1.
    pub(crate) attempt: u32,
    /// Why the one before failed; empty before the first.
    pub(crate) reason: &'static str,
}

/// A pending delivery, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingDelivery {
    /// When it falls due, in nanoseconds since 1970.
    pub due: u64,
    /// The twin that sends it.
    pub from: String,
    /// Which attempt comes next, from 1.
    pub attempt: u32,
    /// Its method.
    pub method: String,
    /// Where it goes.
    pub url: String,
}

impl Outbox {
    /// Takes up a delivery.
    ///
    /// # Errors
    /// `quota-exceeded` where too much is pending; nothing is taken up then.
    pub(crate) fn push(&mut self, due: u64, pending: Pending) -> Result<(), Error> {
        let bytes = self.bytes.saturating_add(pending.bytes());
        if self.pending.size() + self.waiting.size() >= MOST_PENDING || bytes > MOST_PENDING_BYTES {
            let text = format!("at most {MOST_PENDING} deliveries of {MOST_PENDING_BYTES} bytes are pending");
            return Err(Error::QuotaExceeded(text));
        }
        self.pending.insert_mut((due, self.next), Arc::new(pending));
        self.next += 1;
        self.bytes = bytes;
        Ok(())
    }

    /// Puts one back as it stood, where there is room.
    pub(crate) fn put_back(&mut self, due: Due, pending: Pending, waits_for_subject: bool) -> bool {
        self.bytes = self.bytes.saturating_add(pending.bytes());
        let queue = if waits_for_subject { &mut self.waiting } else { &mut self.pending };
        queue.insert_mut(due, Arc::new(pending));
        self.bytes <= MOST_PENDING_BYTES && self.pending.size() + self.waiting.size() <= MOST_PENDING
    }

    /// When the next one falls due.
    pub(crate) fn next_due(&self) -> Option<u64> {
        self.pending.first().map(|((due, _), _)| *due)
    }

    /// The next one, where it is due by then.
    pub(crate) fn take_due(&mut self, by: u64) -> Option<(Due, Arc<Pending>)> {
        let (due, pending) = self.pending.first().map(|(due, pending)| (*due, pending.clone()))?;
        if due.0 > by {
            return None;
        }
        self.pending.remove_mut(&due);
        self.bytes = self.bytes.saturating_sub(pending.bytes());
        Some((due, pending))
    }

    /// Keeps one for the subject.
    pub(crate) fn wait(&mut self, due: Due, pending: Arc<Pending>) {
        self.bytes = self.bytes.saturating_add(pending.bytes());
        self.waiting.insert_mut(due, pending);
    }

    /// The next one for the subject.
    pub(crate) fn take_waiting(&mut self) -> Option<Arc<Pending>> {
        let (due, pending) = self.waiting.first().map(|(due, pending)| (*due, pending.clone()))?;
        self.waiting.remove_mut(&due);
        self.bytes = self.bytes.saturating_sub(pending.bytes());
        Some(pending)
    }

    /// All that is pending, in order.
    pub(crate) fn list(&self) -> Vec<PendingDelivery> {
        let one = |((due, _), pending): (&Due, &Arc<Pending>)| PendingDelivery {
            due: *due,
            from: pending.from.to_string(),
            attempt: pending.attempt,
            method: pending.request.method.clone(),
            url: pending.request.url.clone(),
        };
        self.waiting.iter().chain(self.pending.iter()).map(one).collect()
    }
}

impl Pending {
    /// Bytes that it takes: contents, and a flat sum for what holds them.
    pub(crate) fn bytes(&self) -> u64 {
        const FRAME: usize = 256;
        let headers = self.request.headers.iter().map(|header| header.name.len() + header.value.len());
        let waits = self.retry.waits.len() * size_of::<u64>();
        let signing = self.signing.as_ref().map_or(0, |signing| {
            let texts = [&signing.before, &signing.between, &signing.time_header, &signing.signature_header];
            texts.map(String::len).iter().sum::<usize>() + signing.secret.len() + signing.prefix.len()
        });
        let sum = self.request.url.len() + self.request.body.len() + headers.sum::<usize>();
        (sum + waits + signing + FRAME) as u64
    }

    /// The request of the next attempt, made at that moment, with the header fields that its retry and its signature ask
    /// for.
    pub(crate) fn request(&self, now: u64) -> Request {
        let mut request = self.request.clone();
        if Target::of_delivery(&request.url).is_ok_and(|target| target.is_socket) {
            self.tell_in_body(&mut request);
            return request;
        }
        if let Some(signing) = &self.signing {
            request.headers.extend(signed(signing, now, &request.body));
        }
        if self.attempt > 1 {
            let number = (self.attempt - 1).to_string();
            let fields =
                [(&self.retry.number_header, number.as_str()), (&self.retry.reason_header, self.reason)];
            request.headers.extend(fields.into_iter().filter_map(|(name, value)| {
                let name = name.as_ref()?.to_ascii_lowercase();
                Some(Header { name, value: value.to_owned() })
            }));
        }
        request
    }

    /// A message has no header fields: where it is a JSON object, what a retry says stands among its members.
    fn tell_in_body(&self, request: &mut Request) {
        if self.attempt == 1 {
            return;
        }
        let Ok(mut message) = serde_json::from_slice::<Map<String, Value>>(&request.body) else { return };
        let fields = [
            (&self.retry.number_header, Value::from(self.attempt - 1)),
            (&self.retry.reason_header, Value::from(self.reason)),
        ];
        for (name, value) in fields {
            message.extend(name.clone().map(|name| (name, value)));
        }
        request.body = Value::Object(message).to_string().into_bytes();
    }

    /// The same, not to be sent again.
    pub(crate) fn last(&self) -> Self {
        let retry = Retry { waits: Vec::new(), ..self.retry.clone() };
        Self { retry, ..self.clone() }
    }

    /// What is sent after a failed attempt, and how long after it; none where it was the last.
    pub(crate) fn again(&self, reason: &'static str) -> Option<(u64, Self)> {
        let wait = *self.retry.waits.get(usize::try_from(self.attempt).ok()? - 1)?;
        Some((wait, Self { attempt: self.attempt + 1, reason, ..self.clone() }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pending(waits: &[u64]) -> Pending {
        let retry = Retry {
            waits: waits.to_vec(),
            timeout: 3,
            number_header: Some("X-Number".into()),
            reason_header: Some("X-Reason".into()),
        };
        let request = Request {
            method: "POST".into(),
            url: "https://x/".into(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        Pending { from: "slack".into(), request, retry, signing: None, attempt: 1, reason: "" }
    }

    #[test]
    fn the_first_due_goes_first_and_equals_in_the_order_of_handing_over() {
        let mut outbox = Outbox::default();
        for (due, attempt) in [(30, 1), (10, 2), (10, 3), (20, 4)] {
            outbox.push(due, Pending { attempt, ..pending(&[]) }).unwrap();
        }
        let mut seen = Vec::new();
        while let Some((_, pending)) = outbox.take_due(20) {
            seen.push(pending.attempt);
        }
        assert_eq!((seen, outbox.next_due()), (vec![2, 3, 4], Some(30)));
        assert_eq!(outbox.bytes, pending(&[]).bytes());
    }

    #[test]
    fn too_many_are_refused_and_too_large_ones_too() {
        let mut outbox = Outbox::default();
        for _ in 0..MOST_PENDING {
            outbox.push(1, pending(&[])).unwrap();
        }
        assert!(matches!(outbox.push(1, pending(&[])), Err(Error::QuotaExceeded(_))));
        let mut outbox = Outbox { bytes: MOST_PENDING_BYTES, ..Outbox::default() };
        assert!(matches!(outbox.push(1, pending(&[])), Err(Error::QuotaExceeded(_))));
    }

    #[test]
    fn a_retry_of_a_message_says_so_among_its_members() {
        let mut first = pending(&[5]);
        first.request.url = "wss://x/app".into();
        first.retry.number_header = Some("retry_attempt".into());
        first.request.body = br#"{"id": 7, "retry_attempt": 0}"#.to_vec();
        let second = first.again("timeout").unwrap().1;
        let sent = |pending: &Pending| pending.request(0);
        assert_eq!(sent(&first).body, first.request.body);
        let request = sent(&second);
        assert!(request.headers.is_empty());
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body, serde_json::json!({"id": 7, "retry_attempt": 1, "X-Reason": "timeout"}));
        let words = Request { body: b"words".to_vec(), ..second.request.clone() };
        assert_eq!(sent(&Pending { request: words, ..second }).body, b"words");
    }

    #[test]
    fn retries_carry_their_number_and_the_reason_and_end() {
        let first = pending(&[5]);
        assert!(first.request(0).headers.is_empty());
        let (wait, second) = first.again("http_error").unwrap();
        let fields: Vec<_> = second.request(0).headers.into_iter().map(|h| (h.name, h.value)).collect();
        assert_eq!(wait, 5);
        assert_eq!(fields, [("x-number".into(), "1".into()), ("x-reason".into(), "http_error".into())]);
        assert!(second.again("http_error").is_none());
    }

    /// The worked example of docs.slack.dev/authentication/verifying-requests-from-slack, and the same body later on.
    #[test]
    fn each_attempt_is_signed_at_its_moment() {
        let signing = Signing {
            secret: b"8f742231b10e8888abcd99yyyzzz85a5".to_vec(),
            before: "v0:".into(),
            between: ":".into(),
            time_header: "x-slack-request-timestamp".into(),
            signature_header: "x-slack-signature".into(),
            prefix: "v0=".into(),
        };
        let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&\
                    channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&\
                    response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F\
                    96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        let mut first = Pending { signing: Some(signing), ..pending(&[5, 5]) };
        first.request.body = body.into();
        let fields = |pending: &Pending, now: u64| {
            let headers = pending.request(now * 1_000_000_000).headers;
            [0, 1].map(|at| (headers[at].name.clone(), headers[at].value.clone()))
        };
        let [time, signature] = fields(&first, 1_531_420_618);
        assert_eq!(time, ("x-slack-request-timestamp".into(), "1531420618".into()));
        let known = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
        assert_eq!(signature, ("x-slack-signature".into(), known.into()));
        let third = first.again("http_error").unwrap().1.again("http_error").unwrap().1;
        let [time, later] = fields(&third, 1_531_420_978);
        assert_eq!(time.1, "1531420978");
        assert_ne!(later, signature);
    }
}

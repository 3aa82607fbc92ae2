//! What the sections of a world's file hold.

use crate::outbox::Pending;
use glasshouse_sandbox::{Header, RandomStream, Request, Retry, Signing};
use serde::{Deserialize, Serialize};

/// Documents of one table, by key.
pub(super) type Documents<'f> = Vec<(&'f str, &'f [u8])>;

/// `world`.
#[derive(Serialize, Deserialize)]
pub(super) struct Head {
    pub(super) clock: u64,
}

/// A random stream: its key, and how many words were drawn from it.
#[derive(Serialize, Deserialize)]
pub(super) struct Stream {
    key: [u8; 32],
    position: u128,
}

impl From<&RandomStream> for Stream {
    fn from(stream: &RandomStream) -> Self {
        Self { key: stream.key(), position: stream.position() }
    }
}

impl From<Stream> for RandomStream {
    fn from(stream: Stream) -> Self {
        Self::at(stream.key, stream.position)
    }
}

/// `faults`. The plan is JSON, as rules are written anywhere.
#[derive(Serialize, Deserialize)]
pub(super) struct FaultsPart {
    pub(super) plan: String,
    pub(super) since: u64,
    pub(super) met: Vec<(u64, u64)>,
    pub(super) stream: Stream,
}

/// `counts`: twin, whether the manifest knows the operation, its name, requests.
pub(super) type CountsPart<'f> = Vec<(&'f str, bool, &'f str, u64)>;

/// `deliveries`.
#[derive(Serialize, Deserialize)]
pub(super) struct DeliveriesPart {
    pub(super) next: u64,
    /// In order; those that wait for the subject first.
    pub(super) deliveries: Vec<DeliveryPart>,
}

/// One pending delivery.
#[derive(Serialize, Deserialize)]
pub(super) struct DeliveryPart {
    pub(super) due: u64,
    pub(super) number: u64,
    pub(super) waits_for_subject: bool,
    from: String,
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    waits: Vec<u64>,
    timeout: u64,
    number_header: Option<String>,
    reason_header: Option<String>,
    signing: Option<SigningPart>,
    attempt: u32,
    reason: String,
}

/// How a pending delivery is signed.
#[derive(Serialize, Deserialize)]
struct SigningPart {
    secret: Vec<u8>,
    before: String,
    between: String,
    time_header: String,
    signature_header: String,
    prefix: String,
}

impl From<&Signing> for SigningPart {
    fn from(signing: &Signing) -> Self {
        let Signing { secret, before, between, time_header, signature_header, prefix } = signing.clone();
        Self { secret, before, between, time_header, signature_header, prefix }
    }
}

impl From<SigningPart> for Signing {
    fn from(part: SigningPart) -> Self {
        let SigningPart { secret, before, between, time_header, signature_header, prefix } = part;
        Self { secret, before, between, time_header, signature_header, prefix }
    }
}

impl DeliveryPart {
    pub(super) fn new((due, number): (u64, u64), waits_for_subject: bool, pending: &Pending) -> Self {
        let Pending { from, request, retry, signing, attempt, reason } = pending;
        let header = |header: &Header| (header.name.clone(), header.value.clone());
        Self {
            due,
            number,
            waits_for_subject,
            from: from.to_string(),
            method: request.method.clone(),
            url: request.url.clone(),
            headers: request.headers.iter().map(header).collect(),
            body: request.body.clone(),
            waits: retry.waits.clone(),
            timeout: retry.timeout,
            number_header: retry.number_header.clone(),
            reason_header: retry.reason_header.clone(),
            signing: signing.as_ref().map(SigningPart::from),
            attempt: *attempt,
            reason: (*reason).to_owned(),
        }
    }

    /// None where the reason of the attempt before is none that is ever given.
    pub(super) fn pending(self) -> Option<Pending> {
        let reason = crate::deliver::REASONS.into_iter().find(|reason| *reason == self.reason);
        let reason = reason.or_else(|| self.reason.is_empty().then_some(""))?;
        let headers = self.headers.into_iter().map(|(name, value)| Header { name, value }).collect();
        Some(Pending {
            from: self.from.into(),
            request: Request { method: self.method, url: self.url, headers, body: self.body },
            retry: Retry {
                waits: self.waits,
                timeout: self.timeout,
                number_header: self.number_header,
                reason_header: self.reason_header,
            },
            signing: self.signing.map(Signing::from),
            attempt: self.attempt.max(1),
            reason,
        })
    }
}

/// `twin`: its name comes first, then its tables follow as sections of their own.
#[derive(Serialize, Deserialize)]
pub(super) struct TwinPart<'f> {
    pub(super) name: &'f str,
    pub(super) random: Stream,
    #[serde(borrow)]
    pub(super) sequences: Vec<(&'f str, u64)>,
    /// Nanoseconds for which replaced documents are kept.
    pub(super) keep: u64,
    pub(super) next_replaced: u64,
    #[serde(borrow)]
    pub(super) replaced: Vec<ReplacedPart<'f>>,
}

/// One replaced document.
#[derive(Serialize, Deserialize)]
pub(super) struct ReplacedPart<'f> {
    pub(super) at: u64,
    pub(super) number: u64,
    pub(super) table: &'f str,
    pub(super) key: &'f str,
    #[serde(borrow)]
    pub(super) before: Option<&'f [u8]>,
}

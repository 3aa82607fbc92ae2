//! What twins send of their own accord, in virtual time.

use super::{START, ask, emitting, open, request, twin};
use glasshouse_model::{Delivery, DeliveryOutcome, Happening, Limit, Seed};
use glasshouse_sandbox::{Breach, State};
use glasshouse_universe::{MOST_PENDING, REQUEST_COST, TrialClock, Universe, World};

const SECOND: u64 = 1_000_000_000;
const HOOK: &str = "https://emitting.example/hook";

fn emit(universe: &mut Universe, to: &str, delay: u64, waits: &str) {
    let delay = delay.to_string();
    let (status, body) = ask(universe, "/emit", &[("to", to), ("delay", &delay), ("waits", waits)]);
    assert_eq!((status, body), (200, String::new()));
}

/// Deliveries so far: time since the start, receiver, attempt, outcome.
fn deliveries(universe: &mut Universe) -> Vec<(u64, Option<String>, u32, DeliveryOutcome)> {
    let one = |(at, happening)| match happening {
        Happening::Delivery(Delivery { to, attempt, outcome, .. }) => (at - START, to, attempt, outcome),
        other => panic!("{other:?}"),
    };
    universe.take_happenings().into_iter().map(one).collect()
}

/// What the hook noted, in order.
fn received(world: &World) -> Vec<String> {
    let tables = world.tables("emitting").unwrap();
    let all = glasshouse_sandbox::Scan {
        start: None,
        end: None,
        limit: 100,
        order: glasshouse_sandbox::Order::Ascending,
    };
    let entries = tables.scan("received", all);
    entries.iter().map(|(_, note)| String::from_utf8(note.to_vec()).unwrap()).collect()
}

fn to_emitting(at: u64, attempt: u32, status: u16) -> (u64, Option<String>, u32, DeliveryOutcome) {
    (at, Some("emitting".to_owned()), attempt, DeliveryOutcome::Answered(status))
}

#[test]
fn they_go_out_when_they_fall_due_in_that_order() {
    let mut universe = emitting();
    emit(&mut universe, HOOK, 3 * SECOND, "");
    emit(&mut universe, HOOK, SECOND, "");
    emit(&mut universe, HOOK, SECOND - REQUEST_COST, "");
    let dues: Vec<_> = universe.pending().iter().map(|pending| pending.due - START).collect();
    let (first, last) = (2 * REQUEST_COST + SECOND, REQUEST_COST + 3 * SECOND);
    assert_eq!(dues, [first, first, last]);
    universe.advance(SECOND / 2).unwrap();
    assert_eq!(deliveries(&mut universe), []);
    universe.advance(2 * SECOND).unwrap();
    assert_eq!(deliveries(&mut universe), [to_emitting(first, 1, 200), to_emitting(first, 1, 200)]);
    assert_eq!(universe.next_due(), Some(START + last));
    universe.advance(SECOND).unwrap();
    assert_eq!(deliveries(&mut universe), [to_emitting(last, 1, 200)]);
    let noted = [first, first, last].map(|at| format!("{} POST", START + at));
    assert_eq!(received(&universe.close()), noted);
}

#[test]
fn what_is_not_taken_is_sent_again_with_number_and_reason() {
    let mut universe = emitting();
    emit(&mut universe, &format!("{HOOK}?status=500"), 0, &format!("{SECOND},{}", 2 * SECOND));
    universe.advance(10 * SECOND).unwrap();
    let at = |seconds| REQUEST_COST + seconds * SECOND;
    let attempts = [to_emitting(at(0), 1, 500), to_emitting(at(1), 2, 500), to_emitting(at(3), 3, 500)];
    assert_eq!(deliveries(&mut universe), attempts);
    let noted = [(0, ""), (1, " 1 http_error"), (3, " 2 http_error")];
    assert_eq!(
        received(&universe.close()),
        noted.map(|(seconds, fields)| format!("{} POST{fields}", START + at(seconds)))
    );
}

#[test]
fn other_twins_get_theirs_and_a_host_without_one_is_told_once() {
    let mut universe = emitting();
    emit(&mut universe, "https://breaking.example/keep", 0, "");
    emit(&mut universe, "https://nobody.example/", 0, "1,1,1");
    universe.advance(SECOND).unwrap();
    let seen = deliveries(&mut universe);
    let nobody = "no twin answers for `nobody.example`; twins of this universe: emitting (emitting.example), \
                  breaking (breaking.example)";
    assert_eq!(
        seen,
        [
            (REQUEST_COST, Some("breaking".to_owned()), 1, DeliveryOutcome::Answered(200)),
            (2 * REQUEST_COST, None, 1, DeliveryOutcome::Undeliverable(nobody.to_owned())),
        ]
    );
    assert_eq!(universe.pending(), []);
    let changed: Vec<_> = universe.close().changes().into_iter().map(|c| (c.twin, c.event)).collect();
    assert_eq!(changed, [("breaking".to_owned(), None)]);
}

#[test]
fn a_request_that_cannot_be_sent_is_refused() {
    let mut universe = emitting();
    let (status, body) = ask(&mut universe, "/emit", &[("to", "ftp://emitting.example/")]);
    assert_eq!(status, 400);
    assert!(body.contains("InvalidArgument") && body.contains("ftp"), "{body}");
    let waits = vec!["1"; 17].join(",");
    let (status, body) = ask(&mut universe, "/emit", &[("to", HOOK), ("waits", &waits)]);
    assert_eq!(status, 400);
    assert!(body.contains("17 waits"), "{body}");
    assert_eq!(universe.pending(), []);
}

#[test]
fn a_twin_that_floods_is_refused() {
    let mut universe = emitting();
    let (_, body) = ask(&mut universe, "/flood", &[("delay", "1")]);
    assert!(body.starts_with(&format!("{MOST_PENDING} ")) && body.contains("QuotaExceeded"), "{body}");
    assert_eq!(universe.pending().len(), MOST_PENDING);
    assert_eq!(universe.advance(SECOND), Ok(()));
    assert_eq!(universe.pending(), []);
}

#[test]
fn a_twin_that_sets_itself_off_without_end_is_ended() {
    let mut universe = emitting();
    assert_eq!(ask(&mut universe, "/loop", &[]).0, 200);
    let before = universe.clock().read();
    assert_eq!(universe.advance(SECOND), Err(Breach(Limit::Deliveries)));
    assert_eq!(universe.clock().read(), before);
    let request = super::request("GET", "https://breaking.example/count", "");
    assert_eq!(universe.send(None, &request).unwrap_err(), Breach(Limit::Deliveries));
}

#[test]
fn a_twin_that_breaks_has_handed_over_nothing() {
    let mut universe = emitting();
    assert_eq!(ask(&mut universe, "/break", &[]).0, 500);
    assert_eq!(universe.pending(), []);
    assert_eq!(ask(&mut universe, "/read", &[]).1, "");
}

#[test]
fn a_fork_has_its_own_copy_of_what_is_pending() {
    let mut universe = emitting();
    emit(&mut universe, HOOK, SECOND, "");
    let fork = universe.world().fork(Seed(3));
    universe.advance(2 * SECOND).unwrap();
    assert_eq!(universe.pending(), []);
    let mut forked = open(&[twin("emitting-twin")], fork);
    assert_eq!(forked.pending().len(), 1);
    forked.advance(2 * SECOND).unwrap();
    assert_eq!(received(&forked.close()), received(&universe.close()));
}

#[test]
fn time_that_is_over_leaves_the_rest_pending() {
    let clock = TrialClock::virtual_from(START, SECOND);
    let twins = [twin("emitting-twin")];
    let mut universe = Universe::open(&twins, World::empty(START), Seed(1), clock).unwrap();
    emit(&mut universe, HOOK, SECOND / 2, "");
    emit(&mut universe, HOOK, SECOND, "");
    assert_eq!(universe.advance(2 * SECOND), Err(Breach(Limit::VirtualTime)));
    assert_eq!((universe.pending().len(), deliveries(&mut universe).len()), (1, 1));
    assert!(universe.next_inbound().unwrap().is_none());
}

#[test]
fn a_driven_clock_stands_still_until_it_is_told() {
    let twins = [twin("emitting-twin")];
    let clock = TrialClock::driven_from(START);
    let mut universe = Universe::open(&twins, World::empty(START), Seed(1), clock).unwrap();
    emit(&mut universe, HOOK, 60 * SECOND, "");
    for _ in 0..3 {
        ask(&mut universe, "/read", &[]);
    }
    assert_eq!(universe.clock().read(), START);
    universe.advance(60 * SECOND).unwrap();
    assert_eq!(deliveries(&mut universe), [to_emitting(60 * SECOND, 1, 200)]);
    assert_eq!(universe.clock().read(), START + 60 * SECOND);
}

/// Receivers refuse what was signed five minutes ago; the last attempt of an event is made after six.
#[test]
fn every_attempt_of_an_event_is_signed_at_its_own_time() {
    let twins = [twin("twin-slack"), twin("emitting-twin")];
    let mut universe = open(&twins, World::empty(START));
    let fixture = format!(
        r#"{{"users": [{{"id": "U0BOT", "name": "bot", "is_bot": true}}],
            "tokens": {{"xoxb-demo": {{"user": "U0BOT", "scopes": ["chat:write"]}}}},
            "channels": [{{"id": "C0OPEN", "name": "open", "members": ["U0BOT"]}}],
            "apps": [{{"bot": "U0BOT", "signing_secret": "shh", "events": ["message.channels"],
                "events_url": "{HOOK}?status=500"}}]}}"#
    );
    universe.seed("slack", "", &fixture).unwrap();
    let post = request("POST", "https://slack.com/api/chat.postMessage", "channel=C0OPEN&text=hi");
    let posted = universe.send(Some(0), &post).unwrap().answer.unwrap();
    assert!(String::from_utf8_lossy(&posted.body).contains("\"ok\":true"));
    universe.advance(400 * SECOND).unwrap();
    let mut ages = Vec::new();
    for (at, happening) in universe.take_happenings() {
        let request = match happening {
            Happening::Delivery(Delivery { request, .. }) => request,
            other => panic!("{other:?}"),
        };
        let header = |name: &str| request.headers.iter().find(|h| h.name == name).unwrap().value.clone();
        let time = header("x-slack-request-timestamp");
        let parts: [&[u8]; 4] = [b"v0:", time.as_bytes(), b":", &request.body.0];
        let signature = format!("v0={}", twin_sdk::hmac_sha256_hex(b"shh", &parts));
        assert_eq!(header("x-slack-signature"), signature);
        ages.push(at / SECOND - time.parse::<u64>().unwrap());
    }
    assert_eq!(ages, [0, 0, 0, 0]);
}

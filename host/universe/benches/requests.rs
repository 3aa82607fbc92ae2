//! One request to a twin, in process: through the universe to the component, beside the same crate compiled for the
//! machine and called directly. 1,000 documents of the kind that is asked for.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark"
)]

use glasshouse_model::Seed;
use glasshouse_sandbox::{Header, Request, Sandbox, Settings};
use glasshouse_testing::{Candidate, guest, measure};
use glasshouse_universe::{TrialClock, Twin, Universe, World};
use serde_json::{Value, json};
use std::hint::black_box;
use std::sync::Arc;
use twin_sdk::testing::MemoryHost;

const DOCUMENTS: u32 = 1_000;
/// 2026-01-05T09:00:00Z in nanoseconds.
const START: u64 = 1_767_603_600_000_000_000;

/// One service: its fixture, and one request for one document.
struct Service {
    name: &'static str,
    component: &'static str,
    fixture: String,
    url: &'static str,
    authorization: &'static str,
    native: fn(&mut MemoryHost, &Call) -> u16,
    seed: fn(&mut MemoryHost, &str),
}

/// A request in both worlds' types.
struct Call {
    wasm: Request,
    native: twin_sdk::Request,
}

fn main() {
    let sandbox = Sandbox::new(Settings::default()).expect("an engine");
    for service in [slack(), okta(), jira()] {
        compare(&sandbox, &service);
    }
}

fn compare(sandbox: &Sandbox, service: &Service) {
    let twin = Arc::new(Twin::load(sandbox, &guest(service.component)).expect("a twin"));
    let clock = TrialClock::driven_from(START);
    let twins = std::slice::from_ref(&twin);
    let mut universe = Universe::open(twins, World::empty(START), Seed(1), clock).expect("a universe");
    universe.seed(twin.name(), "", &service.fixture).expect("a fixture that is read");
    let mut memory = MemoryHost::default();
    (service.seed)(&mut memory, &service.fixture);
    let call = call(service);
    println!("{}, {} documents", service.name, universe.world().documents());
    let mut candidates = [
        Candidate {
            name: "native",
            run: Box::new(|| {
                black_box((service.native)(&mut memory, &call));
            }),
        },
        Candidate {
            name: "component in a universe",
            run: Box::new(|| drop(black_box(universe.send(None, &call.wasm)))),
        },
    ];
    for figure in measure(&mut candidates, 50, 200) {
        println!("  {figure}");
    }
    drop(candidates);
    // Refusals are fast: that the last requests were still answered shows that answers were measured.
    let answer = universe.send(None, &call.wasm).expect("time").answer.expect("an answer");
    let body = String::from_utf8_lossy(&answer.body);
    assert!(
        answer.status == 200 && !body.contains("\"ok\":false"),
        "{}: {} {body}",
        service.name,
        answer.status
    );
    assert_eq!((service.native)(&mut memory, &call), 200);
    println!("  an answer has {} bytes", answer.body.len());
}

fn call(service: &Service) -> Call {
    let fields = [("authorization", service.authorization), ("accept", "application/json")];
    let header = |(name, value): (&str, &str)| Header { name: name.into(), value: value.into() };
    let wasm = Request {
        method: "GET".into(),
        url: service.url.into(),
        headers: fields.map(header).to_vec(),
        body: Vec::new(),
    };
    Call { wasm, native: twin_sdk::testing::request("GET", service.url, &fields, "") }
}

/// What a service's two functions are made of: each is generic over the twin's type.
fn native<T: twin_sdk::Twin>(host: &mut MemoryHost, call: &Call) -> u16 {
    T::handle(host, &call.native).status
}

fn seed<T: twin_sdk::Twin>(host: &mut MemoryHost, fixture: &str) {
    assert!(T::seed(host, "", fixture).is_ok(), "the fixture is not read");
}

/// A demo fixture with more in one of its lists.
fn more(demo: &str, list: &str, one: impl Fn(u32) -> Value) -> String {
    let mut fixture: Value = serde_json::from_str(demo).expect("JSON");
    fixture[list].as_array_mut().expect("a list").extend((0..DOCUMENTS).map(one));
    fixture.to_string()
}

fn slack() -> Service {
    let demo = include_str!("../../../twins-wasm/twin-slack/fixtures/demo.json");
    let user = |n| json!({"id": format!("U0MORE{n:05}"), "name": format!("more{n}"), "real_name": format!("More {n}")});
    Service {
        name: "slack users.info",
        component: "twin-slack",
        fixture: more(demo, "users", user),
        url: "https://slack.com/api/users.info?user=U0MORE00500",
        authorization: "Bearer xoxb-demo",
        native: native::<twin_slack::Slack>,
        seed: seed::<twin_slack::Slack>,
    }
}

fn okta() -> Service {
    let demo = include_str!("../../../twins-wasm/twin-okta/fixtures/demo.json");
    let user = |n| {
        let email = format!("more{n}@fern.example");
        json!({"id": format!("00umore{n:05}0000demo"), "profile": {"firstName": "More", "lastName": format!("{n}"), "email": email}})
    };
    let mut fixture: Value = serde_json::from_str(&more(demo, "users", user)).expect("JSON");
    // Otherwise most of what is measured are refusals: requests of a benchmark are more than a minute has room for.
    fixture["rate_limits"] = json!({"/api/v1/users/*": {"limit": u64::MAX}});
    Service {
        name: "okta GET user",
        component: "twin-okta",
        fixture: fixture.to_string(),
        url: "https://fern.okta.com/api/v1/users/00umore005000000demo",
        authorization: "SSWS 00demo-admin-token",
        native: native::<twin_okta::Okta>,
        seed: seed::<twin_okta::Okta>,
    }
}

fn jira() -> Service {
    let demo = include_str!("../../../twins-wasm/twin-jira/fixtures/demo.json");
    let mut fixture: Value = serde_json::from_str(demo).expect("JSON");
    fixture["filler"] = json!({"SHOP": DOCUMENTS});
    Service {
        name: "jira GET issue",
        component: "twin-jira",
        fixture: fixture.to_string(),
        url: "https://fern.atlassian.net/rest/api/3/issue/GARDEN-2",
        authorization: "Bearer ana-token",
        native: native::<twin_jira::Jira>,
        seed: seed::<twin_jira::Jira>,
    }
}

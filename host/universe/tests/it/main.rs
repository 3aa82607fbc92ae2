//! The universe over real twins.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test builds itself may panic"
)]

mod bystanders;
mod deliveries;
mod door;
mod faults;
mod file;
mod isolation;
mod routing;
mod worlds;

use glasshouse_model::Seed;
use glasshouse_sandbox::{Exchange, Header, Request, Sandbox, Settings};
use glasshouse_testing::guest;
use glasshouse_universe::{TrialClock, Twin, Universe, World};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

/// 2026-01-05T09:00:00Z in nanoseconds.
const START: u64 = 1_767_603_600_000_000_000;
const HOUR: u64 = 3_600_000_000_000;

/// One sandbox for the whole binary: two never live in one process.
fn sandbox() -> &'static Sandbox {
    static SANDBOX: OnceLock<Sandbox> = OnceLock::new();
    SANDBOX.get_or_init(|| Sandbox::new(Settings::default()).unwrap())
}

/// Each twin is compiled once for all tests.
fn twin(name: &str) -> Arc<Twin> {
    static LOADED: Mutex<BTreeMap<String, Arc<Twin>>> = Mutex::new(BTreeMap::new());
    let mut loaded = LOADED.lock().unwrap();
    let load = || Arc::new(Twin::load(sandbox(), &guest(name)).unwrap());
    loaded.entry(name.to_owned()).or_insert_with(load).clone()
}

/// A small Slack workspace, seeded.
fn slack_world(twins: &[Arc<Twin>]) -> World {
    let clock = TrialClock::virtual_from(START, HOUR);
    let mut universe = Universe::open(twins, World::empty(START), Seed(1), clock).unwrap();
    let fixture = include_str!("../../../../twins-wasm/twin-slack/fixtures/demo.json");
    universe.seed("slack", "", fixture).unwrap();
    universe.close()
}

fn open(twins: &[Arc<Twin>], world: World) -> Universe {
    let clock = TrialClock::virtual_from(world.clock(), HOUR);
    Universe::open(twins, world, Seed(2), clock).unwrap()
}

fn get(universe: &mut Universe, url: &str) -> Exchange {
    universe.send(Some(0), &request("GET", url, "")).unwrap()
}

fn request(method: &str, url: &str, form: &str) -> Request {
    let header = |name: &str, value: &str| Header { name: name.into(), value: value.into() };
    Request {
        method: method.into(),
        url: url.into(),
        headers: vec![
            header("authorization", "Bearer xoxb-demo"),
            header("content-type", "application/x-www-form-urlencoded"),
        ],
        body: form.as_bytes().to_vec(),
    }
}

/// The emitting twin over a world of its own.
fn emitting() -> Universe {
    open(&[twin("emitting-twin"), twin("breaking-twin")], World::empty(START))
}

/// Asks the emitting twin for something; returns status and body.
fn ask(universe: &mut Universe, path: &str, fields: &[(&str, &str)]) -> (u16, String) {
    let mut request = request("GET", &format!("https://emitting.example{path}"), "");
    let field = |(name, value): &(&str, &str)| Header { name: (*name).into(), value: (*value).into() };
    request.headers.extend(fields.iter().map(field));
    let answer = universe.send(Some(0), &request).unwrap().answer.unwrap();
    (answer.status, String::from_utf8(answer.body).unwrap())
}

fn text(exchange: Exchange) -> String {
    String::from_utf8(exchange.answer.unwrap().body).unwrap()
}

//! 1,000,000 requests on one universe, a fork every 100 of which the last ten are kept: resident memory must not grow.
//! Nine of ten requests read a document of the Slack twin, one writes over a document of another twin.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a benchmark")]

use glasshouse_model::Seed;
use glasshouse_sandbox::{Header, Request, Sandbox, Settings};
use glasshouse_testing::guest;
use glasshouse_universe::{TrialClock, Twin, Universe, World};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

const REQUESTS: u64 = 1_000_000;
const FORK_EVERY: u64 = 100;
const FORKS_KEPT: usize = 10;
const SHOWN_EVERY: u64 = 100_000;

fn main() {
    let sandbox = Sandbox::new(Settings::default()).expect("an engine");
    let twin = |name| Arc::new(Twin::load(&sandbox, &guest(name)).expect("a twin"));
    let twins = [twin("twin-slack"), twin("emitting-twin")];
    let clock = TrialClock::virtual_from(0, u64::MAX);
    let mut universe = Universe::open(&twins, World::empty(0), Seed(1), clock).expect("a universe");
    let fixture = include_str!("../../../twins-wasm/twin-slack/fixtures/demo.json");
    universe.seed("slack", "", fixture).expect("a fixture that is read");
    let mut forks = VecDeque::new();
    let begin = Instant::now();
    for number in 0..REQUESTS {
        if number % SHOWN_EVERY == 0 {
            show(number, begin);
        }
        let exchange = universe.send(None, &request(number)).expect("time");
        let answer = exchange.answer.expect("an answer");
        let is_ok = answer.body.is_empty() || answer.body.starts_with(b"{\"ok\":true");
        assert!(is_ok, "{}", String::from_utf8_lossy(&answer.body));
        if number % FORK_EVERY == 0 {
            forks.push_back(universe.world().fork(Seed(number)));
            forks.drain(..forks.len().saturating_sub(FORKS_KEPT));
        }
    }
    show(REQUESTS, begin);
}

fn request(number: u64) -> Request {
    let url = if number % 10 == 9 {
        format!("https://emitting.example/write?{number}")
    } else {
        "https://slack.com/api/users.info?user=U0ANA".to_owned()
    };
    let authorization = Header { name: "authorization".into(), value: "Bearer xoxb-demo".into() };
    Request { method: "GET".into(), url, headers: vec![authorization], body: Vec::new() }
}

fn show(number: u64, begin: Instant) {
    let seconds = begin.elapsed().as_secs();
    match resident() {
        Some(kib) => println!("{number:>9} requests   {kib:>8} KiB resident   {seconds:>4} s"),
        None => println!("{number:>9} requests   resident memory is not known here   {seconds:>4} s"),
    }
}

/// What `/proc` says of this process, in KiB.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok())
}

//! What the sandbox adds to one call of a guest to the host, and whether 100,000 runs, one in ten of them ended by a
//! limit, leave anything behind.
//!
//! Two engines in one process are against this crate's own rule; here all guests are ours.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a benchmark")]

use glasshouse_model::Policy;
use glasshouse_sandbox::{Allowance, Granted, Limits, RandomStream, Sandbox, Settings, ToolComponent};
use glasshouse_testing::{Candidate, measure};
use std::path::Path;
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine, Store};

const GUEST: &str = include_str!("host_call.wat");
/// Calls of one run, so many that making the instance does not count.
const CALLS: u32 = 100_000;
const RUNS: u32 = 100_000;
const LIMITS: Limits = Limits {
    fuel: 1_000_000_000,
    memory: 1 << 20,
    output: 1 << 20,
    requests: 0,
    host_calls: 1_000_000,
    call_bytes: 1 << 20,
    retained_bytes: 1 << 20,
    handles: 10,
    wall: u64::MAX,
};

fn main() {
    let component = wat::parse_str(GUEST).expect("a component");
    let sandbox = Sandbox::new(Settings::default()).expect("a sandbox");
    let policy = Policy::parse("policy.toml", "version = 1").expect("a policy");
    let granted = Granted::open(policy, Path::new("."), |_| None).expect("grants");
    let tool = sandbox.load_tool(&component, granted.policy()).expect("a tool");
    let many = format!("{{\"count\": {CALLS}}}");
    let bare = Bare::new(&component);
    let mut candidates = [
        Candidate { name: "bare wasmtime, 100,000 calls to the host", run: Box::new(|| bare.run(CALLS)) },
        Candidate {
            name: "glasshouse, 100,000 calls to the host",
            run: Box::new(|| run(&tool, &granted, &many, true)),
        },
    ];
    let figures = measure(&mut candidates, 20, 1);
    for figure in &figures {
        println!("{figure}");
    }
    if let [bare, ours] = figures.as_slice() {
        let added = ours.median.as_nanos().saturating_sub(bare.median.as_nanos()) / u128::from(CALLS);
        println!("added to one call: {added} ns");
    }
    drop(candidates);
    flat(&sandbox, &tool, &granted);
}

/// One run of the guest; `answers` tells whether its limits are wide enough.
fn run(tool: &ToolComponent, granted: &Granted, arguments: &str, answers: bool) {
    let limits = if answers { LIMITS } else { Limits { host_calls: 5, ..LIMITS } };
    let grants = granted.tool_grants(RandomStream::new([0; 32]), &Allowance::begin(limits));
    let run = tool.call(grants, limits, "calls", arguments);
    assert_eq!(run.outcome.is_ok(), answers, "{:?}", run.outcome);
}

/// Every tenth run reaches a limit; after a tenth of all, nothing may grow any more.
fn flat(sandbox: &Sandbox, tool: &ToolComponent, granted: &Granted) {
    let mut first = None;
    for count in 0..RUNS {
        run(tool, granted, "{\"count\": 10}", count % 10 != 0);
        if count == RUNS / 10 {
            first = Some(Held::now(sandbox));
        }
    }
    println!("after {} runs: {:?}", RUNS / 10, first.expect("so many runs"));
    println!("after {RUNS} runs: {:?}", Held::now(sandbox));
}

/// What the process holds.
#[derive(Debug)]
#[allow(dead_code, reason = "shown by its Debug")]
struct Held {
    resident_kib: u64,
    descriptors: usize,
    threads: usize,
    live_instances: Option<u64>,
}

impl Held {
    fn now(sandbox: &Sandbox) -> Self {
        let entries = |folder: &str| std::fs::read_dir(folder).map_or(0, Iterator::count);
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let resident = resident.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
        Self {
            resident_kib: resident.unwrap_or_default(),
            descriptors: entries("/proc/self/fd"),
            threads: entries("/proc/self/task"),
            live_instances: sandbox.live_instances(),
        }
    }
}

/// The guest in an engine without anything of ours but the same switches that matter here.
struct Bare {
    engine: Engine,
    component: Component,
    linker: Linker<u64>,
}

impl Bare {
    fn new(component: &[u8]) -> Self {
        let mut config = Config::new();
        config.concurrency_support(false).consume_fuel(true).cranelift_nan_canonicalization(true);
        let engine = Engine::new(&config).expect("an engine");
        let component = Component::from_binary(&engine, component).expect("a component");
        let mut linker = Linker::new(&engine);
        let mut random = linker.instance("glasshouse:capability/random@0.1.0").expect("an interface");
        random
            .func_wrap("next", |mut store: wasmtime::StoreContextMut<'_, u64>, (): ()| {
                *store.data_mut() += 1;
                Ok((*store.data(),))
            })
            .expect("a function");
        Self { engine, component, linker }
    }

    fn run(&self, count: u32) {
        let mut store = Store::new(&self.engine, 0);
        store.set_fuel(LIMITS.fuel).expect("fuel");
        let instance = self.linker.instantiate(&mut store, &self.component).expect("an instance");
        let calls = instance.get_typed_func::<(u32,), ()>(&mut store, "calls").expect("a function");
        calls.call(&mut store, (count,)).expect("a return");
    }
}

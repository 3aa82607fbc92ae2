//! What isolation costs: one whole run (store, instance, one call that writes 8 pages, drop) through the sandbox,
//! beside bare wasmtime with the same switches and beside wasmtime's defaults.
//!
//! Three engines in one process are against this crate's own rule; here all guests are ours.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a benchmark")]

use glasshouse_sandbox::{
    AgentGrants, Breach, Clock, Exchange, Http, Limits, RandomStream, Request, Sandbox, Settings, Task,
};
use glasshouse_testing::{Candidate, guest, measure};
use wasmtime::component::{Component, InstancePre, Linker};
use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store};

const INPUT: &str = "{\"pages\":8}";

struct StandingClock;

impl Clock for StandingClock {
    fn now(&mut self) -> u64 {
        0
    }

    fn sleep(&mut self, _: u64) -> Result<(), Breach> {
        Ok(())
    }
}

struct Nowhere;

impl Http for Nowhere {
    fn send(&mut self, _: u64, _: &Request) -> Result<Exchange, Breach> {
        Ok(Exchange { twin: None, answer: Err(glasshouse_sandbox::Error::Denied("a benchmark".into())) })
    }
}

fn main() {
    let component = guest("dirty-pages");
    let sandbox = Sandbox::new(Settings::default()).expect("a sandbox");
    println!("allocation: {:?}", sandbox.allocation());
    let agent = sandbox.load_agent(&component).expect("an agent");
    let task = Task { instruction: String::new(), input: INPUT.into() };
    let same = Bare::new(&same_switches(), &component, true);
    let defaults = Bare::new(&Config::new(), &component, false);
    let mut candidates = [
        Candidate { name: "bare wasmtime, the same switches", run: Box::new(|| same.run()) },
        Candidate {
            name: "glasshouse",
            run: Box::new(|| {
                let grants = AgentGrants {
                    clock: Box::new(StandingClock),
                    random: RandomStream::new([0; 32]),
                    http: Box::new(Nowhere),
                };
                let run = agent.run(grants, Limits::default(), &task);
                assert_eq!(run.ending, glasshouse_model::Ending::Answered);
            }),
        },
        Candidate { name: "bare wasmtime, its defaults", run: Box::new(|| defaults.run()) },
    ];
    for figure in measure(&mut candidates, 60, 500) {
        println!("{figure}");
    }
}

/// The guest in an engine without anything of ours.
struct Bare {
    engine: Engine,
    pre: InstancePre<()>,
    fuel: bool,
}

impl Bare {
    fn new(config: &Config, component: &[u8], fuel: bool) -> Self {
        let engine = Engine::new(config).expect("an engine");
        let component = Component::from_binary(&engine, component).expect("a component");
        let pre = Linker::new(&engine).instantiate_pre(&component).expect("a guest without imports");
        Self { engine, pre, fuel }
    }

    fn run(&self) {
        let mut store = Store::new(&self.engine, ());
        if self.fuel {
            store.set_fuel(u64::MAX / 2).expect("fuel");
        }
        let instance = self.pre.instantiate(&mut store).expect("an instance");
        let interface = instance.get_export_index(&mut store, None, "glasshouse:agent/run@0.1.0");
        let function =
            instance.get_export_index(&mut store, interface.as_ref(), "run").expect("its function");
        let function = instance.get_func(&mut store, function).expect("its function");
        let task = wasmtime::component::Val::Record(vec![
            ("instruction".into(), wasmtime::component::Val::String(String::new())),
            ("input".into(), wasmtime::component::Val::String(INPUT.into())),
        ]);
        let mut results = [wasmtime::component::Val::Bool(false)];
        function.call(&mut store, &[task], &mut results).expect("an answer");
    }
}

/// The switches of `engine.rs` that bear on speed.
fn same_switches() -> Config {
    let mut pool = PoolingAllocationConfig::new();
    pool.pagemap_scan(Enabled::Auto)
        .linear_memory_keep_resident(2 * 1024 * 1024)
        .table_keep_resident(2 * 1024 * 1024)
        .max_memory_size(1024 * 1024 * 1024);
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .concurrency_support(false)
        .gc_support(false)
        .wasm_gc(false)
        .wasm_exceptions(false)
        .wasm_function_references(false)
        .wasm_relaxed_simd(false)
        .wasm_tail_call(false)
        .cranelift_nan_canonicalization(true)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

//! What isolation costs: one whole run (store, instance, one call that writes 8 pages, drop) through the sandbox,
//! beside bare wasmtime with the same switches and beside wasmtime's defaults.
//!
//! Three engines in one process are against this crate's own rule; here all guests are ours.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a benchmark")]

use glasshouse_sandbox::{
    AgentGrants, Breach, Clock, Exchange, Http, Limits, NoModel, NoTools, RandomStream, Request, Sandbox,
    Settings, Task, Workspace,
};
use glasshouse_testing::{Candidate, guest, measure};
use wasmtime::component::{Component, ComponentExportIndex, ComponentType, InstancePre, Lift, Linker, Lower};
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
        Ok(Exchange {
            twin: None,
            answer: Err(glasshouse_sandbox::Error::Denied("a benchmark".into())),
            fault: None,
        })
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
                    workspace: Box::new(Workspace::in_memory()),
                    tools: Box::new(NoTools),
                    model: Box::new(NoModel),
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

/// The guest in an engine without anything of ours, called as typed as we call it.
struct Bare {
    engine: Engine,
    pre: InstancePre<()>,
    run: ComponentExportIndex,
    fuel: bool,
}

#[derive(ComponentType, Lower)]
#[component(record)]
struct BareTask {
    instruction: &'static str,
    input: &'static str,
}

#[derive(ComponentType, Lift)]
#[component(record)]
struct BareAnswer {
    text: String,
}

#[derive(ComponentType, Lift)]
#[component(variant)]
#[allow(dead_code, reason = "the guest's error, which a polite guest never returns")]
enum BareError {
    #[component(name = "denied")]
    Denied(String),
    #[component(name = "not-found")]
    NotFound(String),
    #[component(name = "invalid-argument")]
    InvalidArgument(String),
    #[component(name = "conflict")]
    Conflict(String),
    #[component(name = "timed-out")]
    TimedOut(String),
    #[component(name = "unavailable")]
    Unavailable(String),
    #[component(name = "quota-exceeded")]
    QuotaExceeded(String),
    #[component(name = "other")]
    Other(String),
}

impl Bare {
    fn new(config: &Config, component: &[u8], fuel: bool) -> Self {
        let engine = Engine::new(config).expect("an engine");
        let component = Component::from_binary(&engine, component).expect("a component");
        let interface =
            component.get_export_index(None, "glasshouse:agent/run@0.1.0").expect("the interface");
        let run = component.get_export_index(Some(&interface), "run").expect("its function");
        let pre = Linker::new(&engine).instantiate_pre(&component).expect("a guest without imports");
        Self { engine, pre, run, fuel }
    }

    fn run(&self) {
        let mut store = Store::new(&self.engine, ());
        if self.fuel {
            store.set_fuel(u64::MAX / 2).expect("fuel");
        }
        let instance = self.pre.instantiate(&mut store).expect("an instance");
        let function = instance
            .get_typed_func::<(BareTask,), (Result<BareAnswer, BareError>,)>(&mut store, self.run)
            .expect("its type");
        let task = BareTask { instruction: "", input: INPUT };
        let (answer,) = function.call(&mut store, (task,)).expect("a result");
        assert!(answer.is_ok_and(|answer| answer.text.is_empty()));
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

//! What counting fuel costs a guest that computes: one query of `tool-table` over 2,000 rows, in engines that differ in
//! nothing but what ends a guest.
//!
//! Four engines in one process are against this crate's own rule; here all guests are ours.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a benchmark")]

use glasshouse_testing::{Candidate, guest, measure};
use std::fmt::Write as _;
use wasmtime::component::{Component, Func, Linker, Val};
use wasmtime::{Config, Engine, Store};

const ROWS: u32 = 2_000;

fn main() {
    let component = guest("tool-table");
    let arguments = arguments();
    let [mut free, mut fuel, mut epochs, mut both] =
        [(false, false), (true, false), (false, true), (true, true)]
            .map(|(fuel, epochs)| Bare::new(&component, fuel, epochs));
    let mut candidates = [
        Candidate { name: "nothing ends it", run: Box::new(|| free.query(&arguments)) },
        Candidate { name: "fuel", run: Box::new(|| fuel.query(&arguments)) },
        Candidate { name: "epochs", run: Box::new(|| epochs.query(&arguments)) },
        Candidate { name: "fuel and epochs, as `call` has it", run: Box::new(|| both.query(&arguments)) },
    ];
    for figure in measure(&mut candidates, 30, 10) {
        println!("{figure}");
    }
}

/// A query that groups and sorts.
fn arguments() -> String {
    let mut table = String::from("city,day,n\n");
    for row in 0..ROWS {
        writeln!(table, "city-{},{},{}", row % 97, row % 31, row * 7 % 1_000).expect("a text");
    }
    serde_json::json!({
        "sql": "select city, sum(n) as total from data where day > 3 group by city order by total desc",
        "source": { "text": table },
    })
    .to_string()
}

/// The tool in an engine without anything of ours. One instance answers all queries: only computing is measured.
struct Bare {
    store: Store<()>,
    call: Func,
}

impl Bare {
    fn new(component: &[u8], fuel: bool, epochs: bool) -> Self {
        let mut config = Config::new();
        config.consume_fuel(fuel).epoch_interruption(epochs).concurrency_support(false);
        let engine = Engine::new(&config).expect("an engine");
        let component = Component::from_binary(&engine, component).expect("a component");
        let mut linker = Linker::new(&engine);
        linker.define_unknown_imports_as_traps(&component).expect("imports that are never called");
        let mut store = Store::new(&engine, ());
        if fuel {
            store.set_fuel(u64::MAX).expect("fuel");
        }
        if epochs {
            store.set_epoch_deadline(u64::MAX / 2);
        }
        let interface =
            component.get_export_index(None, "glasshouse:tool/calls@0.1.0").expect("its interface");
        let call = component.get_export_index(Some(&interface), "call").expect("its function");
        let instance = linker.instantiate(&mut store, &component).expect("an instance");
        let call = instance.get_func(&mut store, call).expect("a function");
        Self { store, call }
    }

    fn query(&mut self, arguments: &str) {
        let arguments = [Val::String("query".to_owned()), Val::String(arguments.to_owned())];
        let mut answer = [Val::Bool(false)];
        self.call.call(&mut self.store, &arguments, &mut answer).expect("an answer");
        assert!(matches!(answer, [Val::Result(Ok(_))]), "{answer:?}");
    }
}

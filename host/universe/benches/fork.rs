//! A fork must cost the same however much a world holds: 1,000 documents beside 1,000,000.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a benchmark")]

use glasshouse_model::Seed;
use glasshouse_sandbox::State;
use glasshouse_testing::{Candidate, measure};
use glasshouse_universe::{Tables, World};
use std::hint::black_box;

fn main() {
    let (small, large) = (world(1_000), world(1_000_000));
    let fork = |world: &World| drop(black_box(world.fork(Seed(7))));
    let mut candidates = [
        Candidate { name: "fork of 1,000 documents", run: Box::new(|| fork(&small)) },
        Candidate { name: "fork of 1,000,000 documents", run: Box::new(|| fork(&large)) },
    ];
    for figure in measure(&mut candidates, 100, 10_000) {
        println!("{figure}");
    }
}

fn world(documents: usize) -> World {
    let mut tables = Tables::default();
    for number in 0..documents {
        let document = format!("{{\"id\":\"U{number:09}\",\"name\":\"person {number}\"}}");
        tables.put("users", &format!("U{number:09}"), document.as_bytes().into()).expect("room");
    }
    World::empty(0).with_twin("slack", tables)
}

//! How often the intervals hold the truth, and how often the gates err: nominal beside actual, by exact enumeration
//! where that can be done and by seeded simulation elsewhere.
//!
//! Methods that were rejected stay in the table as negative controls: where one of them no longer fails, the simulation
//! does not see what it is there to see. `cargo xtask coverage` runs this; the exit code is 1 where a rule is broken.
#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a simulation of sizes that it sets itself")]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

mod errors;
mod pairs;
mod proportions;
mod random;
mod sequential;
mod suites;
mod table;

use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use table::{Row, print};

/// One case: it is told how often to repeat, and gives rows of the table.
type Case = Box<dyn Fn(u32) -> Vec<Row> + Send + Sync>;

fn main() -> ExitCode {
    let Some(repeats) = repeats() else {
        eprintln!("usage: coverage REPEATS, at least 500");
        return ExitCode::from(2);
    };
    let cases: Vec<Case> =
        [proportions::cases(), suites::cases(), errors::cases(), sequential::cases(), pairs::cases()]
            .into_iter()
            .flatten()
            .collect();
    let rows = run(&cases, repeats);
    let broken = print(&rows, repeats);
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn repeats() -> Option<u32> {
    let mut args = std::env::args().skip(1);
    let repeats = args.next()?.parse().ok().filter(|repeats| *repeats >= 500)?;
    args.next().is_none().then_some(repeats)
}

/// Every case on its own thread's turn; the order of rows is that of the cases.
fn run(cases: &[Case], repeats: u32) -> Vec<Row> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some((number, case)) = take(cases, &next) {
                    let rows = case(repeats);
                    done.lock().unwrap().push((number, rows));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().flat_map(|(_, rows)| rows).collect()
}

fn take<'c>(cases: &'c [Case], next: &AtomicUsize) -> Option<(usize, &'c Case)> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    cases.get(number).map(|case| (number, case))
}

//! `coverage`: how often intervals hold the truth and gates err, by simulation.

use anyhow::Result;

use crate::process::{cargo, run};

/// Repeats of a simulated cell: enough to see two points, in under a minute.
const REPEATS: u32 = 2_000;
/// Enough to see half a point.
const NIGHTLY_REPEATS: u32 = 20_000;

/// Prints nominal and actual shares of every method, and fails where one breaks its rule. The simulation is an example
/// of the crate that it measures, so the engine is not compiled for it.
pub(crate) fn check(nightly: bool) -> Result<()> {
    let repeats = if nightly { NIGHTLY_REPEATS } else { REPEATS };
    let mut cargo = cargo();
    cargo.args(["run", "--release", "--package", "glasshouse-judge", "--example", "coverage", "--"]);
    run(cargo.arg(repeats.to_string()))
}

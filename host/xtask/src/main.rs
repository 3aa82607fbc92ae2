//! The workspace's own automation: `cargo glasshouse ARGS...` and `cargo xtask VERB`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for a terminal")]

mod args;
mod bench;
mod browser;
mod ci;
mod coverage;
mod fidelity;
mod foreign;
mod fuzz;
mod glasshouse;
mod guests;
mod process;
mod python;
mod readme;
mod sdk;
mod test;
mod tidy;
mod toolchain;
mod workspace;

use std::process::ExitCode;

fn main() -> ExitCode {
    match args::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

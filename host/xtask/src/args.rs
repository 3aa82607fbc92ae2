//! What was typed, and the verb that it means.

use std::ffi::OsString;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::toolchain::Choice;
use crate::workspace::Workspace;
use crate::{
    bench, browser, ci, coverage, fidelity, foreign, fuzz, glasshouse, guests, readme, sdk, test, tidy,
};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The workspace's own automation", version = None)]
struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Build whatever is missing, then run the binary with these arguments
    #[command(disable_help_flag = true)]
    Glasshouse {
        /// Arguments of the binary
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Build every guest into target/guests
    Guests {
        /// Which compiler builds them; without it GLASSHOUSE_TOOLCHAIN, else auto
        #[arg(long)]
        toolchain: Option<Choice>,
    },
    /// Build the plugins that are not Rust into target/foreign
    ForeignGuests,
    /// Build and test a plugin of every template of `glasshouse new`
    Templates,
    /// Run all tests: cargo's and the real clients'
    Test {
        /// Arguments of `cargo test`; with any, the real clients are left out
        #[arg(last = true)]
        args: Vec<OsString>,
    },
    /// Run the services' official clients against their twins
    Sdk,
    /// Replay recorded traffic at the twins, where recordings lie beside the checkout
    Fidelity,
    /// Drive reports in headless Chromium
    Browser,
    /// Check the rules of this repository that no other tool knows
    Tidy,
    /// Run the commands of README.md
    Readme,
    /// Simulate how often intervals hold the truth and gates err
    Coverage {
        /// Ten times as many repeats
        #[arg(long)]
        nightly: bool,
    },
    /// Feed every parser of foreign bytes with inputs made to break it
    Fuzz(fuzz::Options),
    /// Check everything that a change must pass besides the README
    Ci {
        /// A check that is left out; may be given several times
        #[arg(long)]
        skip: Vec<String>,
    },
    /// Run the benchmarks
    Bench {
        /// Arguments of `cargo bench`
        #[arg(last = true)]
        args: Vec<OsString>,
    },
}

/// Parses the command line and runs the verb.
pub(crate) fn run() -> Result<()> {
    let verb = Args::parse().verb;
    let workspace = Workspace::load()?;
    match verb {
        Verb::Glasshouse { args } => glasshouse::run_binary(&workspace, &args),
        Verb::Guests { toolchain: Some(choice) } => guests::make(&workspace, choice),
        Verb::Guests { toolchain: None } => guests::make(&workspace, Choice::from_environment()?),
        Verb::ForeignGuests => foreign::make(&workspace),
        Verb::Templates => foreign::check_templates(&workspace),
        Verb::Test { args } => test::run_tests(&workspace, &args),
        Verb::Sdk => sdk::run_suites(&workspace),
        Verb::Coverage { nightly } => coverage::check(nightly),
        Verb::Fidelity => fidelity::check(&workspace).map(drop),
        Verb::Browser => {
            browser::check(&workspace).map(|lack| lack.iter().for_each(|lack| eprintln!("SKIPPED: {lack}")))
        }
        Verb::Tidy => tidy::check(&workspace),
        Verb::Readme => readme::run_commands(&workspace),
        Verb::Fuzz(options) => fuzz::fuzz(&workspace, &options),
        Verb::Ci { skip } => ci::run_checks(&workspace, &skip),
        Verb::Bench { args } => bench::run_benchmarks(&workspace, &args),
    }
}

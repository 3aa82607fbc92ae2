//! What was typed.

use crate::exit;
use clap::{Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Runs untrusted WebAssembly components against copies of the services that they talk to, and measures how often
/// they satisfy the user.
#[derive(Debug, Parser)]
#[command(name = "glasshouse", version, after_help = exit::table(), max_term_width = 100)]
pub(crate) struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) verb: Verb,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Run a suite's trials, judge them, and decide by its gate.
    Run(Run),
    /// Open a door to a twin, for any client whose base URL can be set.
    Serve(Serve),
    /// Show what a component is, what it asks for, and what keeps it from its role.
    Inspect(Inspect),
    /// Run hostile guests against this machine, and say for each whether its limit is enforced.
    Prove(Prove),
}

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    /// Folder of the suite: the one that holds suite.toml.
    pub(crate) suite: PathBuf,
    /// Trials that run at one time; no result depends on it [default: one a core].
    #[arg(long, value_name = "N")]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Folder for the report [default: .glasshouse/ID of the suite].
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// A bundled twin's name, or a component's file.
    #[arg(long, value_name = "NAME_OR_FILE", default_value = "slack")]
    pub(crate) twin: String,
    /// The service's own fixture, JSON [default: without --people, the demo of a bundled twin].
    #[arg(long, value_name = "FILE")]
    pub(crate) fixture: Option<PathBuf>,
    /// The people that all twins share, JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) people: Option<PathBuf>,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(crate) listen: SocketAddr,
    /// What the twin's ids and secrets are drawn from.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
}

/// Arguments of `inspect`.
#[derive(Debug, clap::Args)]
pub(crate) struct Inspect {
    /// A component's file, or a bundled component's name.
    pub(crate) file: String,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Arguments of `prove`.
#[derive(Debug, clap::Args)]
pub(crate) struct Prove {
    /// The one case to run [default: all of them].
    #[arg(long, value_name = "ID")]
    pub(crate) case: Option<String>,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// What stdout gets.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Lines for people.
    #[default]
    Human,
    /// One JSON document.
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        <Args as clap::CommandFactory>::command().debug_assert();
    }
}

//! What was typed.

mod batch;
mod ledger;
mod report;

use crate::exit;
use crate::verb::Language;
use clap::{Parser, Subcommand, ValueEnum};
use std::convert::Infallible;
use std::net::{AddrParseError, IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;

pub(crate) use batch::{Calibrate, Merge, Replay, Rerun, Run, TrialId};
pub(crate) use report::{Report, ReportDiff, ReportVerb};

pub(crate) use ledger::{
    Ledger, LedgerDiff, LedgerExport, LedgerFork, LedgerGc, LedgerImport, LedgerList, LedgerServe,
    LedgerShow, LedgerVerb, LedgerVerify, Point, Store,
};

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
    /// Make one report of the shards of a batch.
    Merge(Merge),
    /// Run a trial again from its record, and say whether it comes out the same.
    Replay(Replay),
    /// Make a run's reports again, or compare two runs.
    Report(Report),
    /// Put labels of people beside the judges' verdicts, so that a gate knows how often the judges err.
    Calibrate(Calibrate),
    /// Open doors to twins: a port for each, and a proxy to their real host names.
    Serve(Serve),
    /// Show what a component is, what it asks for, and what keeps it from its role.
    Inspect(Inspect),
    /// Call one function of a component under a policy.
    Call(Call),
    /// Run hostile guests against this machine, and say for each whether its limit is enforced.
    Prove(Prove),
    /// Write a plugin that builds and passes its test, or a suite or a scenario that runs.
    New(New),
    /// Encrypt the holdout parts of a suite where they lie.
    Seal(Seal),
    /// Open the holdout parts of a suite again.
    Unseal(Unseal),
    /// Say what this machine has and lacks, with the fix.
    Doctor(Doctor),
    /// Check that nobody changed an audit.
    Audit(Audit),
    /// The store of turns and blobs: serve it, look into it, carry contexts in and out.
    Ledger(Ledger),
    /// Print a completion script for a shell.
    Completions(Completions),
    /// Print the manual page.
    Man,
    /// Compile one component for another process.
    #[command(hide = true)]
    CompileChild(CompileChild),
}

/// Arguments of `call`.
#[derive(Debug, clap::Args)]
pub(crate) struct Call {
    /// A component's file, or a bundled component's name.
    pub(crate) file: String,
    /// The function, as `inspect` names it.
    pub(crate) tool: String,
    /// Its arguments, JSON; - reads them from stdin.
    #[arg(default_value = "{}")]
    pub(crate) arguments: String,
    /// The policy to call it under [default: grants nothing, has the default limits].
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// The digest that the component must have, as `inspect` prints it.
    #[arg(long, value_name = "DIGEST")]
    pub(crate) digest: Option<String>,
    /// What its random stream is drawn from [default: the machine's entropy].
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Where every decision is written, one JSON line each, chained by hashes.
    #[arg(long, value_name = "FILE")]
    pub(crate) audit: Option<PathBuf>,
    /// Which WebAssembly features the component may use.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) profile: FeatureProfile,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Which WebAssembly features validate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FeatureProfile {
    /// Those that compilers to linear memory need.
    #[default]
    Strict,
    /// Exceptions, garbage collection and tail calls, too.
    Managed,
}

/// Arguments of `new`.
#[derive(Debug, clap::Args)]
pub(crate) struct New {
    /// What it is to be.
    #[arg(value_enum)]
    pub(crate) kind: NewKind,
    /// Its name and its folder's: lower case, words joined by hyphens.
    pub(crate) name: String,
    /// The language that a plugin is written in [default: rust].
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    pub(crate) lang: Option<Language>,
    /// The folder to make; for a scenario a folder of its suite [default: NAME here].
    #[arg(long, value_name = "DIR")]
    pub(crate) into: Option<PathBuf>,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// What `new` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NewKind {
    /// Functions that an agent may be given.
    Tool,
    /// One look at one finished trial.
    Judge,
    /// A folder of scenarios with a first one in it.
    Suite,
    /// One user story with its world and its judges.
    Scenario,
}

/// Arguments of `seal`.
#[derive(Debug, clap::Args)]
pub(crate) struct Seal {
    /// Folder of the suite.
    pub(crate) suite: PathBuf,
    /// The key's file.
    #[arg(long, value_name = "FILE", conflicts_with = "new_key")]
    pub(crate) key: Option<PathBuf>,
    /// Where a new key is written; keep it, nothing else opens what it seals.
    #[arg(long, value_name = "FILE")]
    pub(crate) new_key: Option<PathBuf>,
}

/// Arguments of `unseal`.
#[derive(Debug, clap::Args)]
pub(crate) struct Unseal {
    /// Folder of the suite.
    pub(crate) suite: PathBuf,
    /// The key's file.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: PathBuf,
}

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub(crate) struct Doctor {
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Arguments of `audit`.
#[derive(Debug, clap::Args)]
pub(crate) struct Audit {
    /// What `call --audit` wrote.
    pub(crate) file: PathBuf,
    /// The last hash that it must have, as `call` told it.
    #[arg(long, value_name = "HASH")]
    pub(crate) head: Option<String>,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub(crate) struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub(crate) shell: clap_complete::Shell,
}

/// Arguments of the process that compiles.
#[derive(Debug, clap::Args)]
pub(crate) struct CompileChild {
    /// As the sandbox writes them.
    pub(crate) arguments: Vec<String>,
}

/// Arguments of `serve`.
#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// A bundled twin's name, or a component's file; may be given again [default: every bundled twin].
    #[arg(long = "twin", value_name = "NAME_OR_FILE")]
    pub(crate) twins: Vec<String>,
    /// A twin's own fixture, JSON; TWIN= where there are several [default: without --people, the demo of a
    /// bundled twin].
    #[arg(long = "fixture", value_name = "[TWIN=]FILE")]
    pub(crate) fixtures: Vec<TwinFixture>,
    /// The people that all twins share, JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) people: Option<PathBuf>,
    /// Where the doors listen; a port is the first twin's, all others are free ones.
    #[arg(long, value_name = "IP[:PORT]", default_value = "127.0.0.1")]
    pub(crate) listen: Listen,
    /// Folder for the certificate that clients have to trust [default: one that goes with the process].
    #[arg(long, value_name = "DIR")]
    pub(crate) ca_dir: Option<PathBuf>,
    /// An address outside that webhooks and events may be sent to, with all below it; may be given again.
    #[arg(long = "deliver", value_name = "URL")]
    pub(crate) deliver: Vec<String>,
    /// Say where the doors are as lines for a shell, with the variables that lead clients to them.
    #[arg(long)]
    pub(crate) env: bool,
    /// What the twins' ids and secrets are drawn from.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
}

/// A fixture, and whose it is where that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TwinFixture {
    /// As the twin calls itself.
    pub(crate) twin: Option<String>,
    /// JSON.
    pub(crate) file: PathBuf,
}

impl FromStr for TwinFixture {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let is_name = |name: &str| {
            !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        };
        Ok(match text.split_once('=').filter(|(name, _)| is_name(name)) {
            Some((twin, file)) => Self { twin: Some(twin.to_owned()), file: file.into() },
            None => Self { twin: None, file: text.into() },
        })
    }
}

/// Where doors listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Listen {
    /// All of them.
    pub(crate) ip: IpAddr,
    /// The first twin's; 0 takes a free one.
    pub(crate) port: u16,
}

impl FromStr for Listen {
    type Err = AddrParseError;

    fn from_str(text: &str) -> Result<Self, AddrParseError> {
        match text.parse::<SocketAddr>() {
            Ok(address) => Ok(Self { ip: address.ip(), port: address.port() }),
            Err(_) => text.parse().map(|ip| Self { ip, port: 0 }),
        }
    }
}

/// Arguments of `inspect`.
#[derive(Debug, clap::Args)]
pub(crate) struct Inspect {
    /// A component's file, or a bundled component's name.
    pub(crate) file: String,
    /// A policy to compare with what the component asks for.
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// Which WebAssembly features the component may use.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) profile: FeatureProfile,
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
    /// The policy whose limits the guests are run under [default: small ones that are reached soon].
    #[arg(long, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,
    /// The guard to take away.
    #[cfg(feature = "removable-guards")]
    #[arg(long, value_name = "GUARD")]
    pub(crate) without: Option<String>,
    /// How guests get their memory [default: the fastest that works here].
    #[arg(long, value_enum)]
    pub(crate) allocation: Option<MemoryAllocation>,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// How guests get their memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MemoryAllocation {
    /// From a pool.
    Pooled,
    /// Mapped for each guest.
    OnDemand,
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

    #[test]
    fn a_fixture_may_say_whose_it_is() {
        for (text, twin, file) in [
            ("slack=a.json", Some("slack"), "a.json"),
            ("a.json", None, "a.json"),
            ("./slack=a.json", None, "./slack=a.json"),
            ("=a.json", None, "=a.json"),
            ("slack=b=c.json", Some("slack"), "b=c.json"),
        ] {
            let wanted = TwinFixture { twin: twin.map(str::to_owned), file: file.into() };
            assert_eq!(text.parse(), Ok(wanted), "{text}");
        }
    }

    #[test]
    fn doors_listen_at_an_address_with_or_without_a_port() {
        for (text, ip, port) in [
            ("127.0.0.1:80", "127.0.0.1", 80),
            ("0.0.0.0", "0.0.0.0", 0),
            ("::1", "::1", 0),
            ("[::1]:8", "::1", 8),
        ] {
            assert_eq!(text.parse(), Ok(Listen { ip: ip.parse().unwrap(), port }), "{text}");
        }
        assert!("localhost".parse::<Listen>().is_err());
    }
}

//! What was typed behind `run`, `merge` and `replay`.

use super::Format;
use clap::ValueEnum;
use glasshouse_runner::{Level, Shard};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

/// More than the cores of any machine; each thread has a stack of its own.
const MOST_THREADS: usize = 1024;

fn threads(text: &str) -> Result<NonZeroUsize, String> {
    let number: Option<NonZeroUsize> = text.parse().ok();
    let number = number.filter(|number| number.get() <= MOST_THREADS);
    number.ok_or_else(|| format!("it must be a whole number from 1 to {MOST_THREADS}"))
}

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    /// Folder of the suite: the one that holds suite.toml.
    pub(crate) suite: PathBuf,
    /// Trials that run at one time; no result depends on it [default: one a core].
    #[arg(long, value_name = "N", value_parser = threads)]
    pub(crate) threads: Option<NonZeroUsize>,
    /// Say which scenarios may count, instead of running the suite's gate; later runs know it from the suite's
    /// admission.json.
    #[arg(long, conflicts_with_all = ["shard", "rerun", "resume", "fail_fast", "out", "store"])]
    pub(crate) admit: bool,
    /// The key of sealed files.
    #[arg(long, value_name = "FILE")]
    pub(crate) seal_key: Option<PathBuf>,
    /// Folder for the report [default: .glasshouse/ID of the suite].
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Ledger that records are written to [default: ledger in the report's folder].
    #[arg(long, value_name = "DIR", conflicts_with = "resume")]
    pub(crate) store: Option<PathBuf>,
    /// Only the scenarios for which this CEL expression over `id`, `tags` and `criticality` holds, such as
    /// '"slack" in tags && id.startsWith("greet")'.
    #[arg(long, value_name = "CEL", conflicts_with = "resume")]
    pub(crate) filter: Option<String>,
    /// Only one part of the trials, such as 2/4; `merge` makes one report of all parts.
    #[arg(long, value_name = "PART/PARTS", conflicts_with = "resume")]
    pub(crate) shard: Option<Shard>,
    /// Only trials of an earlier run; the report goes into the folder `rerun` of its own.
    #[arg(long, value_enum, value_name = "WHICH", conflicts_with = "resume")]
    pub(crate) rerun: Option<Rerun>,
    /// Folder of that run's report [default: the report's folder].
    #[arg(long, value_name = "DIR", requires = "rerun")]
    pub(crate) from: Option<PathBuf>,
    /// Go on with the run that was interrupted or killed in the report's folder.
    #[arg(long)]
    pub(crate) resume: bool,
    /// End at the first trial of a critical scenario that does not satisfy.
    #[arg(long)]
    pub(crate) fail_fast: bool,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Which trials of an earlier run are run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Rerun {
    /// Those that did not satisfy.
    Failed,
}

/// Arguments of `merge`.
#[derive(Debug, clap::Args)]
pub(crate) struct Merge {
    /// Folders of the shards' reports.
    #[arg(required = true)]
    pub(crate) folders: Vec<PathBuf>,
    /// Folder of the suite [default: the one that the first shard ran].
    #[arg(long, value_name = "DIR")]
    pub(crate) suite: Option<PathBuf>,
    /// The key of sealed files.
    #[arg(long, value_name = "FILE")]
    pub(crate) seal_key: Option<PathBuf>,
    /// Folder for the report [default: .glasshouse/ID of the suite].
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Ledger that records are written to [default: ledger in the report's folder].
    #[arg(long, value_name = "DIR")]
    pub(crate) store: Option<PathBuf>,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Arguments of `calibrate`.
#[derive(Debug, clap::Args)]
pub(crate) struct Calibrate {
    /// Folder of the report whose trials were labelled.
    pub(crate) folder: PathBuf,
    /// What people said, a JSON line a trial: {"trial": "greet-newcomer#3", "label": true} [default: the labels that
    /// the set has already].
    #[arg(long, value_name = "FILE")]
    pub(crate) labels: Option<PathBuf>,
    /// Ask the suite's judges again, on the same trials: they have changed since the run.
    #[arg(long)]
    pub(crate) judge_again: bool,
    /// The set that is written [default: `set` of the suite's [calibration]].
    #[arg(long, value_name = "FILE")]
    pub(crate) set: Option<PathBuf>,
    /// Folder of the suite [default: the one that was run].
    #[arg(long, value_name = "DIR")]
    pub(crate) suite: Option<PathBuf>,
    /// The key of sealed files.
    #[arg(long, value_name = "FILE")]
    pub(crate) seal_key: Option<PathBuf>,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// Arguments of `replay`.
#[derive(Debug, clap::Args)]
pub(crate) struct Replay {
    /// Folder of a run's report.
    pub(crate) folder: PathBuf,
    /// The trial: its scenario and its index, as reports write them.
    #[arg(value_name = "SCENARIO#INDEX")]
    pub(crate) trial: TrialId,
    /// What runs again [default: each, one after the other].
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) level: Option<ReplayLevel>,
    /// Folder of the suite [default: the one that was run].
    #[arg(long, value_name = "DIR")]
    pub(crate) suite: Option<PathBuf>,
    /// The key of sealed files.
    #[arg(long, value_name = "FILE")]
    pub(crate) seal_key: Option<PathBuf>,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// What runs again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReplayLevel {
    /// The judges, on the record.
    R0,
    /// The subject alone; what others did comes from the record.
    R1,
    /// Everything, from the seed and the scenario's files.
    R2,
}

impl From<ReplayLevel> for Level {
    fn from(level: ReplayLevel) -> Self {
        match level {
            ReplayLevel::R0 => Self::R0,
            ReplayLevel::R1 => Self::R1,
            ReplayLevel::R2 => Self::R2,
        }
    }
}

/// A trial by its scenario and its index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TrialId {
    pub(crate) scenario: String,
    pub(crate) index: u32,
}

/// Why a text names no trial.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("give a trial by its scenario and its index, such as greet-newcomer#3")]
pub(crate) struct NoTrial;

impl FromStr for TrialId {
    type Err = NoTrial;

    fn from_str(text: &str) -> Result<Self, NoTrial> {
        let (scenario, index) = text.rsplit_once('#').ok_or(NoTrial)?;
        let index = index.parse().map_err(|_| NoTrial)?;
        if scenario.is_empty() { Err(NoTrial) } else { Ok(Self { scenario: scenario.to_owned(), index }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_is_a_scenario_and_an_index() {
        let wanted = TrialId { scenario: "greet-newcomer".into(), index: 3 };
        assert_eq!("greet-newcomer#3".parse(), Ok(wanted));
        for text in ["greet", "#3", "greet#", "greet#x", "greet#-1"] {
            assert_eq!(text.parse::<TrialId>(), Err(NoTrial), "{text}");
        }
    }
}

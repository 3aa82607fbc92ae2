//! What was typed behind `report`.

use super::Format;
use clap::Subcommand;
use std::path::PathBuf;

/// Arguments of `report`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Report {
    /// What to do besides.
    #[command(subcommand)]
    pub(crate) verb: Option<ReportVerb>,
    /// The folder that a run wrote.
    #[arg(required = true)]
    pub(crate) run: Option<PathBuf>,
    /// Folder for the reports [default: the run's own].
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
}

/// What to do with runs besides.
#[derive(Debug, Subcommand)]
pub(crate) enum ReportVerb {
    /// Compare two runs of one suite on the same seeds: what broke, and by how much satisfaction changed. Ends with 1 where
    /// the second run is shown to be worse.
    Diff(ReportDiff),
}

/// Arguments of `report diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct ReportDiff {
    /// The folder of the run to compare with.
    pub(crate) first: PathBuf,
    /// The folder of the run that is compared.
    pub(crate) second: PathBuf,
    /// Compare although scenarios or judges changed in between.
    #[arg(long)]
    pub(crate) regrade: bool,
    /// How much lower satisfaction may be and still count as no worse.
    #[arg(long, value_name = "SHARE", default_value_t = 0.02)]
    pub(crate) margin: f64,
    /// What stdout gets.
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

//! `glasshouse run`: trials, verdict, report, gate.

use crate::args::{Format, Run};
use crate::artefacts;
use crate::bundled::BundledGuests;
use crate::exit::{Ended, Failure};
use crate::interrupt;
use crate::progress::Progress;
use crate::report::{ReportFolder, Summary, Timings, document, run_lines};
use crate::terminal;
use crate::verb::seal;
use anyhow::Context as _;
use glasshouse_judge::{decide, satisfaction};
use glasshouse_model::TrialResult;
use glasshouse_runner::{Finished, Plan, load_sealed_suite};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;

/// Reports of suites go here, below the current folder.
const REPORTS: &str = ".glasshouse";

/// Runs a suite and ends with its gate's decision.
pub(crate) fn run(args: &Run) -> Result<Ended, Failure> {
    let sandbox = artefacts::sandbox()?;
    let key = args.seal_key.as_deref().map(seal::read_key).transpose()?;
    let plan = load_sealed_suite(&args.suite, key.as_ref(), &sandbox, &BundledGuests)?;
    artefacts::warn_of_what_was_not_kept(&sandbox);
    let stop = interrupt::stop_flag().context("signals cannot be caught")?;
    let mut report = begin_report(args, &plan)?;
    let threads = args.threads.unwrap_or_else(|| available_parallelism().unwrap_or(NonZeroUsize::MIN));

    let progress = Progress::begin(plan.trials());
    let (results, progress) = run_trials(&plan, threads, &stop, &mut report, progress)?;
    let timings = Timings::new(results.len(), threads.get(), progress.end());
    if results.len() < plan.trials() {
        return Err(Failure::Interrupted);
    }

    let gate = &plan.suite().gate;
    let satisfaction =
        satisfaction(&plan.scenarios(), &results, gate).context("the results do not add up")?;
    let decision = decide(&satisfaction, gate);
    let summary = Summary::new(&plan, &results, &satisfaction, decision);
    let text = document(&summary)?;
    let lies_at = report.summary();
    report
        .finish(&text, &document(&timings)?)
        .with_context(|| format!("the report {} cannot be written", lies_at.display()))?;
    terminal::note(&timings.line());
    terminal::data(&match args.format {
        Format::Human => run_lines(&summary, &lies_at),
        Format::Json => text,
    })
    .context("stdout")?;
    Ok(Ended::Decided(decision))
}

/// Before the first trial, so that a folder that cannot be written costs nobody a run.
fn begin_report(args: &Run, plan: &Plan) -> Result<ReportFolder, Failure> {
    let default = || Path::new(REPORTS).join(&plan.suite().id);
    let folder: PathBuf = args.out.clone().unwrap_or_else(default);
    ReportFolder::begin(&folder).map_err(|error| {
        Failure::usage(
            format!("the report's folder {}: {error}", folder.display()),
            "choose another one with --out",
        )
    })
}

/// The results in planned order; fewer than planned where a signal came.
fn run_trials(
    plan: &Plan,
    threads: NonZeroUsize,
    stop: &AtomicBool,
    report: &mut ReportFolder,
    mut progress: Progress,
) -> anyhow::Result<(Vec<TrialResult>, Progress)> {
    let mut results = Vec::with_capacity(plan.trials());
    let mut written = Ok(());
    glasshouse_runner::run(plan, threads, stop, &mut |finished: Finished| {
        progress.settled(finished.result.satisfied);
        if written.is_ok() {
            written = report.settle(&finished.result, &finished.trajectory);
        }
        if written.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        results.push(finished.result);
    });
    written.context("the report cannot be written")?;
    Ok((results, progress))
}

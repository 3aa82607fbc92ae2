//! `glasshouse run`: trials, verdict, report, gate.

use crate::args::{Format, Run};
use crate::artefacts;
use crate::bundled::BundledGuests;
use crate::exit::{Ended, Failure};
use crate::interrupt;
use crate::progress::Progress;
use crate::report::{
    ReportFolder, RunFolder, ScenarioNote, Summary, Timings, Written, describe, document, run_lines,
    write_all,
};
use crate::terminal;
use crate::verb::seal;
use anyhow::Context as _;
use glasshouse_judge::{Batch, Sequential, assess};
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
    let (gate, scenarios) = (&plan.suite().gate, plan.scenarios());
    let batch = Batch {
        needs_calibration: plan.needs_calibration(),
        sessions: plan.suite().usage.sessions,
        ..Batch::new(&scenarios, &results, gate, plan.panel())
    };
    if results.len() < plan.trials() && !is_settled(&batch) {
        return Err(Failure::Interrupted);
    }
    let assessment = assess(&batch).context("the results do not add up")?;
    let summary = Summary::new(&plan, &results, &assessment);
    let text = document(&summary)?;
    let lies_at = report.summary();
    report
        .finish(&text, &document(&timings)?)
        .with_context(|| format!("the report {} cannot be written", lies_at.display()))?;
    let written = write_reports(&plan, lies_at.parent().unwrap_or(Path::new(".")))?;
    terminal::note(&timings.line());
    written.marks.iter().for_each(|mark| terminal::note(mark));
    terminal::data(&match args.format {
        Format::Human => run_lines(&summary, &written.page),
        Format::Json => text,
    })
    .context("stdout")?;
    Ok(Ended::decided(assessment.gate.decision, gate.inconclusive))
}

/// The reports that are made of the folder alone; `glasshouse report` makes them again.
fn write_reports(plan: &Plan, folder: &Path) -> anyhow::Result<Written> {
    let planned = plan.scenarios();
    let notes = plan.described().zip(&planned);
    let notes: Vec<_> =
        notes.map(|((file, scenario), planned)| ScenarioNote::new(file, scenario, planned)).collect();
    describe(folder, &notes)?;
    write_all(&RunFolder::open(folder)?, folder).context("the reports cannot be written")
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

/// Whether a sequential gate needs no more than these results.
fn is_settled(batch: &Batch<'_>) -> bool {
    batch.gate.is_sequential()
        && Sequential::new(batch.plan, batch.gate, batch.panel)
            .is_ok_and(|mut gate| batch.results.iter().any(|result| gate.observe(result)))
}

/// The results in planned order; fewer than planned where a signal came, or where a sequential gate was settled: what
/// other threads have run beyond that trial counts for nothing.
fn run_trials(
    plan: &Plan,
    threads: NonZeroUsize,
    stop: &AtomicBool,
    report: &mut ReportFolder,
    mut progress: Progress,
) -> anyhow::Result<(Vec<TrialResult>, Progress)> {
    let mut results = Vec::with_capacity(plan.trials());
    let mut written = Ok(());
    let (rule, scenarios) = (&plan.suite().gate, plan.scenarios());
    let mut gate = match rule.is_sequential() {
        true => Some(Sequential::new(&scenarios, rule, plan.panel()).context("the plan does not add up")?),
        false => None,
    };
    let mut settled = false;
    glasshouse_runner::run(plan, threads, stop, &mut |finished: Finished| {
        if settled {
            return;
        }
        progress.settled(finished.result.satisfied);
        settled = gate.as_mut().is_some_and(|gate| gate.observe(&finished.result));
        if settled {
            stop.store(true, Ordering::Relaxed);
        }
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

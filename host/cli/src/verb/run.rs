//! `glasshouse run`: trials, verdict, report, gate.

use crate::args::{Format, Rerun, Run};
use crate::artefacts;
use crate::batch::{Journal, RunFile, Settled, Settling, TrialStore, results, tag};
use crate::bundled::BundledGuests;
use crate::exit::{Ended, Failure};
use crate::interrupt;
use crate::progress::Progress;
use crate::report::{
    Known, ReportFolder, RunFolder, ScenarioNote, Summary, Timings, Written, describe, document, run_lines,
    write_all,
};
use crate::terminal;
use crate::verb::seal;
use anyhow::Context as _;
use glasshouse_judge::{Batch, Decision, Sequential, assess};
use glasshouse_runner::{Plan, Selection, SelectionError, load_sealed_suite};
use std::collections::BTreeSet;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

/// Reports of suites go here, below the current folder.
const REPORTS: &str = ".glasshouse";

/// Runs a suite and ends with its gate's decision.
pub(crate) fn run(args: &Run) -> Result<Ended, Failure> {
    let sandbox = artefacts::sandbox_for_trials()?;
    let key = args.seal_key.as_deref().map(seal::read_key).transpose()?;
    let mut plan = load_sealed_suite(&args.suite, key.as_ref(), &sandbox, &BundledGuests)?;
    artefacts::warn_of_what_was_not_kept(&sandbox);
    let stop = interrupt::stop_flag().context("signals cannot be caught")?;
    let folder = folder(args, &plan);
    let asked = asked(args, &plan, &folder)?;
    select(&mut plan, &asked.selection)?;
    check_admission(&plan)?;
    let mut report = begin_report(&folder)?;
    let (mut journal, lines) = open_journal(args, &folder, &asked)?;
    let store = TrialStore::open(&asked.store, &asked.tag, &plan)?;
    let threads = args.threads.unwrap_or_else(|| available_parallelism().unwrap_or(NonZeroUsize::MIN));

    let progress = Progress::begin(plan.trials(), threads.get());
    let gate = early_gate(&plan, &asked.selection)?;
    let mut settling = Settling::new(&plan, &mut report, &store, progress).decided_by(gate);
    let others = settling.take_up(lines);
    if others > 0 {
        terminal::note(&format!(
            "warning: {others} trials ran with other files or components; they run again"
        ));
    }
    let mut settling = settling.journalled(&mut journal, args.fail_fast);
    let done = settling.done();
    glasshouse_runner::run(&plan, threads, &stop, &done, &mut settling);
    let (settled, took) = settling.end()?;
    drop(store);
    if let Some(name) = &settled.ended_by {
        terminal::note(&format!(
            "{}#{} does not satisfy and is critical; {} of {} trials were settled; --resume goes on",
            name.scenario,
            name.index,
            settled.results.len(),
            plan.trials()
        ));
        return Ok(Ended::Decided(Decision::Fail));
    }
    if settled.results.len() < plan.trials() && !settled.is_decided {
        return Err(Failure::Interrupted);
    }
    let timings = Timings::new(settled.ran, threads.get(), took);
    let ended = if asked.selection.is_of_whole_scenarios() {
        conclude(&plan, &settled, report, &timings, args.format)?
    } else {
        conclude_part(&asked.selection, &settled, report, &timings)?
    };
    journal.end().context("the journal cannot be removed")?;
    Ok(ended)
}

/// Where the report goes.
fn folder(args: &Run, plan: &Plan) -> PathBuf {
    let own = || default_folder(&plan.suite().id);
    match (&args.out, &args.from, args.rerun) {
        (Some(out), ..) => out.clone(),
        (None, Some(from), _) => from.join("rerun"),
        (None, None, Some(Rerun::Failed)) => own().join("rerun"),
        (None, None, None) => own(),
    }
}

/// The folder of a suite's report where none is named.
pub(super) fn default_folder(suite: &str) -> PathBuf {
    Path::new(REPORTS).join(suite)
}

/// What the run is to do: as it was typed, or as the run was that is gone on with.
fn asked(args: &Run, plan: &Plan, folder: &Path) -> Result<RunFile, Failure> {
    let suite = &plan.suite().id;
    if args.resume {
        if !Journal::is_in(folder) {
            return Err(Failure::usage(
                format!("{}: no run is under way there", folder.display()),
                "run it without --resume",
            ));
        }
        return RunFile::read(folder);
    }
    let earlier = || args.from.clone().unwrap_or_else(|| default_folder(suite));
    let only = match args.rerun {
        Some(Rerun::Failed) => Some(failed(&earlier())?),
        None => None,
    };
    let selection = Selection { filter: args.filter.clone(), only, shard: args.shard };
    let store = args.store.clone().unwrap_or_else(|| folder.join("ledger"));
    Ok(RunFile::new(&args.suite, tag(suite), selection, store))
}

/// The trials of an earlier run that did not satisfy.
fn failed(folder: &Path) -> Result<BTreeSet<(String, u32)>, Failure> {
    let failed = results(folder)?.into_iter().map(|line| line.result).filter(|result| !result.satisfied);
    let failed: BTreeSet<_> = failed.map(|result| (result.scenario, result.index)).collect();
    if failed.is_empty() {
        let what = format!("{}: every trial satisfied", folder.display());
        return Err(Failure::usage(what, "there is nothing to run again"));
    }
    Ok(failed)
}

/// Leaves out what is not selected.
pub(super) fn select(plan: &mut Plan, selection: &Selection) -> Result<(), Failure> {
    let usage = |error: SelectionError| Failure::usage(error.to_string(), error.hint());
    plan.select(selection).map_err(usage)
}

/// Where the suite asks for it, nothing runs unless all that would count may count.
fn check_admission(plan: &Plan) -> Result<(), Failure> {
    let admission = Known::of(plan);
    if !plan.suite().needs_admission || admission.is_whole() {
        return Ok(());
    }
    let what = format!("[admission] asks for scenarios that are admitted: {}", admission.line());
    Err(Failure::usage(what, "run `glasshouse run SUITE --admit`, and mend what it refuses"))
}

/// Before the first trial, so that a folder that cannot be written costs nobody a run.
pub(super) fn begin_report(folder: &Path) -> Result<ReportFolder, Failure> {
    ReportFolder::begin(folder).map_err(|error| unusable(folder, &error))
}

fn open_journal(
    args: &Run,
    folder: &Path,
    asked: &RunFile,
) -> Result<(Journal, Vec<crate::batch::JournalLine>), Failure> {
    let opened = if args.resume {
        Journal::resume(folder)
    } else {
        Journal::begin(folder, asked).map(|journal| (journal, Vec::new()))
    };
    opened.map_err(|error| unusable(folder, &error))
}

fn unusable(folder: &Path, error: &io::Error) -> Failure {
    Failure::usage(
        format!("the report's folder {}: {error}", folder.display()),
        "choose another one with --out",
    )
}

/// The summary of all trials that count, the reports that are made of it, and the gate's decision.
pub(super) fn conclude(
    plan: &Plan,
    settled: &Settled,
    report: ReportFolder,
    timings: &Timings,
    format: Format,
) -> Result<Ended, Failure> {
    let gate = &plan.suite().gate;
    let results = &settled.results;
    let batch = Batch {
        needs_calibration: plan.needs_calibration(),
        sessions: plan.suite().usage.sessions,
        order: plan.order(),
        ..Batch::new(plan.scenarios(), results, gate, plan.panel())
    };
    let assessment = assess(&batch).context("the results do not add up")?;
    let summary = Summary::new(plan, results, &assessment);
    let text = document(&summary)?;
    let lies_at = report.summary();
    report
        .finish(&text, &document(timings)?)
        .with_context(|| format!("the report {} cannot be written", lies_at.display()))?;
    let written = write_reports(plan, lies_at.parent().unwrap_or(Path::new(".")))?;
    terminal::note(&timings.line());
    written.marks.iter().for_each(|mark| terminal::note(mark));
    terminal::data(&match format {
        Format::Human => run_lines(&summary, &written.page),
        Format::Json => text,
    })
    .context("stdout")?;
    let decided = Ended::decided(assessment.gate.decision, gate.inconclusive);
    Ok(diverged(settled).unwrap_or(decided))
}

/// The reports that are made of the folder alone; `glasshouse report` makes them again.
fn write_reports(plan: &Plan, folder: &Path) -> anyhow::Result<Written> {
    let notes = plan.described().map(|(file, scenario, planned)| ScenarioNote::new(file, scenario, planned));
    let notes: Vec<_> = notes.collect();
    describe(folder, &notes)?;
    write_all(&RunFolder::open(folder)?, folder).context("the reports cannot be written")
}

/// The gate that may end a run before all trials have run; none where it decides on all of them, or where no whole
/// scenarios run.
pub(super) fn early_gate<'p>(
    plan: &'p Plan,
    selection: &Selection,
) -> anyhow::Result<Option<Sequential<'p>>> {
    let rule = &plan.suite().gate;
    if !rule.is_sequential() || !selection.is_of_whole_scenarios() {
        return Ok(None);
    }
    let gate = Sequential::new(plan.scenarios(), rule, plan.panel(), plan.order());
    gate.map(Some).context("the plan does not add up")
}

/// What a part of a batch came to: no satisfaction can be told of it.
fn conclude_part(
    selection: &Selection,
    settled: &Settled,
    report: ReportFolder,
    timings: &Timings,
) -> Result<Ended, Failure> {
    report.finish_part(&document(timings)?).context("the report cannot be written")?;
    terminal::note(&timings.line());
    let (trials, satisfied) =
        (settled.results.len(), settled.results.iter().filter(|result| result.satisfied).count());
    let (line, ended) = match selection.shard {
        Some(shard) => (
            format!("shard {shard}: {satisfied} of {trials} trials satisfy; `glasshouse merge` tells more\n"),
            Ended::Done,
        ),
        None => (
            format!("{satisfied} of {trials} trials that were run again satisfy\n"),
            if satisfied == trials { Ended::Done } else { Ended::Decided(Decision::Fail) },
        ),
    };
    terminal::data(&line).context("stdout")?;
    Ok(diverged(settled).unwrap_or(ended))
}

/// Says where replays came out otherwise than the records.
fn diverged(settled: &Settled) -> Option<Ended> {
    settled.divergences.iter().for_each(|divergence| terminal::note(&format!("error: {divergence}")));
    (!settled.divergences.is_empty()).then_some(Ended::Diverged)
}

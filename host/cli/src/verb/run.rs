//! `glasshouse run`: trials, verdict, report, gate.

use crate::args::{Format, Rerun, Run};
use crate::batch::{
    Journal, RanBefore, ResultFile, ResultLine, RunFile, Settled, Settling, TrialStore, each_result, tag,
};
use crate::exit::{Ended, Failure};
use crate::interrupt;
use crate::progress::Progress;
use crate::report::{
    Known, ReportFolder, RunFolder, ScenarioNote, Summary, Timings, Written, describe, document, run_lines,
    write_all,
};
use crate::terminal;
use crate::verb::opened::Opened;
use anyhow::Context as _;
use glasshouse_judge::{Assessing, Assessment, Batch, Decision};
use glasshouse_runner::{Plan, Selection, SelectionError};
use std::collections::BTreeSet;
use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

/// Reports of suites go here, below the current folder.
const REPORTS: &str = ".glasshouse";

/// Runs a suite and ends with its gate's decision.
pub(crate) fn run(args: &Run) -> Result<Ended, Failure> {
    let Opened { mut plan, sandbox: _keeps_time, .. } = Opened::load(&args.suite, args.seal_key.as_deref())?;
    let stop = interrupt::stop_flag().context("signals cannot be caught")?;
    let folder = folder(args, &plan);
    let asked = asked(args, &plan, &folder)?;
    select(&mut plan, &asked.selection)?;
    check_admission(&plan)?;
    let mut report = begin_report(&folder)?;
    let (mut journal, before) = open_journal(args, &plan, &folder, &asked)?;
    report.remove_left_behind().map_err(|error| unusable(&folder, &error))?;
    let store = TrialStore::open(&asked.store, &asked.tag, &plan)?;
    let threads = args.threads.unwrap_or_else(|| available_parallelism().unwrap_or(NonZeroUsize::MIN));

    let progress = Progress::begin(plan.trials(), threads.get());
    let assessing = assessing(&plan, &asked.selection)?;
    let done = before.done();
    let mut settling = Settling::new(&plan, &mut report, &store, progress)
        .assessed(assessing)
        .going_on(before)
        .journalled(&mut journal, args.fail_fast);
    glasshouse_runner::run(&plan, threads, &stop, &done, &mut settling);
    let (settled, took) = settling.end()?;
    drop(store);
    if let Some(ended) = ended_early(&plan, &settled) {
        return ended;
    }
    let timings = Timings::new(settled.ran, threads.get(), took);
    let ended = if asked.selection.is_of_whole_scenarios() {
        conclude(&plan, settled, report, &timings, args.format)?
    } else {
        conclude_part(&asked.selection, &settled, report, &timings)?
    };
    journal.end().context("the journal cannot be removed")?;
    Ok(ended)
}

/// How a run ends that did not settle all that it had to.
fn ended_early(plan: &Plan, settled: &Settled<'_>) -> Option<Result<Ended, Failure>> {
    if let Some(name) = &settled.ended_by {
        terminal::note(&format!(
            "{}#{} does not satisfy and is critical; {} of {} trials were settled; --resume goes on",
            name.scenario,
            name.index,
            settled.trials,
            plan.trials()
        ));
        return Some(Ok(Ended::Decided(Decision::Fail)));
    }
    (settled.trials < plan.trials() && !settled.is_decided).then_some(Err(Failure::Interrupted))
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
    let mut failed = BTreeSet::new();
    each_result(folder, |line| {
        if !line.result.satisfied {
            failed.insert((line.result.scenario, line.result.index));
        }
    })?;
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

/// The journal, and what ran before. Says how many trials run again because they ran with something else.
fn open_journal(
    args: &Run,
    plan: &Plan,
    folder: &Path,
    asked: &RunFile,
) -> Result<(Journal, RanBefore), Failure> {
    let mut before = RanBefore::default();
    if Journal::is_in(folder) && !args.resume {
        terminal::note(&format!(
            "warning: {} held a run that was not whole; this one takes its place, --resume would have gone on with it",
            folder.display()
        ));
    }
    let opened = if args.resume {
        Journal::resume(folder, |place, line| before.journalled(plan, place, line))
    } else {
        Journal::begin(folder, asked)
    };
    let journal = opened.map_err(|error| unusable(folder, &error))?;
    if before.others > 0 {
        terminal::note(&format!(
            "warning: {} trials ran with other files or components; they run again",
            before.others
        ));
    }
    Ok((journal, before))
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
    mut settled: Settled<'_>,
    mut report: ReportFolder,
    timings: &Timings,
    format: Format,
) -> Result<Ended, Failure> {
    let assessing = settled.assessing.take().context("no whole scenarios ran")?;
    let results = report.results()?;
    let assessment = assessed(assessing, &results)?;
    let summary = Summary::new(plan, &results, &assessment);
    let lies_at = report.finish(&summary, &document(timings)?).context("the report cannot be written")?;
    let written = write_reports(plan, lies_at.parent().unwrap_or(Path::new(".")))?;
    terminal::note(&timings.line());
    written.marks.iter().for_each(|mark| terminal::note(mark));
    match format {
        Format::Human => terminal::data(&run_lines(&summary, settled.first_failed.as_ref(), &written.page)),
        Format::Json => terminal::file(&lies_at),
    }
    .context("stdout")?;
    let decided = Ended::decided(assessment.gate.decision, plan.suite().gate.inconclusive);
    Ok(diverged(&settled).unwrap_or(decided))
}

/// All that is said of the trials; the reasons that are listed are read from the results.
fn assessed(assessing: Assessing<'_>, results: &ResultFile) -> anyhow::Result<Assessment> {
    let (mut reader, mut broke) = (results.reader()?, None);
    let assessment = assessing.end(&mut |scenario, index| match reader.of::<ResultLine>(scenario, index) {
        Ok(line) => line.map(|line| line.result.reason).unwrap_or_default(),
        Err(error) => {
            broke.get_or_insert(error);
            String::new()
        }
    });
    broke.map_or(Ok(()), Err)?;
    assessment.context("the results do not add up")
}

/// The reports that are made of the folder alone; `glasshouse report` makes them again.
fn write_reports(plan: &Plan, folder: &Path) -> anyhow::Result<Written> {
    let notes = plan.described().map(|(file, scenario, planned)| ScenarioNote::new(file, scenario, planned));
    let notes: Vec<_> = notes.collect();
    describe(folder, &notes)?;
    write_all(&RunFolder::open(folder)?, folder).context("the reports cannot be written")
}

/// What is to be said of a run, to be fed with its trials; none where no whole scenarios run.
pub(super) fn assessing<'p>(plan: &'p Plan, selection: &Selection) -> anyhow::Result<Option<Assessing<'p>>> {
    if !selection.is_of_whole_scenarios() {
        return Ok(None);
    }
    let batch = Batch {
        needs_calibration: plan.needs_calibration(),
        sessions: plan.suite().usage.sessions,
        order: plan.order(),
        ..Batch::new(plan.scenarios(), &[], &plan.suite().gate, plan.panel())
    };
    Assessing::begin(&batch).map(Some).context("the plan does not add up")
}

/// What a part of a batch came to: no satisfaction can be told of it.
fn conclude_part(
    selection: &Selection,
    settled: &Settled<'_>,
    report: ReportFolder,
    timings: &Timings,
) -> Result<Ended, Failure> {
    report.finish_part(&document(timings)?).context("the report cannot be written")?;
    terminal::note(&timings.line());
    let Settled { trials, satisfied, .. } = *settled;
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
fn diverged(settled: &Settled<'_>) -> Option<Ended> {
    settled.divergences.iter().for_each(|divergence| terminal::note(&format!("error: {divergence}")));
    let further = settled.further_divergences;
    if further > 0 {
        terminal::note(&format!("error: {further} more replays did not come out as their records"));
    }
    (!settled.divergences.is_empty()).then_some(Ended::Diverged)
}

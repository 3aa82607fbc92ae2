//! `glasshouse merge`: one report of the shards of a batch, the same that one run of all would have written.

use super::opened::Opened;
use super::run::{assessing, begin_report, conclude, default_folder, select};
use crate::args::Merge;
use crate::batch::{Journal, RanBefore, ResultLine, RunFile, Settling, Shard, TrialStore, tag};
use crate::exit::{Ended, Failure};
use crate::progress::Progress;
use crate::report::Timings;
use crate::terminal;
use anyhow::Context as _;
use glasshouse_model::Allocation;
use glasshouse_runner::{Plan, Selection, SelectionError};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// Merges, and ends with the gate's decision.
pub(crate) fn merge(args: &Merge) -> Result<Ended, Failure> {
    let (suite, selection) = common(args)?;
    let Opened { mut plan, .. } = Opened::load(&suite, args.seal_key.as_deref())?;
    select(&mut plan, &selection)?;
    if plan.order().allocation == Allocation::Adaptive {
        let error = SelectionError::NoParts;
        return Err(Failure::usage(error.to_string(), error.hint()));
    }
    let shards = shards(args)?;
    if let Some(diverged) = differing(&shards).map_err(|error| of_no_run(&error))? {
        terminal::note(&format!("error: {diverged}"));
        return Ok(Ended::Diverged);
    }
    let before = taken(&plan, &shards)?;
    let done = before.done();
    all_there(&plan, &done)?;
    let folder = args.out.clone().unwrap_or_else(|| default_folder(&plan.suite().id));
    not_a_shards(&folder, args)?;
    let mut report = begin_report(&folder)?;
    let ledger = args.store.clone().unwrap_or_else(|| folder.join("ledger"));
    let run = RunFile::new(&suite, tag(&plan.suite().id), selection, ledger);
    let store = TrialStore::open(&run.store, &run.tag, &plan)?;
    let progress = Progress::begin(plan.trials(), 1);
    let assessing = assessing(&plan, &run.selection)?;
    let mut settling = Settling::new(&plan, &mut report, &store, progress)
        .assessed(assessing)
        .of_shards(&shards)
        .going_on(before);
    // Nothing is left to run: every trial is settled in its place.
    glasshouse_runner::run(&plan, NonZeroUsize::MIN, &AtomicBool::new(false), &done, &mut settling);
    let (settled, took) = settling.end()?;
    run.write(&folder).context("run.json cannot be written")?;
    let timings = Timings::new(settled.trials, 1, took);
    conclude(&plan, settled, report, &timings, args.format)
}

/// The whole's report must not take the place of a part's, which it is made of.
fn not_a_shards(folder: &Path, args: &Merge) -> Result<(), Failure> {
    match args.folders.iter().find(|shard| same_file(shard, folder)) {
        None => Ok(()),
        Some(shard) => {
            let what = format!("{}: is one of the runs that are to be merged", shard.display());
            Err(Failure::usage(what, "name another folder with --out"))
        }
    }
}

fn same_file(one: &Path, other: &Path) -> bool {
    matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
}

/// The suite of all shards, and what they have selected together.
fn common(args: &Merge) -> Result<(PathBuf, Selection), Failure> {
    let mut all = Vec::new();
    for folder in &args.folders {
        let run = RunFile::read(folder)?;
        if Journal::is_in(folder) {
            let what = format!("{}: the run is not whole", folder.display());
            return Err(Failure::usage(what, "go on with it: `glasshouse run SUITE --out DIR --resume`"));
        }
        all.push(run);
    }
    let whole = |run: &RunFile| Selection { shard: None, ..run.selection.clone() };
    let selection = all.first().map(whole).unwrap_or_default();
    if let Some((folder, _)) =
        args.folders.iter().zip(&all).find(|(_, run)| whole(run) != selection || run.selection.only.is_some())
    {
        let what = format!("{}: it has not selected the same scenarios as the others", folder.display());
        return Err(Failure::usage(what, "merge the shards of one batch: same suite, same --filter"));
    }
    let ran = all.first().map(|run| run.suite.clone()).unwrap_or_default();
    Ok((args.suite.clone().unwrap_or(ran), selection))
}

fn shards(args: &Merge) -> Result<Vec<Shard>, Failure> {
    let opened = args.folders.iter().map(|folder| Shard::open(folder));
    opened.collect::<Result<_, _>>().map_err(|error| of_no_run(&error))
}

fn of_no_run(error: &anyhow::Error) -> Failure {
    Failure::usage(format!("{error:#}"), "name the folder of a run that is whole")
}

/// Two records of one trial that are not the same. Two shards of one name are a replay for nothing: the same key has the
/// same record.
fn differing(shards: &[Shard]) -> anyhow::Result<Option<String>> {
    for (at, shard) in shards.iter().enumerate() {
        let others = shards.iter().take(at).map(|other| other.results().reader());
        let mut others = others.collect::<anyhow::Result<Vec<_>>>()?;
        for line in shard.results().lines::<ResultLine>()? {
            let line = line?;
            let (scenario, index) = (&line.result.scenario, line.result.index);
            for other in &mut others {
                let other = other.of::<ResultLine>(scenario, index)?;
                if other.is_some_and(|other| other.key == line.key && other.head != line.head) {
                    let what = format!("{scenario}#{index}: two of the folders have different records of it");
                    return Ok(Some(what));
                }
            }
        }
    }
    Ok(None)
}

/// The trials of all shards; where two have the same one, that of the last.
fn taken(plan: &Plan, shards: &[Shard]) -> Result<RanBefore, Failure> {
    let mut before = RanBefore::default();
    for (at, shard) in shards.iter().enumerate() {
        for line in shard.results().lines::<ResultLine>().map_err(|error| of_no_run(&error))? {
            let line = line.map_err(|error| of_no_run(&error))?;
            let (scenario, index) = (&line.result.scenario, line.result.index);
            let number = shard.results().number(scenario, index);
            if !number.is_some_and(|number| before.in_shard(plan, (at, number), &line)) {
                return Err(of_another_suite(scenario, index, shard.folder()));
            }
        }
    }
    Ok(before)
}

fn of_another_suite(scenario: &str, index: u32, folder: &Path) -> Failure {
    Failure::usage(
        format!("{}: {scenario}#{index} ran with other files or components", folder.display()),
        "merge with the suite that was run, with --suite; or run the shard again",
    )
}

fn all_there(plan: &Plan, done: &BTreeMap<usize, bool>) -> Result<(), Failure> {
    let missing: Vec<_> = (0..plan.trials()).filter(|number| !done.contains_key(number)).collect();
    let Some(name) = missing.first().and_then(|number| plan.name(*number)) else { return Ok(()) };
    let what = format!(
        "{} of {} trials are in none of the folders, {}#{} first",
        missing.len(),
        plan.trials(),
        name.scenario,
        name.index
    );
    Err(Failure::usage(what, "name the folders of all shards"))
}

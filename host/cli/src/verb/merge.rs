//! `glasshouse merge`: one report of the shards of a batch, the same that one run of all would have written.

use super::run::{begin_report, conclude, default_folder, early_gate, select};
use super::seal::read_key;
use crate::args::Merge;
use crate::artefacts;
use crate::batch::{Entry, Journal, RunFile, Settling, TrialStore, results, tag, tapes};
use crate::bundled::BundledGuests;
use crate::exit::{Ended, Failure};
use crate::progress::Progress;
use crate::report::Timings;
use crate::terminal;
use anyhow::Context as _;
use glasshouse_model::{Allocation, Digest};
use glasshouse_runner::{Plan, Selection, SelectionError, load_sealed_suite};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// Merges, and ends with the gate's decision.
pub(crate) fn merge(args: &Merge) -> Result<Ended, Failure> {
    let (suite, selection) = common(args)?;
    let sandbox = artefacts::sandbox()?;
    let key = args.seal_key.as_deref().map(read_key).transpose()?;
    let mut plan = load_sealed_suite(&suite, key.as_ref(), &sandbox, &BundledGuests)?;
    artefacts::warn_of_what_was_not_kept(&sandbox);
    select(&mut plan, &selection)?;
    if plan.order().allocation == Allocation::Adaptive {
        let error = SelectionError::NoParts;
        return Err(Failure::usage(error.to_string(), error.hint()));
    }
    let entries = match entries(args)? {
        Ok(entries) => entries,
        Err(diverged) => {
            terminal::note(&format!("error: {diverged}"));
            return Ok(Ended::Diverged);
        }
    };
    let folder = args.out.clone().unwrap_or_else(|| default_folder(&plan.suite().id));
    let mut report = begin_report(&folder)?;
    let ledger = args.store.clone().unwrap_or_else(|| folder.join("ledger"));
    let run = RunFile::new(&suite, tag(&plan.suite().id), selection, ledger);
    let store = TrialStore::open(&run.store, &run.tag, &plan)?;
    let progress = Progress::begin(plan.trials(), 1);
    let gate = early_gate(&plan, &run.selection)?;
    let mut settling = Settling::new(&plan, &mut report, &store, progress).decided_by(gate);
    for (trial, (entry, from)) in entries {
        if !settling.take(entry) {
            return Err(of_another_suite(&trial, &from));
        }
    }
    all_there(&plan, &settling)?;
    let done = settling.done();
    // Nothing is left to run: every trial is settled in its place.
    glasshouse_runner::run(&plan, NonZeroUsize::MIN, &AtomicBool::new(false), &done, &mut settling);
    let (settled, took) = settling.end()?;
    run.write(&folder).context("run.json cannot be written")?;
    conclude(&plan, &settled, report, &Timings::new(settled.results.len(), 1, took), args.format)
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

/// Every trial of all folders, and where it comes from.
type Entries = BTreeMap<(String, u32), (Entry, PathBuf)>;

/// What all folders hold; the inner error is two records of one trial that differ.
fn entries(args: &Merge) -> Result<Result<Entries, String>, Failure> {
    let mut entries = Entries::new();
    let mut heads: BTreeMap<Digest, Digest> = BTreeMap::new();
    for folder in &args.folders {
        let mut tapes = tapes(folder, |_| true)?;
        for mut line in results(folder)? {
            (line.context, line.hash) = (None, None);
            let id = (line.result.scenario.clone(), line.result.index);
            // Two shards of one name are a replay for nothing: the same key has the same record.
            if *heads.entry(line.key).or_insert(line.head) != line.head {
                let what = format!("{}#{}: two of the folders have different records of it", id.0, id.1);
                return Ok(Err(what));
            }
            let tape = tapes.remove(&id);
            let divergence = (line.replayed == Some(false))
                .then(|| format!("{}#{}: a replay did not come out as its record", id.0, id.1));
            entries.insert(id, (Entry { line, tape, divergence }, folder.clone()));
        }
    }
    Ok(Ok(entries))
}

fn of_another_suite((scenario, index): &(String, u32), folder: &Path) -> Failure {
    Failure::usage(
        format!("{}: {scenario}#{index} ran with other files or components", folder.display()),
        "merge with the suite that was run, with --suite; or run the shard again",
    )
}

fn all_there(plan: &Plan, settling: &Settling<'_>) -> Result<(), Failure> {
    let done = settling.done();
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

//! `glasshouse replay`: a trial again from its record.

use super::opened::Opened;
use crate::args::{Format, Replay};
use crate::batch::{ResultLine, RunFile, each_result, tapes, trajectory};
use crate::exit::{Ended, Failure};
use crate::report::document;
use crate::terminal;
use anyhow::Context as _;
use glasshouse_model::Trajectory;
use glasshouse_runner::{Divergence, Level, Place, Plan, head_of, rejudge, replay as run_again};
use serde::Serialize;
use std::fmt::Write as _;

/// What `replay` tells.
#[derive(Debug, Serialize)]
struct Replayed {
    schema: &'static str,
    scenario: String,
    index: u32,
    /// The first event whose link in the chain is not the one that it should be: the record was changed.
    broken_link: Option<u64>,
    levels: Vec<LevelResult>,
}

/// What came of one level.
#[derive(Debug, Serialize)]
struct LevelResult {
    level: Level,
    is_as_recorded: bool,
    divergence: Option<Divergence>,
}

/// Replays.
pub(crate) fn replay(args: &Replay) -> Result<Ended, Failure> {
    let suite = match &args.suite {
        Some(suite) => suite.clone(),
        None => RunFile::read(&args.folder)?.suite,
    };
    let opened = Opened::load(&suite, args.seal_key.as_deref())?;
    let plan = &opened.plan;
    let (scenario, index) = (&args.trial.scenario, args.trial.index);
    let (Some(line), Some(number)) = (result(args)?, plan.number(scenario, index)) else {
        return Err(Failure::usage(
            format!("{scenario}#{index} is not a trial of {}", args.folder.display()),
            "results.jsonl in that folder lists its trials",
        ));
    };
    let record = record(args)?;
    let levels = args.level.map_or_else(|| Level::ALL.to_vec(), |level| vec![level.into()]);
    let replayed = Replayed {
        schema: "replay/1",
        scenario: scenario.clone(),
        index,
        broken_link: record.as_ref().and_then(Trajectory::broken_link),
        levels: match &record {
            Some(record) => of_record(plan, number, record, &line, &levels),
            None => of_head(plan, number, &line, args)?,
        },
    };
    terminal::data(&match args.format {
        Format::Json => document(&replayed)?,
        Format::Human => lines(&replayed, record.as_ref()),
    })
    .context("stdout")?;
    let is_as_recorded =
        replayed.broken_link.is_none() && replayed.levels.iter().all(|one| one.is_as_recorded);
    Ok(if is_as_recorded { Ended::Done } else { Ended::Diverged })
}

/// What became of the trial; none where the run has no such trial.
fn result(args: &Replay) -> Result<Option<ResultLine>, Failure> {
    let mut line = None;
    each_result(&args.folder, |found| {
        if found.result.scenario == args.trial.scenario && found.result.index == args.trial.index {
            line.get_or_insert(found);
        }
    })?;
    Ok(line)
}

/// The trial's record; none where it was not kept.
fn record(args: &Replay) -> Result<Option<Trajectory>, Failure> {
    let id = (args.trial.scenario.clone(), args.trial.index);
    let tape = tapes(&args.folder, |found| *found == id)?.remove(&id);
    tape.map(|tape| trajectory(&tape)).transpose().map_err(|error| {
        let what = format!("{}/events.jsonl: {error:#}", args.folder.display());
        Failure::usage(what, "the file was changed or is torn; run the suite again")
    })
}

fn of_record(
    plan: &Plan,
    number: usize,
    record: &Trajectory,
    line: &ResultLine,
    levels: &[Level],
) -> Vec<LevelResult> {
    let one = |level: &Level| {
        let replayed = match level {
            Level::R0 => rejudge(plan, number, record, &line.result),
            Level::R1 | Level::R2 => run_again(plan, number, record, *level),
        };
        let divergence = replayed.err();
        LevelResult { level: *level, is_as_recorded: divergence.is_none(), divergence }
    };
    levels.iter().map(one).collect()
}

/// Of a trial whose record was not kept only the last link is known: that everything comes out the same can be told, and
/// not where it does not.
fn of_head(
    plan: &Plan,
    number: usize,
    line: &ResultLine,
    args: &Replay,
) -> Result<Vec<LevelResult>, Failure> {
    if args.level.is_some_and(|level| Level::from(level) != Level::R2) {
        return Err(Failure::usage(
            format!("the record of {}#{} was not kept", args.trial.scenario, args.trial.index),
            "records are kept of trials that do not satisfy, each scenario's first and one in 50; --level r2 needs none",
        ));
    }
    let head = head_of(plan, number);
    let divergence = (head != Some(line.head)).then(|| Divergence {
        level: Level::R2,
        place: Place::Head,
        recorded: line.head.to_string(),
        replayed: head.map(|head| head.to_string()).unwrap_or_default(),
    });
    Ok(vec![LevelResult { level: Level::R2, is_as_recorded: divergence.is_none(), divergence }])
}

fn lines(replayed: &Replayed, record: Option<&Trajectory>) -> String {
    let mut text = format!("{}#{}", replayed.scenario, replayed.index);
    // Writing to a String cannot fail.
    let _ = match record {
        Some(record) => writeln!(text, ", {} events, head {}", record.events.len(), record.head()),
        None => writeln!(text, ", its record was not kept"),
    };
    if let Some(event) = replayed.broken_link {
        let _ = writeln!(text, "chain  event {event} is not what was recorded");
    }
    for LevelResult { level, divergence, .. } in &replayed.levels {
        let _ = match divergence {
            None => writeln!(text, "{level}     as recorded"),
            Some(Divergence { place, recorded, replayed, .. }) => {
                writeln!(text, "{level}     {place} differs\n  record: {recorded}\n  replay: {replayed}")
            }
        };
    }
    text
}

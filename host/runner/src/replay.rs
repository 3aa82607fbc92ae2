//! Replay: a trial again from its record, and whether it comes out the same. The first difference is found and both
//! sides of it are told.

use crate::plan::{Plan, PlannedTrial};
use crate::trial::{Lived, judge, live, task};
use glasshouse_model::{Digest, Event, Trajectory, TrialResult};
use glasshouse_sandbox::{Limits, Tape};
use glasshouse_universe::WorldPair;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

/// What runs again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The judges, on the record.
    R0,
    /// The subject alone; what others did comes from the record.
    R1,
    /// Everything, from the seed and the scenario's files.
    R2,
}

impl Level {
    /// Every level, from the one that runs least.
    pub const ALL: [Self; 3] = [Self::R0, Self::R1, Self::R2];
    /// Those that a run proves of the records that it keeps.
    pub(crate) const OF_RUNS: [Self; 2] = [Self::R1, Self::R2];
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::R0 => "R0",
            Self::R1 => "R1",
            Self::R2 => "R2",
        })
    }
}

/// The first place at which a replay is not as the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{level}: {place} is not as in the record\n  record: {recorded}\n  replay: {replayed}")]
pub struct Divergence {
    /// Which replay.
    pub level: Level,
    /// Where.
    pub place: Place,
    /// As the record has it, as JSON.
    pub recorded: String,
    /// As it came out, as JSON.
    pub replayed: String,
}

/// A place in a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// What the trial began with.
    Header,
    /// The event with that index.
    Event(u64),
    /// How the subject ended.
    Ending,
    /// The write with that number, from 0.
    Write(usize),
    /// What a twin holds at the end.
    Twin(String),
    /// What the judges made of it.
    Verdict,
    /// The last link of its chain, where nothing else is known of it.
    Head,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => f.write_str("what the trial began with"),
            Self::Event(index) => write!(f, "event {index}"),
            Self::Ending => f.write_str("how the subject ended"),
            Self::Write(number) => write!(f, "write {number}"),
            Self::Twin(twin) => write!(f, "what `{twin}` holds at the end"),
            Self::Verdict => f.write_str("what the judges made of it"),
            Self::Head => f.write_str("the last link of the chain"),
        }
    }
}

/// Replays the trial with that number in the planned order, and holds it against its record.
///
/// # Errors
/// The first [`Divergence`].
pub fn replay(plan: &Plan, number: usize, record: &Trajectory, level: Level) -> Result<(), Divergence> {
    match plan.trials.get(number) {
        Some(trial) => replay_trial(plan, trial, record, level),
        None => Err(difference(level, Place::Header, record.scenario.as_str(), "no such trial is planned")),
    }
}

/// Asks the judges again, on the record alone, and holds what they say against the result that is kept.
///
/// # Errors
/// The [`Divergence`] of the verdicts.
pub fn rejudge(
    plan: &Plan,
    number: usize,
    record: &Trajectory,
    result: &TrialResult,
) -> Result<(), Divergence> {
    let Some(trial) = plan.trials.get(number) else { return replay(plan, number, record, Level::R0) };
    let again = TrialResult { retries: result.retries, ..judged(trial, record) };
    same(Level::R0, Place::Verdict, result, &again)
}

/// What the judges of a plan say of the trial with that number, on the record alone: they may be others than those that
/// judged it first.
///
/// # Errors
/// The [`Divergence`] of the record's header, where the trial would not be the same one today.
pub fn judge_again(plan: &Plan, number: usize, record: &Trajectory) -> Result<TrialResult, Divergence> {
    replay(plan, number, record, Level::R0)?;
    let none = || difference(Level::R0, Place::Header, record.scenario.as_str(), "no such trial is planned");
    plan.trials.get(number).map(|trial| judged(trial, record)).ok_or_else(none)
}

/// The same for a trial of which only the last link of its chain was kept: it runs again, and is judged where it came out
/// the same.
///
/// # Errors
/// The [`Divergence`] of the last link.
pub fn run_and_judge_again(plan: &Plan, number: usize, head: Digest) -> Result<TrialResult, Divergence> {
    let trial = plan.trials.get(number);
    let lived = trial.map(|trial| (trial, live(plan, trial)));
    let found = lived.as_ref().map(|(_, lived)| lived.trajectory.head());
    same(Level::R2, Place::Head, &Some(head), &found)?;
    let none = || difference(Level::R2, Place::Head, &Some(head), &found);
    lived.map(|(trial, lived)| judge(trial, lived).result).ok_or_else(none)
}

fn judged(trial: &PlannedTrial, record: &Trajectory) -> TrialResult {
    let before = trial.world.fork(trial.seed);
    let after = before.clone().with_changes(&record.changes);
    let lived = Lived { trajectory: Arc::new(record.clone()), worlds: WorldPair { before, after } };
    judge(trial, lived).result
}

/// The last link of the chain that the trial with that number has now.
pub fn head_of(plan: &Plan, number: usize) -> Option<Digest> {
    plan.trials.get(number).map(|trial| live(plan, trial).trajectory.head())
}

pub(crate) fn replay_trial(
    plan: &Plan,
    trial: &PlannedTrial,
    record: &Trajectory,
    level: Level,
) -> Result<(), Divergence> {
    same(level, Place::Header, &record.header, &crate::header::header(plan, trial))?;
    match level {
        Level::R0 => Ok(()),
        Level::R1 => from_tape(plan, trial, record),
        Level::R2 => compare(level, record, &live(plan, trial).trajectory),
    }
}

fn from_tape(plan: &Plan, trial: &PlannedTrial, record: &Trajectory) -> Result<(), Divergence> {
    let level = Level::R1;
    let task = task(trial).map_err(|why| difference(level, Place::Header, &record.story, &why))?;
    same(level, Place::Header, &record.story, &task.instruction)?;
    let tape = Tape { events: record.events.as_slice().into(), ending: record.ending.clone() };
    let run = plan.subject.replay(tape, Limits::from(&trial.scenario.scenario.budget), &task);
    compare_events(level, &record.events, &run.events)?;
    same(level, Place::Ending, &record.ending, &run.ending)
}

fn compare(level: Level, record: &Trajectory, again: &Trajectory) -> Result<(), Divergence> {
    compare_events(level, &record.events, &again.events)?;
    same(level, Place::Ending, &record.ending, &again.ending)?;
    for number in 0..record.writes.len().max(again.writes.len()) {
        same(level, Place::Write(number), &record.writes.get(number), &again.writes.get(number))?;
    }
    let twins: BTreeSet<_> = record.twins.keys().chain(again.twins.keys()).collect();
    for twin in twins {
        same(level, Place::Twin(twin.clone()), &record.twins.get(twin), &again.twins.get(twin))?;
    }
    Ok(())
}

/// Compares all of each event but its link in the chain, which only says that one before it differs.
fn compare_events(level: Level, record: &[Event], again: &[Event]) -> Result<(), Divergence> {
    for number in 0..record.len().max(again.len()) {
        let (one, other) = (record.get(number), again.get(number));
        let is_same = one.zip(other).is_some_and(|(one, other)| {
            one.happening == other.happening
                && (one.index, one.at, one.fuel) == (other.index, other.at, other.fuel)
        });
        if !is_same {
            return Err(difference(level, Place::Event(number as u64), &one, &other));
        }
    }
    Ok(())
}

fn same<T: PartialEq + Serialize>(
    level: Level,
    place: Place,
    record: &T,
    again: &T,
) -> Result<(), Divergence> {
    if record == again { Ok(()) } else { Err(difference(level, place, record, again)) }
}

fn difference<T: Serialize + ?Sized>(level: Level, place: Place, record: &T, again: &T) -> Divergence {
    let text = |side: &T| serde_json::to_string(side).unwrap_or_default();
    Divergence { level, place, recorded: text(record), replayed: text(again) }
}

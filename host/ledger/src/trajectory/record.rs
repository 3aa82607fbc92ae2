//! Writing one trial down: a context of its own, and a turn for what began it, for each event, for each change that it
//! left in the world, and for its verdict.

use crate::registry::{Registry, encode};
use crate::{Commit, ContextId, Error, Ledger, MSGPACK, NewTurn, TurnId};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use blake3::Hash;
use glasshouse_model::{Change, Digest, Event, Trajectory, TrialResult};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The bundles that declare the types of all that is written here and that earlier versions wrote, oldest first. Every
/// ledger has them; another version of a type goes into another bundle.
pub(crate) const BUNDLES: [(&str, &[u8]); 2] =
    [("glasshouse-1", include_bytes!("types.json")), ("glasshouse-2", include_bytes!("types-2.json"))];
/// Turns of one append.
const CHUNK: usize = 4_096;

/// One finished trial. The two must be of the same trial.
#[derive(Debug, Clone, Copy)]
pub struct Recording<'t> {
    /// The suite's id.
    pub suite: &'t str,
    /// The components that took part, by name.
    pub components: &'t BTreeMap<String, Digest>,
    /// What happened.
    pub trajectory: &'t Trajectory,
    /// What became of it.
    pub result: &'t TrialResult,
}

/// A trial that was written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// Its context.
    pub context: ContextId,
    /// Its last turn, the verdict.
    pub head: TurnId,
    /// Hash of that turn. It covers the whole trial and nothing else: the same trial has the same hash in any ledger.
    pub hash: Hash,
}

impl Ledger {
    /// Writes a trial into a context of its own, tagged with the run that it belongs to. A process that is killed
    /// meanwhile leaves a context whose last turn is no verdict.
    ///
    /// # Errors
    /// [`Error::Unfit`] where a payload is over the limit; [`Error::Engine`].
    pub fn record(&self, run: &str, recording: &Recording<'_>, commit: Commit) -> Result<Recorded, Error> {
        let registry = self.registry();
        let turns = Turns { registry: &registry }.of(recording)?;
        let (context, _) = self.create(TurnId::NONE, run, commit)?;
        let mut turns = turns.into_iter().peekable();
        let mut last = None;
        while turns.peek().is_some() {
            let chunk = turns.by_ref().take(CHUNK).collect();
            last = self.append_many(context, TurnId::NONE, chunk, b"", commit)?.pop();
        }
        // There is a first turn at least.
        let last = last.ok_or(Error::Closed)?;
        Ok(Recorded { context, head: last.turn, hash: last.hash })
    }
}

struct Turns<'r> {
    registry: &'r Registry,
}

impl Turns<'_> {
    fn of(&self, recording: &Recording<'_>) -> Result<Vec<NewTurn>, Error> {
        let Recording { trajectory, result, .. } = recording;
        let events = &trajectory.events;
        let at = |event: Option<&Event>| event.map_or(0, |event| event.at);
        let (begun, ended) = (at(events.first()), at(events.last()));
        let mut turns =
            Vec::with_capacity(events.len() + trajectory.writes.len() + trajectory.changes.len() + 2);
        turns.push(self.turn("glasshouse.trial", begun, &trial(recording)?)?);
        for happened in events {
            turns.push(self.turn("glasshouse.event", happened.at, &event(happened)?)?);
        }
        for written in &trajectory.writes {
            turns.push(self.turn("glasshouse.write", ended, &change(written))?);
        }
        for changed in &trajectory.changes {
            turns.push(self.turn("glasshouse.change", ended, &change(changed))?);
        }
        turns.push(self.turn("glasshouse.verdict", ended, &verdict(trajectory, result)?)?);
        Ok(turns)
    }

    /// `at` is in nanoseconds since 1970, in the trial's time: the machine's would give each run another hash.
    fn turn(&self, type_id: &str, at: u64, data: &Value) -> Result<NewTurn, Error> {
        let (version, declared) = self.registry.latest(type_id).unzip();
        let payload = encode(data, declared, self.registry)?;
        Ok(NewTurn {
            type_id: type_id.to_owned(),
            type_version: version.unwrap_or(1),
            encoding: MSGPACK,
            payload,
            created: Some(at / 1_000_000),
            root: None,
        })
    }
}

fn trial(recording: &Recording<'_>) -> Result<Value, Error> {
    let Recording { suite, components, trajectory, result } = recording;
    let class = plain(&result.class)?;
    let labels = [
        format!("suite:{suite}"),
        format!("scenario:{}", result.scenario),
        format!("class:{}", class.as_str().unwrap_or_default()),
        if result.satisfied { "satisfied".to_owned() } else { "unsatisfied".to_owned() },
    ];
    let components: BTreeMap<_, _> =
        components.iter().map(|(name, digest)| (name, digest.to_string())).collect();
    Ok(json!({
        "suite": suite,
        "scenario": result.scenario,
        "index": result.index,
        "seed": plain(&result.seed)?,
        "story": trajectory.story,
        "drawn": plain(&result.drawn)?,
        "components": components,
        "header": plain(&trajectory.header)?,
        "about": {
            "title": format!("{} #{}", result.scenario, result.index),
            "labels": labels,
            "origin": { "service": "glasshouse run" },
        },
    }))
}

/// What happened goes under its name, so that a kind of event that comes later needs no other type.
fn event(event: &Event) -> Result<Value, Error> {
    let (kind, body) = match plain(&event.happening)? {
        Value::Object(fields) => fields.into_iter().next().unwrap_or_default(),
        Value::String(name) => (name, Value::Null),
        other => ("other".to_owned(), other),
    };
    Ok(json!({
        "index": event.index,
        "at": event.at,
        "kind": kind,
        "body": body,
        "fuel": event.fuel,
        "chain": event.chain.to_string(),
    }))
}

fn change(change: &Change) -> Value {
    let mut data = Map::new();
    for (name, text) in [("twin", &change.twin), ("table", &change.table), ("key", &change.key)] {
        data.insert(name.to_owned(), text.as_str().into());
    }
    for (name, document) in [("before", &change.before), ("after", &change.after)] {
        data.extend(document.iter().map(|bytes| (name.to_owned(), STANDARD.encode(bytes).into())));
    }
    data.extend(change.event.map(|event| ("event".to_owned(), event.into())));
    Value::Object(data)
}

fn verdict(trajectory: &Trajectory, result: &TrialResult) -> Result<Value, Error> {
    Ok(json!({
        "class": plain(&result.class)?,
        "satisfied": result.satisfied,
        "ending": plain(&result.ending)?,
        "judgements": plain(&result.judgements)?,
        "reason": result.reason,
        "retries": result.retries,
        "twins": plain(&trajectory.twins)?,
        "writes_left_out": trajectory.writes_left_out,
    }))
}

fn plain(value: &impl Serialize) -> Result<Value, Error> {
    serde_json::to_value(value).map_err(|error| Error::unfit("trial", error.to_string()))
}

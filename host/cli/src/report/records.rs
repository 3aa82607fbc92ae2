//! The records that a run kept, in the file's order: no more than one is in memory.

use crate::batch::JsonLines;
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;

/// All that the events' file holds of one trial.
#[derive(Debug, Default, PartialEq)]
pub(super) struct TrialRecord {
    pub(super) scenario: String,
    pub(super) index: u32,
    pub(super) begun: Value,
    pub(super) events: Vec<Value>,
    pub(super) writes: Vec<Value>,
    pub(super) ended: Value,
}

#[derive(Deserialize)]
struct EventLineRead {
    scenario: String,
    index: u32,
    #[serde(flatten)]
    member: Member,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Member {
    Begun(Value),
    Event(Value),
    Write(Value),
    /// The net difference; the page shows the writes that it comes from.
    Change(serde::de::IgnoredAny),
    Ended(Value),
}

/// The records of a run, one after the other.
pub(super) struct Records {
    lines: JsonLines<EventLineRead>,
    /// The first line of the next trial.
    waiting: Option<EventLineRead>,
}

impl Records {
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        Ok(Self { lines: JsonLines::open(path)?, waiting: None })
    }

    fn line(&mut self) -> Option<anyhow::Result<EventLineRead>> {
        let waiting = self.waiting.take().map(Ok);
        waiting.or_else(|| self.lines.next().map(|line| line.map(|(_, line)| line)))
    }
}

impl Iterator for Records {
    type Item = anyhow::Result<TrialRecord>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record: Option<TrialRecord> = None;
        while let Some(line) = self.line() {
            let line = match line {
                Ok(line) => line,
                Err(error) => return Some(Err(error)),
            };
            let begun = record.get_or_insert_with(|| TrialRecord {
                scenario: line.scenario.clone(),
                index: line.index,
                ..TrialRecord::default()
            });
            if (begun.scenario.as_str(), begun.index) != (line.scenario.as_str(), line.index) {
                self.waiting = Some(line);
                break;
            }
            match line.member {
                Member::Begun(value) => begun.begun = value,
                Member::Event(value) => begun.events.push(value),
                Member::Change(_) => {}
                Member::Write(value) => begun.writes.push(value),
                Member::Ended(value) => begun.ended = value,
            }
        }
        record.map(Ok)
    }
}

//! A finished trial for a judge to look at, made of plain values.

use std::collections::BTreeMap;

use super::Replies;
use crate::Error;
use crate::capability::{Change, Entry, Event, Level, Log, Moment, Order, Outcome, Range, Trajectory};
use crate::model::{self, Model};

/// The most events or changes that one call returns, as the contract says.
const CALL_LIMIT: u32 = 1_000;
/// The most entries that one scan returns, as the contract says.
const SCAN_LIMIT: u32 = 10_000;

/// The imports of a judge. The world before and after is what `changes` say, and nothing besides.
#[derive(Debug, Default)]
pub struct FinishedTrial {
    /// What the user wants.
    pub story: String,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// What differs, ordered by twin, table and key.
    pub changes: Vec<Change>,
    /// Every line of the judge's log, in order.
    pub lines: Vec<(Level, String)>,
    /// What models answer the judge.
    pub replies: Replies,
}

/// A document that the trial created at its event number `event`.
#[must_use]
pub fn created(twin: &str, table: &str, key: &str, document: &str, event: u64) -> Change {
    Change {
        twin: twin.to_owned(),
        table: table.to_owned(),
        key: key.to_owned(),
        before: None,
        after: Some(document.as_bytes().to_vec()),
        event: Some(event),
    }
}

impl FinishedTrial {
    fn table(&self, moment: Moment, twin: &str, table: &str) -> BTreeMap<&str, &[u8]> {
        self.changes
            .iter()
            .filter(|change| change.twin == twin && change.table == table)
            .filter_map(|change| {
                let document = match moment {
                    Moment::Before => &change.before,
                    Moment::After => &change.after,
                };
                document.as_deref().map(|value| (change.key.as_str(), value))
            })
            .collect()
    }
}

impl Log for FinishedTrial {
    fn write(&mut self, level: Level, message: &str) {
        self.lines.push((level, message.to_owned()));
    }
}

impl Model for FinishedTrial {
    fn complete(&mut self, request: &model::Request) -> Result<model::Reply, Error> {
        self.replies.complete(request)
    }
}

impl Trajectory for FinishedTrial {
    fn story(&mut self) -> String {
        self.story.clone()
    }

    fn event_count(&mut self) -> u64 {
        self.events.len() as u64
    }

    fn events(&mut self, first: u64, limit: u32) -> Vec<Event> {
        page(&self.events, first, limit)
    }
}

impl Outcome for FinishedTrial {
    fn change_count(&mut self) -> u64 {
        self.changes.len() as u64
    }

    fn changes(&mut self, first: u64, limit: u32) -> Vec<Change> {
        page(&self.changes, first, limit)
    }

    fn get(&mut self, moment: Moment, twin: &str, table: &str, key: &str) -> Option<Vec<u8>> {
        self.table(moment, twin, table).get(key).map(|value| value.to_vec())
    }

    fn scan(
        &mut self,
        moment: Moment,
        twin: &str,
        table: &str,
        range: &Range,
        limit: u32,
        order: Order,
    ) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self
            .table(moment, twin, table)
            .into_iter()
            .filter(|(key, _)| range.start.as_deref().is_none_or(|start| *key >= start))
            .filter(|(key, _)| range.end.as_deref().is_none_or(|end| *key < end))
            .map(|(key, value)| Entry { key: key.to_owned(), value: value.to_vec() })
            .collect();
        if order == Order::Descending {
            entries.reverse();
        }
        entries.truncate(limit.min(SCAN_LIMIT) as usize);
        entries
    }
}

fn page<T: Clone>(items: &[T], first: u64, limit: u32) -> Vec<T> {
    let skipped = usize::try_from(first).unwrap_or(usize::MAX);
    items.iter().skip(skipped).take(limit.min(CALL_LIMIT) as usize).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial(documents: usize) -> FinishedTrial {
        let changes = (0..documents).map(|n| created("t", "rows", &format!("{n:05}"), "{}", 0)).collect();
        FinishedTrial { changes, ..FinishedTrial::default() }
    }

    #[test]
    fn a_call_returns_a_thousand_changes_at_most() {
        let mut trial = trial(1_500);
        assert_eq!(trial.changes(0, u32::MAX).len(), 1_000);
        assert_eq!(trial.changes(1_000, u32::MAX).len(), 500);
    }

    #[test]
    fn a_scan_keeps_to_its_range_and_order() {
        let mut trial = trial(10);
        let range = Range { start: Some("00002".to_owned()), end: Some("00005".to_owned()) };
        let keys: Vec<String> = trial
            .scan(Moment::After, "t", "rows", &range, 10, Order::Descending)
            .into_iter()
            .map(|entry| entry.key)
            .collect();
        assert_eq!(keys, ["00004", "00003", "00002"]);
        assert!(trial.scan(Moment::Before, "t", "rows", &range, 10, Order::Ascending).is_empty());
    }
}

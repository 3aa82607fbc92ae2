//! The tables of one twin: ordered documents that share structure between worlds, and a journal of what changed
//! since the last fork, so that a diff costs as much as there are changes.

use crate::journal::{Journal, Place};
use crate::past::Past;
use crate::writes::{Cause, Turn, Writes};
use glasshouse_sandbox::{Document, Entry, Error, Order, Scan, State, is_own_book};
use rpds::RedBlackTreeMapSync as Map;
use std::collections::BTreeSet;
use std::ops::Bound;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Most bytes of documents and keys that one twin's tables hold.
pub const LARGEST_TABLES: u64 = 256 * 1024 * 1024;

/// Tables of documents. A clone costs the same however many there are.
#[derive(Debug, Clone, Default)]
pub struct Tables {
    pub(crate) tables: Map<Arc<str>, Map<Arc<str>, Document>>,
    pub(crate) sequences: Map<Arc<str>, u64>,
    bytes: u64,
    /// Writes so far, sequences included and the twin's own books aside.
    writes: u64,
    journal: Journal,
    pub(crate) past: Past,
    pub(crate) every_write: Writes,
    pub(crate) turn: Turn,
    pub(crate) now: u64,
}

/// One document that is not what it was at the last fork.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TableChange {
    pub(crate) table: Arc<str>,
    pub(crate) key: Arc<str>,
    pub(crate) before: Option<Document>,
    pub(crate) after: Option<Document>,
    pub(crate) event: Option<u64>,
}

impl Tables {
    /// The same documents with an empty journal.
    pub(crate) fn fork(&self) -> Self {
        let every_write = Writes::default();
        Self { journal: self.journal.fork(), turn: Turn::default(), every_write, ..self.clone() }
    }

    /// Names what the following writes belong to, and its time.
    pub(crate) fn begin_turn(&mut self, turn: Turn, now: u64) {
        self.turn = turn;
        self.now = now;
    }

    /// Hands on all that differs from the last fork, in parts, and every sequence.
    pub(crate) fn name_by(&self, mut add: impl FnMut(&[u8])) {
        for change in self.changes() {
            add(change.table.as_bytes());
            add(change.key.as_bytes());
            add(&[u8::from(change.after.is_some())]);
            add(change.after.as_deref().unwrap_or_default());
        }
        for (name, next) in self.sequences.iter() {
            add(name.as_bytes());
            add(&next.to_le_bytes());
        }
    }

    /// How often they were written to, be it without a change. What a twin notes in its own books is no write.
    pub(crate) fn writes(&self) -> u64 {
        self.writes
    }

    /// The same tables as they were at a moment, as far back as their past is kept; the twin's own books as they are.
    pub(crate) fn as_of(&self, moment: u64) -> Self {
        let mut then = self.clone();
        for replaced in self.past.since(moment) {
            let (table, key) = &replaced.place;
            let documents = match then.tables.get_mut(table) {
                Some(documents) => documents,
                None => continue,
            };
            match &replaced.before {
                Some(before) => documents.insert_mut(key.clone(), before.clone()),
                None => {
                    documents.remove_mut(key);
                }
            }
        }
        then
    }

    /// What differs from the last fork, by table and key.
    pub(crate) fn changes(&self) -> Vec<TableChange> {
        let touches = self.journal.touches();
        touches.filter_map(|(place, touched)| self.change(place, touched.before.clone())).collect()
    }

    /// What differs from other tables, by table and key. Where both come from one fork, or one of them from a fork of
    /// the other, only what was written since is looked at; else every document.
    pub(crate) fn diff(&self, before: &Self) -> Vec<TableChange> {
        let places = self.journal.differing(&before.journal).unwrap_or_else(|| {
            let mut places = self.unlike(before);
            places.extend(before.unlike(self));
            places
        });
        let change = |place: &Place| self.change(place, before.get(&place.0, &place.1));
        places.iter().filter_map(change).collect()
    }

    /// The places of documents that other tables do not share.
    fn unlike(&self, other: &Self) -> BTreeSet<Place> {
        let mut places = BTreeSet::new();
        for (table, documents) in self.tables.iter() {
            let others = other.tables.get(table);
            for (key, document) in documents.iter() {
                let theirs = others.and_then(|others| others.get(key));
                if !theirs.is_some_and(|theirs| Arc::ptr_eq(theirs, document)) {
                    places.insert((table.clone(), key.clone()));
                }
            }
        }
        places
    }

    fn change(&self, place: &Place, before: Option<Document>) -> Option<TableChange> {
        let (table, key) = place.clone();
        let after = self.get(&table, &key);
        let event = self.journal.event(place);
        (before != after).then_some(TableChange { table, key, before, after, event })
    }

    /// The tables that were ever written to, by name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tables.keys().map(|name| &**name)
    }

    /// How many documents all tables hold.
    pub fn documents(&self) -> usize {
        self.tables.values().map(Map::size).sum()
    }

    fn touch(&mut self, place: Place, before: Option<Document>, after: Option<&Document>) {
        if !is_own_book(&place.0) {
            self.writes += 1;
            self.past.note(self.now, &place, before.clone());
        }
        self.every_write.note(self.turn, &place, before.as_ref(), after);
        let event = match self.turn.cause {
            Cause::Event(event) => Some(event),
            Cause::Delivery(_) | Cause::Unknown => None,
        };
        self.journal.note(place, before, after.is_none(), event);
    }

    /// Tables as they are read from a file, with an empty journal.
    pub(crate) fn read(
        tables: Map<Arc<str>, Map<Arc<str>, Document>>,
        sequences: Map<Arc<str>, u64>,
        past: Past,
    ) -> Self {
        let documents = tables.values().flat_map(|documents| documents.iter());
        let bytes = documents.map(|(key, document)| size(key, document)).sum();
        Self { tables, sequences, bytes, past, ..Self::default() }
    }
}

impl State for Tables {
    fn get(&self, table: &str, key: &str) -> Option<Document> {
        self.tables.get(table)?.get(key).cloned()
    }

    fn put(&mut self, table: &str, key: &str, value: Document) -> Result<bool, Error> {
        let before = self.get(table, key);
        let freed = before.as_ref().map_or(0, |before| size(key, before));
        let bytes = self.bytes - freed + size(key, &value);
        if bytes > LARGEST_TABLES {
            return Err(Error::QuotaExceeded(format!("a twin's tables hold at most {LARGEST_TABLES} bytes")));
        }
        let (table, key): (Arc<str>, Arc<str>) = (table.into(), key.into());
        if !self.tables.contains_key(&table) {
            self.tables.insert_mut(table.clone(), Map::default());
        }
        if let Some(documents) = self.tables.get_mut(&table) {
            documents.insert_mut(key.clone(), value.clone());
        }
        self.bytes = bytes;
        let stood = before.is_some();
        self.touch((table, key), before, Some(&value));
        Ok(stood)
    }

    fn delete(&mut self, table: &str, key: &str) -> bool {
        let Some(before) = self.get(table, key) else { return false };
        if let Some(documents) = self.tables.get_mut(table) {
            documents.remove_mut(key);
        }
        self.bytes -= size(key, &before);
        self.touch((table.into(), key.into()), Some(before), None);
        true
    }

    fn scan(&self, table: &str, scan: Scan<'_>) -> Vec<Entry> {
        let Scan { start, end, limit, order } = scan;
        let Some(documents) = self.tables.get(table) else { return Vec::new() };
        if start.zip(end).is_some_and(|(start, end)| start >= end) {
            return Vec::new();
        }
        let bounds =
            (start.map_or(Bound::Unbounded, Bound::Included), end.map_or(Bound::Unbounded, Bound::Excluded));
        let range = documents.range::<str, _>(bounds);
        let entry = |(key, value): (&Arc<str>, &Document)| (key.clone(), value.clone());
        match order {
            Order::Ascending => range.take(limit).map(entry).collect(),
            Order::Descending => range.rev().take(limit).map(entry).collect(),
        }
    }

    fn count(&self, table: &str) -> u64 {
        self.tables.get(table).map_or(0, Map::size) as u64
    }

    fn next_sequence(&mut self, name: &str) -> u64 {
        self.writes += 1;
        let next = self.sequences.get(name).copied().unwrap_or(0) + 1;
        self.sequences.insert_mut(name.into(), next);
        next
    }
}

fn size(key: &str, value: &Document) -> u64 {
    (key.len() + value.len()) as u64
}

/// Tables that the universe and the twin's running instance both hold.
#[derive(Debug, Clone, Default)]
pub(crate) struct SharedTables(Arc<Mutex<Tables>>);

impl SharedTables {
    pub(crate) fn new(tables: Tables) -> Self {
        Self(Arc::new(Mutex::new(tables)))
    }

    /// The tables; a panic elsewhere leaves them as they were after the last whole write.
    pub(crate) fn lock(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State for SharedTables {
    fn get(&self, table: &str, key: &str) -> Option<Document> {
        self.lock().get(table, key)
    }

    fn put(&mut self, table: &str, key: &str, value: Document) -> Result<bool, Error> {
        self.lock().put(table, key, value)
    }

    fn delete(&mut self, table: &str, key: &str) -> bool {
        self.lock().delete(table, key)
    }

    fn scan(&self, table: &str, scan: Scan<'_>) -> Vec<Entry> {
        self.lock().scan(table, scan)
    }

    fn count(&self, table: &str) -> u64 {
        self.lock().count(table)
    }

    fn next_sequence(&mut self, name: &str) -> u64 {
        self.lock().next_sequence(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(tables: &mut Tables, key: &str, value: &str) -> bool {
        tables.put("t", key, value.as_bytes().into()).unwrap()
    }

    fn keys(tables: &Tables, start: Option<&str>, end: Option<&str>, order: Order) -> Vec<String> {
        tables
            .scan("t", Scan { start, end, limit: 10, order })
            .into_iter()
            .map(|(key, _)| key.to_string())
            .collect()
    }

    #[test]
    fn a_fork_sees_nothing_of_later_writes() {
        let mut base = Tables::default();
        assert!(!put(&mut base, "a", "1"));
        let mut fork = base.fork();
        assert!(put(&mut fork, "a", "2"));
        assert!(fork.delete("t", "a"));
        assert_eq!(base.get("t", "a").unwrap().as_ref(), b"1");
        assert_eq!(fork.get("t", "a"), None);
        assert_eq!((base.count("t"), fork.count("t")), (1, 0));
    }

    #[test]
    fn changes_hold_the_first_before_and_the_last_event() {
        let mut tables = Tables::default();
        put(&mut tables, "a", "1");
        put(&mut tables, "b", "1");
        let mut fork = tables.fork();
        assert_eq!(fork.changes(), []);
        fork.begin_turn(Turn { number: 0, cause: Cause::Event(3) }, 0);
        put(&mut fork, "a", "2");
        put(&mut fork, "c", "new");
        fork.begin_turn(Turn { number: 1, cause: Cause::Event(4) }, 0);
        put(&mut fork, "a", "3");
        put(&mut fork, "b", "2");
        put(&mut fork, "b", "1");
        let seen: Vec<_> = fork
            .changes()
            .into_iter()
            .map(|c| (c.key.to_string(), c.before.is_some(), c.after.unwrap().to_vec(), c.event))
            .collect();
        assert_eq!(
            seen,
            [("a".into(), true, b"3".to_vec(), Some(4)), ("c".into(), false, b"new".to_vec(), Some(3))]
        );
    }

    #[test]
    fn what_is_made_and_removed_again_leaves_no_change() {
        let mut tables = Tables::default();
        put(&mut tables, "a", "1");
        let mut fork = tables.fork();
        put(&mut fork, "b", "1");
        let middle = fork.clone();
        assert!(fork.delete("t", "a"));
        assert!(fork.delete("t", "b"));
        let removed: Vec<_> = fork.changes().into_iter().map(|change| change.key).collect();
        assert_eq!(removed, ["a".into()]);
        let since: Vec<_> = fork.diff(&middle).into_iter().map(|change| change.key).collect();
        assert_eq!(since, ["a".into(), "b".into()]);
    }

    #[test]
    fn the_past_is_kept_as_long_as_it_was_asked_for() {
        let mut tables = Tables::default();
        tables.past.keep(10);
        for (now, value) in [(0, "0"), (5, "5"), (20, "20")] {
            tables.begin_turn(Turn::default(), now);
            put(&mut tables, "a", value);
        }
        assert!(tables.delete("t", "a"));
        let then = |moment| tables.as_of(moment).get("t", "a").map(|value| value.to_vec());
        assert_eq!(then(20), None);
        assert_eq!(then(19), Some(b"5".to_vec()));
        assert_eq!(tables.past.replaced.size(), 2);
        tables.past.keep(0);
        assert_eq!(tables.as_of(0).get("t", "a"), None);
    }

    #[test]
    fn scans_keep_their_bounds_in_both_orders() {
        let mut tables = Tables::default();
        for key in ["a", "b", "c", "d"] {
            put(&mut tables, key, "x");
        }
        assert_eq!(keys(&tables, Some("b"), Some("d"), Order::Ascending), ["b", "c"]);
        assert_eq!(keys(&tables, None, Some("c"), Order::Descending), ["b", "a"]);
        assert_eq!(keys(&tables, Some("d"), Some("a"), Order::Ascending), [""; 0]);
        assert_eq!(keys(&tables, Some("c"), Some("c"), Order::Descending), [""; 0]);
    }

    #[test]
    fn a_full_world_refuses_and_keeps_what_it_has() {
        let mut tables = Tables { bytes: LARGEST_TABLES - 2, ..Tables::default() };
        assert!(matches!(tables.put("t", "k", b"xy".as_slice().into()), Err(Error::QuotaExceeded(_))));
        assert_eq!(tables.get("t", "k"), None);
        assert!(!put(&mut tables, "k", "x"));
    }

    #[test]
    fn sequences_begin_at_one_and_fork() {
        let mut tables = Tables::default();
        assert_eq!([tables.next_sequence("s"), tables.next_sequence("s")], [1, 2]);
        let mut fork = tables.fork();
        assert_eq!((fork.next_sequence("s"), tables.next_sequence("s")), (3, 3));
    }
}

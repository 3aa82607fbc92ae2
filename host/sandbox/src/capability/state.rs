//! `state`: a twin's own tables.

use super::{Host, Interface, given};
use crate::bindings::host::glasshouse::capability::state as wit;
use crate::bindings::host::glasshouse::types::types::{Error, Order, Range};
use std::sync::Arc;

/// Most entries of one scan, as the contract says.
const MOST_ENTRIES: u32 = 10_000;

/// A document's bytes, shared between the worlds that hold it.
pub type Document = Arc<[u8]>;

/// A key and its document.
pub type Entry = (Arc<str>, Document);

/// Which entries of a table a scan visits, in byte order of their keys.
#[derive(Debug, Clone, Copy)]
pub struct Scan<'k> {
    /// First key visited; none for the first of the table.
    pub start: Option<&'k str>,
    /// First key not visited; none for no end.
    pub end: Option<&'k str>,
    /// Most entries.
    pub limit: usize,
    /// In which direction.
    pub order: Order,
}

impl<'k> Scan<'k> {
    /// As a guest asked for it, within the contract's bound.
    pub(super) fn asked(range: &'k Range, limit: u32, order: Order) -> Self {
        let limit = limit.min(MOST_ENTRIES) as usize;
        Self { start: range.start.as_deref(), end: range.end.as_deref(), limit, order }
    }
}

/// The tables of one twin.
pub trait State: Send {
    /// The document under a key.
    fn get(&self, table: &str, key: &str) -> Option<Document>;

    /// Writes a document and returns whether one stood there.
    ///
    /// # Errors
    /// `quota-exceeded` where the world is full; nothing is written.
    fn put(&mut self, table: &str, key: &str, value: Document) -> Result<bool, Error>;

    /// Removes a document and returns whether one stood there.
    fn delete(&mut self, table: &str, key: &str) -> bool;

    /// The entries of a range of keys.
    fn scan(&self, table: &str, scan: Scan<'_>) -> Vec<Entry>;

    /// How many documents a table holds.
    fn count(&self, table: &str) -> u64;

    /// The next number of a sequence, from 1.
    fn next_sequence(&mut self, name: &str) -> u64;
}

/// An entry as the guest gets it.
pub(super) fn lowered((key, value): Entry) -> wit::Entry {
    wit::Entry { key: key.as_ref().to_owned(), value: value.to_vec() }
}

impl wit::Host for Host {
    fn get(&mut self, table: String, key: String) -> wasmtime::Result<Option<Vec<u8>>> {
        self.enter(Interface::State)?;
        Ok(given(self.state.as_mut(), "state")?.get(&table, &key).map(|value| value.to_vec()))
    }

    fn put(&mut self, table: String, key: String, value: Vec<u8>) -> wasmtime::Result<Result<bool, Error>> {
        self.enter(Interface::State)?;
        Ok(given(self.state.as_mut(), "state")?.put(&table, &key, value.into()))
    }

    fn delete(&mut self, table: String, key: String) -> wasmtime::Result<bool> {
        self.enter(Interface::State)?;
        Ok(given(self.state.as_mut(), "state")?.delete(&table, &key))
    }

    fn scan(
        &mut self,
        table: String,
        range: Range,
        limit: u32,
        order: Order,
    ) -> wasmtime::Result<Vec<wit::Entry>> {
        self.enter(Interface::State)?;
        let scan = Scan::asked(&range, limit, order);
        let entries = given(self.state.as_mut(), "state")?.scan(&table, scan);
        Ok(entries.into_iter().map(lowered).collect())
    }

    fn count(&mut self, table: String) -> wasmtime::Result<u64> {
        self.enter(Interface::State)?;
        Ok(given(self.state.as_mut(), "state")?.count(&table))
    }

    fn next_sequence(&mut self, name: String) -> wasmtime::Result<u64> {
        self.enter(Interface::State)?;
        Ok(given(self.state.as_mut(), "state")?.next_sequence(&name))
    }
}

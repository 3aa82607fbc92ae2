//! Tables of typed documents over the host's tables of bytes.

use std::collections::VecDeque;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Entry, Error, Host, Order, Range};

/// How many entries a scan asks for at first; most pages and searches end within it.
const FIRST_BATCH: u32 = 128;
/// How many it asks for at most at once; the contract allows 10,000.
const LARGEST_BATCH: u32 = 4_096;

/// A named table whose documents are the JSON form of `T`.
pub struct Table<T> {
    name: &'static str,
    documents: PhantomData<fn() -> T>,
}

/// A document that could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// It is not what the table holds.
    #[error("{table}/{key}: {source}")]
    Document {
        /// The table's name.
        table: &'static str,
        /// The document's key.
        key: String,
        /// What does not fit.
        source: serde_json::Error,
    },
    /// The host did not take it.
    #[error("{table}/{key}: {source}")]
    Refused {
        /// The table's name.
        table: &'static str,
        /// The document's key.
        key: String,
        /// The host's reason.
        source: Error,
    },
}

impl<T: Serialize + DeserializeOwned> Table<T> {
    /// The table of that name; it exists as soon as it holds a document.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self { name, documents: PhantomData }
    }

    /// The document under a key, if any.
    ///
    /// # Errors
    /// [`TableError::Document`].
    pub fn get(&self, host: &mut dyn Host, key: &str) -> Result<Option<T>, TableError> {
        host.get(self.name, key).map(|bytes| self.read(key, &bytes)).transpose()
    }

    /// Whether there is a document under a key.
    #[must_use]
    pub fn contains(&self, host: &mut dyn Host, key: &str) -> bool {
        host.get(self.name, key).is_some()
    }

    /// Writes a document and returns whether one stood there.
    ///
    /// # Errors
    /// [`TableError::Refused`] when the world is full, [`TableError::Document`] when it has no JSON form.
    pub fn put(&self, host: &mut dyn Host, key: &str, document: &T) -> Result<bool, TableError> {
        let bytes = serde_json::to_vec(document).map_err(|source| self.unfit(key, source))?;
        host.put(self.name, key, &bytes).map_err(|source| TableError::Refused {
            table: self.name,
            key: key.to_owned(),
            source,
        })
    }

    /// Removes a document and returns whether one stood there.
    pub fn delete(&self, host: &mut dyn Host, key: &str) -> bool {
        host.delete(self.name, key)
    }

    /// How many documents there are.
    #[must_use]
    pub fn count(&self, host: &mut dyn Host) -> u64 {
        host.count(self.name)
    }

    /// The first key and document of a range in that order: the lowest, or the highest.
    ///
    /// # Errors
    /// [`TableError::Document`].
    pub fn first(
        &self,
        host: &mut dyn Host,
        range: &Range,
        order: Order,
    ) -> Result<Option<(String, T)>, TableError> {
        let Some(Entry { key, value }) = host.scan(self.name, range, 1, order).pop() else { return Ok(None) };
        let document = self.read(&key, &value)?;
        Ok(Some((key, document)))
    }

    /// Visits a range of keys in order, one document at a time.
    #[must_use]
    pub fn scan(&self, range: Range, order: Order) -> Scan<'_, T> {
        Scan { table: self, range: Some(range), order, batch: FIRST_BATCH, waiting: VecDeque::new() }
    }

    fn read(&self, key: &str, bytes: &[u8]) -> Result<T, TableError> {
        // Bytes would be checked text by text; checked once and as a whole they are read faster.
        let document = match std::str::from_utf8(bytes) {
            Ok(text) => serde_json::from_str(text),
            Err(_) => serde_json::from_slice(bytes),
        };
        document.map_err(|source| self.unfit(key, source))
    }

    fn unfit(&self, key: &str, source: serde_json::Error) -> TableError {
        TableError::Document { table: self.name, key: key.to_owned(), source }
    }
}

/// A scan on its way. It asks the host for entries in batches and sees writes made between two of them.
pub struct Scan<'t, T> {
    table: &'t Table<T>,
    /// What is still to be asked for; none after the last batch.
    range: Option<Range>,
    order: Order,
    batch: u32,
    waiting: VecDeque<Entry>,
}

impl<T: Serialize + DeserializeOwned> Scan<'_, T> {
    /// The next key and document; none at the end.
    ///
    /// # Errors
    /// [`TableError::Document`].
    pub fn next(&mut self, host: &mut dyn Host) -> Result<Option<(String, T)>, TableError> {
        if self.waiting.is_empty() {
            self.fetch(host);
        }
        let Some(Entry { key, value }) = self.waiting.pop_front() else { return Ok(None) };
        let document = self.table.read(&key, &value)?;
        Ok(Some((key, document)))
    }

    fn fetch(&mut self, host: &mut dyn Host) {
        let Some(range) = self.range.take() else { return };
        let entries = host.scan(self.table.name, &range, self.batch, self.order);
        if entries.len() >= self.batch as usize
            && let Some(last) = entries.last()
        {
            self.range = Some(match self.order {
                Order::Ascending => Range { start: Some(just_after(&last.key)), end: range.end },
                Order::Descending => Range { start: range.start, end: Some(last.key.clone()) },
            });
        }
        self.batch = self.batch.saturating_mul(4).min(LARGEST_BATCH);
        self.waiting = entries.into();
    }
}

/// The first key that is greater in byte order.
fn just_after(key: &str) -> String {
    format!("{key}\0")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::MemoryHost;

    const NUMBERS: Table<u32> = Table::new("numbers");

    fn keys(range: Range, order: Order) -> Vec<String> {
        let mut host = MemoryHost::default();
        for number in 0..1_000 {
            NUMBERS.put(&mut host, &format!("{number:04}"), &number).unwrap();
        }
        let mut scan = NUMBERS.scan(range, order);
        let mut keys = Vec::new();
        while let Some((key, _)) = scan.next(&mut host).unwrap() {
            keys.push(key);
        }
        keys
    }

    #[test]
    fn a_scan_crosses_batches_without_gap_or_repeat() {
        let all: Vec<_> = (0..1_000).map(|number| format!("{number:04}")).collect();
        assert_eq!(keys(Range { start: None, end: None }, Order::Ascending), all);
        let some = Range { start: Some("0003".to_owned()), end: Some("0990".to_owned()) };
        let mut expected = all[3..990].to_vec();
        expected.reverse();
        assert_eq!(keys(some, Order::Descending), expected);
    }

    #[test]
    fn the_first_of_a_range_is_lowest_or_highest() {
        let mut host = MemoryHost::default();
        for number in 0..5 {
            NUMBERS.put(&mut host, &number.to_string(), &number).unwrap();
        }
        let range = Range { start: Some("1".to_owned()), end: Some("4".to_owned()) };
        let mut first = |order| NUMBERS.first(&mut host, &range, order).unwrap().map(|(_, number)| number);
        assert_eq!((first(Order::Ascending), first(Order::Descending)), (Some(1), Some(3)));
    }

    #[test]
    fn a_foreign_document_is_named() {
        let mut host = MemoryHost::default();
        host.put("numbers", "x", b"\"no\"").unwrap();
        let error = NUMBERS.get(&mut host, "x").unwrap_err().to_string();
        assert!(error.starts_with("numbers/x: invalid type"), "{error}");
    }
}

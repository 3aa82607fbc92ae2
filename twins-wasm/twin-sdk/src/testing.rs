//! A host in memory, so that a twin's tests run natively and give the same result every time.

mod cases;
mod counting;

use std::collections::BTreeMap;
use std::ops::Bound;

use serde_json::Value;

pub use crate::fidelity::{assert_row, fidelity_row};
pub use cases::{Saved, assert_cases};
pub use counting::Counting;

use crate::{
    Duration, Entry, Error, Header, Host, Instant, Level, Order, Range, Request, Response, Retry, Signing,
    seconds, signed,
};

/// The contract's limit on one scan.
const SCAN_LIMIT: usize = 10_000;
/// 2026-01-05T10:00:00Z, where the clock of a fresh host stands.
const BEGIN: Instant = 1_767_607_200_000_000_000;

/// A world of one twin. Time stands still until the test moves it.
#[derive(Debug, Clone)]
pub struct MemoryHost {
    /// The time at this moment, in nanoseconds since 1970.
    pub now: Instant,
    /// What was logged, oldest first.
    pub lines: Vec<(Level, String)>,
    /// What the twin sent of its own accord, oldest first, each with the time at which it falls due.
    pub emitted: Vec<(Instant, Request, Retry)>,
    /// How many clients hold a socket, whatever its address; none where nobody ever can.
    pub sockets: Option<u32>,
    /// How many documents it takes; one more is refused with `quota-exceeded`.
    pub quota: usize,
    tables: BTreeMap<String, BTreeMap<String, Vec<u8>>>,
    sequences: BTreeMap<String, u64>,
    random: u64,
}

impl Default for MemoryHost {
    fn default() -> Self {
        Self {
            now: BEGIN,
            lines: Vec::new(),
            emitted: Vec::new(),
            sockets: Some(0),
            quota: usize::MAX,
            tables: BTreeMap::new(),
            sequences: BTreeMap::new(),
            random: 0,
        }
    }
}

impl Host for MemoryHost {
    fn now(&mut self) -> Instant {
        self.now
    }

    /// SplitMix64: enough to tell draws apart.
    fn random(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.random;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn get(&mut self, table: &str, key: &str) -> Option<Vec<u8>> {
        self.tables.get(table)?.get(key).cloned()
    }

    fn put(&mut self, table: &str, key: &str, value: &[u8]) -> Result<bool, Error> {
        let held: usize = self.tables.values().map(BTreeMap::len).sum();
        let documents = self.tables.entry(table.to_owned()).or_default();
        if !documents.contains_key(key) && held >= self.quota {
            return Err(Error::QuotaExceeded(format!("the world holds {held} documents")));
        }
        Ok(documents.insert(key.to_owned(), value.to_vec()).is_some())
    }

    fn delete(&mut self, table: &str, key: &str) -> bool {
        self.tables.get_mut(table).is_some_and(|documents| documents.remove(key).is_some())
    }

    fn scan(&mut self, table: &str, range: &Range, limit: u32, order: Order) -> Vec<Entry> {
        let Some(documents) = self.tables.get(table) else { return Vec::new() };
        if range.start.as_ref().zip(range.end.as_ref()).is_some_and(|(start, end)| start >= end) {
            return Vec::new();
        }
        let start = range.start.as_deref().map_or(Bound::Unbounded, Bound::Included);
        let end = range.end.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
        let limit = SCAN_LIMIT.min(limit as usize);
        let entry = |(key, value): (&String, &Vec<u8>)| Entry { key: key.clone(), value: value.clone() };
        let found = documents.range::<str, _>((start, end));
        match order {
            Order::Ascending => found.take(limit).map(entry).collect(),
            Order::Descending => found.rev().take(limit).map(entry).collect(),
        }
    }

    fn count(&mut self, table: &str) -> u64 {
        self.tables.get(table).map_or(0, BTreeMap::len) as u64
    }

    fn next_sequence(&mut self, name: &str) -> u64 {
        let number = self.sequences.entry(name.to_owned()).or_default();
        *number = number.saturating_add(1);
        *number
    }

    fn emit(&mut self, request: &Request, delay: Duration, retry: &Retry) -> Result<(), Error> {
        self.emitted.push((self.now.saturating_add(delay), request.clone(), retry.clone()));
        Ok(())
    }

    /// Signed as the first attempt is.
    fn emit_signed(
        &mut self,
        request: &Request,
        delay: Duration,
        retry: &Retry,
        signing: &Signing,
    ) -> Result<(), Error> {
        let due = self.now.saturating_add(delay);
        let mut request = request.clone();
        request.headers.extend(signed(signing, seconds(due), &request.body));
        self.emit(&request, delay, retry)
    }

    fn open_sockets(&mut self, _url: &str) -> Result<u32, Error> {
        self.sockets.ok_or_else(|| Error::Unavailable("there are no clients outside".to_owned()))
    }

    fn log(&mut self, level: Level, message: &str) {
        self.lines.push((level, message.to_owned()));
    }
}

/// A request as a client would send it.
#[must_use]
pub fn request(method: &str, url: &str, headers: &[(&str, &str)], body: &str) -> Request {
    let field =
        |(name, value): &(&str, &str)| Header { name: (*name).to_owned(), value: (*value).to_owned() };
    Request {
        method: method.to_owned(),
        url: url.to_owned(),
        headers: headers.iter().map(field).collect(),
        body: body.as_bytes().to_vec(),
    }
}

/// The JSON of a response: null for no body, its text where it is no JSON.
#[must_use]
pub fn json(response: &Response) -> Value {
    if response.body.is_empty() {
        return Value::Null;
    }
    let text = String::from_utf8_lossy(&response.body);
    serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.into_owned()))
}

/// The first header of that name, in lower case.
#[must_use]
pub fn header<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    response.headers.iter().find(|field| field.name == name).map(|field| field.value.as_str())
}

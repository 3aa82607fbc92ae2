//! What a call costs the host.

use super::MemoryHost;
use crate::{Duration, Entry, Error, Host, Instant, Level, Order, Range, Request, Retry, Signing};

/// Counts the documents that are read from the memory below.
#[derive(Debug, Clone)]
pub struct Counting {
    /// Where everything passes through to.
    pub memory: MemoryHost,
    /// How many documents were asked for by key.
    pub gets: u32,
    /// How many documents scans returned.
    pub scanned: usize,
}

impl Counting {
    /// Counts from here on.
    #[must_use]
    pub fn new(memory: MemoryHost) -> Self {
        Self { memory, gets: 0, scanned: 0 }
    }
}

impl Host for Counting {
    fn now(&mut self) -> Instant {
        self.memory.now()
    }

    fn random(&mut self) -> u64 {
        self.memory.random()
    }

    fn get(&mut self, table: &str, key: &str) -> Option<Vec<u8>> {
        self.gets += 1;
        self.memory.get(table, key)
    }

    fn put(&mut self, table: &str, key: &str, value: &[u8]) -> Result<bool, Error> {
        self.memory.put(table, key, value)
    }

    fn delete(&mut self, table: &str, key: &str) -> bool {
        self.memory.delete(table, key)
    }

    fn scan(&mut self, table: &str, range: &Range, limit: u32, order: Order) -> Vec<Entry> {
        let entries = self.memory.scan(table, range, limit, order);
        self.scanned += entries.len();
        entries
    }

    fn count(&mut self, table: &str) -> u64 {
        self.memory.count(table)
    }

    fn next_sequence(&mut self, name: &str) -> u64 {
        self.memory.next_sequence(name)
    }

    fn emit(&mut self, request: &Request, delay: Duration, retry: &Retry) -> Result<(), Error> {
        self.memory.emit(request, delay, retry)
    }

    fn emit_signed(
        &mut self,
        request: &Request,
        delay: Duration,
        retry: &Retry,
        signing: &Signing,
    ) -> Result<(), Error> {
        self.memory.emit_signed(request, delay, retry, signing)
    }

    fn open_sockets(&mut self, url: &str) -> Result<u32, Error> {
        self.memory.open_sockets(url)
    }

    fn log(&mut self, level: Level, message: &str) {
        self.memory.log(level, message);
    }
}

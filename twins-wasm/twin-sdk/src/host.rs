//! The host as a twin sees it. Two implementations: the imports of a component, and
//! [`crate::testing::MemoryHost`] for tests that run without any host.

use crate::{Duration, Entry, Error, Instant, Level, Order, Range, Request, Retry, Signing};

/// What a twin may ask of the world around it. Nothing else reaches a twin.
pub trait Host {
    /// The trial's time, in nanoseconds since 1970. It never goes back.
    fn now(&mut self) -> Instant;

    /// The next number of the twin's own random stream, uniform over all of `u64`.
    fn random(&mut self) -> u64;

    /// The document under a key, if any.
    fn get(&mut self, table: &str, key: &str) -> Option<Vec<u8>>;

    /// Writes a document and returns whether one stood there.
    ///
    /// # Errors
    /// `quota-exceeded` when the world's size limit is reached; nothing was written then.
    fn put(&mut self, table: &str, key: &str, value: &[u8]) -> Result<bool, Error>;

    /// Removes a document and returns whether one stood there.
    fn delete(&mut self, table: &str, key: &str) -> bool;

    /// At most `limit` entries of a range, and at most 10,000.
    fn scan(&mut self, table: &str, range: &Range, limit: u32, order: Order) -> Vec<Entry>;

    /// How many documents a table holds.
    fn count(&mut self, table: &str) -> u64;

    /// The next number of a named sequence, from 1, never repeated in this world's history.
    fn next_sequence(&mut self, name: &str) -> u64;

    /// Hands over a request that the service sends of its own accord, after `delay` nanoseconds.
    ///
    /// # Errors
    /// `invalid-argument` for a request that cannot be sent, `quota-exceeded` when too many deliveries are pending.
    fn emit(&mut self, request: &Request, delay: Duration, retry: &Retry) -> Result<(), Error>;

    /// The same for a request whose attempts are signed one by one, each at its own moment.
    ///
    /// # Errors
    /// As [`Host::emit`]; `invalid-argument` also where a header cannot be sent.
    fn emit_signed(
        &mut self,
        request: &Request,
        delay: Duration,
        retry: &Retry,
        signing: &Signing,
    ) -> Result<(), Error>;

    /// How many clients hold a socket of that `ws` or `wss` address.
    ///
    /// # Errors
    /// `unavailable` where nobody ever can: in a trial.
    fn open_sockets(&mut self, url: &str) -> Result<u32, Error> {
        Err(Error::Unavailable(format!("nobody can hold a socket of {url}")))
    }

    /// Records one line for people.
    fn log(&mut self, level: Level, message: &str);
}

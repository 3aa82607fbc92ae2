//! The contract's imports as traits, one an interface: a guest's `Host` is one implementation, the doubles of
//! [`testing`](crate::testing) are the other.

pub use crate::bindings::imports::glasshouse::capability::log::Level;
pub use crate::bindings::imports::glasshouse::capability::outcome::{Change, Moment};
pub use crate::bindings::imports::glasshouse::capability::tools::Definition as GrantedTool;
pub use crate::bindings::imports::glasshouse::capability::trajectory::{Event, Exchange, Happening};
pub use crate::bindings::imports::glasshouse::capability::workspace::{Item, Kind, Metadata};
pub use crate::bindings::imports::glasshouse::types::types::{Entry, Order, Range};
use crate::{Duration, Error, Instant, Request, Response};

/// Lines for people.
pub trait Log {
    /// Records one line. Lines count towards the guest's output limit.
    fn write(&mut self, level: Level, message: &str);
}

/// Time as the trial tells it.
pub trait Clock {
    /// The time at this moment, in nanoseconds since 1970. It never goes back.
    fn now(&mut self) -> Instant;
    /// Moves the trial's time forward by that many nanoseconds; returns at once where time is virtual.
    fn sleep(&mut self, duration: Duration);
}

/// The guest's own stream of random numbers.
pub trait Random {
    /// The next `len` bytes; the host ends a guest that asks for more than 65,536 in one call.
    fn fill(&mut self, len: u32) -> Vec<u8>;
    /// The next number, uniform over all of `u64`.
    fn next(&mut self) -> u64;
}

/// Outgoing HTTP.
pub trait Http {
    /// Sends and waits for the whole answer. An HTTP error status is an answer, not an error.
    ///
    /// # Errors
    /// `invalid-argument`: the URL or a header cannot be sent. `denied`: no grant names the host. `not-found`: no
    /// twin answers for the host. `unavailable`: the connection broke.
    fn send(&mut self, request: &Request) -> Result<Response, Error>;
}

/// Files of one run: in memory, or the granted folders. Paths are relative, joined by `/`.
///
/// In every function `invalid-argument` means that the path is none or names the wrong kind, `not-found` that nothing
/// stands there, and `denied` that no grant covers it or that its folder is read-only.
pub trait Workspace {
    /// At most `limit` bytes of a file beginning with byte `first`, and at most 16 MiB; none past its end.
    ///
    /// # Errors
    /// Those of every function.
    fn read_file(&mut self, path: &str, first: u64, limit: u32) -> Result<Vec<u8>, Error>;
    /// Writes a whole file in place of what it held, and makes the folders above it.
    ///
    /// # Errors
    /// Those of every function, and `quota-exceeded`, when nothing was written.
    fn write_file(&mut self, path: &str, contents: &[u8]) -> Result<(), Error>;
    /// Every name in a folder, in byte order; the empty path is the workspace itself.
    ///
    /// # Errors
    /// Those of every function, and `quota-exceeded` for more than 10,000 names.
    fn list(&mut self, path: &str) -> Result<Vec<Item>, Error>;
    /// Removes a file or an empty folder.
    ///
    /// # Errors
    /// Those of every function, and `conflict` where the folder holds something.
    fn remove(&mut self, path: &str) -> Result<(), Error>;
    /// What is known of a path.
    ///
    /// # Errors
    /// Those of every function.
    fn stat(&mut self, path: &str) -> Result<Metadata, Error>;
}

/// Tools of other components, granted one by one.
pub trait Tools {
    /// Every tool that is granted, ordered by name.
    fn granted_tools(&mut self) -> Vec<GrantedTool>;
    /// Calls a tool; arguments and result are JSON that fits its schemas.
    ///
    /// # Errors
    /// `not-found`: there is no such tool. `denied`: no grant names it, or its condition does not hold.
    /// `invalid-argument`: the arguments do not fit the schema. Otherwise what the tool ran into.
    fn call_tool(&mut self, name: &str, arguments: &str) -> Result<String, Error>;
}

/// What happened in one finished trial, in order.
pub trait Trajectory {
    /// What the user wants, in the user's words.
    fn story(&mut self) -> String;
    /// How many events there are.
    fn event_count(&mut self) -> u64;
    /// At most `limit` events beginning with index `first`, and at most 1,000.
    fn events(&mut self, first: u64, limit: u32) -> Vec<Event>;
}

/// What a finished trial changed in the world.
pub trait Outcome {
    /// How many documents differ.
    fn change_count(&mut self) -> u64;
    /// At most `limit` changes beginning with number `first`, and at most 1,000, ordered by twin, table and key.
    fn changes(&mut self, first: u64, limit: u32) -> Vec<Change>;
    /// The document under a key at a moment, if any.
    fn get(&mut self, moment: Moment, twin: &str, table: &str, key: &str) -> Option<Vec<u8>>;
    /// At most `limit` entries of a range at a moment, and at most 10,000; none for an unknown twin.
    fn scan(
        &mut self,
        moment: Moment,
        twin: &str,
        table: &str,
        range: &Range,
        limit: u32,
        order: Order,
    ) -> Vec<Entry>;
}

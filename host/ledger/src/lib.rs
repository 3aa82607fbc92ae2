//! Conversations and tool outputs in an immutable DAG, and the servers of it.
//!
//! [`Ledger`] is the store; [`Ledger::record`] keeps a trial in it. [`protocol`] is the binary protocol without I/O, [`server`] serves it and the HTTP API,
//! [`registry`] knows the types of payloads and projects them to JSON, [`cql`] finds contexts, [`fstree`] reads
//! filesystem snapshots.

pub mod cql;
pub mod fstree;
pub mod protocol;
pub mod registry;
pub mod server;
mod store;
mod trajectory;

pub use store::{
    Break, Clock, Collected, Commit, Comparison, Context, ContextId, Drawing, Error, Event, Fault, Flaw,
    Head, Imported, KEY_LIFETIME, LARGEST_BLOB, Ledger, MOST_READ, MOST_TURNS, MSGPACK, NewTurn, Options,
    Origin, Provenance, Receipt, Stats, Turn, TurnId, Verified,
};
pub use trajectory::{Recorded, Recording};

//! The ledger from outside: what it keeps, what it refuses, what it survives.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "tests"
)]

mod binary;
mod collect;
mod crash;
mod dag;
mod damage;
mod fixtures;
mod hostile;
mod http;
mod idempotency;
mod portable;
mod snapshots;
mod trajectory;

use glasshouse_ledger::{ContextId, Ledger, MSGPACK, NewTurn, Options, TurnId};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What the test clock shows at first.
pub(crate) const START: u64 = 1_700_000_000_000;

/// A clock that stands until it is set.
#[derive(Clone)]
pub(crate) struct Time(Arc<AtomicU64>);

impl Time {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(START)))
    }

    pub(crate) fn set(&self, ms: u64) {
        self.0.store(ms, Ordering::SeqCst);
    }

    pub(crate) fn options(&self) -> Options {
        let time = self.0.clone();
        Options::new(Arc::new(move || time.load(Ordering::SeqCst)))
    }
}

/// A folder in memory where the system has one: for tests of many restarts, which have nothing to learn from a disk.
pub(crate) fn quick_folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder")
}

/// A ledger whose clock stands still.
pub(crate) fn open(folder: &Path) -> Ledger {
    Ledger::open(folder, Time::new().options()).expect("it opens")
}

/// A turn of a made-up type.
pub(crate) fn turn(payload: impl AsRef<[u8]>) -> NewTurn {
    NewTurn {
        type_id: "com.example.Message".into(),
        type_version: 1,
        encoding: MSGPACK,
        payload: payload.as_ref().to_vec(),
        created: None,
        root: None,
    }
}

/// An empty durable context.
pub(crate) fn context(ledger: &Ledger) -> ContextId {
    ledger.create(TurnId::NONE, "", glasshouse_ledger::Commit::Durable).expect("it is made").0
}

/// Appends at the head.
pub(crate) fn append(ledger: &Ledger, context: ContextId, payload: impl AsRef<[u8]>) -> TurnId {
    ledger.append(context, TurnId::NONE, turn(payload), b"").expect("it is appended").turn
}

/// Appends many at once, each with its own payload.
pub(crate) fn append_chain(ledger: &Ledger, context: ContextId, count: usize) -> Vec<TurnId> {
    let turns = (0..count).map(|number| turn(format!("{context}/{number}"))).collect();
    let commit = glasshouse_ledger::Commit::Interval;
    let receipts = ledger.append_many(context, TurnId::NONE, turns, b"", commit).expect("they are appended");
    receipts.iter().map(|receipt| receipt.turn).collect()
}

/// The ids of turns.
pub(crate) fn ids(turns: &[glasshouse_ledger::Turn]) -> Vec<TurnId> {
    turns.iter().map(|turn| turn.id).collect()
}

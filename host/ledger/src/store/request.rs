//! What the writer is asked for, and what it answers.

use super::blob::Packed;
use super::gc::Collected;
use super::{ContextId, Error, Head, NewTurn, TurnId};
use blake3::Hash;
use std::sync::mpsc::SyncSender;

/// When an append is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commit {
    /// Once it is on disk.
    Durable,
    /// Once it is in the journal; on disk at most [`super::Options::interval`] later. A killed process loses nothing, a
    /// machine without power loses that much.
    Interval,
}

/// What an append gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Receipt {
    /// The context, whose head the last turn of the append is.
    pub context: ContextId,
    /// The turn.
    pub turn: TurnId,
    /// Its depth.
    pub depth: u32,
    /// Hash of its payload.
    pub payload: Hash,
    /// Its own hash.
    pub hash: Hash,
    /// Whether it was on disk when the append was acknowledged.
    pub durable: bool,
}

/// What happened, for those who watch. Sent after it was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A context was made.
    ContextCreated {
        /// Its id.
        context: ContextId,
        /// Where it points.
        head: Head,
    },
    /// A context's first turn said where the context comes from.
    MetadataUpdated {
        /// The context.
        context: ContextId,
    },
    /// A turn was appended.
    TurnAppended {
        /// The context.
        context: ContextId,
        /// The turn.
        turn: TurnId,
        /// Its parent.
        parent: TurnId,
        /// Its depth.
        depth: u32,
    },
}

/// Where an answer goes.
pub(crate) type Answer<T> = SyncSender<Result<T, Error>>;

/// Turns for one context, each the child of the one before.
pub(crate) struct Append {
    pub(crate) context: ContextId,
    /// Parent of the first; the context's head where absent.
    pub(crate) parent: TurnId,
    pub(crate) turns: Vec<Prepared>,
    /// Empty for none.
    pub(crate) key: Vec<u8>,
    pub(crate) commit: Commit,
    /// How many collections there had been before the turns were prepared.
    pub(crate) collections: u64,
}

/// A turn that was hashed, and packed unless its blob was there already.
pub(crate) struct Prepared {
    pub(crate) new: NewTurn,
    pub(crate) hash: Hash,
    pub(crate) packed: Option<Packed>,
}

/// One piece of work for the writer.
pub(crate) enum Request {
    Create { base: TurnId, tag: String, commit: Commit, answer: Answer<(ContextId, Head)> },
    Append { append: Append, answer: Answer<Vec<Receipt>> },
    Attach { turn: TurnId, root: Hash, answer: Answer<()> },
    PutBlob { blob: Packed, commit: Commit, answer: Answer<bool> },
    PutBundle { order: u64, id: String, json: Vec<u8>, answer: Answer<()> },
    Sync { answer: Answer<()> },
    Collect { grace: u64, answer: Answer<Collected> },
}

//! What can go wrong in the store, and whose fault it is.

use super::{ContextId, TurnId};
use blake3::Hash;
use std::sync::Arc;

/// Why the ledger did not do what it was asked.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// No context has this id.
    #[error("no context {0}")]
    UnknownContext(ContextId),
    /// No turn has this id.
    #[error("no turn {0}")]
    UnknownTurn(TurnId),
    /// The turn that an append names as its parent does not exist.
    #[error("no turn {0} to be the parent")]
    UnknownParent(TurnId),
    /// No blob has this hash.
    #[error("no blob {0}")]
    UnknownBlob(Hash),
    /// No bundle of types has this id.
    #[error("no bundle of types {0:?}")]
    UnknownBundle(String),
    /// The snapshot has no such file or folder, or the turn has no snapshot.
    #[error("turn {turn} has no {path:?} in a snapshot")]
    UnknownPath {
        /// The turn asked about.
        turn: TurnId,
        /// The path asked for, from the snapshot's root.
        path: String,
    },
    /// The turn exists and does not lead to the context's head.
    #[error("turn {turn} is not on the path to the head of context {context}")]
    NotInContext {
        /// The turn asked about.
        turn: TurnId,
        /// The context asked about.
        context: ContextId,
    },
    /// The bytes do not have the hash that was announced.
    #[error("the bytes have hash {found}, announced was {announced}")]
    WrongHash {
        /// What the caller said.
        announced: Hash,
        /// What the bytes have.
        found: Hash,
    },
    /// The idempotency key was used for another append within its lifetime.
    #[error("the idempotency key was used for another append, which made turn {0}")]
    KeyReused(TurnId),
    /// Bytes or text that the ledger does not take, with the reason.
    #[error("{what}: {why}")]
    Unfit {
        /// Which part of the request.
        what: &'static str,
        /// Why it is refused.
        why: String,
    },
    /// A bundle of types that contradicts an earlier one.
    #[error("the bundle contradicts {earlier:?}: {why}")]
    BundleConflict {
        /// Id of the bundle that stands.
        earlier: String,
        /// The contradiction.
        why: String,
    },
    /// An import file that is not whole or was changed.
    #[error("the import file is broken at record {record}: {why}")]
    BrokenImport {
        /// Index of the record, from 0.
        record: u64,
        /// What is wrong.
        why: String,
    },
    /// What is stored contradicts itself.
    #[error("the store is broken at {0}")]
    Broken(super::Break),
    /// The import or export file could not be read or written.
    #[error("the file could not be used")]
    File(#[source] Arc<std::io::Error>),
    /// Another process has the ledger open.
    #[error("another process has the ledger open")]
    InUse,
    /// The storage engine failed; after a failed write it takes no more until it is opened again.
    #[error("the storage engine failed: {0}")]
    Engine(#[source] Arc<fjall::Error>),
    /// The writer thread could not be started.
    #[error("no thread for the writer")]
    Thread(#[source] Arc<std::io::Error>),
    /// The ledger was closed while the request waited.
    #[error("the ledger is closed")]
    Closed,
}

/// Who has to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The caller: another request is needed.
    Caller,
    /// The stored data: restore it from a copy.
    Data,
    /// The machine: disk, memory or threads.
    Machine,
}

impl Error {
    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        match self {
            Self::UnknownContext(_)
            | Self::UnknownTurn(_)
            | Self::UnknownParent(_)
            | Self::UnknownBlob(_)
            | Self::UnknownBundle(_)
            | Self::UnknownPath { .. }
            | Self::NotInContext { .. }
            | Self::WrongHash { .. }
            | Self::KeyReused(_)
            | Self::Unfit { .. }
            | Self::BundleConflict { .. }
            | Self::BrokenImport { .. }
            | Self::InUse => Fault::Caller,
            Self::Broken(_) => Fault::Data,
            Self::Engine(cause) if is_damage(cause) => Fault::Data,
            Self::File(_) | Self::Engine(_) | Self::Thread(_) | Self::Closed => Fault::Machine,
        }
    }

    pub(crate) fn unfit(what: &'static str, why: impl Into<String>) -> Self {
        Self::Unfit { what, why: why.into() }
    }
}

/// Whether the engine found its own files damaged, and not the machine in its way.
fn is_damage(cause: &fjall::Error) -> bool {
    use fjall::Error::{Io, KeyspaceDeleted, Locked, Poisoned, Storage};
    !matches!(cause, Io(_) | Storage(fjall::LsmError::Io(_)) | Poisoned | Locked | KeyspaceDeleted)
}

impl From<fjall::Error> for Error {
    fn from(error: fjall::Error) -> Self {
        match error {
            fjall::Error::Locked => Self::InUse,
            other => Self::Engine(Arc::new(other)),
        }
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::File(Arc::new(error))
    }
}

//! The two kinds of numbers that the ledger gives out.

use std::fmt;

/// A turn. Rises with every append and is never used again; 0 is no turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TurnId(pub u64);

/// A context. Rises and is never used again; 0 is no context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContextId(pub u64);

impl TurnId {
    /// No turn: the parent of a root, the head of an empty context.
    pub const NONE: Self = Self(0);

    /// Whether it is no turn.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// Keys sort as ids do.
    pub(crate) fn key(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }
}

impl ContextId {
    pub(crate) fn key(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }
}

impl fmt::Display for TurnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for ContextId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

//! The binary protocol, version 1, without I/O: frames, requests, replies.
//!
//! All numbers are little-endian. A reply has the type and the request id of its request, or the type of an error.

mod frame;
mod refusal;
mod reply;
mod request;

pub use frame::{HEADER, Header, LARGEST_FRAME};
pub use refusal::{Code, Refusal};
pub use reply::{Reply, WireTurn};
pub use request::{Append, Compression, Request};

/// The one version that is spoken.
pub const VERSION: u16 = 1;

/// What a frame is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Opens a session.
    Hello,
    /// Makes a context.
    Create,
    /// Makes a context whose head is an existing turn.
    Fork,
    /// Asks where a context points.
    GetHead,
    /// Appends a turn.
    Append,
    /// Asks for the newest turns of a context.
    GetLast,
    /// Asks for the bytes under a hash.
    GetBlob,
    /// Hangs a filesystem snapshot on a turn.
    AttachFs,
    /// Stores bytes under their hash.
    PutBlob,
    /// Refuses a request.
    Error,
}

impl Kind {
    /// Its number on the wire.
    pub fn number(self) -> u16 {
        match self {
            Self::Hello => 1,
            Self::Create => 2,
            Self::Fork => 3,
            Self::GetHead => 4,
            Self::Append => 5,
            Self::GetLast => 6,
            Self::GetBlob => 9,
            Self::AttachFs => 10,
            Self::PutBlob => 11,
            Self::Error => 255,
        }
    }

    /// What a number on the wire means; `None` for 7 and 8, which are reserved, and for all others.
    pub fn of_number(number: u16) -> Option<Self> {
        let all = [
            Self::Hello,
            Self::Create,
            Self::Fork,
            Self::GetHead,
            Self::Append,
            Self::GetLast,
            Self::GetBlob,
            Self::AttachFs,
            Self::PutBlob,
            Self::Error,
        ];
        all.into_iter().find(|kind| kind.number() == number)
    }
}

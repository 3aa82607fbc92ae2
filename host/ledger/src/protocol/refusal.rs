//! Error frames: a code and a text.

use crate::Error;

/// Why a request is refused, as a client sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// The frame or message is malformed.
    Malformed,
    /// It names something that does not exist.
    NotFound,
    /// It contradicts what is stored, or itself.
    Conflict,
    /// It is well-formed and says what cannot be.
    Unprocessable,
    /// The server failed.
    Internal,
}

/// A refused request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail} ({})", code.number())]
pub struct Refusal {
    /// Why.
    pub code: Code,
    /// For people.
    pub detail: String,
}

impl Code {
    /// Its number, which HTTP uses too.
    pub fn number(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Unprocessable => 422,
            Self::Internal => 500,
        }
    }

    /// What a number means; the server's failure where it means nothing.
    pub fn of_number(number: u32) -> Self {
        match number {
            400 => Self::Malformed,
            404 => Self::NotFound,
            409 => Self::Conflict,
            422 => Self::Unprocessable,
            _ => Self::Internal,
        }
    }
}

impl Refusal {
    pub(crate) fn new(code: Code, detail: impl Into<String>) -> Self {
        Self { code, detail: detail.into() }
    }

    pub(crate) fn malformed(detail: impl Into<String>) -> Self {
        Self::new(Code::Malformed, detail)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let code = match &error {
            Error::UnknownContext(_)
            | Error::UnknownTurn(_)
            | Error::UnknownParent(_)
            | Error::UnknownBlob(_)
            | Error::UnknownBundle(_)
            | Error::UnknownPath { .. }
            | Error::NotInContext { .. } => Code::NotFound,
            Error::WrongHash { .. } | Error::KeyReused(_) | Error::BundleConflict { .. } => Code::Conflict,
            Error::Unfit { .. } | Error::BrokenImport { .. } => Code::Unprocessable,
            Error::Broken(_)
            | Error::File(_)
            | Error::InUse
            | Error::Engine(_)
            | Error::Thread(_)
            | Error::Closed => Code::Internal,
        };
        Self::new(code, error.to_string())
    }
}

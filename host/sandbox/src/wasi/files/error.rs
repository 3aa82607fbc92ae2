//! What a workspace says, in the codes of WASI: they have no texts, so that the audit has those.

use crate::workspace::{Unfit, WorkspaceDenial, WorkspaceError};
use std::io;
use wasmtime_wasi::p2::bindings::filesystem::types::ErrorCode;

/// The code that is nearest to an error.
pub(super) fn code(error: WorkspaceError) -> ErrorCode {
    match error {
        WorkspaceError::Denied(WorkspaceDenial::ReadOnly { .. }) => ErrorCode::ReadOnly,
        WorkspaceError::Denied(_) => ErrorCode::NotPermitted,
        WorkspaceError::NotFound(_) => ErrorCode::NoEntry,
        WorkspaceError::InvalidArgument { why, .. } => unfit(why),
        WorkspaceError::Conflict(_) => ErrorCode::NotEmpty,
        WorkspaceError::QuotaExceeded(_) | WorkspaceError::TooManyNames(_) => ErrorCode::Quota,
        WorkspaceError::Other { source, .. } if source.kind() == io::ErrorKind::CrossesDevices => {
            ErrorCode::CrossDevice
        }
        WorkspaceError::Other { source, .. } => ErrorCode::from(source),
    }
}

fn unfit(why: Unfit) -> ErrorCode {
    match why {
        Unfit::TooLong | Unfit::PartTooLong => ErrorCode::NameTooLong,
        Unfit::EmptyPart | Unfit::Dots | Unfit::RunsAsOwner => ErrorCode::NotPermitted,
        Unfit::Character => ErrorCode::Invalid,
        Unfit::IsFolder => ErrorCode::IsDirectory,
        Unfit::NotFolder => ErrorCode::NotDirectory,
        Unfit::NotOpened => ErrorCode::Loop,
        Unfit::SeveralLinks => ErrorCode::TooManyLinks,
    }
}

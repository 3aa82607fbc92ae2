//! Why a workspace refuses: the cases of the contract, each with what a guest may know of it.

use super::item::MOST_LISTED;
use super::path::LONGEST_PATH;
use super::quota::QuotaExceeded;
use glasshouse_model::Place;
use std::io;

/// Why nothing was read or changed. The texts are for the guest: they name its own paths and places in the policy, and
/// nothing of the machine.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// No grant covers the path, or not this use of it.
    #[error(transparent)]
    Denied(#[from] WorkspaceDenial),
    /// Nothing stands there.
    #[error("nothing stands at `{0}`")]
    NotFound(String),
    /// The path is none, or names the wrong kind.
    #[error("`{path}`: {why}")]
    InvalidArgument {
        /// As the guest wrote it, shortened.
        path: String,
        /// What is wrong with it.
        why: Unfit,
    },
    /// A folder that is to be removed is not empty.
    #[error("the folder `{0}` holds something; remove that first")]
    Conflict(String),
    /// The workspace would hold more than its quota.
    #[error(transparent)]
    QuotaExceeded(#[from] QuotaExceeded),
    /// A folder has more names than are listed.
    #[error("the folder `{0}` has more than {MOST_LISTED} names")]
    TooManyNames(String),
    /// The machine could not do it.
    #[error("`{path}`: {source}")]
    Other {
        /// As the guest wrote it, shortened.
        path: String,
        /// What the machine said.
        source: io::Error,
    },
}

/// Why a path cannot be used for what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Too many bytes.
    #[error("a path has at most {LONGEST_PATH} bytes")]
    TooLong,
    /// One part is longer than file systems take.
    #[error("a part of a path has at most 255 bytes")]
    PartTooLong,
    /// A leading, trailing or double slash.
    #[error("a path is relative, without empty parts")]
    EmptyPart,
    /// `.` or `..`.
    #[error("a path has no parts `.` and `..`")]
    Dots,
    /// A backslash or a control character.
    #[error("a path has no backslashes and no control characters")]
    Character,
    /// A folder is there, and a file was asked for.
    #[error("it is a folder")]
    IsFolder,
    /// Something on the way is no folder, or a folder was asked for.
    #[error("it is not a folder, or something above it is not")]
    NotFolder,
    /// A link, a pipe, a socket or a device.
    #[error("it is neither a file nor a folder; links are not followed, pipes and devices not opened")]
    NotOpened,
    /// The file has a second name, which may lie outside of the grant.
    #[error("the file has several hard links; writing it could change a file elsewhere")]
    SeveralLinks,
    /// The file changes the user that runs it.
    #[error("whoever runs the file runs it as its owner; it is not changed in place")]
    RunsAsOwner,
}

/// Why the policy does not allow it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WorkspaceDenial {
    /// No granted folder has the path.
    #[error("no grant covers `{path}`{}", would(.lines.as_deref()))]
    NotGranted {
        /// As the guest wrote it, shortened.
        path: String,
        /// TOML that grants its folder, to add at the end of the policy; none where the format cannot grant it.
        lines: Option<String>,
    },
    /// No folder that a scenario grants has the path.
    #[error("no grant covers `{path}`{}", would_in_scenario(.lines.as_deref()))]
    NotInScenario {
        /// As the guest wrote it, shortened.
        path: String,
        /// TOML that grants its folder, to add at the end of the scenario; none where the format cannot grant it.
        lines: Option<String>,
    },
    /// The folder may be read only.
    #[error(
        "the folder `{dir}` is read-only; in its grant at {place} these lines would allow to change it:\n{lines}"
    )]
    ReadOnly {
        /// As the policy writes it.
        dir: String,
        /// Of the grant.
        place: Place,
        /// The keys to write there.
        lines: &'static str,
    },
    /// The folder is a granted one, or stands above one.
    #[error("`{0}` is a folder of the grants; no guest can remove it")]
    Fixed(String),
}

impl WorkspaceDenial {
    /// The line of the policy that denies it, where one does.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::ReadOnly { place, .. } => Some(place),
            Self::NotGranted { .. } | Self::NotInScenario { .. } | Self::Fixed(_) => None,
        }
    }
}

fn would(lines: Option<&str>) -> String {
    match lines {
        Some(lines) => format!("; these lines in the policy would:\n{lines}"),
        None => "; a policy grants folders below its own, and no folder twice".to_owned(),
    }
}

fn would_in_scenario(lines: Option<&str>) -> String {
    match lines {
        Some(lines) => format!("; these lines at the end of scenario.toml would:\n{lines}"),
        None => "; a scenario grants folders below its `fixtures`, and no folder twice".to_owned(),
    }
}

/// Most characters of a path that an error repeats.
const SHOWN: usize = 80;

/// The beginning of a path, without what a terminal would obey.
pub(super) fn shown(path: &str) -> String {
    let mut text: String = path.chars().take(SHOWN).flat_map(char::escape_debug).collect();
    if path.chars().nth(SHOWN).is_some() {
        text.push_str("...");
    }
    text
}

impl WorkspaceError {
    pub(crate) fn unfit(path: &str, why: Unfit) -> Self {
        Self::InvalidArgument { path: shown(path), why }
    }

    pub(crate) fn not_found(path: &str) -> Self {
        Self::NotFound(shown(path))
    }

    /// What an error of the operating system means for a path.
    pub(super) fn io(path: &str, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::NotFound => Self::not_found(path),
            io::ErrorKind::NotADirectory => Self::unfit(path, Unfit::NotFolder),
            io::ErrorKind::IsADirectory => Self::unfit(path, Unfit::IsFolder),
            io::ErrorKind::DirectoryNotEmpty => Self::Conflict(shown(path)),
            io::ErrorKind::InvalidFilename => Self::unfit(path, Unfit::PartTooLong),
            _ => Self::Other { path: shown(path), source },
        }
    }
}

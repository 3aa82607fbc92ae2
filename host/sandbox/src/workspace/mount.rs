//! Which granted folder has a path, and what stands above the granted folders.

use super::error::{Unfit, WorkspaceDenial, WorkspaceError, shown};
use super::folder::Folder;
use super::item::{Item, Kind};
use super::path::WorkspacePath;
use crate::guard::{Guard, stands};
use glasshouse_model::policy::{Access, WorkspaceGrant};
use std::collections::BTreeSet;

/// What the quota of a suggested grant says.
const SUGGESTED_QUOTA: &str = "64MiB";
/// What makes a read-only grant one to write in.
const WRITABLE: &str = "access = \"read-write\"\nquota = \"64MiB\"";

/// A granted folder under its path.
#[derive(Debug, Clone)]
pub(super) struct Mount<F = Folder> {
    pub(super) grant: WorkspaceGrant,
    pub(super) folder: F,
}

/// Which file grants folders, for lines that would.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// The policy.
    Policy,
    /// A scenario.
    Scenario,
}

impl Format {
    fn table(self) -> &'static str {
        match self {
            Self::Policy => "[[workspace]]",
            Self::Scenario => "[[capabilities.files]]",
        }
    }

    /// Whether it can grant a folder, whatever else it grants.
    fn can_grant(self, dir: &str) -> bool {
        self == Self::Policy || dir.strip_prefix("fixtures/").is_some_and(|rest| !rest.is_empty())
    }
}

/// What a use of a path is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// A file's bytes, or what is known of a path.
    Read,
    /// The names in a folder.
    List,
    /// Any change.
    Write,
}

/// Where a path leads.
pub(super) enum Target<'m> {
    /// Into a granted folder: its index and the parts below it.
    Granted(usize, &'m [&'m str]),
    /// Above granted folders; the names that stand there.
    Above(Vec<Item>),
}

/// Finds where a path leads.
pub(super) fn find<'m, F>(
    mounts: &[Mount<F>],
    path: &'m WorkspacePath<'m>,
    wanted: Use,
    format: Format,
) -> Result<Target<'m>, WorkspaceError> {
    let mut names = BTreeSet::new();
    for (index, mount) in mounts.iter().enumerate() {
        let dir: Vec<_> = mount.grant.dir.split('/').collect();
        if let Some(rest) = after(&path.parts, &dir) {
            return Ok(Target::Granted(index, rest));
        }
        let next = after(&dir, &path.parts).and_then(|below| below.first());
        names.extend(next.map(|name| (*name).to_owned()));
    }
    if names.is_empty() && !path.parts.is_empty() {
        return Err(not_granted(mounts, path, wanted, format).into());
    }
    let items = names.into_iter().map(|name| Item { name, kind: Kind::Folder });
    Ok(Target::Above(items.collect()))
}

/// The parts that follow a beginning.
fn after<'p, 't>(parts: &'p [&'t str], beginning: &[&str]) -> Option<&'p [&'t str]> {
    let (first, rest) = parts.split_at_checked(beginning.len())?;
    (first == beginning).then_some(rest)
}

/// The refusal to change what stands above the granted folders.
pub(super) fn above_is_fixed(path: &WorkspacePath<'_>) -> WorkspaceError {
    WorkspaceDenial::Fixed(shown(path.text)).into()
}

/// The refusal to take such a folder for a file.
pub(super) fn above_is_folder(path: &WorkspacePath<'_>) -> WorkspaceError {
    WorkspaceError::unfit(path.text, Unfit::IsFolder)
}

impl<F> Mount<F> {
    /// Whether the grant lets a guest change the folder.
    pub(super) fn writable(&self) -> Result<(), WorkspaceError> {
        match self.grant.access {
            Access::ReadWrite => Ok(()),
            Access::ReadOnly if !stands(Guard::FolderGrant) => Ok(()),
            Access::ReadOnly => Err(WorkspaceDenial::ReadOnly {
                dir: shown(&self.grant.dir),
                place: self.grant.place.clone(),
                lines: WRITABLE,
            }
            .into()),
        }
    }
}

fn not_granted<F>(
    mounts: &[Mount<F>],
    path: &WorkspacePath<'_>,
    wanted: Use,
    format: Format,
) -> WorkspaceDenial {
    let dir = match wanted {
        Use::List => Some(path.text),
        // The folder of a file; the policy's own folder cannot be granted.
        Use::Read | Use::Write => path.text.rsplit_once('/').map(|(folder, _)| folder),
    };
    let lines = dir.filter(|dir| format.can_grant(dir) && grantable(mounts, dir)).map(|dir| {
        // A path has no backslashes and no control characters, so the quotation mark alone needs care.
        let mut lines = format!("{}\ndir = \"{}\"", format.table(), dir.replace('"', "\\\""));
        if wanted == Use::Write {
            lines.push_str(&format!("\naccess = \"read-write\"\nquota = \"{SUGGESTED_QUOTA}\""));
        }
        lines
    });
    match format {
        Format::Policy => WorkspaceDenial::NotGranted { path: shown(path.text), lines },
        Format::Scenario => WorkspaceDenial::NotInScenario { path: shown(path.text), lines },
    }
}

/// Whether the format can grant a folder beside the grants that there are.
fn grantable<F>(mounts: &[Mount<F>], dir: &str) -> bool {
    let holds_grant = |mount: &Mount<F>| {
        mount.grant.dir.strip_prefix(dir).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    !dir.contains(':') && !dir.trim().is_empty() && !mounts.iter().any(holds_grant)
}

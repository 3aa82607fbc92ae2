//! A workspace in memory: a map of whole paths, so that no depth of folders costs stack.

use super::error::{Unfit, WorkspaceDenial, WorkspaceError, shown};
use super::item::{Item, Kind, Metadata, listed};
use super::path::WorkspacePath;
use super::quota::{MEMORY_BYTES, MEMORY_ENTRIES, Quota};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

/// Files and folders by their paths.
#[derive(Debug, Clone)]
pub(super) struct MemoryFiles {
    nodes: BTreeMap<String, Node>,
    quota: Quota,
}

#[derive(Debug, Clone)]
enum Node {
    File(Arc<[u8]>),
    Folder,
}

impl Node {
    fn metadata(&self) -> Metadata {
        match self {
            Self::File(bytes) => Metadata { kind: Kind::File, size: bytes.len() as u64 },
            Self::Folder => Metadata::FOLDER,
        }
    }
}

impl MemoryFiles {
    pub(super) fn new() -> Self {
        Self { nodes: BTreeMap::new(), quota: Quota::new(MEMORY_BYTES, MEMORY_ENTRIES, None) }
    }

    /// One folder with what stands in it, by whole paths, which may hold `quota` bytes.
    pub(super) fn of_folder(
        dir: &str,
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
        quota: Quota,
    ) -> Result<Self, WorkspaceError> {
        let mut all = Self { nodes: BTreeMap::new(), quota };
        for folder in above(dir).chain([dir]) {
            all.nodes.insert(folder.to_owned(), Node::Folder);
        }
        for (path, contents) in files {
            all.write(&WorkspacePath::parse(&path)?, &contents)?;
        }
        Ok(all)
    }

    /// What stands at a path; none for the workspace itself, which is a folder.
    fn node(&self, path: &WorkspacePath<'_>) -> Result<Option<&Node>, WorkspaceError> {
        if path.parts.is_empty() {
            return Ok(None);
        }
        if let Some(node) = self.nodes.get(path.text) {
            return Ok(Some(node));
        }
        let file_above = above(path.text).any(|folder| matches!(self.nodes.get(folder), Some(Node::File(_))));
        Err(if file_above {
            WorkspaceError::unfit(path.text, Unfit::NotFolder)
        } else {
            WorkspaceError::not_found(path.text)
        })
    }

    pub(super) fn stat(&self, path: &WorkspacePath<'_>) -> Result<Metadata, WorkspaceError> {
        Ok(self.node(path)?.map_or(Metadata::FOLDER, Node::metadata))
    }

    pub(super) fn read(
        &self,
        path: &WorkspacePath<'_>,
        first: u64,
        limit: usize,
    ) -> Result<Vec<u8>, WorkspaceError> {
        let Some(Node::File(bytes)) = self.node(path)? else {
            return Err(WorkspaceError::unfit(path.text, Unfit::IsFolder));
        };
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        let rest = bytes.get(first..).unwrap_or_default();
        Ok(rest.get(..limit).unwrap_or(rest).to_vec())
    }

    pub(super) fn write(&mut self, path: &WorkspacePath<'_>, contents: &[u8]) -> Result<(), WorkspaceError> {
        let old = match self.node(path) {
            Ok(Some(Node::File(bytes))) => Some(bytes.len() as u64),
            Ok(_) => return Err(WorkspaceError::unfit(path.text, Unfit::IsFolder)),
            Err(WorkspaceError::NotFound(_)) => None,
            Err(other) => return Err(other),
        };
        let missing: Vec<_> =
            above(path.text).filter(|folder| !self.nodes.contains_key(*folder)).map(str::to_owned).collect();
        let entries = missing.len() as u64 + u64::from(old.is_none());
        let (old, new) = (old.unwrap_or_default(), contents.len() as u64);
        self.quota.check(old, new, entries)?;
        for folder in missing {
            self.nodes.insert(folder, Node::Folder);
        }
        self.nodes.insert(path.text.to_owned(), Node::File(contents.into()));
        (0..entries).for_each(|_| self.quota.added());
        self.quota.resized(old, new);
        Ok(())
    }

    pub(super) fn list(&self, path: &WorkspacePath<'_>) -> Result<Vec<Item>, WorkspaceError> {
        let prefix = match self.node(path)? {
            None => String::new(),
            Some(Node::Folder) => format!("{}/", path.text),
            Some(Node::File(_)) => return Err(WorkspaceError::unfit(path.text, Unfit::NotFolder)),
        };
        listed(
            path.text,
            self.below(&prefix)
                .filter(|(name, _)| !name.contains('/'))
                .map(|(name, node)| Ok(Item { name: name.to_owned(), kind: node.metadata().kind })),
        )
    }

    pub(super) fn remove(&mut self, path: &WorkspacePath<'_>) -> Result<(), WorkspaceError> {
        let size = match self.node(path)? {
            None => return Err(WorkspaceDenial::Fixed(String::new()).into()),
            Some(Node::Folder) if self.below(&format!("{}/", path.text)).next().is_some() => {
                return Err(WorkspaceError::Conflict(shown(path.text)));
            }
            Some(node) => node.metadata().size,
        };
        self.nodes.remove(path.text);
        self.quota.removed(size);
        Ok(())
    }

    /// Everything below a folder, by what follows the prefix.
    fn below<'s>(&'s self, prefix: &'s str) -> impl Iterator<Item = (&'s str, &'s Node)> {
        let all = self.nodes.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        all.map_while(move |(path, node)| Some((path.strip_prefix(prefix)?, node)))
    }
}

/// The folders above a path, the highest first.
fn above(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}

//! Folders that were read once and of which each trial has a copy: what one trial writes no other sees.

use super::error::WorkspaceError;
use super::item::{Item, LARGEST_READ, Metadata};
use super::memory::MemoryFiles;
use super::mount::{Format, Mount, Target, Use, above_is_fixed, above_is_folder, find};
use super::path::WorkspacePath;
use super::quota::{MEMORY_BYTES, MEMORY_ENTRIES, Quota};
use crate::capability::{self, Error, Files};
use glasshouse_model::policy::WorkspaceGrant;
use std::sync::Arc;

/// Copies of granted folders. A clone shares all files until one of both is written to.
#[derive(Debug, Clone, Default)]
pub struct FolderCopies(Vec<Mount<Arc<MemoryFiles>>>);

impl FolderCopies {
    /// Adds a folder with its files, by their whole paths.
    ///
    /// # Errors
    /// [`WorkspaceError`] where a path is none, or the files are more than the grant's quota.
    pub fn add(
        &mut self,
        grant: WorkspaceGrant,
        files: impl IntoIterator<Item = (String, Vec<u8>)>,
    ) -> Result<(), WorkspaceError> {
        let quota = grant.quota.as_ref();
        let (most, place) =
            quota.map_or((MEMORY_BYTES, None), |quota| (quota.value, Some(quota.place.clone())));
        let quota = Quota::new(most, MEMORY_ENTRIES, place);
        let folder = Arc::new(MemoryFiles::of_folder(&grant.dir, files, quota)?);
        self.0.push(Mount { grant, folder });
        Ok(())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn read(&self, path: &str, first: u64, limit: u32) -> Result<Vec<u8>, WorkspaceError> {
        let path = WorkspacePath::parse(path)?;
        match self.find(&path, Use::Read)? {
            Ok(mount) => mount.folder.read(&path, first, limit.min(LARGEST_READ) as usize),
            Err(_) => Err(above_is_folder(&path)),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<Item>, WorkspaceError> {
        let path = WorkspacePath::parse(path)?;
        match self.find(&path, Use::List)? {
            Ok(mount) => mount.folder.list(&path),
            Err(items) => Ok(items),
        }
    }

    fn stat(&self, path: &str) -> Result<Metadata, WorkspaceError> {
        let path = WorkspacePath::parse(path)?;
        match self.find(&path, Use::Read)? {
            Ok(mount) => mount.folder.stat(&path),
            Err(_) => Ok(Metadata::FOLDER),
        }
    }

    /// Changes the folder that has a path below it.
    fn change(
        &mut self,
        path: &str,
        change: impl FnOnce(&mut MemoryFiles, &WorkspacePath<'_>) -> Result<(), WorkspaceError>,
    ) -> Result<(), WorkspaceError> {
        let path = WorkspacePath::parse(path)?;
        match find(&self.0, &path, Use::Write, Format::Scenario)? {
            Target::Granted(index, rest) => {
                let mount = self.0.get_mut(index).ok_or_else(|| WorkspaceError::not_found(path.text))?;
                mount.writable()?;
                if rest.is_empty() {
                    return Err(above_is_fixed(&path));
                }
                change(Arc::make_mut(&mut mount.folder), &path)
            }
            Target::Above(_) => Err(above_is_fixed(&path)),
        }
    }

    /// The folder that has a path, or the names that stand above the folders.
    fn find(
        &self,
        path: &WorkspacePath<'_>,
        wanted: Use,
    ) -> Result<Result<&Mount<Arc<MemoryFiles>>, Vec<Item>>, WorkspaceError> {
        Ok(match find(&self.0, path, wanted, Format::Scenario)? {
            Target::Granted(index, _) => {
                Ok(self.0.get(index).ok_or_else(|| WorkspaceError::not_found(path.text))?)
            }
            Target::Above(items) => Err(items),
        })
    }
}

impl Files for FolderCopies {
    fn read(&mut self, path: &str, first: u64, limit: u32) -> Result<Vec<u8>, Error> {
        Ok(FolderCopies::read(self, path, first, limit)?)
    }

    fn write(&mut self, path: &str, contents: &[u8]) -> Result<(), Error> {
        Ok(self.change(path, |files, path| files.write(path, contents))?)
    }

    fn list(&mut self, path: &str) -> Result<Vec<capability::Item>, Error> {
        Ok(FolderCopies::list(self, path)?.into_iter().map(capability::Item::from).collect())
    }

    fn remove(&mut self, path: &str) -> Result<(), Error> {
        Ok(self.change(path, MemoryFiles::remove)?)
    }

    fn stat(&mut self, path: &str) -> Result<capability::Metadata, Error> {
        Ok(FolderCopies::stat(self, path)?.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glasshouse_model::Place;
    use glasshouse_model::policy::{Access, Written};

    fn grant(dir: &str, quota: Option<u64>) -> WorkspaceGrant {
        let place = Place { file: "scenario.toml".into(), position: Some((9, 1)) };
        let access = if quota.is_some() { Access::ReadWrite } else { Access::ReadOnly };
        let quota = quota.map(|value| Written { value, place: place.clone() });
        WorkspaceGrant { place, dir: dir.into(), access, quota }
    }

    fn copies() -> FolderCopies {
        let mut copies = FolderCopies::default();
        copies
            .add(grant("fixtures/docs", None), [("fixtures/docs/a/b.txt".into(), b"hello".to_vec())])
            .unwrap();
        copies.add(grant("fixtures/drafts", Some(10)), [("fixtures/drafts/x".into(), vec![7; 6])]).unwrap();
        copies
    }

    fn told<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
        crate::guest::error_case(result.unwrap_err()).1
    }

    #[test]
    fn a_clone_is_a_copy_of_its_own() {
        let (one, mut other) = (copies(), copies());
        let mut trial = one.clone();
        Files::write(&mut trial, "fixtures/drafts/new/y", b"1234").unwrap();
        Files::remove(&mut trial, "fixtures/drafts/x").unwrap();
        assert_eq!(Files::read(&mut trial, "fixtures/drafts/new/y", 1, 2).unwrap(), b"23");
        assert_eq!(Files::read(&mut other, "fixtures/drafts/x", 0, 9).unwrap(), [7; 6]);
        assert_eq!(Files::stat(&mut one.clone(), "fixtures/drafts/x").unwrap().size, 6);
        let names: Vec<_> =
            Files::list(&mut other, "fixtures").unwrap().into_iter().map(|item| item.name).collect();
        assert_eq!(names, ["docs", "drafts"]);
        assert_eq!(Files::list(&mut other, "fixtures/docs/a").unwrap().len(), 1);
    }

    #[test]
    fn a_denial_names_the_lines_of_the_scenario_that_would_allow_it() {
        let mut files = copies();
        let read_only = told(Files::write(&mut files, "fixtures/docs/a/b.txt", b""));
        assert!(
            read_only.contains("`fixtures/docs` is read-only; in its grant at scenario.toml:9:1"),
            "{read_only}"
        );
        let other = told(Files::read(&mut files, "fixtures/other/c.txt", 0, 1));
        assert!(
            other.ends_with(
                "at the end of scenario.toml would:\n[[capabilities.files]]\ndir = \"fixtures/other\""
            ),
            "{other}"
        );
        let sealed = told(Files::read(&mut files, "sealed/judge.toml", 0, 1));
        assert!(
            sealed.ends_with("a scenario grants folders below its `fixtures`, and no folder twice"),
            "{sealed}"
        );
        let full = told(Files::write(&mut files, "fixtures/drafts/z", &[0; 5]));
        assert_eq!(full, "the workspace may hold 10 bytes; its quota is set at scenario.toml:9:1");
        for path in ["fixtures/drafts", "fixtures", ""] {
            assert!(told(Files::remove(&mut files, path)).contains("no guest can remove it"), "{path}");
        }
        assert!(
            told(Files::write(&mut files, "fixtures/../sealed/x", b"")).contains("no parts `.` and `..`")
        );
    }

    #[test]
    fn files_over_the_quota_are_none_to_begin_with() {
        let mut copies = FolderCopies::default();
        let over = copies.add(grant("fixtures/a", Some(3)), [("fixtures/a/x".into(), vec![0; 4])]);
        assert!(matches!(over, Err(WorkspaceError::QuotaExceeded(_))), "{over:?}");
    }
}

//! A folder of this process alone, for artefacts that are tampered with.

use anyhow::{Context as _, bail};
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

/// How many names are tried: an earlier process of the same number may have been killed and left its folder.
const NAMES: u32 = 1_000;

/// A folder that is removed when it is dropped.
pub(super) struct OwnFolder {
    path: PathBuf,
}

impl OwnFolder {
    /// Makes one among the system's temporary files; one that is already there may be somebody else's.
    pub(super) fn make() -> anyhow::Result<Self> {
        let process = std::process::id();
        for number in 0..NAMES {
            let path = std::env::temp_dir().join(format!("glasshouse-prove-{process}-{number}"));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error).with_context(|| path.display().to_string()),
            }
        }
        bail!("{}: too many folders `glasshouse-prove-{process}-N`", std::env::temp_dir().display())
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for OwnFolder {
    fn drop(&mut self) {
        // The system clears its temporary files where this fails.
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_a_folder_of_its_own_and_goes_away() {
        let (one, two) = (OwnFolder::make().unwrap(), OwnFolder::make().unwrap());
        assert_ne!(one.path(), two.path());
        fs::write(one.path().join("file"), "").unwrap();
        let path = one.path().to_owned();
        drop(one);
        assert!(!path.exists() && two.path().is_dir());
    }
}

//! A folder that a policy of the corpus grants, with ways out of it, and a canary beside it.

use super::folder::OwnFolder;
use anyhow::Context as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

/// What the file beside the granted folder holds.
const CANARY: &str = "canary";

/// The folder of one attack.
pub(super) struct Stage(OwnFolder);

impl Stage {
    /// The folder that a policy may grant.
    pub(super) const GRANTED: &str = "granted";

    /// Makes the granted folder with a link to the canary, one to the folder of both, and a second name of the canary.
    pub(super) fn set() -> anyhow::Result<Self> {
        let folder = OwnFolder::make()?;
        let (canary, granted) = (folder.path().join(CANARY), folder.path().join(Self::GRANTED));
        let set = || {
            fs::create_dir(&granted)?;
            fs::write(&canary, CANARY)?;
            symlink("../canary", granted.join("link"))?;
            symlink("..", granted.join("links"))?;
            fs::hard_link(&canary, granted.join("hard"))
        };
        set().with_context(|| granted.display().to_string())?;
        Ok(Self(folder))
    }

    /// The policy's own folder.
    pub(super) fn folder(&self) -> &Path {
        self.0.path()
    }

    /// What was done outside of the granted folder.
    pub(super) fn harm(&self) -> Option<String> {
        let canary = fs::read_to_string(self.folder().join(CANARY)).unwrap_or_default();
        let names = fs::read_dir(self.folder()).map_or(0, Iterator::count);
        (canary != CANARY || names != 2).then(|| "something outside of its folder was changed".to_owned())
    }
}

//! What cargo knows about this workspace: its root, its target folder and its packages.

use std::path::PathBuf;

use anyhow::{Context, Result};
use cargo_metadata::{Metadata, MetadataCommand, Package};

/// The workspace that the current folder belongs to.
pub(crate) struct Workspace {
    /// Folder of the root manifest.
    pub(crate) root: PathBuf,
    /// Workspace packages only; nothing is resolved, so no network is needed.
    pub(crate) metadata: Metadata,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn load() -> Result<Self> {
        let metadata = MetadataCommand::new().no_deps().exec().context("cargo cannot read this workspace")?;
        Ok(Self { root: metadata.workspace_root.clone().into_std_path_buf(), metadata })
    }

    /// The binary that `cargo build --release` makes; follows a target folder set by the caller.
    pub(crate) fn binary(&self) -> PathBuf {
        let name = format!("glasshouse{}", std::env::consts::EXE_SUFFIX);
        self.metadata.target_directory.join("release").join(name).into_std_path_buf()
    }

    /// A path under `target/` of the checkout. Guests and tools live here wherever the host builds to,
    /// because the build script that embeds the guests looks nowhere else.
    pub(crate) fn made(&self, path: &str) -> PathBuf {
        self.root.join("target").join(path)
    }

    /// `major.minor` of the oldest Rust that every package accepts.
    pub(crate) fn rust_version(&self) -> Option<(u64, u64)> {
        let versions = self.metadata.packages.iter().filter_map(|package| package.rust_version.as_ref());
        versions.map(|version| (version.major, version.minor)).max()
    }

    /// Packages with their folder relative to the root.
    pub(crate) fn packages(&self) -> impl Iterator<Item = (&Package, &str)> {
        self.metadata.packages.iter().filter_map(|package| {
            let folder = package.manifest_path.parent()?;
            Some((package, folder.strip_prefix(&self.metadata.workspace_root).ok()?.as_str()))
        })
    }
}

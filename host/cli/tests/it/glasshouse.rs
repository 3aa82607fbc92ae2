//! The binary in a folder of its own, and what it said.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// A folder that the binary runs in. All such folders share one cache, so that a component is compiled once.
pub(crate) struct Place {
    folder: TempDir,
}

/// What the binary said.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// The binary, about to run here.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_glasshouse"));
        command.args(args).current_dir(self.path());
        command.env("GLASSHOUSE_CACHE", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"));
        command.env("COLUMNS", "100");
        command.env_remove("GITHUB_ACTIONS").env_remove("GITHUB_STEP_SUMMARY");
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Said {
        Said::of(self.command(args).output().unwrap())
    }

    /// Copies a folder of this repository to here, under its own name.
    pub(crate) fn copy(&self, folder: &str) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(folder);
        copy(&from, &self.path().join(from.file_name().unwrap()));
    }
}

impl Said {
    pub(crate) fn of(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// All of it in one text, without what differs between runs and builds.
    pub(crate) fn shown(&self) -> String {
        let Self { code, stdout, stderr } = self;
        redacted(&format!("exit code: {code}\n----- stdout -----\n{stdout}----- stderr -----\n{stderr}"))
    }
}

/// Digests and sizes follow the build of the guests; times follow the machine.
pub(crate) fn redacted(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let mut line = line.to_owned();
        if let Some(at) = line.find("blake3:") {
            line.replace_range(at + 7..at + 7 + 64, "DIGEST");
        }
        if line.contains(" trials in ") && line.contains(" a second; threads: ") {
            line = "N trials in S s, R a second; threads: T".to_owned();
        }
        if line.starts_with("size ") {
            line = "size        N bytes".to_owned();
        }
        line
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap().path();
        let target: PathBuf = to.join(entry.file_name().unwrap());
        if entry.is_dir() {
            copy(&entry, &target);
        } else {
            std::fs::copy(&entry, &target).unwrap();
        }
    }
}

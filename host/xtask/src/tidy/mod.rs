//! `tidy`: the rules of this repository that no other tool knows. Prints every breach, as `path:line: text`.

mod arrows;
mod links;
mod sources;

use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Result, bail};

use crate::process::{capture, program};
use crate::workspace::Workspace;

/// Inputs that fuzzing found: bytes, whatever they look like.
const INPUTS: &str = "host/fuzz/corpus/";

/// A rule that a file breaks.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Breach {
    /// Relative to the root.
    path: String,
    /// From 1.
    line: usize,
    text: String,
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.text)
    }
}

/// Fails when any rule is broken.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut breaches = arrows::breaches(&workspace.metadata);
    for breach in &mut breaches {
        let manifest = fs::read_to_string(workspace.root.join(&breach.path)).unwrap_or_default();
        breach.line = arrows::line(&manifest, &breach.text);
    }
    let paths = files(&workspace.root)?;
    for path in paths.iter().filter(|path| !path.starts_with(INPUTS)) {
        // A file that was deleted but not yet committed is still listed; one that is no text has no lines.
        let Ok(text) = fs::read_to_string(workspace.root.join(path)) else { continue };
        breaches.extend(sources::breaches(path, &text));
        if path.ends_with(".md") {
            breaches.extend(links::breaches(path, &text, |target| workspace.root.join(target).exists()));
        }
    }
    breaches.sort();
    for breach in &breaches {
        println!("{breach}");
    }
    if !breaches.is_empty() {
        bail!("tidy: {} problem(s)", breaches.len());
    }
    eprintln!("tidy: {} files and {} packages are in order", paths.len(), workspace.metadata.packages.len());
    Ok(())
}

/// What is, or could be, committed.
fn files(root: &Path) -> Result<Vec<String>> {
    let mut git = program("git", &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let listed = capture(git.current_dir(root))?;
    Ok(listed.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

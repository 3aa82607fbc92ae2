//! Everything below a folder, in the order of the names.

use plugin_sdk::Error;
use plugin_sdk::capability::{Kind, Workspace};
use schemars::JsonSchema;
use serde::Serialize;

/// How many paths one walk comes by.
const MAX_VISITED: usize = 100_000;
/// The folder of a version control system: large, and never what was meant by a search from above it.
const LEFT_OUT: &str = ".git";

/// Something that was passed over.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Skipped {
    /// Its path.
    pub(crate) path: String,
    /// Why.
    pub(crate) reason: String,
}

/// What a walk came by.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// Files, and what is neither file nor folder; folders come before what is in them.
    pub(crate) found: Vec<(String, Kind)>,
    /// Folders that could not be listed.
    pub(crate) skipped: Vec<Skipped>,
    /// Whether it stopped early.
    pub(crate) stopped: bool,
}

impl Walk {
    /// Walks from a path, which may be a file. Folders that are denied or too large are told in `skipped`.
    pub(crate) fn from(files: &mut dyn Workspace, root: &str) -> Result<Self, Error> {
        let kind = files.stat(root)?.kind;
        if kind != Kind::Folder {
            return Ok(Self { found: vec![(root.to_owned(), kind)], ..Self::default() });
        }
        let mut walk = Self::default();
        let mut open: Vec<(String, Kind)> = children(files, root)?;
        while let Some((path, kind)) = open.pop() {
            if walk.found.len() == MAX_VISITED {
                walk.stopped = true;
                break;
            }
            if kind == Kind::Folder && path.rsplit('/').next() != Some(LEFT_OUT) {
                match children(files, &path) {
                    Ok(children) => open.extend(children),
                    Err(Error::Denied(reason) | Error::QuotaExceeded(reason)) => {
                        walk.skipped.push(Skipped { path: path.clone(), reason });
                    }
                    Err(error) => return Err(error),
                }
            }
            walk.found.push((path, kind));
        }
        Ok(walk)
    }

    /// What an answer says of a walk that stopped early.
    pub(crate) fn note(&self) -> Option<String> {
        let text = format!(
            "only the first {MAX_VISITED} paths were looked at; give a folder further down as `path`"
        );
        self.stopped.then_some(text)
    }
}

/// What is directly in a folder, the last name first.
fn children(files: &mut dyn Workspace, folder: &str) -> Result<Vec<(String, Kind)>, Error> {
    let items = files.list(folder)?.into_iter().rev();
    Ok(items.map(|item| (joined(folder, &item.name), item.kind)).collect())
}

fn joined(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// A path as a pattern sees it: relative to the folder that was searched.
pub(crate) fn below<'a>(root: &str, path: &'a str) -> &'a str {
    let rest = path.strip_prefix(root).map(|rest| rest.trim_start_matches('/'));
    match rest {
        Some("") | None => path.rsplit('/').next().unwrap_or(path),
        Some(rest) => rest,
    }
}

//! `list`: the names in a folder.

use std::num::NonZeroU32;

use plugin_sdk::capability::{Kind, Workspace};
use plugin_sdk::{Error, Function, ToolImports};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Lists a folder.
#[derive(Debug)]
pub struct List;

/// The arguments of [`List`].
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListInput {
    /// The folder, relative to the workspace; empty for the workspace itself.
    #[serde(default)]
    path: String,
    /// Only names after this one, in byte order.
    #[serde(default)]
    after: String,
    /// How many names at most.
    #[serde(default = "limit")]
    limit: NonZeroU32,
}

/// The names in a folder.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Entries {
    /// In byte order.
    entries: Vec<Entry>,
    /// What is missing here and how to get it; absent where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    more: Option<String>,
}

/// One name.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Entry {
    /// The last part of its path.
    name: String,
    /// `file`, `folder` or `other`.
    kind: &'static str,
    /// Bytes of a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
}

fn limit() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(999)
}

impl Function for List {
    const NAME: &'static str = "list";
    const DESCRIPTION: &'static str = "Lists what is directly in a folder, with the sizes of files. \
        `glob` finds what is further down.";
    type Input = ListInput;
    type Output = Entries;

    fn call(imports: &mut impl ToolImports, input: ListInput) -> Result<Entries, Error> {
        let mut items = imports.list(&input.path)?;
        items.retain(|item| item.name > input.after);
        let total = items.len();
        items.truncate(input.limit.get() as usize);
        let mut entries = Vec::with_capacity(items.len());
        for item in items {
            let (kind, size) = match item.kind {
                Kind::File => ("file", size(imports, &input.path, &item.name)?),
                Kind::Folder => ("folder", None),
                Kind::Other => ("other", None),
            };
            entries.push(Entry { name: item.name, kind, size });
        }
        let more = entries.last().filter(|_| total > entries.len()).map(|last| {
            format!("{} more names: list again with after = {:?}", total - entries.len(), last.name)
        });
        Ok(Entries { entries, more })
    }
}

/// None for a file that may be listed and not opened.
fn size(imports: &mut dyn Workspace, folder: &str, name: &str) -> Result<Option<u64>, Error> {
    let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    match imports.stat(&path) {
        Ok(metadata) => Ok(Some(metadata.size)),
        Err(Error::Denied(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

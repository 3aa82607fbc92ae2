//! `glob`: paths by pattern.

use std::num::NonZeroU32;

use globset::{GlobBuilder, GlobMatcher};
use plugin_sdk::capability::Kind;
use plugin_sdk::{Error, Function, ToolImports};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::walk::{Skipped, Walk, below};

/// Bytes of a pattern. What a pattern compiles to grows with it.
const MAX_PATTERN: usize = 1_000;

/// Finds paths by pattern.
#[derive(Debug)]
pub struct Glob;

/// The arguments of [`Glob`].
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GlobInput {
    /// For example `*.rs` (in the folder itself), `**/*.rs` (everywhere below), `src/**/{a,b}[0-9].txt`.
    pattern: String,
    /// The folder that the pattern begins in; empty for the workspace itself.
    #[serde(default)]
    path: String,
    /// How many paths at most.
    #[serde(default = "limit")]
    limit: NonZeroU32,
}

/// The paths that match.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Paths {
    /// Files and folders, relative to the workspace; folders end with `/`.
    paths: Vec<String>,
    /// Folders that could not be looked into.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    skipped: Vec<Skipped>,
    /// What is missing here and how to get it; absent where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    more: Option<String>,
}

fn limit() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(999)
}

impl Function for Glob {
    const NAME: &'static str = "glob";
    const DESCRIPTION: &'static str = "Finds files and folders whose path matches a pattern. What is \
        in a `.git` folder is left out.";
    type Input = GlobInput;
    type Output = Paths;

    fn call(imports: &mut impl ToolImports, input: GlobInput) -> Result<Paths, Error> {
        let pattern = matcher(&input.pattern)?;
        let walk = Walk::from(imports, &input.path)?;
        let mut matching =
            walk.found.iter().filter(|(path, _)| pattern.is_match(below(&input.path, path))).map(shown);
        let paths: Vec<String> = matching.by_ref().take(input.limit.get() as usize).collect();
        let more = match matching.count() {
            0 => walk.note(),
            rest => Some(format!("{rest} more paths match: raise `limit` or narrow the pattern")),
        };
        Ok(Paths { paths, skipped: walk.skipped, more })
    }
}

fn shown((path, kind): &(String, Kind)) -> String {
    if *kind == Kind::Folder { format!("{path}/") } else { path.clone() }
}

/// `*` and `?` stay in one part of a path, `**` does not.
pub(crate) fn matcher(pattern: &str) -> Result<GlobMatcher, Error> {
    if pattern.len() > MAX_PATTERN {
        let text = format!("a pattern has at most {MAX_PATTERN} bytes, this one {}", pattern.len());
        return Err(Error::InvalidArgument(text));
    }
    match GlobBuilder::new(pattern).literal_separator(true).empty_alternates(true).build() {
        Ok(glob) => Ok(glob.compile_matcher()),
        Err(error) => Err(Error::InvalidArgument(error.to_string())),
    }
}

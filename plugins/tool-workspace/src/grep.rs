//! `grep`: lines by regular expression.

use std::num::NonZeroU32;

use globset::GlobMatcher;
use plugin_sdk::capability::Kind;
use plugin_sdk::{Error, Function, ToolImports};
use regex::{Regex, RegexBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::glob::matcher;
use crate::text::Text;
use crate::walk::{Skipped, Walk, below};

/// Bytes of the compiled expression; the default of the library is ten times that.
const MAX_EXPRESSION: usize = 1 << 20;
/// Lines around a match that are shown at most.
const MAX_CONTEXT: u32 = 20;
/// Bytes of one line that are shown.
const MAX_LINE: usize = 500;
/// Files that are named as passed over.
const MAX_SKIPPED: usize = 20;

/// Finds lines.
#[derive(Debug)]
pub struct Grep;

/// The arguments of [`Grep`].
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GrepInput {
    /// A regular expression in the syntax of Rust's `regex`; it is looked for in each line by itself.
    pattern: String,
    /// The file or folder that is searched; empty for the whole workspace.
    #[serde(default)]
    path: String,
    /// Only files whose path below `path` matches, for example `**/*.rs`.
    #[serde(default)]
    glob: Option<String>,
    /// Whether `a` matches `A`.
    #[serde(default)]
    ignore_case: bool,
    /// How many lines are shown before and after a match, at most 20.
    #[serde(default)]
    #[schemars(range(max = 20))]
    context: u32,
    /// How many matching lines at most.
    #[serde(default = "limit")]
    limit: NonZeroU32,
    /// How many matching lines are passed over first.
    #[serde(default)]
    skip: u32,
}

/// The lines that match.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Matches {
    /// `path:line:text` for a match, `path-line-text` for a line around one, `--` between places apart.
    text: String,
    /// How many matching lines are shown.
    matches: u64,
    /// How many files were searched.
    files: u64,
    /// Files that were passed over, at most twenty of them: binary, too large or denied.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    skipped: Vec<Skipped>,
    /// What is missing here and how to get it; absent where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    more: Option<String>,
}

fn limit() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(99)
}

impl Function for Grep {
    const NAME: &'static str = "grep";
    const DESCRIPTION: &'static str = "Finds the lines of text files that match a regular expression, \
        below a folder or in one file. Binary files and what is in a `.git` folder are passed over.";
    type Input = GrepInput;
    type Output = Matches;

    fn call(imports: &mut impl ToolImports, input: GrepInput) -> Result<Matches, Error> {
        let pattern = expression(&input)?;
        let only = input.glob.as_deref().map(matcher).transpose()?;
        let mut walk = Walk::from(imports, &input.path)?;
        let mut search =
            Search { input: &input, pattern, out: String::new(), seen: 0, shown: 0, full: false };
        let mut files = 0;
        for (path, _) in walk.found.iter().filter(|(path, kind)| wanted(&input, only.as_ref(), path, *kind)) {
            match Text::load(imports, path) {
                Ok(text) => {
                    files += 1;
                    search.file(path, &text.plain);
                }
                Err(error) if *path == input.path => return Err(error),
                Err(error) => walk.skipped.push(Skipped { path: path.clone(), reason: reason(error)? }),
            }
            if search.full {
                break;
            }
        }
        let more = match search.full {
            true => Some(format!(
                "there are more matches: go on with skip = {}, or narrow the search",
                u64::from(input.skip) + search.shown
            )),
            false => walk.note(),
        };
        walk.skipped.truncate(MAX_SKIPPED);
        Ok(Matches { text: search.out, matches: search.shown, files, skipped: walk.skipped, more })
    }
}

fn expression(input: &GrepInput) -> Result<Regex, Error> {
    if input.context > MAX_CONTEXT {
        let text = format!("`context` is at most {MAX_CONTEXT}, and {} was asked for", input.context);
        return Err(Error::InvalidArgument(text));
    }
    RegexBuilder::new(&input.pattern)
        .case_insensitive(input.ignore_case)
        .size_limit(MAX_EXPRESSION)
        .build()
        .map_err(|error| Error::InvalidArgument(format!("`pattern`: {error}")))
}

fn wanted(input: &GrepInput, only: Option<&GlobMatcher>, path: &str, kind: Kind) -> bool {
    kind == Kind::File && only.is_none_or(|only| only.is_match(below(&input.path, path)))
}

/// Why one file of many is passed over; what would end every other read too is passed on.
fn reason(error: Error) -> Result<String, Error> {
    match error {
        Error::Denied(text) | Error::InvalidArgument(text) | Error::QuotaExceeded(text) => Ok(text),
        error => Err(error),
    }
}

/// A search under way.
struct Search<'a> {
    input: &'a GrepInput,
    pattern: Regex,
    out: String,
    /// Matching lines so far, and those of them that are shown.
    seen: u64,
    shown: u64,
    /// Whether a match was found that is one too many.
    full: bool,
}

impl Search<'_> {
    fn file(&mut self, path: &str, text: &str) {
        let context = self.input.context as usize;
        let lines: Vec<&str> = text.lines().collect();
        // The line after the last one that is shown.
        let mut end = 0;
        // Up to where lines are shown because they follow a match.
        let mut tail = 0;
        for (at, line) in lines.iter().enumerate() {
            let Some(found) = self.pattern.find(line) else {
                if at < tail {
                    self.push(path, at, '-', line, 0);
                    end = at + 1;
                }
                continue;
            };
            self.seen += 1;
            if self.seen <= u64::from(self.input.skip) {
                continue;
            }
            if self.shown == u64::from(self.input.limit.get()) {
                self.full = true;
                return;
            }
            let start = at.saturating_sub(context).max(end);
            if context > 0 && !self.out.is_empty() && (start > end || end == 0) {
                self.out.push_str("--\n");
            }
            for (at, line) in lines.iter().enumerate().take(at).skip(start) {
                self.push(path, at, '-', line, 0);
            }
            self.push(path, at, ':', line, found.start());
            self.shown += 1;
            end = at + 1;
            tail = end + context;
        }
    }

    /// Appends a line, of a long one the part that the match begins in.
    fn push(&mut self, path: &str, at: usize, mark: char, line: &str, found: usize) {
        let number = at + 1;
        self.out.push_str(&format!("{path}{mark}{number}{mark}"));
        if line.len() <= MAX_LINE {
            self.out.push_str(line);
        } else {
            let from = line.floor_char_boundary(found.saturating_sub(MAX_LINE / 2));
            let to = line.floor_char_boundary(from + MAX_LINE);
            let part = line.get(from..to).unwrap_or_default();
            self.out.push_str(&format!("[bytes {from} to {to} of {}] {part}", line.len()));
        }
        self.out.push('\n');
    }
}

//! `edit`: one passage of a file in place of another.

use std::ops::Range;

use plugin_sdk::{Error, Function, ToolImports};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::{Text, line_of};

/// How many places an error names.
const NAMED: usize = 10;

/// Replaces a passage.
#[derive(Debug)]
pub struct Edit;

/// The arguments of [`Edit`].
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EditInput {
    /// The file, relative to the workspace, parts joined by `/`.
    path: String,
    /// The passage as it stands in the file, without line numbers, with enough around it to be the only one.
    old: String,
    /// What stands there afterwards.
    new: String,
    /// Replaces every match instead of the only one.
    #[serde(default)]
    replace_all: bool,
}

/// What was replaced.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Edited {
    /// How many matches were replaced.
    replaced: u64,
    /// The lines that the matches began in, of the file as it was; at most ten.
    lines: Vec<u64>,
}

impl Function for Edit {
    const NAME: &'static str = "edit";
    const DESCRIPTION: &'static str = "Replaces a passage of a text file. The passage has to match \
        exactly one place, or every place with `replace_all`. Line endings stay as the file has them.";
    type Input = EditInput;
    type Output = Edited;

    fn call(imports: &mut impl ToolImports, input: EditInput) -> Result<Edited, Error> {
        let old = input.old.replace("\r\n", "\n");
        if old.is_empty() {
            return Err(Error::InvalidArgument("`old` is empty; `write` makes a file".to_owned()));
        }
        if old == input.new.replace("\r\n", "\n") {
            return Err(Error::InvalidArgument("`old` and `new` are the same".to_owned()));
        }
        let text = Text::load(imports, &input.path)?;
        let places: Vec<usize> = text.plain.match_indices(&old).map(|(at, _)| at).collect();
        let lines: Vec<u64> = places.iter().take(NAMED).map(|at| line_of(&text.plain, *at) as u64).collect();
        match places.len() {
            0 => return Err(Error::InvalidArgument(absent(&text.plain, &old, &input.path))),
            1 => {}
            _ if input.replace_all => {}
            count => return Err(Error::InvalidArgument(ambiguous(&input.path, count, &lines))),
        }
        let changes: Vec<(Range<usize>, String)> =
            places.iter().map(|at| (*at..*at + old.len(), input.new.clone())).collect();
        imports.write_file(&input.path, text.replaced(&changes).as_bytes())?;
        Ok(Edited { replaced: places.len() as u64, lines })
    }
}

fn ambiguous(path: &str, count: usize, lines: &[u64]) -> String {
    let lines: Vec<String> = lines.iter().map(u64::to_string).collect();
    let more = if count > NAMED { " and more" } else { "" };
    let places = format!("lines {}{more}", lines.join(", "));
    format!(
        "`old` matches {count} places in `{path}`, in {places}: take in more around it, or set replace_all"
    )
}

/// Says where the passage would stand if white space did not count, as that is the usual mistake.
fn absent(plain: &str, old: &str, path: &str) -> String {
    let wanted: Vec<&str> = old.trim_matches('\n').lines().map(str::trim).collect();
    let lines: Vec<&str> = plain.lines().map(str::trim).collect();
    let alike = lines.windows(wanted.len().max(1)).position(|window| window == wanted.as_slice());
    match alike {
        Some(at) => {
            format!(
                "`old` is not in `{path}`; line {} and the next differ from it in white space alone",
                at + 1
            )
        }
        None => format!("`old` is not in `{path}`; read the file again, it may have changed"),
    }
}

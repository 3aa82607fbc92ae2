//! The text of a patch as sections, one a file, each remembering the line it began in.

use plugin_sdk::Error;
use schemars::JsonSchema;
use serde::Deserialize;

const BEGIN: &str = "*** Begin Patch";
const END: &str = "*** End Patch";
const ADD: &str = "*** Add File: ";
const DELETE: &str = "*** Delete File: ";
const UPDATE: &str = "*** Update File: ";
const MOVE: &str = "*** Move to: ";
const END_OF_FILE: &str = "*** End of File";

/// The arguments of [`ApplyPatch`](crate::ApplyPatch).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PatchInput {
    /// From `*** Begin Patch` to `*** End Patch`. Between them one section a file: `*** Add File: PATH` with lines
    /// `+text`; `*** Delete File: PATH`; or `*** Update File: PATH`, perhaps `*** Move to: PATH`, and hunks. A hunk
    /// begins with `@@`, perhaps followed by a whole line of the file that stands above, then has lines with ` `
    /// (stays), `-` (goes) or `+` (comes) before them, three that stay on each side where there are so many;
    /// `*** End of File` after a hunk ties it to the end.
    pub(crate) patch: String,
}

/// What is to become of one file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Section {
    /// The line of the patch that names the file, from 1.
    pub(crate) line: usize,
    pub(crate) path: String,
    pub(crate) change: Change,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// The whole text of the file.
    Add(String),
    Delete,
    Update {
        moved: Option<String>,
        hunks: Vec<Hunk>,
    },
}

/// One place of a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Hunk {
    /// The line of the patch that it begins in.
    pub(crate) line: usize,
    /// Lines of the file that stand above the place, in order.
    pub(crate) above: Vec<String>,
    pub(crate) lines: Vec<Line>,
    /// Whether it ends where the file ends.
    pub(crate) at_end: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    Stays(String),
    Goes(String),
    Comes(String),
}

/// Reads a patch. A mistake is `invalid-argument` and names its line.
pub(crate) fn parse(patch: &str) -> Result<Vec<Section>, Error> {
    let mut lines = Lines { rest: patch.lines().enumerate().peekable() };
    lines.skip_blank();
    match lines.next() {
        Some((_, line)) if line.trim_end() == BEGIN => {}
        other => {
            return Err(mistake(other.map_or(1, |(at, _)| at), format!("a patch begins with `{BEGIN}`")));
        }
    }
    let mut sections = Vec::new();
    loop {
        lines.skip_blank();
        let Some((at, line)) = lines.next() else {
            return Err(mistake(patch.lines().count(), format!("the patch ends without `{END}`")));
        };
        if line.trim_end() == END {
            break;
        }
        sections.push(section(&mut lines, at, line)?);
    }
    lines.skip_blank();
    match lines.next() {
        Some((at, _)) => Err(mistake(at, format!("nothing may follow `{END}`"))),
        None if sections.is_empty() => Err(mistake(1, "the patch changes nothing".to_owned())),
        None => Ok(sections),
    }
}

/// An error that points at a line of the patch.
pub(crate) fn mistake(line: usize, text: String) -> Error {
    Error::InvalidArgument(format!("line {line} of the patch: {text}"))
}

struct Lines<'a> {
    rest: std::iter::Peekable<std::iter::Enumerate<std::str::Lines<'a>>>,
}

impl<'a> Lines<'a> {
    /// The next line with its number.
    fn next(&mut self) -> Option<(usize, &'a str)> {
        self.rest.next().map(|(index, line)| (index + 1, line))
    }

    /// The next line if it belongs to the section that is being read.
    fn next_inside(&mut self) -> Option<(usize, &'a str)> {
        let opens = |line: &str| {
            line.trim_end() == END || [ADD, DELETE, UPDATE].iter().any(|start| line.starts_with(start))
        };
        self.rest.next_if(|(_, line)| !opens(line)).map(|(index, line)| (index + 1, line))
    }

    fn skip_blank(&mut self) {
        while self.rest.next_if(|(_, line)| line.trim().is_empty()).is_some() {}
    }
}

fn section(lines: &mut Lines<'_>, line: usize, header: &str) -> Result<Section, Error> {
    let (path, change) = if let Some(path) = header.strip_prefix(ADD) {
        (path, Change::Add(added(lines)?))
    } else if let Some(path) = header.strip_prefix(DELETE) {
        if let Some((at, _)) = lines.next_inside().filter(|(_, line)| !line.trim().is_empty()) {
            return Err(mistake(at, format!("nothing belongs under `{DELETE}`")));
        }
        (path, Change::Delete)
    } else if let Some(path) = header.strip_prefix(UPDATE) {
        (path, updated(lines, line)?)
    } else {
        let known = format!("`{ADD}PATH`, `{DELETE}PATH`, `{UPDATE}PATH` or `{END}`");
        return Err(mistake(line, format!("here stands {known}, not `{}`", start_of(header))));
    };
    Ok(Section { line, path: named(path, line)?, change })
}

fn named(path: &str, line: usize) -> Result<String, Error> {
    match path.trim() {
        "" => Err(mistake(line, "the path is missing".to_owned())),
        path => Ok(path.to_owned()),
    }
}

fn added(lines: &mut Lines<'_>) -> Result<String, Error> {
    let mut text = String::new();
    let mut blank = None;
    while let Some((at, line)) = lines.next_inside() {
        // Lines left empty are harmless after the file, and lost lines within it.
        if line.trim().is_empty() {
            blank = blank.or(Some(at));
            continue;
        }
        let (Some(line), None) = (line.strip_prefix('+'), blank) else {
            let text = "each line of a file that is added begins with `+`, empty ones too";
            return Err(mistake(blank.unwrap_or(at), text.to_owned()));
        };
        text.push_str(line);
        text.push('\n');
    }
    Ok(text)
}

fn updated(lines: &mut Lines<'_>, header: usize) -> Result<Change, Error> {
    let mut moved = None;
    let mut hunks: Vec<Hunk> = Vec::new();
    while let Some((at, line)) = lines.next_inside() {
        if let Some(path) = line.strip_prefix(MOVE) {
            if moved.is_some() || !hunks.is_empty() {
                return Err(mistake(at, format!("`{MOVE}` stands once, right under `{UPDATE}`")));
            }
            moved = Some(named(path, at)?);
        } else if let Some(above) = line.strip_prefix("@@") {
            open_hunk(&mut hunks, at, above.trim());
        } else if line.trim_end() == END_OF_FILE {
            match hunks.last_mut() {
                Some(hunk) => hunk.at_end = true,
                None => return Err(mistake(at, format!("`{END_OF_FILE}` stands after a hunk"))),
            }
        } else {
            body(&mut hunks, at, line)?;
        }
    }
    for hunk in &mut hunks {
        // Lines left empty before the next section are not part of the file.
        while hunk.lines.last() == Some(&Line::Stays(String::new())) && !hunk.at_end {
            hunk.lines.pop();
        }
        if !hunk.lines.iter().any(|line| !matches!(line, Line::Stays(_))) {
            return Err(mistake(
                hunk.line,
                "this hunk changes nothing: no line has `+` or `-` before it".to_owned(),
            ));
        }
    }
    if hunks.is_empty() && moved.is_none() {
        return Err(mistake(header, "this file is neither changed nor moved: it has no hunk".to_owned()));
    }
    Ok(Change::Update { moved, hunks })
}

/// `@@` begins a hunk; right after another `@@` it narrows that one further down.
fn open_hunk(hunks: &mut Vec<Hunk>, line: usize, above: &str) {
    let above = (!above.is_empty()).then(|| above.to_owned());
    match hunks.last_mut() {
        Some(hunk) if hunk.lines.is_empty() => hunk.above.extend(above),
        _ => hunks.push(Hunk { line, above: above.into_iter().collect(), ..Hunk::default() }),
    }
}

fn body(hunks: &mut Vec<Hunk>, at: usize, line: &str) -> Result<(), Error> {
    // Models drop the only space of an empty line that stays.
    let parsed = match line.split_at_checked(1) {
        None => Line::Stays(String::new()),
        Some((" ", rest)) => Line::Stays(rest.to_owned()),
        Some(("-", rest)) => Line::Goes(rest.to_owned()),
        Some(("+", rest)) => Line::Comes(rest.to_owned()),
        Some(_) => {
            let text = format!("a line of a hunk begins with ` `, `-` or `+`, not `{}`", start_of(line));
            return Err(mistake(at, text));
        }
    };
    match hunks.last_mut() {
        Some(hunk) if hunk.at_end => {
            if parsed == Line::Stays(String::new()) {
                Ok(())
            } else {
                Err(mistake(at, after_end()))
            }
        }
        Some(hunk) => {
            hunk.lines.push(parsed);
            Ok(())
        }
        // The first hunk may go without its `@@`.
        None => {
            hunks.push(Hunk { line: at, lines: vec![parsed], ..Hunk::default() });
            Ok(())
        }
    }
}

fn after_end() -> String {
    format!("nothing of a hunk stands after `{END_OF_FILE}`")
}

fn start_of(line: &str) -> &str {
    line.get(..line.floor_char_boundary(60)).unwrap_or_default()
}

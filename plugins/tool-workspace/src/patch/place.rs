//! Where in a file a hunk belongs.

use std::ops::Range;

use plugin_sdk::Error;

use super::parse::{Hunk, Line, mistake};
use crate::text::Text;

/// How many places an error names.
const NAMED: usize = 5;

/// The file after the hunks, which stand in the order of the file.
pub(crate) fn updated(text: &Text, path: &str, hunks: &[Hunk]) -> Result<String, Error> {
    let lines = starts(&text.plain);
    let file = File { path, lines: &lines, text: &text.plain };
    let mut changes = Vec::new();
    let mut cursor = 0;
    for hunk in hunks {
        let at = file.find(hunk, cursor)?;
        let old = old(hunk);
        changes.extend(file.changes(hunk, at));
        cursor = at + old.len();
    }
    Ok(text.replaced(&changes))
}

/// Every line with where it begins; without its ending.
fn starts(text: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let line = |part| {
        let start = at;
        at += str::len(part);
        (start, part.strip_suffix('\n').unwrap_or(part))
    };
    text.split_inclusive('\n').map(line).collect()
}

fn old(hunk: &Hunk) -> Vec<&str> {
    let old = hunk.lines.iter().filter_map(|line| match line {
        Line::Stays(text) | Line::Goes(text) => Some(text.as_str()),
        Line::Comes(_) => None,
    });
    old.collect()
}

struct File<'a> {
    path: &'a str,
    lines: &'a [(usize, &'a str)],
    text: &'a str,
}

impl File<'_> {
    /// The index of the line that the hunk begins at: at or after `cursor`, below the lines that it names.
    fn find(&self, hunk: &Hunk, cursor: usize) -> Result<usize, Error> {
        let mut from = cursor;
        for above in &hunk.above {
            let rest = self.lines.iter().enumerate().skip(from);
            let found = rest.map(|(at, (_, line))| (at, line)).find(|(_, line)| line.trim() == above);
            let Some((at, _)) = found else {
                let text = format!("no line of `{}` after line {from} is `{above}`", self.path);
                return Err(mistake(hunk.line, text));
            };
            from = at + 1;
        }
        let old = old(hunk);
        if old.is_empty() {
            return self.insertion(hunk, from);
        }
        let exact = self.matches(&old, from, hunk.at_end, |line| line);
        // White space that nobody sees at the end of a line is the commonest slip.
        let found =
            if exact.is_empty() { self.matches(&old, from, hunk.at_end, str::trim_end) } else { exact };
        match found.as_slice() {
            [] => Err(mistake(hunk.line, self.absent(&old, from, hunk.at_end))),
            [only] => Ok(*only),
            // Below a line that was named, the first place is the one that was meant.
            [first, ..] if !hunk.above.is_empty() => Ok(*first),
            several => Err(mistake(hunk.line, self.ambiguous(several))),
        }
    }

    fn matches(&self, old: &[&str], from: usize, at_end: bool, view: fn(&str) -> &str) -> Vec<usize> {
        let rest = self.lines.get(from..).unwrap_or_default();
        let mut found = Vec::new();
        for (at, window) in rest.windows(old.len()).enumerate() {
            let equal = window.iter().zip(old).all(|((_, line), old)| view(line) == view(old));
            if equal && (!at_end || at + old.len() == rest.len()) {
                found.push(from + at);
            }
        }
        found
    }

    /// Where lines come that stand next to none of the hunk.
    fn insertion(&self, hunk: &Hunk, from: usize) -> Result<usize, Error> {
        if hunk.at_end || self.lines.is_empty() {
            Ok(self.lines.len())
        } else if !hunk.above.is_empty() {
            Ok(from)
        } else {
            let text = "this hunk only adds and does not say where: give lines that stay around it, \
                        a line above it after `@@`, or `*** End of File`";
            Err(mistake(hunk.line, text.to_owned()))
        }
    }

    /// The changes of a hunk, one a run of lines that go or come.
    fn changes(&self, hunk: &Hunk, first: usize) -> Vec<(Range<usize>, String)> {
        let mut changes: Vec<(Range<usize>, String)> = Vec::new();
        let mut at = first;
        for line in &hunk.lines {
            let (end, new) = match line {
                Line::Stays(_) => {
                    at += 1;
                    continue;
                }
                Line::Goes(_) => (at + 1, String::new()),
                Line::Comes(text) => (at, format!("{text}\n")),
            };
            let range = self.offset(at)..self.offset(end);
            match changes.last_mut() {
                Some((last, text)) if last.end == range.start => {
                    last.end = range.end;
                    text.push_str(&new);
                }
                _ => changes.push((range, new)),
            }
            at = end;
        }
        self.join_last(&mut changes);
        changes
    }

    /// A file whose last line has no ending keeps that, and lines that come after it begin on their own line.
    fn join_last(&self, changes: &mut [(Range<usize>, String)]) {
        if self.text.is_empty() || self.text.ends_with('\n') {
            return;
        }
        let Some((range, new)) = changes.last_mut().filter(|(range, _)| range.end == self.text.len()) else {
            return;
        };
        if new.pop().is_some() && range.start == self.text.len() {
            new.insert(0, '\n');
        }
    }

    fn offset(&self, line: usize) -> usize {
        self.lines.get(line).map_or(self.text.len(), |(start, _)| *start)
    }

    fn ambiguous(&self, found: &[usize]) -> String {
        let lines: Vec<String> = found.iter().take(NAMED).map(|at| (at + 1).to_string()).collect();
        let more = if found.len() > NAMED { " and more" } else { "" };
        let places =
            format!("{} places of `{}`, at lines {}{more}", found.len(), self.path, lines.join(", "));
        format!("this hunk fits {places}: take in more lines that stay, or name a line above it after `@@`")
    }

    fn absent(&self, old: &[&str], from: usize, at_end: bool) -> String {
        let path = self.path;
        if at_end && !self.matches(old, from, false, str::trim_end).is_empty() {
            return format!("the lines of this hunk are in `{path}`, but not at its end");
        }
        let before = self.matches(old, 0, false, str::trim_end);
        if let Some(at) = before.first() {
            let text = format!("the lines of this hunk are in `{path}` at line {} only", at + 1);
            return format!("{text}, above the place of the hunk before it or of its `@@` line");
        }
        let reach = (1..=old.len()).rev().find_map(|count| {
            let found = self.matches(old.get(..count)?, from, false, str::trim_end);
            found.first().map(|at| (count, *at))
        });
        match reach {
            Some((count, at)) => {
                let wanted = old.get(count).copied().unwrap_or_default();
                let there = self.lines.get(at + count).map_or("the end of the file", |(_, line)| line);
                let line = at + count + 1;
                format!(
                    "`{path}` has the hunk's start at line {}, but line {line} is {there:?}, not {wanted:?}",
                    at + 1
                )
            }
            None => {
                let first = old.first().copied().unwrap_or_default();
                format!("no line of `{path}` after line {from} is {first:?}, with which this hunk begins")
            }
        }
    }
}

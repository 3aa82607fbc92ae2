//! Wiki markup within a line: marks, links, mentions and escapes, to text nodes of the document format.

use serde_json::{Value, json};

/// The marks that one character opens and closes.
const MARKS: &[(char, &str)] = &[('*', "strong"), ('_', "em"), ('-', "strike"), ('+', "underline")];
/// How deep marks may be nested; deeper ones stay as they are written.
const DEEPEST: usize = 12;

/// The nodes of a text that may have several lines; lines are set apart by hard breaks.
pub(super) fn nodes(text: &str) -> Vec<Value> {
    let mut nodes = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            nodes.push(json!({"type": "hardBreak"}));
        }
        parse(line, &[], 0, &mut nodes);
    }
    nodes
}

fn parse(text: &str, marks: &[Value], depth: usize, out: &mut Vec<Value>) {
    let mut plain = String::new();
    let mut rest = text;
    let mut before = None;
    while let Some(first) = rest.chars().next() {
        if let Some((node, after)) = special(rest, before, marks, depth) {
            flush(&mut plain, marks, out);
            out.extend(node);
            rest = after;
            before = Some('x');
            continue;
        }
        let (kept, after) = match rest.strip_prefix('\\').and_then(|rest| rest.chars().next()) {
            Some(escaped) if escaped.is_ascii_punctuation() => (escaped, rest.get(2..).unwrap_or_default()),
            _ => (first, rest.get(first.len_utf8()..).unwrap_or_default()),
        };
        plain.push(kept);
        before = Some(kept);
        rest = after;
    }
    flush(&mut plain, marks, out);
}

fn flush(plain: &mut String, marks: &[Value], out: &mut Vec<Value>) {
    if !plain.is_empty() {
        out.push(text_node(std::mem::take(plain), marks));
    }
}

fn text_node(text: String, marks: &[Value]) -> Value {
    if marks.is_empty() {
        json!({"type": "text", "text": text})
    } else {
        json!({"type": "text", "text": text, "marks": marks})
    }
}

/// The nodes of the construct that the text begins with, and what follows it.
fn special<'t>(
    rest: &'t str,
    before: Option<char>,
    marks: &[Value],
    depth: usize,
) -> Option<(Vec<Value>, &'t str)> {
    let may_begin = rest.starts_with(['\\', '{', '[', 'h', '^', '~', '*', '_', '-', '+']);
    if depth >= DEEPEST || !may_begin {
        return None;
    }
    if let Some(inner) = rest.strip_prefix("\\\\") {
        return Some((vec![json!({"type": "hardBreak"})], inner.strip_prefix(' ').unwrap_or(inner)));
    }
    if let Some(inner) = rest.strip_prefix("{{") {
        let (code, after) = inner.split_once("}}").filter(|(code, _)| !code.is_empty())?;
        return Some((vec![text_node(code.to_owned(), &with(marks, json!({"type": "code"})))], after));
    }
    if let Some(inner) = rest.strip_prefix("{color:") {
        let (color, inner) = inner.split_once('}')?;
        let (colored, after) = inner.split_once("{color}")?;
        let mark = json!({"type": "textColor", "attrs": {"color": color}});
        return Some((nested(colored, &with(marks, mark), depth), after));
    }
    if let Some(inner) = rest.strip_prefix('[') {
        let (link, after) = inner.split_once(']')?;
        return Some((vec![link_node(link, marks)?], after));
    }
    if rest.starts_with("http://") || rest.starts_with("https://") {
        let end = rest.find(|c: char| c.is_whitespace() || "|]}<>\"".contains(c)).unwrap_or(rest.len());
        let (url, after) = rest.split_at_checked(end)?;
        let mark = json!({"type": "link", "attrs": {"href": url}});
        return Some((vec![text_node(url.to_owned(), &with(marks, mark))], after));
    }
    for (sign, kind) in [('^', "sup"), ('~', "sub")] {
        if let Some(inner) = rest.strip_prefix(sign) {
            let (raised, after) = inner.split_once(sign).filter(|(raised, _)| is_marked(raised))?;
            let mark = json!({"type": "subsup", "attrs": {"type": kind}});
            return Some((nested(raised, &with(marks, mark), depth), after));
        }
    }
    mark(rest, before, marks, depth)
}

/// A word or phrase between two signs, which must stand at its edges: `2*3*4` is arithmetic.
fn mark<'t>(
    rest: &'t str,
    before: Option<char>,
    marks: &[Value],
    depth: usize,
) -> Option<(Vec<Value>, &'t str)> {
    let sign = rest.chars().next()?;
    let (_, kind) = MARKS.iter().find(|(known, _)| *known == sign)?;
    if before.is_some_and(char::is_alphanumeric) {
        return None;
    }
    let inner = rest.get(sign.len_utf8()..)?;
    for (at, _) in inner.match_indices(sign) {
        let (marked, after) = (inner.get(..at)?, inner.get(at + sign.len_utf8()..)?);
        if is_marked(marked) && !after.starts_with(char::is_alphanumeric) {
            return Some((nested(marked, &with(marks, json!({"type": kind})), depth), after));
        }
    }
    None
}

fn is_marked(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(char::is_whitespace) && !text.ends_with(char::is_whitespace)
}

fn nested(text: &str, marks: &[Value], depth: usize) -> Vec<Value> {
    let mut nodes = Vec::new();
    parse(text, marks, depth + 1, &mut nodes);
    nodes
}

fn with(marks: &[Value], mark: Value) -> Vec<Value> {
    marks.iter().cloned().chain([mark]).collect()
}

/// `[text|address]`, `[address]` or `[~accountid:ID]`.
fn link_node(link: &str, marks: &[Value]) -> Option<Value> {
    if let Some(account) = link.strip_prefix("~accountid:") {
        return Some(json!({"type": "mention", "attrs": {"id": account, "text": "", "accessLevel": ""}}));
    }
    let (text, href) = link.rsplit_once('|').unwrap_or((link, link));
    let is_address =
        href.contains("://") || href.starts_with("mailto:") || href.starts_with('#') || href.starts_with('/');
    if !is_address || text.is_empty() {
        return None;
    }
    let mark = json!({"type": "link", "attrs": {"href": href}});
    Some(text_node(text.to_owned(), &with(marks, mark)))
}

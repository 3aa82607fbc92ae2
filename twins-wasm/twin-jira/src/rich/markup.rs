//! Wiki markup by blocks: headings, lists, tables, code, quotes and rules, to the document format.

use serde_json::{Map, Value, json};

use super::inline;

/// How deep lists may be nested; deeper items count as this deep.
const DEEPEST: usize = 8;

/// The document of a text.
pub(super) fn to_document(text: &str) -> Value {
    let text = text.replace("\r\n", "\n");
    let lines: Vec<&str> = text.split('\n').collect();
    let mut document = node("doc", blocks(&lines, 0));
    if let Some(document) = document.as_object_mut() {
        document.insert("version".to_owned(), 1.into());
    }
    document
}

/// A node with what is in it, which is moved there: `json!` would copy it at every level.
fn node(kind: &str, content: Vec<Value>) -> Value {
    Value::Object(Map::from_iter([
        ("type".to_owned(), kind.into()),
        ("content".to_owned(), Value::Array(content)),
    ]))
}

/// The same with attributes.
fn node_with(kind: &str, attributes: Value, content: Vec<Value>) -> Value {
    let mut node = node(kind, content);
    if let Some(node) = node.as_object_mut() {
        node.insert("attrs".to_owned(), attributes);
    }
    node
}

fn blocks(lines: &[&str], depth: usize) -> Vec<Value> {
    let mut out = Vec::new();
    let mut rest = lines;
    while let Some((first, after)) = rest.split_first() {
        if first.trim().is_empty() {
            rest = after;
            continue;
        }
        let (node, following) = fenced(first, after, depth)
            .or_else(|| single(first).map(|node| (node, after)))
            .or_else(|| list(rest))
            .or_else(|| table(rest))
            .unwrap_or_else(|| paragraph(rest));
        out.push(node);
        rest = following;
    }
    out
}

/// `{code}`, `{noformat}`, `{quote}` and `{panel}` with the lines up to their end.
fn fenced<'l, 't>(first: &str, after: &'l [&'t str], depth: usize) -> Option<(Value, &'l [&'t str])> {
    let line = first.trim();
    let inside = line.strip_prefix('{')?.strip_suffix('}')?;
    let (name, argument) = inside.split_once(':').unwrap_or((inside, ""));
    if !matches!(name, "code" | "noformat" | "quote" | "panel") || depth > DEEPEST {
        return None;
    }
    let end = format!("{{{name}}}");
    let at = after.iter().position(|line| line.trim() == end)?;
    let (body, following) = after.split_at_checked(at)?;
    let following = following.split_first().map_or(following, |(_, following)| following);
    let node = match name {
        "code" | "noformat" => code(argument, body),
        "quote" => node("blockquote", blocks(body, depth + 1)),
        _ => node_with("panel", json!({"panelType": "info"}), blocks(body, depth + 1)),
    };
    Some((node, following))
}

fn code(argument: &str, body: &[&str]) -> Value {
    let language = argument.split('|').next().unwrap_or_default();
    let language = language.strip_prefix("language=").unwrap_or(language);
    let text = body.join("\n");
    let content = if text.is_empty() { json!([]) } else { json!([{"type": "text", "text": text}]) };
    if language.is_empty() || language.contains('=') {
        return json!({"type": "codeBlock", "content": content});
    }
    json!({"type": "codeBlock", "attrs": {"language": language}, "content": content})
}

/// Blocks of one line: headings, rules and short quotes.
fn single(line: &str) -> Option<Value> {
    if line.trim() == "----" {
        return Some(json!({"type": "rule"}));
    }
    if let Some(quoted) = line.strip_prefix("bq. ") {
        let content = vec![node("paragraph", inline::nodes(quoted))];
        return Some(node("blockquote", content));
    }
    let (level, title) = line.strip_prefix('h')?.split_once(". ")?;
    let level: u8 = level.parse().ok().filter(|level| (1..=6).contains(level))?;
    Some(node_with("heading", json!({"level": level}), inline::nodes(title)))
}

/// The signs and the text of a list item.
fn item(line: &str) -> Option<(&str, &str)> {
    let (signs, text) = line.trim_start().split_once(' ')?;
    let is_list = !signs.is_empty() && (signs.chars().all(|sign| "*#".contains(sign)) || signs == "-");
    is_list.then_some((signs, text))
}

fn list<'l, 't>(lines: &'l [&'t str]) -> Option<(Value, &'l [&'t str])> {
    item(lines.first()?)?;
    let end = lines.iter().position(|line| item(line).is_none()).unwrap_or(lines.len());
    let (own, following) = lines.split_at_checked(end)?;
    let items: Vec<_> = own.iter().filter_map(|line| item(line)).collect();
    Some((nest(&items, 1), following))
}

/// The list of the items at a depth, with deeper items below the item before them.
fn nest(items: &[(&str, &str)], depth: usize) -> Value {
    let ordered = items
        .first()
        .is_some_and(|(signs, _)| signs.chars().nth(depth - 1).or(signs.chars().last()) == Some('#'));
    let mut nodes = Vec::new();
    let mut rest = items;
    while let Some(((_, text), after)) = rest.split_first() {
        let deeper = |(signs, _): &(&str, &str)| signs.len() > depth && depth < DEEPEST;
        let end = after.iter().position(|item| !deeper(item)).unwrap_or(after.len());
        let (below, following) = after.split_at_checked(end).unwrap_or((&[], after));
        let mut content = vec![node("paragraph", inline::nodes(text))];
        if !below.is_empty() {
            content.push(nest(below, depth + 1));
        }
        nodes.push(node("listItem", content));
        rest = following;
    }
    node(if ordered { "orderedList" } else { "bulletList" }, nodes)
}

fn table<'l, 't>(lines: &'l [&'t str]) -> Option<(Value, &'l [&'t str])> {
    let is_row = |line: &&str| line.trim().starts_with('|') && line.trim().len() > 1;
    let end = lines.iter().position(|line| !is_row(line)).unwrap_or(lines.len());
    let (own, following) = lines.split_at_checked(end).filter(|_| end > 0)?;
    let rows: Vec<Value> = own.iter().map(|line| row(line.trim())).collect();
    Some((node("table", rows), following))
}

fn row(line: &str) -> Value {
    let (kind, sign) = if line.starts_with("||") { ("tableHeader", "||") } else { ("tableCell", "|") };
    let inside = line.strip_prefix(sign).unwrap_or(line);
    let inside = inside.strip_suffix(sign).unwrap_or(inside);
    let paragraph = |text: &str| node("paragraph", inline::nodes(text.trim()));
    let cell = |text: &str| node_with(kind, json!({}), vec![paragraph(text)]);
    node("tableRow", cells(inside, sign).into_iter().map(cell).collect())
}

/// The cells of a row; signs within a link do not end a cell.
fn cells<'t>(inside: &'t str, sign: &str) -> Vec<&'t str> {
    let (mut cells, mut start, mut in_link) = (Vec::new(), 0, false);
    let mut skip_to = 0;
    for (at, c) in inside.char_indices() {
        in_link = (in_link || c == '[') && c != ']';
        let is_end = at >= skip_to && !in_link && inside.get(at..).is_some_and(|rest| rest.starts_with(sign));
        if is_end {
            cells.push(inside.get(start..at).unwrap_or_default());
            start = at + sign.len();
            skip_to = start;
        }
    }
    cells.push(inside.get(start..).unwrap_or_default());
    cells
}

/// The lines up to the next blank one or the next other block.
fn paragraph<'l, 't>(lines: &'l [&'t str]) -> (Value, &'l [&'t str]) {
    let ends = |line: &&str| {
        let starts_other = single(line).is_some() || item(line).is_some() || line.trim().starts_with('|');
        line.trim().is_empty() || starts_other || is_fence(line)
    };
    let end = lines.iter().skip(1).position(ends).map_or(lines.len(), |at| at + 1);
    let (own, following) = lines.split_at_checked(end).unwrap_or((lines, &[]));
    (node("paragraph", inline::nodes(&own.join("\n"))), following)
}

fn is_fence(line: &str) -> bool {
    let line = line.trim();
    ["{code", "{noformat}", "{quote}", "{panel"].iter().any(|fence| line.starts_with(fence))
        && line.ends_with('}')
}

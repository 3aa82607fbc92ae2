//! The document format read: to wiki markup, to plain words and to HTML.

use std::fmt::Write as _;

use serde_json::Value;

/// The block nodes that the format knows.
const BLOCKS: &[&str] = &[
    "paragraph",
    "heading",
    "bulletList",
    "orderedList",
    "codeBlock",
    "blockquote",
    "rule",
    "panel",
    "table",
    "mediaSingle",
    "mediaGroup",
    "expand",
    "nestedExpand",
    "taskList",
    "decisionList",
    "blockCard",
    "embedCard",
    "layoutSection",
    "extension",
    "bodiedExtension",
];
/// How deep a document is read; what lies deeper is left out.
const DEEPEST: usize = 40;

/// Whether a node may stand at the top of a document.
pub(super) fn is_block(node: &Value) -> bool {
    BLOCKS.contains(&kind(node))
}

fn kind(node: &Value) -> &str {
    node.get("type").and_then(Value::as_str).unwrap_or_default()
}

fn content(node: &Value) -> &[Value] {
    node.get("content").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn attr<'n>(node: &'n Value, name: &str) -> &'n str {
    node.get("attrs").and_then(|attrs| attrs.get(name)).and_then(Value::as_str).unwrap_or_default()
}

fn level(node: &Value) -> u64 {
    node.pointer("/attrs/level").and_then(Value::as_u64).unwrap_or(1).clamp(1, 6)
}

/// As wiki markup.
pub(super) fn to_wiki(document: &Value) -> String {
    wiki_blocks(content(document), 0)
}

fn wiki_blocks(nodes: &[Value], depth: usize) -> String {
    let blocks: Vec<String> = nodes.iter().map(|node| wiki_block(node, depth)).collect();
    blocks.join("\n\n")
}

fn wiki_block(node: &Value, depth: usize) -> String {
    if depth > DEEPEST {
        return String::new();
    }
    match kind(node) {
        "heading" => format!("h{}. {}", level(node), wiki_inline(content(node))),
        "bulletList" => wiki_list(node, "*", depth),
        "orderedList" => wiki_list(node, "#", depth),
        "codeBlock" => match attr(node, "language") {
            "" => format!("{{noformat}}\n{}\n{{noformat}}", words(node, depth)),
            language => format!("{{code:{language}}}\n{}\n{{code}}", words(node, depth)),
        },
        "blockquote" => format!("{{quote}}\n{}\n{{quote}}", wiki_blocks(content(node), depth + 1)),
        "panel" => format!("{{panel}}\n{}\n{{panel}}", wiki_blocks(content(node), depth + 1)),
        "rule" => "----".to_owned(),
        "table" => {
            let rows: Vec<String> = content(node).iter().map(|row| wiki_row(row, depth)).collect();
            rows.join("\n")
        }
        "taskList" | "decisionList" => {
            let items: Vec<String> =
                content(node).iter().map(|item| format!("* {}", wiki_inline(content(item)))).collect();
            items.join("\n")
        }
        "blockCard" | "embedCard" => format!("[{}]", attr(node, "url")),
        "expand" | "nestedExpand" | "layoutSection" | "layoutColumn" | "bodiedExtension" => {
            wiki_blocks(content(node), depth + 1)
        }
        "mediaSingle" | "mediaGroup" => {
            let names: Vec<String> =
                content(node).iter().map(|media| format!("!{}!", media_name(media))).collect();
            names.join("\n")
        }
        _ => wiki_inline(content(node)),
    }
}

fn media_name(media: &Value) -> &str {
    let alt = attr(media, "alt");
    if alt.is_empty() { attr(media, "id") } else { alt }
}

fn wiki_list(list: &Value, signs: &str, depth: usize) -> String {
    if depth > DEEPEST {
        return String::new();
    }
    let mut lines = Vec::new();
    for item in content(list) {
        for (index, block) in content(item).iter().enumerate() {
            match kind(block) {
                "bulletList" => lines.push(wiki_list(block, &format!("{signs}*"), depth + 1)),
                "orderedList" => lines.push(wiki_list(block, &format!("{signs}#"), depth + 1)),
                _ if index == 0 => lines.push(format!("{signs} {}", wiki_block(block, depth + 1))),
                _ => lines.push(wiki_block(block, depth + 1)),
            }
        }
    }
    lines.join("\n")
}

fn wiki_row(row: &Value, depth: usize) -> String {
    let mut line = String::new();
    let mut last = "|";
    for cell in content(row) {
        last = if kind(cell) == "tableHeader" { "||" } else { "|" };
        line.push_str(last);
        let text = wiki_blocks(content(cell), depth + 1);
        line.push_str(if text.is_empty() { " " } else { &text });
    }
    line.push_str(last);
    line
}

fn wiki_inline(nodes: &[Value]) -> String {
    nodes.iter().map(wiki_leaf).collect()
}

fn wiki_leaf(node: &Value) -> String {
    match kind(node) {
        "text" => marked(node),
        "hardBreak" => "\n".to_owned(),
        "mention" => format!("[~accountid:{}]", attr(node, "id")),
        "emoji" => attr(node, "text").to_owned(),
        "inlineCard" => format!("[{}]", attr(node, "url")),
        "status" => attr(node, "text").to_owned(),
        "date" => attr(node, "timestamp").to_owned(),
        _ => wiki_inline(content(node)),
    }
}

fn marked(node: &Value) -> String {
    let text = node.get("text").and_then(Value::as_str).unwrap_or_default();
    let marks = node.get("marks").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut out = text.to_owned();
    for mark in marks.iter().rev() {
        out = match kind(mark) {
            "strong" => format!("*{out}*"),
            "em" => format!("_{out}_"),
            "strike" => format!("-{out}-"),
            "underline" => format!("+{out}+"),
            "code" => format!("{{{{{out}}}}}"),
            "subsup" if attr(mark, "type") == "sup" => format!("^{out}^"),
            "subsup" => format!("~{out}~"),
            "textColor" => format!("{{color:{}}}{out}{{color}}", attr(mark, "color")),
            "link" if attr(mark, "href") == out => out,
            "link" => format!("[{out}|{}]", attr(mark, "href")),
            _ => out,
        };
    }
    out
}

/// The words alone, with a space wherever a block or a line ends.
pub(super) fn plain(document: &Value) -> String {
    let words = words(document, 0);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn words(node: &Value, depth: usize) -> String {
    if depth > DEEPEST {
        return String::new();
    }
    match kind(node) {
        "text" => node.get("text").and_then(Value::as_str).unwrap_or_default().to_owned(),
        "hardBreak" => "\n".to_owned(),
        "mention" | "emoji" | "status" => attr(node, "text").to_owned(),
        "inlineCard" | "blockCard" => attr(node, "url").to_owned(),
        "paragraph" | "heading" | "codeBlock" => {
            content(node).iter().map(|child| words(child, depth + 1)).collect()
        }
        _ => {
            let parts: Vec<String> = content(node).iter().map(|child| words(child, depth + 1)).collect();
            parts.join("\n")
        }
    }
}

/// As HTML.
pub(super) fn html(document: &Value) -> String {
    let blocks: Vec<String> = content(document).iter().map(|node| html_node(node, 0)).collect();
    blocks.join("\n")
}

fn html_node(node: &Value, depth: usize) -> String {
    if depth > DEEPEST {
        return String::new();
    }
    let inside = || content(node).iter().map(|child| html_node(child, depth + 1)).collect::<String>();
    match kind(node) {
        "text" => html_text(node),
        "hardBreak" => "<br/>\n".to_owned(),
        "paragraph" => format!("<p>{}</p>", inside()),
        "heading" => format!("<h{0}>{1}</h{0}>", level(node), inside()),
        "bulletList" => format!("<ul>{}</ul>", inside()),
        "orderedList" => format!("<ol>{}</ol>", inside()),
        "listItem" => format!("<li>{}</li>", inside()),
        "codeBlock" => format!("<pre>{}</pre>", inside()),
        "blockquote" => format!("<blockquote>{}</blockquote>", inside()),
        "rule" => "<hr/>".to_owned(),
        "table" => format!("<table><tbody>{}</tbody></table>", inside()),
        "tableRow" => format!("<tr>{}</tr>", inside()),
        "tableHeader" => format!("<th>{}</th>", inside()),
        "tableCell" => format!("<td>{}</td>", inside()),
        "mention" | "emoji" | "status" => escaped(attr(node, "text")),
        "inlineCard" | "blockCard" => format!("<a href=\"{0}\">{0}</a>", escaped(attr(node, "url"))),
        _ => inside(),
    }
}

fn html_text(node: &Value) -> String {
    let mut out = escaped(node.get("text").and_then(Value::as_str).unwrap_or_default());
    for mark in node.get("marks").and_then(Value::as_array).into_iter().flatten().rev() {
        out = match kind(mark) {
            "strong" => format!("<b>{out}</b>"),
            "em" => format!("<em>{out}</em>"),
            "strike" => format!("<del>{out}</del>"),
            "underline" => format!("<ins>{out}</ins>"),
            "code" => format!("<tt>{out}</tt>"),
            "link" => format!("<a href=\"{}\">{out}</a>", escaped(attr(mark, "href"))),
            "subsup" => format!("<{0}>{out}</{0}>", if attr(mark, "type") == "sup" { "sup" } else { "sub" }),
            _ => out,
        };
    }
    out
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let written = match c {
            '&' => out.write_str("&amp;"),
            '<' => out.write_str("&lt;"),
            '>' => out.write_str("&gt;"),
            '"' => out.write_str("&quot;"),
            other => out.write_char(other),
        };
        debug_assert!(written.is_ok(), "a String takes everything");
    }
    out
}

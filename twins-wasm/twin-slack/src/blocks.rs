//! Block Kit as far as messages need it: which blocks there are, what each must have, and what the service
//! fills in.

use serde_json::{Map, Value};

use crate::errors::{Code, Error};

/// How many blocks a message may have.
const MOST: usize = 50;

/// The blocks that a message may have, each with the fields of which it needs every one.
const KINDS: &[(&str, &[&str])] = &[
    ("actions", &["elements"]),
    ("call", &["call_id"]),
    ("context", &["elements"]),
    ("context_actions", &["elements"]),
    ("divider", &[]),
    ("file", &["external_id", "source"]),
    ("header", &["text"]),
    ("image", &["alt_text"]),
    ("input", &["label", "element"]),
    ("markdown", &["text"]),
    ("rich_text", &["elements"]),
    ("section", &[]),
    ("table", &["rows"]),
    ("video", &["alt_text", "title", "thumbnail_url", "video_url"]),
];

/// The longest text of a block, in characters.
const TEXT_LIMITS: &[(&str, usize)] = &[("header", 150), ("section", 3_000)];

/// Checks blocks as they were sent.
pub(crate) fn check(sent: Value) -> Result<Vec<Value>, Error> {
    let Value::Array(blocks) = sent else { return Err(Code::InvalidBlocksFormat.into()) };
    let mut findings = Vec::new();
    if blocks.len() > MOST {
        findings.push(format!("no more than {MOST} items allowed [json-pointer:/blocks]"));
    }
    for (index, block) in blocks.iter().enumerate() {
        let Value::Object(block) = block else { return Err(Code::InvalidBlocksFormat.into()) };
        if let Err(finding) = check_block(block) {
            let Finding { problem, field } = finding;
            findings.push(format!("{problem} [json-pointer:/blocks/{index}/{field}]"));
        }
    }
    if findings.is_empty() {
        return Ok(blocks);
    }
    Err(Error::Explained { code: Code::InvalidBlocks, messages: findings })
}

/// Fills in what the service does: an id for every block, and how its texts are read.
pub(crate) fn complete(blocks: &mut [Value], mut draw_id: impl FnMut() -> String) {
    for block in blocks {
        if let Some(block) = block.as_object_mut()
            && !block.contains_key("block_id")
        {
            block.insert("block_id".to_owned(), draw_id().into());
        }
        complete_texts(block);
    }
}

/// What is wrong with a block.
struct Finding {
    problem: String,
    field: &'static str,
}

fn check_block(block: &Map<String, Value>) -> Result<(), Finding> {
    let missing =
        |field: &'static str| Finding { problem: format!("missing required field: {field}"), field };
    let kind = block.get("type").and_then(Value::as_str).ok_or_else(|| missing("type"))?;
    let (kind, needed) = KINDS
        .iter()
        .find(|(name, _)| *name == kind)
        .ok_or_else(|| Finding { problem: format!("unsupported type: {kind}"), field: "type" })?;
    if let Some(field) = needed.iter().find(|field| !block.contains_key(**field)) {
        return Err(missing(field));
    }
    if *kind == "section" && !block.contains_key("text") && !block.contains_key("fields") {
        return Err(missing("text"));
    }
    if *kind == "image" && !block.contains_key("image_url") && !block.contains_key("slack_file") {
        return Err(missing("image_url"));
    }
    check_text(kind, block)
}

fn check_text(kind: &str, block: &Map<String, Value>) -> Result<(), Finding> {
    let Some((_, most)) = TEXT_LIMITS.iter().find(|(name, _)| *name == kind) else { return Ok(()) };
    let Some(text) = block.get("text") else { return Ok(()) };
    let Some(text) = text.get("text").and_then(Value::as_str) else {
        return Err(Finding { problem: "must provide an object with a text".to_owned(), field: "text" });
    };
    if text.is_empty() {
        return Err(Finding { problem: "must be more than 0 characters".to_owned(), field: "text/text" });
    }
    if text.chars().nth(*most).is_some() {
        let problem = format!("must be less than {} characters", most + 1);
        return Err(Finding { problem, field: "text/text" });
    }
    Ok(())
}

/// The parser's own limit on nesting bounds the recursion.
fn complete_texts(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(complete_texts),
        Value::Object(fields) => {
            let default = match fields.get("type").and_then(Value::as_str) {
                Some("plain_text") => Some(("emoji", true)),
                Some("mrkdwn") => Some(("verbatim", false)),
                _ => None,
            };
            if let Some((name, value)) = default {
                fields.entry(name).or_insert(Value::Bool(value));
            }
            fields.values_mut().for_each(complete_texts);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn findings(blocks: Value) -> Vec<String> {
        match check(blocks) {
            Err(Error::Explained { code: Code::InvalidBlocks, messages }) => messages,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_wrong_block_is_named_with_its_place() {
        let long = "x".repeat(3_001);
        let found = findings(json!([
            {"type": "divider"},
            {"type": "sektion"},
            {},
            {"type": "section"},
            {"type": "section", "text": {"type": "mrkdwn", "text": long}},
            {"type": "image", "alt_text": "a"},
            {"type": "actions"},
        ]));
        assert_eq!(
            found,
            [
                "unsupported type: sektion [json-pointer:/blocks/1/type]",
                "missing required field: type [json-pointer:/blocks/2/type]",
                "missing required field: text [json-pointer:/blocks/3/text]",
                "must be less than 3001 characters [json-pointer:/blocks/4/text/text]",
                "missing required field: image_url [json-pointer:/blocks/5/image_url]",
                "missing required field: elements [json-pointer:/blocks/6/elements]",
            ]
        );
        assert_eq!(findings(json!(vec![json!({"type": "divider"}); 51])).len(), 1);
    }

    #[test]
    fn ids_and_text_defaults_are_filled_in() {
        let mut blocks = check(json!([
            {"type": "section", "text": {"type": "mrkdwn", "text": "*hi*"}},
            {"type": "header", "block_id": "own", "text": {"type": "plain_text", "text": "Hi"}},
        ]))
        .unwrap();
        complete(&mut blocks, || "drawn".to_owned());
        assert_eq!(
            Value::Array(blocks),
            json!([
                {"type": "section", "block_id": "drawn", "text": {"type": "mrkdwn", "text": "*hi*", "verbatim": false}},
                {"type": "header", "block_id": "own", "text": {"type": "plain_text", "text": "Hi", "emoji": true}},
            ])
        );
    }
}

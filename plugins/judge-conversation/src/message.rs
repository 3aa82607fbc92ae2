//! One thing that was said.

use plugin_sdk::{Duration, Instant};
use serde_json::Value;

/// Most characters of a message that a reason shows.
const SHOWN: usize = 80;

/// Who said something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Speaker {
    Subject,
    /// Somebody else, by the name that the source has for them.
    Other(String),
}

/// A message, wherever it was found.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) speaker: Speaker,
    pub(crate) text: String,
    pub(crate) at: Instant,
    /// What conditions are about.
    pub(crate) document: Value,
    /// The event that shows it, if one does.
    pub(crate) event: Option<u64>,
}

impl Message {
    /// How long after another it was said; none where it was said before.
    pub(crate) fn since(&self, other: &Self) -> Option<Duration> {
        self.at.checked_sub(other.at)
    }

    /// In quotes, for reasons.
    pub(crate) fn quoted(&self) -> String {
        let line = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        let shown: String = line.chars().take(SHOWN).collect();
        if shown.len() < line.len() { format!("\"{shown}...\"") } else { format!("\"{shown}\"") }
    }
}

/// The text of a field: itself, or, where it is a document of paragraphs and marks, the texts in it one after the other.
pub(crate) fn text_of(field: &Value) -> Option<String> {
    match field {
        Value::String(text) => Some(text.clone()),
        Value::Object(_) | Value::Array(_) => {
            let mut texts = Vec::new();
            collect(field, &mut texts);
            (!texts.is_empty()).then(|| texts.join(" "))
        }
        _ => None,
    }
}

fn collect<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, texts)),
        Value::Object(fields) => {
            texts.extend(fields.get("text").and_then(Value::as_str));
            fields.values().filter(|value| !value.is_string()).for_each(|value| collect(value, texts));
        }
        _ => {}
    }
}

//! Cases in JSON files: each is a list of steps against one fresh world, each step a request and the part of the response
//! that matters.
//!
//! How a step writes its request is the twin's own. Common to all are `status` (200 where it is left out), `headers`,
//! `expect` and `save`. In an expected response `null` means absent or null, an object may have more keys, a list may not
//! have more items, and a text that begins with `~` has to be contained. `save` keeps values by JSON pointer: for `$name`
//! where that is a whole text, and for `{name}` within one. `$repeat:LENGTH` is a long text.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{header, json};
use crate::Response;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    steps: Vec<Map<String, Value>>,
}

/// What a step says of the response.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    #[serde(default = "ok")]
    status: u16,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    expect: Option<Value>,
    #[serde(default)]
    save: BTreeMap<String, String>,
}

fn ok() -> u16 {
    200
}

/// What earlier steps saved, by name.
#[derive(Debug, Default)]
pub struct Saved(Map<String, Value>);

impl Saved {
    /// A value with what was saved in the place of names.
    ///
    /// # Panics
    /// When nothing was saved under a name.
    #[must_use]
    pub fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.fill_text(text),
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(name, field)| (name.clone(), self.fill(field))).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }

    /// A text with what was saved in the place of names, as text.
    ///
    /// # Panics
    /// When nothing was saved under a name.
    #[must_use]
    pub fn filled(&self, text: &str) -> String {
        plain(&self.fill_text(text))
    }

    #[expect(clippy::panic, reason = "for tests")]
    fn fill_text(&self, text: &str) -> Value {
        let name = text.strip_prefix('$').unwrap_or_default();
        if let Some(length) = name.strip_prefix("repeat:") {
            return Value::String("x".repeat(length.parse().unwrap_or_default()));
        }
        let is_name = !name.is_empty() && name.chars().all(|found| found.is_alphanumeric() || found == '_');
        if is_name {
            return self.0.get(name).unwrap_or_else(|| panic!("nothing saved as {name}")).clone();
        }
        let text = self
            .0
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), &plain(value)));
        Value::String(text)
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Runs every case of a folder, each against a world of its own. `send` makes a request of what a step says of it.
///
/// # Panics
/// When a file cannot be read or a case does not hold; all that do not are named.
#[expect(clippy::panic, reason = "for tests")]
pub fn assert_cases<W, S: DeserializeOwned>(
    folder: &Path,
    fresh: impl Fn() -> W,
    send: impl Fn(&mut W, &S, &Saved) -> Response,
) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<_> = entries.filter_map(Result::ok).map(|entry| entry.path()).collect();
    files.sort();
    assert!(!files.is_empty(), "no cases in {}", folder.display());
    let mut failures = Vec::new();
    for file in files {
        let refused = |error: &dyn std::fmt::Display| -> ! { panic!("{}: {error}", file.display()) };
        let text = std::fs::read_to_string(&file).unwrap_or_else(|error| refused(&error));
        let cases: Vec<Case> = serde_json::from_str(&text).unwrap_or_else(|error| refused(&error));
        for case in cases {
            let (mut world, mut saved) = (fresh(), Saved::default());
            for (index, step) in case.steps.into_iter().enumerate() {
                let place = format!("{}, step {index}", case.name);
                let (expected, step) = taken_apart(step).unwrap_or_else(|error| refused(&error));
                let response = send(&mut world, &step, &saved);
                failures.extend(differences(&place, &expected, &response, &mut saved));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What a step expects, and the rest of it.
fn taken_apart<S: DeserializeOwned>(mut step: Map<String, Value>) -> serde_json::Result<(Expected, S)> {
    let names = ["status", "headers", "expect", "save"];
    let expected: Map<_, _> = names.iter().filter_map(|name| step.remove_entry(*name)).collect();
    Ok((serde_json::from_value(expected.into())?, serde_json::from_value(step.into())?))
}

/// In what a response differs, if it does; what is to be saved of it is saved.
fn differences(place: &str, expected: &Expected, response: &Response, saved: &mut Saved) -> Option<String> {
    let answer = json(response);
    let mut found = Vec::new();
    if response.status != expected.status {
        found.push(format!("status {} instead of {}", response.status, expected.status));
    }
    for (name, value) in &expected.headers {
        if header(response, name) != Some(value) {
            found.push(format!("{name}: {:?} instead of {value:?}", header(response, name)));
        }
    }
    if let Some(expect) = &expected.expect {
        compare("", &saved.fill(expect), &answer, &mut found);
    }
    for (name, pointer) in &expected.save {
        saved.0.insert(name.clone(), answer.pointer(pointer).cloned().unwrap_or_default());
    }
    (!found.is_empty()).then(|| format!("{place}: {}\n  got {answer}", found.join("; ")))
}

fn compare(at: &str, expected: &Value, found: &Value, differences: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (name, value) in expected {
                let found = found.get(name).unwrap_or(&Value::Null);
                compare(&format!("{at}/{name}"), value, found, differences);
            }
        }
        (Value::Array(expected), Value::Array(found)) if expected.len() == found.len() => {
            for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
                compare(&format!("{at}/{index}"), expected, found, differences);
            }
        }
        (Value::String(wanted), Value::String(found))
            if wanted.strip_prefix('~').is_some_and(|part| found.contains(part)) => {}
        _ if expected == found => {}
        _ => differences.push(format!("{at}: {found} instead of {expected}")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn saved_values_stand_for_whole_texts_and_for_parts() {
        let mut saved = Saved::default();
        saved.0.insert("id".to_owned(), json!(7));
        let filled = saved.fill(&json!(["$id", "a/{id}", "${id.x}", {"b": "$repeat:3"}, null]));
        assert_eq!(filled, json!([7, "a/7", "${id.x}", {"b": "xxx"}, null]));
        assert_eq!(saved.filled("$id"), "7");
    }

    #[test]
    fn differences_are_named_with_their_place() {
        let mut found = Vec::new();
        let answer = json!({"a": [{"b": 1, "c": 2}], "d": "some words"});
        compare("", &json!({"a": [{"b": 1}], "d": "~word", "e": null}), &answer, &mut found);
        assert!(found.is_empty(), "{found:?}");
        compare("", &json!({"a": [{"b": 3}], "d": "words"}), &answer, &mut found);
        assert_eq!(found, ["/a/0/b: 1 instead of 3", "/d: \"some words\" instead of \"words\""]);
    }
}

//! What has been captured, and the texts that name it.

use std::collections::BTreeMap;

use plugin_sdk::Error;
use serde_json::Value;

/// Captured values by name.
#[derive(Debug, Default)]
pub(crate) struct Names(BTreeMap<String, Value>);

impl Names {
    pub(crate) fn set(&mut self, name: &str, value: Value) {
        self.0.insert(name.to_owned(), value);
    }

    /// A value with its placeholders filled in. A text that is one placeholder and nothing else keeps the value's kind.
    pub(crate) fn fill(&self, value: &Value) -> Result<Value, Error> {
        Ok(match value {
            Value::String(text) => match whole_placeholder(text) {
                Some(name) => self.get(name)?.clone(),
                None => Value::String(self.fill_text(text)?),
            },
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect::<Result<_, _>>()?,
            Value::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(key, value)| Ok((self.fill_text(key)?, self.fill(value)?)))
                    .collect::<Result<_, Error>>()?,
            ),
            other => other.clone(),
        })
    }

    /// A text with its placeholders filled in; `$${` is a literal `${`.
    pub(crate) fn fill_text(&self, text: &str) -> Result<String, Error> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let (before, after) = rest.split_at(at);
            if let Some(before) = before.strip_suffix('$') {
                filled.push_str(before);
                filled.push_str("${");
                rest = after.get(2..).unwrap_or_default();
                continue;
            }
            filled.push_str(before);
            let after = after.get(2..).unwrap_or_default();
            let (name, after) = after.split_once('}').ok_or_else(|| {
                Error::InvalidArgument(format!("the placeholder in `{text}` has no closing brace"))
            })?;
            match self.get(name)? {
                Value::String(text) => filled.push_str(text),
                other => filled.push_str(&other.to_string()),
            }
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn get(&self, name: &str) -> Result<&Value, Error> {
        self.0.get(name).ok_or_else(|| {
            Error::InvalidArgument(format!(
                "`${{{name}}}` is captured by no step before; a step's `capture` does"
            ))
        })
    }
}

fn whole_placeholder(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${")?.strip_suffix('}')?;
    (!name.contains(['{', '}'])).then_some(name)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn placeholders_are_filled_and_keep_their_kind_where_they_stand_alone() {
        let mut names = Names::default();
        names.set("n", json!(3));
        names.set("who", json!("Ana"));
        let value = json!({ "a": "${n}", "b": "${who} has ${n}", "${who}": ["$${n}"] });
        assert_eq!(names.fill(&value).unwrap(), json!({ "a": 3, "b": "Ana has 3", "Ana": ["${n}"] }));
        for text in ["${x}", "a ${n", "${who} ${x}"] {
            assert!(matches!(names.fill(&json!(text)), Err(Error::InvalidArgument(_))), "{text}");
        }
    }
}

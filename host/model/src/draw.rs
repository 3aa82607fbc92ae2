//! What differs between the trials of one scenario: one value of each list is drawn from the trial's seed and
//! stands for `${name}` in the scenario's texts.

use crate::Seed;
use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{json, short, shown};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use toml_span::value::ValueInner;

/// What placeholders of a persona's words begin with; no list is called so.
pub(crate) const PERSONA: &str = "persona";

/// The lists of a scenario's `[draw]` table; none of them is empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draw(BTreeMap<String, Vec<Value>>);

/// The values of one trial. Copies share them: a batch has few of them and many trials.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Drawn(Arc<BTreeMap<String, Value>>);

/// A placeholder whose name no draw has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`${{{name}}}` stands for nothing that is drawn")]
pub struct Unknown {
    /// The name between the braces.
    pub name: String,
}

/// Reads a table of lists; none of them is empty.
pub(crate) fn lists(
    table: &mut TomlTable<'_>,
    reader: &mut Reader<'_>,
) -> Option<BTreeMap<String, Vec<Value>>> {
    let mut lists = BTreeMap::new();
    for (name, mut value) in table.take_rest() {
        let span = value.span;
        if !is_usable(&name) {
            let what = format!("`{}` cannot stand between the braces of a placeholder", short(&name));
            let hint = Some("use letters, digits, underscores and hyphens; `persona` is taken".into());
            reader.mistake(span, what, hint);
            continue;
        }
        match value.take() {
            ValueInner::Array(items) if !items.is_empty() => {
                let values = items.into_iter().filter_map(|item| json(item, reader)).collect();
                lists.insert(name, values);
            }
            other => {
                let found = if other.as_array().is_some() { "none".into() } else { shown(&other) };
                let what = format!("`{name}` must be an array of at least one value (found {found})");
                reader.mistake(span, what, None);
            }
        }
    }
    Some(lists)
}

impl Drawn {
    pub(crate) fn new(values: BTreeMap<String, Value>) -> Self {
        Self(Arc::new(values))
    }
}

impl Serialize for Drawn {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        BTreeMap::serialize(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Drawn {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Self::new)
    }
}

impl Draw {
    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        lists(table, reader).map(Self)
    }

    /// Whether there is a list of that name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The values of the trial with this seed. Each list has a stream of its own, so that a further list moves none.
    pub fn drawn(&self, seed: Seed) -> Drawn {
        let pick = |(name, list): (&String, &Vec<Value>)| {
            let [a, b, c, d, e, f, g, h, ..] = seed.stream_key(&format!("draw/{name}"));
            let number = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
            let index = usize::try_from(number % list.len() as u64).ok()?;
            Some((name.clone(), list.get(index)?.clone()))
        };
        Drawn::new(self.0.iter().filter_map(pick).collect())
    }
}

impl Drawn {
    /// The values with one more.
    #[must_use]
    pub fn with(&self, name: &str, value: Value) -> Self {
        let mut values = BTreeMap::clone(&self.0);
        values.insert(name.to_owned(), value);
        Self::new(values)
    }

    /// These values and those of others; a name that both have is the others'.
    #[must_use]
    pub fn and(mut self, others: Self) -> Self {
        Arc::make_mut(&mut self.0).extend(Arc::unwrap_or_clone(others.0));
        self
    }

    /// Whether a text is one placeholder whose name begins with `prefix` and which no draw has.
    pub(crate) fn is_missing_whole(&self, text: &str, prefix: &str) -> bool {
        whole_placeholder(text).is_some_and(|name| name.starts_with(prefix) && self.value(name).is_err())
    }

    /// The text without the placeholders whose names begin with `prefix` and which no draw has.
    pub(crate) fn without_missing(&self, text: &str, prefix: &str) -> String {
        let mut left = String::with_capacity(text.len());
        let mut from = 0;
        for (offset, name) in placeholders(text) {
            if name.starts_with(prefix) && self.value(name).is_err() {
                left.push_str(text.get(from..offset).unwrap_or_default());
                from = offset + name.len() + "${}".len();
            }
        }
        left.push_str(text.get(from..).unwrap_or_default());
        left
    }

    /// The text with every placeholder filled in.
    ///
    /// # Errors
    /// The first name that no draw has.
    pub fn render(&self, text: &str) -> Result<String, Unknown> {
        let mut rendered = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            let (before, from) = rest.split_at(start);
            let escaped = before.strip_suffix('$');
            rendered.push_str(escaped.unwrap_or(before));
            let inside = from.get(2..).unwrap_or_default();
            match inside.find('}') {
                Some(end) if escaped.is_none() => {
                    let (name, after) = inside.split_at(end);
                    match self.value(name)? {
                        Value::String(text) => rendered.push_str(text),
                        // Writing to a String cannot fail.
                        other => write!(rendered, "{other}").unwrap_or_default(),
                    }
                    rest = after.get(1..).unwrap_or_default();
                }
                _ => {
                    rendered.push_str("${");
                    rest = inside;
                }
            }
        }
        rendered.push_str(rest);
        Ok(rendered)
    }

    /// The JSON value with every placeholder in its strings and keys filled in; a string that is one placeholder
    /// takes the drawn value's own kind.
    ///
    /// # Errors
    /// The first name that no draw has.
    pub fn render_json(&self, value: &Value) -> Result<Value, Unknown> {
        Ok(match value {
            Value::String(text) => match whole_placeholder(text) {
                Some(name) => self.value(name)?.clone(),
                None => Value::String(self.render(text)?),
            },
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.render_json(item)).collect::<Result<_, _>>()?)
            }
            Value::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(key, value)| Ok((self.render(key)?, self.render_json(value)?)))
                    .collect::<Result<_, _>>()?,
            ),
            other => other.clone(),
        })
    }

    fn value(&self, name: &str) -> Result<&Value, Unknown> {
        let mut parts = name.split('.');
        let first = parts.next().and_then(|part| self.0.get(part));
        parts
            .fold(first, |value, part| value.and_then(|value| value.get(part)))
            .ok_or_else(|| Unknown { name: name.to_owned() })
    }
}

/// Every placeholder in a text: byte offset and name.
pub fn placeholders(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices("${").filter_map(|(offset, _)| {
        let escaped = text.get(..offset).is_some_and(|before| before.ends_with('$'));
        let inside = text.get(offset + 2..)?;
        let name = inside.get(..inside.find('}')?)?;
        (!escaped).then_some((offset, name))
    })
}

/// Whether a placeholder can name this list: a dot would be read as a field, a brace as the end.
fn is_usable(name: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    !name.is_empty() && name != PERSONA && name.chars().all(is_name)
}

fn whole_placeholder(text: &str) -> Option<&str> {
    text.strip_prefix("${")?.strip_suffix('}').filter(|name| !name.contains(['}', '$']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn drawn() -> Drawn {
        Drawn::new(BTreeMap::from([("who".into(), json!({"id": "U1", "age": 3})), ("n".into(), json!(7))]))
    }

    #[test]
    fn fills_texts_and_keeps_kinds() {
        let value = json!({"a ${n}": ["${n}", "x${n}y${who.id}", "$${n}", "${", "plain"], "b": "${who.age}"});
        let filled = json!({"a 7": [7, "x7yU1", "${n}", "${", "plain"], "b": 3});
        assert_eq!(drawn().render_json(&value).unwrap(), filled);
    }

    #[test]
    fn copies_share_their_values_and_are_written_as_the_values_alone() {
        let (drawn, text) = (drawn(), r#"{"n":7,"who":{"age":3,"id":"U1"}}"#);
        assert!(Arc::ptr_eq(&drawn.0, &drawn.clone().0));
        assert_eq!(serde_json::to_string(&drawn).unwrap(), text);
        assert_eq!(serde_json::from_str::<Drawn>(text).unwrap(), drawn);
        let more = drawn.clone().and(Drawn::default().with("n", json!(8)));
        assert_eq!((drawn.render("${n}"), more.render("${n}${who.age}")), (Ok("7".into()), Ok("83".into())));
    }

    #[test]
    fn names_what_is_unknown() {
        assert_eq!(drawn().render("${who.name}").unwrap_err().name, "who.name");
        assert_eq!(drawn().render_json(&json!("${nobody}")).unwrap_err().name, "nobody");
    }

    #[test]
    fn placeholders_have_offsets() {
        assert_eq!(placeholders("a${b}$${c}${d.e}").collect::<Vec<_>>(), [(1, "b"), (10, "d.e")]);
    }

    #[test]
    fn every_value_is_drawn_and_a_further_list_moves_none() {
        let one = Draw(BTreeMap::from([("a".into(), vec![json!(0), json!(1), json!(2)])]));
        let mut two = one.clone();
        two.0.insert("b".into(), vec![json!("x")]);
        let values: Vec<_> = (0..64).map(|seed| one.drawn(Seed(seed)).0["a"].clone()).collect();
        for wanted in 0..3 {
            assert!(values.contains(&json!(wanted)));
        }
        assert!((0..64).all(|seed| one.drawn(Seed(seed)).0["a"] == two.drawn(Seed(seed)).0["a"]));
    }
}

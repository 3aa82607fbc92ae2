//! What the first turn of a context says about it: field 30 of a conversation item.
//!
//! Clients write the numeric tags as strings; integers are read as well.

use rmpv::Value;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Deepest nesting of a payload that is looked into.
const DEEPEST: usize = 64;
const METADATA: u64 = 30;

/// Title, labels and origin of a context. Empty texts are absent ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Provenance {
    /// What the client calls itself.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub client_tag: String,
    /// Title for people.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// Labels for people.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Whatever else the client wants to find it by.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub custom: BTreeMap<String, String>,
    /// The context that made this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_context: Option<u64>,
    /// The first context of the family.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_context: Option<u64>,
    /// Why it was made.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub spawn_reason: String,
    /// Trace that it belongs to.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub trace_id: String,
    /// The person on whose behalf it was made.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// The service that writes it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub service: String,
    /// The machine that the service runs on.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub host: String,
}

impl Provenance {
    /// Whether it says where the context comes from, and not only what it is called.
    pub fn has_origin(&self) -> bool {
        let texts = [&self.spawn_reason, &self.trace_id, &self.user, &self.service, &self.host];
        self.parent_context.is_some()
            || self.root_context.is_some()
            || texts.iter().any(|text| !text.is_empty())
    }

    /// Reads a first turn's payload; `None` where it is no msgpack or has no field 30.
    pub fn read(mut payload: &[u8]) -> Option<Self> {
        let value = rmpv::decode::read_value_with_max_depth(&mut payload, DEEPEST).ok()?;
        let metadata = field(&value, METADATA).filter(|value| value.is_map())?;
        let origin = field(metadata, 10);
        let text = |parent: Option<&Value>, tag| {
            parent.and_then(|parent| field(parent, tag)?.as_str()).unwrap_or_default().to_owned()
        };
        let number = |tag| origin.and_then(|origin| field(origin, tag)?.as_u64()).filter(|id| *id != 0);
        let metadata = Some(metadata);
        Some(Self {
            client_tag: text(metadata, 1),
            title: text(metadata, 2),
            labels: metadata.and_then(|value| field(value, 3)).map(texts).unwrap_or_default(),
            custom: metadata.and_then(|value| field(value, 4)).map(pairs).unwrap_or_default(),
            parent_context: number(1),
            root_context: number(3),
            spawn_reason: text(origin, 2),
            trace_id: text(origin, 10),
            user: text(origin, 20),
            service: text(origin, 40),
            host: text(origin, 45),
        })
    }
}

fn field(map: &Value, tag: u64) -> Option<&Value> {
    let is_tag =
        |key: &Value| key.as_u64() == Some(tag) || key.as_str().is_some_and(|key| key.parse() == Ok(tag));
    map.as_map()?.iter().find(|(key, _)| is_tag(key)).map(|(_, value)| value)
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|text| Some(text.as_str()?.to_owned())).collect()
}

fn pairs(value: &Value) -> BTreeMap<String, String> {
    let pair = |(key, value): &(Value, Value)| Some((key.as_str()?.to_owned(), value.as_str()?.to_owned()));
    value.as_map().into_iter().flatten().filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(fields: Vec<(Value, Value)>) -> Value {
        Value::Map(fields)
    }

    fn bytes(value: &Value) -> Vec<u8> {
        let mut bytes = Vec::new();
        rmpv::encode::write_value(&mut bytes, value).unwrap();
        bytes
    }

    #[test]
    fn tags_may_be_texts_or_numbers() {
        let origin =
            map(vec![("1".into(), 7.into()), (20.into(), "alice".into()), (40.into(), "worker".into())]);
        let metadata = map(vec![
            ("1".into(), "tag".into()),
            (2.into(), "Title".into()),
            ("3".into(), Value::Array(vec!["a".into(), 1.into(), "b".into()])),
            ("4".into(), map(vec![("env".into(), "test".into())])),
            ("10".into(), origin),
        ]);
        let item = map(vec![(1.into(), "user_input".into()), ("30".into(), metadata)]);
        let read = Provenance::read(&bytes(&item)).unwrap();
        assert_eq!((read.client_tag.as_str(), read.title.as_str()), ("tag", "Title"));
        assert_eq!(read.labels, ["a", "b"]);
        assert_eq!(read.custom["env"], "test");
        assert_eq!((read.parent_context, read.root_context), (Some(7), None));
        assert_eq!((read.user.as_str(), read.service.as_str()), ("alice", "worker"));
    }

    #[test]
    fn what_says_nothing_is_none() {
        assert_eq!(Provenance::read(b""), None);
        assert_eq!(Provenance::read(&[0xc1]), None);
        assert_eq!(Provenance::read(&bytes(&map(vec![(30.into(), Value::Nil)]))), None);
        assert_eq!(
            Provenance::read(&[0x91; 100_000]),
            None,
            "nested deeper than anything that is looked into"
        );
    }
}

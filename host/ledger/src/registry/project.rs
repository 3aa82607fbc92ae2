//! A msgpack payload as JSON with names, through the registry.

use super::bundle::{Field, TypeVersion};
use super::types::Registry;
use crate::Error;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rmpv::Value;
use serde_json::{Map, Number as JsonNumber, Value as Json, json};

/// Deepest nesting of a payload that is projected.
const DEEPEST: usize = 64;
/// Integers above this lose digits in readers that keep all numbers as floats.
const SAFE_INTEGER: u64 = (1 << 53) - 1;

/// How bytes come out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Bytes {
    /// Base64 with padding.
    #[default]
    Base64,
    /// Lower-case hexadecimal.
    Hex,
    /// Only how many there are.
    Length,
}

/// How integers come out that a float cannot hold, and all that are declared `u64` or `int64`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum U64s {
    /// As text.
    #[default]
    Text,
    /// As a number.
    Number,
}

/// How numbers of an enum come out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Enums {
    /// Its label; the number where it has none.
    #[default]
    Label,
    /// The number.
    Number,
    /// An object of both.
    Both,
}

/// How times come out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Times {
    /// ISO 8601, in UTC.
    #[default]
    Iso,
    /// Milliseconds since 1970.
    UnixMs,
}

/// How a payload is shown.
#[derive(Debug, Clone, Copy, Default)]
pub struct Projection {
    /// Bytes.
    pub bytes: Bytes,
    /// Large integers.
    pub u64s: U64s,
    /// Enums.
    pub enums: Enums,
    /// Times.
    pub times: Times,
}

/// A projected payload.
#[derive(Debug, Clone, PartialEq)]
pub struct Projected {
    /// The declared fields under their names. All fields under their tags where no version is given.
    pub data: Json,
    /// The fields of the outermost map that the version does not declare, under their tags.
    pub unknown: Map<String, Json>,
}

impl Projection {
    /// Projects a payload as a version of a type, or with its tags where there is none.
    ///
    /// # Errors
    /// [`Error::Unfit`] where the payload is no msgpack, or nested deeper than 64.
    pub fn project(
        &self,
        mut payload: &[u8],
        version: Option<&TypeVersion>,
        registry: &Registry,
    ) -> Result<Projected, Error> {
        let value = rmpv::decode::read_value_with_max_depth(&mut payload, DEEPEST)
            .map_err(|error| Error::unfit("payload", format!("no msgpack: {error}")))?;
        let look = Look { how: self, registry };
        let mut unknown = Map::new();
        let data = match (&value, version) {
            (Value::Map(fields), Some(version)) => look.map(fields, version, Some(&mut unknown), 0),
            _ => look.plain(&value),
        };
        Ok(Projected { data, unknown })
    }
}

struct Look<'p> {
    how: &'p Projection,
    registry: &'p Registry,
}

impl Look<'_> {
    fn map(
        &self,
        fields: &[(Value, Value)],
        version: &TypeVersion,
        mut unknown: Option<&mut Map<String, Json>>,
        depth: usize,
    ) -> Json {
        let mut named = Map::new();
        for (key, value) in fields {
            let field = tag_of(key).and_then(|tag| version.fields.get(&super::bundle::Number(tag)));
            match (field, &mut unknown) {
                (Some(field), _) => {
                    named.insert(field.name.clone(), self.field(value, field, depth));
                }
                (None, Some(unknown)) => {
                    unknown.insert(self.key(key), self.plain(value));
                }
                // Inside of a nested value there is no other place for them.
                (None, None) => {
                    named.insert(self.key(key), self.plain(value));
                }
            }
        }
        Json::Object(named)
    }

    fn field(&self, value: &Value, field: &Field, depth: usize) -> Json {
        if let (Some(labels), Some(number)) = (&field.labels, value.as_u64()) {
            return self.label(labels, number);
        }
        if field.semantic.as_deref() == Some("unix_ms")
            && let Some(time) = value.as_i64()
        {
            return self.time(time);
        }
        if let Some(nested) = &field.nested {
            return self.nested(value, nested, depth);
        }
        if let (Some(nested), Value::Array(values)) =
            (field.items.as_ref().and_then(|items| items.nested()), value)
        {
            return values.iter().map(|value| self.nested(value, nested, depth)).collect();
        }
        if self.how.u64s == U64s::Text
            && matches!(field.kind.as_str(), "u64" | "uint64" | "i64" | "int64")
            && let Value::Integer(number) = value
        {
            return Json::String(number.to_string());
        }
        self.plain(value)
    }

    fn nested(&self, value: &Value, type_id: &str, depth: usize) -> Json {
        match (value, self.registry.latest(type_id)) {
            // A type may contain itself; the payload's own depth is bounded.
            (Value::Map(fields), Some((_, version))) if depth < DEEPEST => {
                self.map(fields, version, None, depth + 1)
            }
            _ => self.plain(value),
        }
    }

    fn label(&self, labels: &str, number: u64) -> Json {
        let label = self.registry.label(labels, number);
        match (self.how.enums, label) {
            (Enums::Label, Some(label)) => label.into(),
            (Enums::Both, label) => json!({ "value": number, "label": label }),
            (Enums::Label | Enums::Number, _) => number.into(),
        }
    }

    fn time(&self, ms: i64) -> Json {
        match (self.how.times, jiff::Timestamp::from_millisecond(ms)) {
            (Times::Iso, Ok(time)) => format!("{time:.3}").into(),
            _ => ms.into(),
        }
    }

    fn plain(&self, value: &Value) -> Json {
        match value {
            Value::Nil => Json::Null,
            Value::Boolean(truth) => (*truth).into(),
            Value::Integer(number) => self.integer(number),
            Value::F32(number) => float((*number).into()),
            Value::F64(number) => float(*number),
            Value::String(text) => match text.as_str() {
                Some(text) => text.into(),
                None => self.bytes(text.as_bytes()),
            },
            Value::Binary(bytes) => self.bytes(bytes),
            Value::Array(values) => values.iter().map(|value| self.plain(value)).collect(),
            Value::Map(fields) => {
                Json::Object(fields.iter().map(|(key, value)| (self.key(key), self.plain(value))).collect())
            }
            Value::Ext(kind, bytes) => json!({ "ext": kind, "bytes": self.bytes(bytes) }),
        }
    }

    fn integer(&self, number: &rmpv::Integer) -> Json {
        let size = number.as_u64().or(number.as_i64().map(i64::unsigned_abs)).unwrap_or(u64::MAX);
        if self.how.u64s == U64s::Text && size > SAFE_INTEGER {
            return Json::String(number.to_string());
        }
        let exact = number.as_u64().map(Json::from).or(number.as_i64().map(Json::from));
        exact.unwrap_or(Json::Null)
    }

    fn bytes(&self, bytes: &[u8]) -> Json {
        Json::String(self.digits(bytes))
    }

    fn digits(&self, bytes: &[u8]) -> String {
        match self.how.bytes {
            Bytes::Base64 => STANDARD.encode(bytes),
            Bytes::Hex => bytes.iter().map(|byte| format!("{byte:02x}")).collect(),
            Bytes::Length => format!("<{} bytes>", bytes.len()),
        }
    }

    fn key(&self, key: &Value) -> String {
        match key {
            Value::String(text) => String::from_utf8_lossy(text.as_bytes()).into_owned(),
            Value::Integer(number) => number.to_string(),
            // As JSON within JSON, each level would double the backslashes of the one inside it.
            Value::Array(_) | Value::Map(_) => self.digits(&packed(key)),
            other => self.plain(other).to_string(),
        }
    }
}

/// Clients write tags as numbers or as text.
fn tag_of(key: &Value) -> Option<u64> {
    key.as_u64().or_else(|| key.as_str()?.parse().ok())
}

/// The msgpack of a value that was read from msgpack.
fn packed(value: &Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    match rmpv::encode::write_value(&mut bytes, value) {
        Ok(()) => bytes,
        // Memory takes every write.
        Err(_) => Vec::new(),
    }
}

/// JSON has no word for what is no number.
fn float(number: f64) -> Json {
    JsonNumber::from_f64(number).map_or(Json::Null, Json::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUNDLE: &str = r#"{"registry_version":1,"bundle_id":"a","types":{
        "Message":{"versions":{"1":{"fields":{
            "1":{"name":"role","type":"u8","enum":"Role"},
            "2":{"name":"text","type":"string"},
            "3":{"name":"at","type":"u64","semantic":"unix_ms"},
            "4":{"name":"tokens","type":"u64"},
            "5":{"name":"data","type":"bytes"},
            "6":{"name":"call","type":"ref","ref":"Call"},
            "7":{"name":"calls","type":"array","items":{"type":"ref","ref":"Call"}}}}}},
        "Call":{"versions":{"1":{"fields":{"1":{"name":"name","type":"string"}}}}}},
        "enums":{"Role":{"2":"user"}}}"#;

    fn call(name: &str) -> Value {
        Value::Map(vec![("1".into(), name.into()), (9.into(), true.into())])
    }

    fn payload() -> Vec<u8> {
        let value = Value::Map(vec![
            (1.into(), 2.into()),
            ("2".into(), "Hello".into()),
            (3.into(), 1_706_615_000_000_u64.into()),
            (4.into(), 7.into()),
            (5.into(), Value::Binary(vec![0xfb, 0xff])),
            (6.into(), call("one")),
            (7.into(), Value::Array(vec![call("two"), Value::Nil])),
            (99.into(), u64::MAX.into()),
        ]);
        let mut bytes = Vec::new();
        rmpv::encode::write_value(&mut bytes, &value).unwrap();
        bytes
    }

    fn project(how: Projection) -> Projected {
        let mut registry = Registry::default();
        registry.add("a", BUNDLE.as_bytes()).unwrap();
        how.project(&payload(), registry.version("Message", 1), &registry).unwrap()
    }

    #[test]
    fn declared_fields_get_their_names_and_unknown_tags_are_kept() {
        let projected = project(Projection::default());
        let data = json!({
            "role": "user", "text": "Hello", "at": "2024-01-30T11:43:20.000Z", "tokens": "7", "data": "+/8=",
            "call": {"name": "one", "9": true}, "calls": [{"name": "two", "9": true}, null],
        });
        assert_eq!(projected.data, data);
        assert_eq!(Json::Object(projected.unknown), json!({"99": "18446744073709551615"}));
    }

    #[test]
    fn every_rendering_can_be_chosen() {
        let how =
            Projection { bytes: Bytes::Hex, u64s: U64s::Number, enums: Enums::Both, times: Times::UnixMs };
        let projected = project(how);
        assert_eq!(projected.data["role"], json!({"value": 2, "label": "user"}));
        assert_eq!(projected.data["at"], json!(1_706_615_000_000_u64));
        assert_eq!((&projected.data["tokens"], &projected.data["data"]), (&json!(7), &json!("fbff")));
        assert_eq!(projected.unknown["99"], json!(u64::MAX));
        let how = Projection { bytes: Bytes::Length, enums: Enums::Number, ..Projection::default() };
        assert_eq!(
            (&project(how).data["data"], &project(how).data["role"]),
            (&json!("<2 bytes>"), &json!(2))
        );
    }

    #[test]
    fn keys_that_are_maps_stay_as_small_as_their_msgpack() {
        let registry = Registry::default();
        let payload = [[0x81; 24].as_slice(), &[0xc0; 25]].concat();
        let data = Projection::default().project(&payload, None, &registry).unwrap().data;
        let (key, value) = data.as_object().unwrap().iter().next().unwrap();
        assert_eq!((STANDARD.decode(key).unwrap(), value), (payload[1..48].to_vec(), &Json::Null));
    }

    #[test]
    fn what_is_no_msgpack_is_refused_and_depth_is_bounded() {
        let registry = Registry::default();
        for payload in [&b""[..], &[0xdd, 0xff, 0xff, 0xff, 0xff], &[0x91; 100_000]] {
            let refused = Projection::default().project(payload, None, &registry);
            assert!(matches!(refused, Err(Error::Unfit { .. })));
        }
    }
}

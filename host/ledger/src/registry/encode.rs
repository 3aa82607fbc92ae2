//! JSON with names as a msgpack payload: the way back from a projection.

use super::bundle::{Field, TypeVersion};
use super::types::Registry;
use crate::Error;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rmpv::Value;
use serde_json::Value as Json;

/// Encodes an object as a version of a type: names become numeric tags, labels numbers, base64 bytes. Fields that the
/// version does not declare, and everything where there is none, keep their keys.
///
/// # Errors
/// [`Error::Unfit`] where `data` is no object, a field has a text that its type cannot be, or one that must be there is
/// missing.
pub fn encode(data: &Json, version: Option<&TypeVersion>, registry: &Registry) -> Result<Vec<u8>, Error> {
    let Json::Object(fields) = data else { return Err(Error::unfit("data", "it has to be an object")) };
    let value = map(fields, version, registry)?;
    let mut bytes = Vec::new();
    rmpv::encode::write_value(&mut bytes, &value).map_err(std::io::Error::from)?;
    Ok(bytes)
}

fn map(
    fields: &serde_json::Map<String, Json>,
    version: Option<&TypeVersion>,
    registry: &Registry,
) -> Result<Value, Error> {
    let declared = version.into_iter().flat_map(|version| &version.fields);
    for (_, field) in declared.clone().filter(|(_, field)| !field.optional) {
        if !fields.contains_key(&field.name) {
            return Err(Error::unfit("data", format!("{:?} is missing", field.name)));
        }
    }
    let mut pairs = Vec::with_capacity(fields.len());
    for (name, json) in sorted(fields) {
        let found = declared.clone().find(|(_, field)| field.name == *name);
        pairs.push(match found {
            Some((tag, field)) => (Value::from(tag.0), value(json, field, registry)?),
            None => (Value::from(name.as_str()), plain(json)),
        });
    }
    Ok(Value::Map(pairs))
}

fn value(json: &Json, field: &Field, registry: &Registry) -> Result<Value, Error> {
    let unfit = |why: &str| Error::unfit("data", format!("{:?}: {why}", field.name));
    if let (Some(labels), Json::String(label)) = (&field.labels, json) {
        let number = registry.number(labels, label);
        return number.map(Value::from).ok_or_else(|| unfit(&format!("{label:?} is no label of {labels}")));
    }
    match (field.kind.as_str(), json) {
        ("bytes", Json::String(text)) => {
            STANDARD.decode(text).map(Value::Binary).map_err(|error| unfit(&format!("no base64: {error}")))
        }
        ("u64" | "uint64" | "i64" | "int64", Json::String(text)) => {
            integer(text, field).ok_or_else(|| unfit("no integer"))
        }
        (_, Json::Object(fields)) => nested(fields, field.nested.as_deref(), registry),
        (_, Json::Array(values)) => {
            let items = field.items.as_ref().and_then(|items| items.nested());
            let each = |json: &Json| match (json, items) {
                (Json::Object(fields), Some(_)) => nested(fields, items, registry),
                _ => Ok(plain(json)),
            };
            values.iter().map(each).collect::<Result<_, _>>().map(Value::Array)
        }
        _ => Ok(plain(json)),
    }
}

fn nested(
    fields: &serde_json::Map<String, Json>,
    type_id: Option<&str>,
    registry: &Registry,
) -> Result<Value, Error> {
    map(fields, type_id.and_then(|id| registry.latest(id)).map(|(_, version)| version), registry)
}

/// A text that a projection made of a large number or of a time.
fn integer(text: &str, field: &Field) -> Option<Value> {
    if field.semantic.as_deref() == Some("unix_ms")
        && let Ok(time) = text.parse::<jiff::Timestamp>()
    {
        return Some(time.as_millisecond().into());
    }
    text.parse::<u64>().map(Value::from).or_else(|_| text.parse::<i64>().map(Value::from)).ok()
}

fn plain(json: &Json) -> Value {
    match json {
        Json::Null => Value::Nil,
        Json::Bool(truth) => (*truth).into(),
        Json::Number(number) => {
            let exact = number.as_u64().map(Value::from).or_else(|| number.as_i64().map(Value::from));
            exact.unwrap_or_else(|| number.as_f64().unwrap_or(f64::NAN).into())
        }
        Json::String(text) => text.as_str().into(),
        Json::Array(values) => Value::Array(values.iter().map(plain).collect()),
        Json::Object(fields) => {
            Value::Map(sorted(fields).map(|(key, json)| (key.as_str().into(), plain(json))).collect())
        }
    }
}

/// Equal objects give equal bytes, whichever order this build of the JSON library keeps.
fn sorted(fields: &serde_json::Map<String, Json>) -> impl Iterator<Item = (&String, &Json)> {
    fields.iter().collect::<std::collections::BTreeMap<_, _>>().into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::Projection;
    use serde_json::json;

    const BUNDLE: &str = r#"{"registry_version":1,"bundle_id":"a","types":{"Message":{"versions":{"1":{"fields":{
        "1":{"name":"role","type":"u8","enum":"Role"},
        "3":{"name":"at","type":"u64","semantic":"unix_ms","optional":true},
        "4":{"name":"tokens","type":"u64","optional":true},
        "5":{"name":"data","type":"bytes","optional":true},
        "7":{"name":"parts","type":"array","items":{"ref":"Part"},"optional":true}}}}},
        "Part":{"versions":{"1":{"fields":{"1":{"name":"name","type":"string"}}}}}},
        "enums":{"Role":{"2":"user"}}}"#;

    fn registry() -> Registry {
        let mut registry = Registry::default();
        registry.add("a", BUNDLE.as_bytes()).unwrap();
        registry
    }

    #[test]
    fn what_is_encoded_projects_to_the_same() {
        let registry = registry();
        let version = registry.version("Message", 1);
        let data = json!({
            "role": "user", "at": "2024-01-30T11:43:20.000Z", "tokens": "18446744073709551615", "data": "+/8=",
            "parts": [{"name": "one"}],
        });
        let payload = encode(&data, version, &registry).unwrap();
        assert_eq!(Projection::default().project(&payload, version, &registry).unwrap().data, data);
    }

    #[test]
    fn what_no_version_declares_keeps_its_key() {
        let registry = registry();
        let data = json!({"text": "Hello", "n": [1, -2, 1.5, null, true, {"a": "b"}]});
        let payload = encode(&data, None, &registry).unwrap();
        assert_eq!(Projection::default().project(&payload, None, &registry).unwrap().data, data);
    }

    #[test]
    fn what_the_type_cannot_be_is_refused() {
        let registry = registry();
        let version = registry.version("Message", 1);
        for data in [
            json!([]),
            json!({}),
            json!({"role": "nobody"}),
            json!({"role": "user", "data": "no base64!"}),
            json!({"role": "user", "tokens": "many"}),
        ] {
            assert!(matches!(encode(&data, version, &registry), Err(Error::Unfit { .. })), "{data}");
        }
    }
}

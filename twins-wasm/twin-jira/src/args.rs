//! The arguments of a call: query fields, and a JSON body where the operation has one.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use twin_sdk::{Body, BodyError, Incoming};

use crate::errors::Error;

/// The query of a request; a field may repeat.
pub(crate) struct Query(BTreeMap<String, Vec<String>>);

impl Query {
    /// Reads it.
    pub(crate) fn read(incoming: &Incoming<'_>) -> Self {
        let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in incoming.query() {
            fields.entry(name.into_owned()).or_default().push(value.into_owned());
        }
        Self(fields)
    }

    /// The first value of a field; an empty one is none.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.first().map(String::as_str).filter(|text| !text.is_empty())
    }

    /// A text that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<&str, Error> {
        self.text(name)
            .ok_or_else(|| Error::message(400, format!("The required query parameter '{name}' was missing.")))
    }

    /// All values of a field, repeated or separated by commas.
    pub(crate) fn list(&self, name: &str) -> Vec<String> {
        let values = self.0.get(name).into_iter().flatten();
        let parts = values.flat_map(|value| value.split(',')).map(|part| part.trim().to_owned());
        parts.filter(|part| !part.is_empty()).collect()
    }

    /// All values of a repeated field, commas and all.
    pub(crate) fn repeated(&self, name: &str) -> &[String] {
        self.0.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// A switch; absent is none.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        self.text(name).map(|text| text.eq_ignore_ascii_case("true"))
    }

    /// A number from 0 up; absent is `default`.
    pub(crate) fn number(&self, name: &str, default: usize) -> Result<usize, Error> {
        let Some(text) = self.text(name) else { return Ok(default) };
        text.trim().parse().map_err(|_| {
            Error::message(
                400,
                format!("The value '{text}' of the query parameter '{name}' is not a valid number."),
            )
        })
    }
}

/// The JSON value of a body. Bodies of other types are refused as the service refuses them.
pub(crate) fn body(incoming: &Incoming<'_>) -> Result<Value, Error> {
    match incoming.body() {
        Ok(Body::Json(value)) => Ok(value),
        Ok(Body::Empty) => Err(Error::message(400, "No content to map to Object due to end of input")),
        Ok(_) | Err(BodyError::NoType | BodyError::Type(_)) => Err(Error::WrongType),
        Err(_) => Err(Error::bad_payload()),
    }
}

/// A body that must be an object.
pub(crate) fn object(incoming: &Incoming<'_>) -> Result<Map<String, Value>, Error> {
    match body(incoming)? {
        Value::Object(fields) => Ok(fields),
        _ => Err(Error::bad_payload()),
    }
}

/// A text or number in a JSON object, as text; null and empty are none.
pub(crate) fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    scalar(fields.get(name)?)
}

/// A text or number as text; anything else, and an empty text, is none.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The texts and numbers of a JSON list, as texts; a single text counts as a list of one.
pub(crate) fn texts(value: Option<&Value>) -> Vec<String> {
    match value {
        Some(Value::Array(items)) => items.iter().filter_map(scalar).collect(),
        Some(single) => scalar(single).into_iter().collect(),
        None => Vec::new(),
    }
}

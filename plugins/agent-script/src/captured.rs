//! What a step takes out of an answer for the steps after it.

use plugin_sdk::criterion::{Keys, Where, invalid};
use plugin_sdk::{Error, Response};
use serde_json::Value;

/// A name and where its value stands.
#[derive(Debug)]
pub(crate) struct Capture {
    pub(crate) name: String,
    source: Source,
}

#[derive(Debug)]
enum Source {
    /// A JSON pointer into the answer.
    Pointer(String),
    /// The first element of a list that meets conditions, and a pointer into it.
    Found { list: String, conditions: Where, take: String },
    /// A field of the answer's head.
    Header(String),
}

impl Capture {
    /// Reads the `capture` table of a step.
    pub(crate) fn read_all(keys: &mut Keys<'_>) -> Result<Vec<Self>, Error> {
        let place = keys.place("capture");
        let Some(value) = keys.take("capture") else { return Ok(Vec::new()) };
        Keys::of(value, &place)?
            .rest()
            .map(|(name, value)| {
                let source = Source::read(value, &format!("{place}.{name}"))?;
                Ok(Self { name: name.to_owned(), source })
            })
            .collect()
    }

    /// The value in an answer, or what is missing there.
    pub(crate) fn of(&self, response: &Response) -> Result<Value, Error> {
        let missing = |what: &str| Error::NotFound(format!("the answer has no {what} for `{}`", self.name));
        let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
        match &self.source {
            Source::Pointer(pointer) => {
                body.pointer(pointer).cloned().ok_or_else(|| missing(&format!("`{pointer}`")))
            }
            Source::Found { list, conditions, take } => {
                let items = body.pointer(list).and_then(Value::as_array);
                let found = items.and_then(|items| items.iter().find(|item| conditions.holds(Some(item))));
                found.and_then(|item| item.pointer(take)).cloned().ok_or_else(|| missing("such element"))
            }
            Source::Header(name) => {
                let header = response.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
                let header = header.ok_or_else(|| missing(&format!("header `{name}`")))?;
                Ok(Value::String(header.value.clone()))
            }
        }
    }
}

impl Source {
    fn read(value: &Value, at: &str) -> Result<Self, Error> {
        if let Value::String(pointer) = value {
            return self::pointer(pointer.clone(), at).map(Self::Pointer);
        }
        Keys::whole(value, at, |keys| {
            if let Some(header) = keys.text("header")? {
                return Ok(Self::Header(header));
            }
            let list = pointer(keys.required_text("in")?, &keys.place("in"))?;
            let place = keys.place("where");
            let conditions = keys.take("where").ok_or_else(|| invalid(&place, "is missing"))?;
            let conditions = Where::parse(conditions, &place)?;
            let take = pointer(keys.text("take")?.unwrap_or_default(), &keys.place("take"))?;
            Ok(Self::Found { list, conditions, take })
        })
    }
}

fn pointer(pointer: String, at: &str) -> Result<String, Error> {
    if pointer.is_empty() || pointer.starts_with('/') {
        return Ok(pointer);
    }
    Err(invalid(at, "must be a JSON pointer such as \"/user/id\""))
}

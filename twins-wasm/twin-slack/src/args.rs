//! The arguments of a call, from query, form or JSON body alike.

use std::collections::BTreeMap;

use serde_json::Value;
use twin_sdk::{Body, BodyError, Incoming};

use crate::errors::{Code, Error};

/// Arguments by name. The body wins over the query, and a later field over an earlier one.
pub(crate) struct Args(BTreeMap<String, Value>);

impl Args {
    /// Reads them. A method that takes no JSON gets none of a JSON body, as the service does it.
    pub(crate) fn read(incoming: &Incoming<'_>, takes_json: bool) -> Result<Self, Error> {
        let mut args: BTreeMap<String, Value> =
            incoming.query().map(|(name, value)| (name.into_owned(), Value::from(value))).collect();
        match incoming.body().map_err(|error| unreadable(&error))? {
            Body::Empty => {}
            Body::Form(fields) => {
                args.extend(fields.into_iter().map(|(name, value)| (name, Value::String(value))));
            }
            Body::Json(Value::Object(fields)) => {
                if takes_json {
                    args.extend(fields);
                }
            }
            Body::Json(_) => return Err(Code::JsonNotObject.into()),
        }
        Ok(Self(args))
    }

    /// The argument as it was sent; JSON null is none.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text; an empty one is none. Numbers are taken as they are written.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, Error> {
        match self.value(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok((!text.is_empty()).then(|| text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(_) => Err(Error::argument(format!("must be a string [json-pointer:/{name}]"))),
        }
    }

    /// A text that must be there.
    pub(crate) fn required(&self, name: &str) -> Result<String, Error> {
        self.text(name)?.ok_or_else(|| Error::argument(format!("missing required field: {name}")))
    }

    /// A switch; absent is off.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Error> {
        Ok(self.switch(name)?.unwrap_or(false))
    }

    /// A switch that may be absent.
    pub(crate) fn switch(&self, name: &str) -> Result<Option<bool>, Error> {
        let wrong = || Error::argument(format!("must be a boolean [json-pointer:/{name}]"));
        match self.value(name) {
            None => Ok(None),
            Some(Value::Bool(on)) => Ok(Some(*on)),
            Some(Value::Number(number)) => match number.as_u64() {
                Some(0) => Ok(Some(false)),
                Some(1) => Ok(Some(true)),
                _ => Err(wrong()),
            },
            Some(Value::String(text)) => match text.to_ascii_lowercase().as_str() {
                "" => Ok(None),
                "true" | "1" => Ok(Some(true)),
                "false" | "0" => Ok(Some(false)),
                _ => Err(wrong()),
            },
            Some(Value::Array(_) | Value::Object(_) | Value::Null) => Err(wrong()),
        }
    }

    /// How many items a page may have: `default` where it is absent or 0, at most `most`.
    pub(crate) fn limit(&self, default: usize, most: usize) -> Result<usize, Error> {
        let wrong = || Error::argument("must be an integer [json-pointer:/limit]");
        let Some(text) = self.text("limit")? else { return Ok(default) };
        let limit: usize = text.trim().parse().map_err(|_| wrong())?;
        Ok(if limit == 0 { default } else { limit.min(most) })
    }

    /// Structured data: JSON itself, or a text that holds JSON. An empty text is none; `garbled` is the
    /// code for a text that is no JSON.
    pub(crate) fn json(&self, name: &str, garbled: Code) -> Result<Option<Value>, Error> {
        match self.value(name) {
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => {
                let value: Value = serde_json::from_str(text).map_err(|_| Error::Code(garbled))?;
                Ok(Some(value).filter(|value| !value.is_null()))
            }
            value => Ok(value.cloned()),
        }
    }
}

fn unreadable(error: &BodyError) -> Error {
    Error::Code(match error {
        BodyError::Json(_) => Code::InvalidJson,
        BodyError::NoType => Code::MissingPostType,
        BodyError::Type(_) => Code::InvalidPostType,
    })
}

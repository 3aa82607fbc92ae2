//! The arguments of a call, from query, form or JSON body alike.

use std::collections::BTreeMap;

use serde_json::Value;
use twin_sdk::{Body, BodyError, Field, Incoming};

use crate::errors::{Code, Error};

/// Arguments by name. The body wins over the query, and a later field over an earlier one.
pub(crate) struct Args {
    values: BTreeMap<String, Value>,
    files: BTreeMap<String, Field>,
}

impl Args {
    /// Reads them. A method that takes no JSON gets none of a JSON body, as the service does it.
    pub(crate) fn read(incoming: &Incoming<'_>, takes_json: bool) -> Result<Self, Error> {
        let mut files = BTreeMap::new();
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
            Body::Multipart(fields) => {
                for field in fields {
                    if field.filename.is_some() {
                        files.insert(field.name.clone(), field);
                    } else {
                        let text = String::from_utf8(field.content).map_err(|_| Code::InvalidFormData)?;
                        args.insert(field.name, Value::String(text));
                    }
                }
            }
        }
        Ok(Self { values: args, files })
    }

    /// Not one.
    pub(crate) fn none() -> Self {
        Self { values: BTreeMap::new(), files: BTreeMap::new() }
    }

    /// All of them, by name.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.values.iter()
    }

    /// A file that came with the call.
    pub(crate) fn file(&self, name: &str) -> Option<&Field> {
        self.files.get(name)
    }

    /// The argument as it was sent; JSON null is none.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(name).filter(|value| !value.is_null())
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

    /// A text that must be there; `missing` is the method's own code for its absence.
    pub(crate) fn required_or(&self, name: &str, missing: Code) -> Result<String, Error> {
        self.text(name)?.ok_or(Error::Code(missing))
    }

    /// A whole number; `wrong` is the method's own code for what is none.
    pub(crate) fn number(&self, name: &str, wrong: Code) -> Result<Option<u64>, Error> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.trim().parse().map(Some).map_err(|_| wrong.into())
    }

    /// Texts, separated by commas or in a JSON list; none where it is absent or empty.
    pub(crate) fn list(&self, name: &str) -> Result<Vec<String>, Error> {
        let text = match self.value(name) {
            Some(Value::Array(items)) => {
                let wrong = || Error::argument(format!("must be a list of strings [json-pointer:/{name}]"));
                let item = |item: &Value| item.as_str().map(str::to_owned).ok_or_else(wrong);
                return items.iter().map(item).collect();
            }
            _ => self.text(name)?.unwrap_or_default(),
        };
        if text.trim_start().starts_with('[')
            && let Ok(items) = serde_json::from_str::<Vec<String>>(&text)
        {
            return Ok(items);
        }
        Ok(text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect())
    }

    /// Which page of a list with numbered pages, from 1, and how many items it has.
    pub(crate) fn numbered_page(&self, usual: u64, most: u64) -> Result<(u64, u64), Error> {
        let wrong = |name: &str| Error::argument(format!("must be an integer [json-pointer:/{name}]"));
        let number = |name: &str| match self.text(name)? {
            None => Ok(None),
            Some(text) => text.trim().parse::<u64>().map(Some).map_err(|_| wrong(name)),
        };
        let count = number("count")?.filter(|count| *count > 0).unwrap_or(usual).min(most);
        Ok((number("page")?.unwrap_or(1).max(1), count))
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
        BodyError::Multipart(_) => Code::InvalidFormData,
        BodyError::NoType => Code::MissingPostType,
        BodyError::Type(_) => Code::InvalidPostType,
    })
}

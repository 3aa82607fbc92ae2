//! Reads a criterion's tables key by key, so that what is unknown or of the wrong kind is named with its place.

use std::collections::BTreeMap;

use plugin_sdk::Error;
use serde_json::Value;

/// The keys of one table that nobody has read yet.
#[derive(Debug)]
pub(crate) struct Keys<'a> {
    at: String,
    unread: BTreeMap<&'a str, &'a Value>,
}

impl<'a> Keys<'a> {
    /// The keys of a table that stands at `at`, for example `must[0]`; the criterion itself is at the empty place.
    pub(crate) fn of(value: &'a Value, at: &str) -> Result<Self, Error> {
        let table = value.as_object().ok_or_else(|| invalid(at, "must be a table"))?;
        let unread = table.iter().map(|(key, value)| (key.as_str(), value)).collect();
        Ok(Self { at: at.to_owned(), unread })
    }

    /// The place of a key of this table, for messages.
    pub(crate) fn place(&self, key: &str) -> String {
        if self.at.is_empty() { key.to_owned() } else { format!("{}.{key}", self.at) }
    }

    /// A key's value, if the table has it.
    pub(crate) fn take(&mut self, key: &str) -> Option<&'a Value> {
        self.unread.remove(key)
    }

    /// A key's text, if the table has the key.
    pub(crate) fn text(&mut self, key: &str) -> Result<Option<String>, Error> {
        let place = self.place(key);
        self.take(key).map(|value| text(value, &place)).transpose()
    }

    /// A key's text; it is an error for the table not to have it.
    pub(crate) fn required_text(&mut self, key: &str) -> Result<String, Error> {
        self.text(key)?.ok_or_else(|| invalid(&self.place(key), "is missing"))
    }

    /// A key's whole number from 0, if the table has the key.
    pub(crate) fn count(&mut self, key: &str) -> Result<Option<u64>, Error> {
        let place = self.place(key);
        self.take(key)
            .map(|value| value.as_u64().ok_or_else(|| invalid(&place, "must be a whole number from 0")))
            .transpose()
    }

    /// A key's list with each element's place; none where the table does not have the key.
    pub(crate) fn list(&mut self, key: &str) -> Result<Option<Vec<(String, &'a Value)>>, Error> {
        let place = self.place(key);
        let Some(value) = self.take(key) else { return Ok(None) };
        let items = value.as_array().ok_or_else(|| invalid(&place, "must be a list"))?;
        Ok(Some(items.iter().enumerate().map(|(n, item)| (format!("{place}[{n}]"), item)).collect()))
    }

    /// Whether a key is set to `true`. `false` is refused: leaving the key out says it more plainly.
    pub(crate) fn flag(&mut self, key: &str) -> Result<bool, Error> {
        let place = self.place(key);
        match self.take(key) {
            None => Ok(false),
            Some(Value::Bool(true)) => Ok(true),
            Some(_) => Err(invalid(&place, "can only be true")),
        }
    }

    /// Every key that is left with its value, in order.
    pub(crate) fn rest(self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.unread.into_iter()
    }

    /// Ends the reading; a key that nobody took is an error.
    pub(crate) fn finish(self) -> Result<(), Error> {
        match self.unread.keys().next() {
            None => Ok(()),
            Some(key) => Err(invalid(&self.place(key), "is not a key of this judge")),
        }
    }
}

/// The text of a value at a place.
pub(crate) fn text(value: &Value, place: &str) -> Result<String, Error> {
    value.as_str().map(str::to_owned).ok_or_else(|| invalid(place, "must be text"))
}

/// A mistake in the criterion.
pub(crate) fn invalid(place: &str, problem: &str) -> Error {
    let place = if place.is_empty() { "the criterion" } else { place };
    Error::InvalidArgument(format!("{place} {problem}"))
}

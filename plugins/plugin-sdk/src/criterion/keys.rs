//! Reads the tables of a criterion or a role key by key, so that what is unknown or of the wrong kind is named with its place.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::Error;

/// The keys of one table that nobody has read yet.
#[derive(Debug)]
pub struct Keys<'a> {
    at: String,
    unread: BTreeMap<&'a str, &'a Value>,
}

impl<'a> Keys<'a> {
    /// The keys of a table that stands at `at`, for example `must[0]`; the criterion itself is at the empty place.
    ///
    /// # Errors
    /// `invalid-argument` with the place of the mistake.
    pub fn of(value: &'a Value, at: &str) -> Result<Self, Error> {
        let table = value.as_object().ok_or_else(|| invalid(at, "must be a table"))?;
        let unread = table.iter().map(|(key, value)| (key.as_str(), value)).collect();
        Ok(Self { at: at.to_owned(), unread })
    }

    /// Reads the table of an optional key, with its place; none where the table does not have the key.
    ///
    /// # Errors
    /// `invalid-argument` where the value is no table, or where `read` leaves a key of it.
    pub fn table<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Keys<'a>) -> Result<T, Error>,
    ) -> Result<Option<T>, Error> {
        let place = self.place(key);
        let Some(value) = self.take(key) else { return Ok(None) };
        Self::whole(value, &place, read).map(Some)
    }

    /// Reads every table of a list of tables; an empty list where the table does not have the key.
    ///
    /// # Errors
    /// `invalid-argument` where the value is no list of tables, or where `read` leaves a key of one.
    pub fn tables<T>(
        &mut self,
        key: &str,
        mut read: impl FnMut(&mut Keys<'a>) -> Result<T, Error>,
    ) -> Result<Vec<T>, Error> {
        let items = self.list(key)?.unwrap_or_default();
        items.into_iter().map(|(at, value)| Self::whole(value, &at, &mut read)).collect()
    }

    /// Reads a table whole: a key that `read` leaves is an error.
    ///
    /// # Errors
    /// `invalid-argument` where the value is no table, or where `read` leaves a key of it.
    pub fn whole<T>(
        value: &'a Value,
        at: &str,
        read: impl FnOnce(&mut Keys<'a>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut keys = Self::of(value, at)?;
        let made = read(&mut keys)?;
        keys.finish()?;
        Ok(made)
    }

    /// A key's texts: one text, or a list of them; none where the table does not have the key.
    ///
    /// # Errors
    /// `invalid-argument` for anything else, and for an empty list.
    pub fn texts(&mut self, key: &str) -> Result<Option<Vec<String>>, Error> {
        let place = self.place(key);
        match self.take(key) {
            None => Ok(None),
            Some(Value::String(one)) => Ok(Some(vec![one.clone()])),
            Some(Value::Array(items)) if !items.is_empty() => {
                let items = items.iter().enumerate();
                items
                    .map(|(n, item)| text(item, &format!("{place}[{n}]")))
                    .collect::<Result<_, _>>()
                    .map(Some)
            }
            Some(_) => Err(invalid(&place, "must be a text, or a list of at least one")),
        }
    }

    /// A key's span of time in nanoseconds, written as `"90s"` or `"2h 30m"`.
    ///
    /// # Errors
    /// `invalid-argument` for anything else.
    pub fn span(&mut self, key: &str) -> Result<Option<u64>, Error> {
        let place = self.place(key);
        let Some(text) = self.text(key)? else { return Ok(None) };
        super::time::span(&text)
            .map(Some)
            .ok_or_else(|| invalid(&place, "must be a span of time such as \"90s\""))
    }

    /// The place of a key of this table, for messages.
    pub fn place(&self, key: &str) -> String {
        if self.at.is_empty() { key.to_owned() } else { format!("{}.{key}", self.at) }
    }

    /// Whether one of these keys is left.
    #[must_use]
    pub fn has_any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.unread.contains_key(key))
    }

    /// A key's value, if the table has it.
    pub fn take(&mut self, key: &str) -> Option<&'a Value> {
        self.unread.remove(key)
    }

    /// A key's text, if the table has the key.
    ///
    /// # Errors
    /// `invalid-argument` with the place of the mistake.
    pub fn text(&mut self, key: &str) -> Result<Option<String>, Error> {
        let place = self.place(key);
        self.take(key).map(|value| text(value, &place)).transpose()
    }

    /// A key's text; it is an error for the table not to have it.
    ///
    /// # Errors
    /// `invalid-argument` with the place of the mistake.
    pub fn required_text(&mut self, key: &str) -> Result<String, Error> {
        self.text(key)?.ok_or_else(|| invalid(&self.place(key), "is missing"))
    }

    /// A key's whole number from 0, if the table has the key.
    ///
    /// # Errors
    /// `invalid-argument` with the place of the mistake.
    pub fn count(&mut self, key: &str) -> Result<Option<u64>, Error> {
        let place = self.place(key);
        self.take(key)
            .map(|value| value.as_u64().ok_or_else(|| invalid(&place, "must be a whole number from 0")))
            .transpose()
    }

    /// A key's list with each element's place; none where the table does not have the key.
    ///
    /// # Errors
    /// `invalid-argument` with the place of the mistake.
    pub fn list(&mut self, key: &str) -> Result<Option<Vec<(String, &'a Value)>>, Error> {
        let place = self.place(key);
        let Some(value) = self.take(key) else { return Ok(None) };
        let items = value.as_array().ok_or_else(|| invalid(&place, "must be a list"))?;
        Ok(Some(items.iter().enumerate().map(|(n, item)| (format!("{place}[{n}]"), item)).collect()))
    }

    /// Whether a key is set to `true`. `false` is refused: leaving the key out says it more plainly.
    ///
    /// # Errors
    /// `invalid-argument` with the place of the mistake.
    pub fn flag(&mut self, key: &str) -> Result<bool, Error> {
        let place = self.place(key);
        match self.take(key) {
            None => Ok(false),
            Some(Value::Bool(true)) => Ok(true),
            Some(_) => Err(invalid(&place, "can only be true")),
        }
    }

    /// Every key that is left with its value, in order.
    pub fn rest(self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.unread.into_iter()
    }

    /// Ends the reading; a key that nobody took is an error.
    ///
    /// # Errors
    /// `invalid-argument` with the place of the mistake.
    pub fn finish(self) -> Result<(), Error> {
        match self.unread.keys().next() {
            None => Ok(()),
            Some(key) => Err(invalid(&self.place(key), "is not a key here")),
        }
    }
}

/// The text of a value at a place.
///
/// # Errors
/// `invalid-argument` where it is no text.
pub fn text(value: &Value, place: &str) -> Result<String, Error> {
    value.as_str().map(str::to_owned).ok_or_else(|| invalid(place, "must be text"))
}

/// A mistake in the criterion.
#[must_use]
pub fn invalid(place: &str, problem: &str) -> Error {
    let place = if place.is_empty() { "the criterion" } else { place };
    Error::InvalidArgument(format!("{place} {problem}"))
}

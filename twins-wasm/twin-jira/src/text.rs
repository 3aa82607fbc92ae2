//! JSON text while it is written: an answer that is shown as it is needs no tree of its own.

use serde::Serialize;
use serde_json::Value;

/// As long as most answers; a longer one grows.
const USUAL: usize = 4_096;

/// The text so far.
#[derive(Debug)]
pub(crate) struct Text {
    bytes: Vec<u8>,
}

impl Default for Text {
    fn default() -> Self {
        Self { bytes: Vec::with_capacity(USUAL) }
    }
}

impl Text {
    /// Begins an object or a list, by its sign.
    pub(crate) fn open(&mut self, sign: u8) {
        self.bytes.push(sign);
    }

    /// Ends an object or a list, by its sign.
    pub(crate) fn close(&mut self, sign: u8) {
        self.bytes.push(sign);
    }

    /// Begins a member of an object; its value follows. Members come in the order of their names.
    pub(crate) fn member(&mut self, name: &'static str) {
        self.item();
        self.bytes.push(b'"');
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(b"\":");
    }

    /// The same for a name that has to be escaped.
    pub(crate) fn named(&mut self, name: &str) -> serde_json::Result<()> {
        self.item();
        self.value(name)?;
        self.bytes.push(b':');
        Ok(())
    }

    /// Begins an item of a list.
    pub(crate) fn item(&mut self) {
        if !matches!(self.bytes.last(), Some(b'{' | b'[') | None) {
            self.bytes.push(b',');
        }
    }

    /// A whole value.
    pub(crate) fn value(&mut self, value: &(impl Serialize + ?Sized)) -> serde_json::Result<()> {
        serde_json::to_writer(&mut self.bytes, value)
    }

    /// A member with its value.
    pub(crate) fn pair(
        &mut self,
        name: &'static str,
        value: &(impl Serialize + ?Sized),
    ) -> serde_json::Result<()> {
        self.member(name);
        self.value(value)
    }

    /// Text that was written before.
    pub(crate) fn again(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
    }

    /// How long it is.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// What was written since it was that long.
    pub(crate) fn since(&self, len: usize) -> &[u8] {
        self.bytes.get(len..).unwrap_or_default()
    }

    /// Takes back what was written since it was that long.
    pub(crate) fn cut(&mut self, len: usize) {
        self.bytes.truncate(len);
    }

    /// The whole text.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The value that it is the text of.
    pub(crate) fn tree(&self) -> serde_json::Result<Value> {
        serde_json::from_slice(&self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_items_are_parted() {
        let mut text = Text::default();
        text.open(b'{');
        text.member("a");
        text.open(b'[');
        text.item();
        text.value(&1).unwrap();
        text.item();
        text.value("[").unwrap();
        text.close(b']');
        let len = text.len();
        text.pair("b", "gone").unwrap();
        text.cut(len);
        text.named("c\"").unwrap();
        text.open(b'{');
        text.close(b'}');
        text.close(b'}');
        assert_eq!(String::from_utf8(text.into_bytes()).unwrap(), r#"{"a":[1,"["],"c\"":{}}"#);
    }
}

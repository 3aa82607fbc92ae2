//! Documents as the service's clients see them: JSON objects, with what nobody sees under names that begin with `_`.

use serde_json::{Map, Value};

/// One object of the service, as its table holds it: without `_links`, which depend on the door of the request.
pub(crate) type Document = Map<String, Value>;

/// The text under a key; empty where there is none.
pub(crate) fn text<'d>(document: &'d Document, key: &str) -> &'d str {
    document.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The text at a JSON pointer below a key; empty where there is none.
pub(crate) fn text_at<'d>(document: &'d Document, key: &str, pointer: &str) -> &'d str {
    document.get(key).and_then(|value| value.pointer(pointer)).and_then(Value::as_str).unwrap_or_default()
}

/// The object under a key; none where there is no object.
pub(crate) fn object<'d>(document: &'d Document, key: &str) -> Option<&'d Document> {
    document.get(key).and_then(Value::as_object)
}

/// Changes the object under a key, which is an empty one if there was none.
pub(crate) fn change(document: &mut Document, key: &str, change: impl FnOnce(&mut Document)) {
    let mut object = match document.remove(key) {
        Some(Value::Object(object)) => object,
        _ => Document::new(),
    };
    change(&mut object);
    document.insert(key.to_owned(), Value::Object(object));
}

/// Sets a key.
pub(crate) fn set(document: &mut Document, key: &str, value: impl Into<Value>) {
    document.insert(key.to_owned(), value.into());
}

/// Sets a key that is not there yet.
pub(crate) fn default(document: &mut Document, key: &str, value: impl Into<Value>) {
    if !document.contains_key(key) {
        document.insert(key.to_owned(), value.into());
    }
}

/// Fills in what a value lacks from a pattern: objects at every depth, other values as a whole.
pub(crate) fn fill(value: &mut Value, pattern: &Value) {
    if let (Value::Object(value), Value::Object(pattern)) = (value, pattern) {
        for (key, wanted) in pattern {
            match value.get_mut(key) {
                None => drop(value.insert(key.clone(), wanted.clone())),
                Some(found) => fill(found, wanted),
            }
        }
    }
}

/// The document that a literal object stands for; anything else is an empty one.
pub(crate) fn document(value: Value) -> Document {
    match value {
        Value::Object(document) => document,
        _ => Document::new(),
    }
}

/// The part that clients see.
pub(crate) fn public(document: &Document) -> Document {
    document
        .iter()
        .filter(|(key, _)| !key.starts_with('_'))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// The texts of a list under a key; what is no text is left out.
pub(crate) fn texts(document: &Document, key: &str) -> Vec<String> {
    strings(document.get(key))
}

/// The texts of a list; what is no text is left out.
pub(crate) fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
}

//! How values name things.

use serde_json::Value;

use crate::args::scalar;
use crate::entities::{Choice, Field};

use super::Unfit;

/// How a value names something.
pub(crate) enum Reference {
    Id(String),
    Name(String),
}

impl Reference {
    /// Whether it names that one; names are compared in any case.
    pub(crate) fn names(&self, id: &str, name: &str) -> bool {
        match self {
            Self::Id(given) => given == id,
            Self::Name(given) => given.eq_ignore_ascii_case(name),
        }
    }

    /// What is wrong where it names nothing.
    pub(super) fn problem(&self, kind: &str, by_id: &str) -> String {
        match self {
            Self::Id(_) => by_id.to_owned(),
            Self::Name(name) => format!("{kind} name '{name}' is not valid"),
        }
    }
}

/// The id or name in an object; a bare text is a name.
pub(crate) fn reference(value: &Value) -> Option<Reference> {
    match value {
        Value::Object(fields) => match fields.get("id").and_then(scalar) {
            Some(id) => Some(Reference::Id(id)),
            None => fields.get("name").and_then(scalar).map(Reference::Name),
        },
        Value::String(name) if !name.is_empty() => Some(Reference::Name(name.clone())),
        _ => None,
    }
}

/// The id of the choice that a value names by id or by its text.
pub(crate) fn choice(field: &Field, value: &Value) -> Result<String, Unfit> {
    let given =
        value.as_object().ok_or("Could not find valid 'id' or 'value' in the Parent Option object.")?;
    let (id, text) = (given.get("id").and_then(scalar), given.get("value").and_then(scalar));
    let is_wanted = |choice: &&Choice| match (&id, &text) {
        (Some(id), _) => *id == choice.id,
        (None, Some(text)) => *text == choice.value,
        (None, None) => false,
    };
    let found = field.options.iter().filter(|choice| !choice.disabled).find(is_wanted);
    found.map(|choice| choice.id.clone()).ok_or_else(|| match (id, text) {
        (Some(id), _) => format!("Option id '{id}' is not valid").into(),
        (None, Some(text)) => format!("Option value '{text}' is not valid").into(),
        (None, None) => "Could not find valid 'id' or 'value' in the Parent Option object.".into(),
    })
}

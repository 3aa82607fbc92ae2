//! How large a schema is once its references are followed. A component writes the schemas of its own tools: without a
//! bound, thirty lines of references to references keep a validator busy for years, and a circle overflows its stack.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Deepest schema, references included.
const DEEPEST: usize = 64;
/// Most schemas once every reference is followed.
const MOST_SCHEMAS: u64 = 20_000;

/// Keywords whose value is a schema, or a list of schemas.
const SCHEMAS: [&str; 18] = [
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "contains",
    "contentSchema",
    "else",
    "extends",
    "if",
    "items",
    "not",
    "oneOf",
    "prefixItems",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
    "disallow",
];
/// Keywords whose value has schemas by name.
const NAMED: [&str; 6] =
    ["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"];
/// Keywords that move what a reference means.
const MOVING: [&str; 7] =
    ["$anchor", "$dynamicAnchor", "$dynamicRef", "$id", "$recursiveAnchor", "$recursiveRef", "id"];

/// Why a schema is not followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReferenceError {
    /// Another document, an anchor.
    #[error("`$ref` = \"{0}\" leads out of the schema; it has to begin with `#/`")]
    Outside(String),
    /// Nothing there.
    #[error("`$ref` = \"{0}\" leads to nothing")]
    Nowhere(String),
    /// A circle.
    #[error("`$ref` = \"{0}\" leads back to where it stands; recursive schemas are not checked")]
    Circle(String),
    /// A keyword that gives references another base.
    #[error("`{0}` is not followed; write references as `#/$defs/NAME`")]
    Moving(&'static str),
    /// Too deep.
    #[error("it nests deeper than {DEEPEST}, references followed")]
    TooDeep,
    /// Too many.
    #[error("it has more than {MOST_SCHEMAS} schemas, references followed")]
    TooLarge,
}

/// Counts the schemas of a schema, each as often as a reference leads to it.
pub(super) fn schemas(root: &Value) -> Result<u64, ReferenceError> {
    Walk { root, known: BTreeMap::new() }.schema(root, 0)
}

struct Walk<'s> {
    root: &'s Value,
    /// How many schemas each reference stands for; none while it is being followed.
    known: BTreeMap<&'s str, Option<u64>>,
}

impl<'s> Walk<'s> {
    fn schema(&mut self, schema: &'s Value, depth: usize) -> Result<u64, ReferenceError> {
        if depth > DEEPEST {
            return Err(ReferenceError::TooDeep);
        }
        let mut count = 1;
        match schema {
            Value::Object(keywords) => self.keywords(keywords, depth, &mut count)?,
            // A list of schemas: `allOf` and its like.
            Value::Array(all) => {
                for one in all {
                    self.add(one, depth, &mut count)?;
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        Ok(count)
    }

    fn keywords(
        &mut self,
        keywords: &'s Map<String, Value>,
        depth: usize,
        count: &mut u64,
    ) -> Result<(), ReferenceError> {
        if let Some(moving) = MOVING.into_iter().find(|moving| keywords.contains_key(*moving)) {
            return Err(ReferenceError::Moving(moving));
        }
        for (keyword, value) in keywords {
            match (keyword.as_str(), value) {
                ("$ref", Value::String(reference)) => self.reference(reference, depth, count)?,
                (keyword, Value::Object(named)) if NAMED.contains(&keyword) => {
                    for schema in named.values() {
                        self.add(schema, depth, count)?;
                    }
                }
                (keyword, value) if SCHEMAS.contains(&keyword) => self.add(value, depth, count)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn reference(&mut self, reference: &'s str, depth: usize, count: &mut u64) -> Result<(), ReferenceError> {
        match self.known.get(reference) {
            Some(Some(known)) => return grow(count, *known),
            Some(None) => return Err(ReferenceError::Circle(reference.to_owned())),
            None => {}
        }
        let outside = || ReferenceError::Outside(reference.chars().take(100).collect());
        let pointer = reference.strip_prefix('#').ok_or_else(outside)?;
        if pointer.is_empty() {
            return Err(ReferenceError::Circle(reference.to_owned()));
        }
        if !pointer.starts_with('/') || pointer.contains('%') {
            return Err(outside());
        }
        let target =
            self.root.pointer(pointer).ok_or_else(|| ReferenceError::Nowhere(reference.to_owned()))?;
        self.known.insert(reference, None);
        let stands_for = self.schema(target, depth + 1)?;
        self.known.insert(reference, Some(stands_for));
        grow(count, stands_for)
    }

    fn add(&mut self, schema: &'s Value, depth: usize, count: &mut u64) -> Result<(), ReferenceError> {
        let more = self.schema(schema, depth + 1)?;
        grow(count, more)
    }
}

fn grow(count: &mut u64, more: u64) -> Result<(), ReferenceError> {
    *count = count.saturating_add(more);
    if *count > MOST_SCHEMAS { Err(ReferenceError::TooLarge) } else { Ok(()) }
}

//! What a field of a document has to be.

use serde_json::Value;

use super::keys::{Keys, invalid, text};
use crate::Error;

/// Conditions on the fields of one document; all of them have to hold.
#[derive(Debug, Default)]
pub struct Where(Vec<(Path, Vec<Condition>)>);

/// A field's dotted path; a number steps into a list.
#[derive(Debug)]
struct Path(String);

/// One condition on one field. A field that is not there and one that is `null` are the same.
#[derive(Debug)]
enum Condition {
    Equals(Value),
    /// A text holds one of these texts, or a list holds one of these elements.
    ContainsAny(Vec<Value>),
    Absent,
    Present,
    OneOf(Vec<Value>),
    Not(Vec<Condition>),
    AtLeast(f64),
    AtMost(f64),
}

impl Where {
    /// Reads a `where` table.
    ///
    /// # Errors
    /// `invalid-argument` with the place of the mistake.
    pub fn parse(value: &Value, at: &str) -> Result<Self, Error> {
        Keys::of(value, at)?
            .rest()
            .map(|(path, condition)| {
                Ok((Path(path.to_owned()), conditions(condition, &format!("{at}.\"{path}\""))?))
            })
            .collect::<Result<_, Error>>()
            .map(Self)
    }

    /// Whether there is no condition.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether all conditions hold. A document that is not JSON has no fields to ask about and meets none.
    pub fn holds(&self, document: Option<&Value>) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let Some(document) = document else { return false };
        self.0.iter().all(|(path, conditions)| {
            let field = field(document, &path.0);
            conditions.iter().all(|condition| condition.holds(field))
        })
    }
}

/// The field of a document at a dotted path; a number steps into a list.
#[must_use]
pub fn field<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(document, |value, step| match value {
        Value::Object(fields) => fields.get(step),
        Value::Array(items) => step.parse::<usize>().ok().and_then(|n| items.get(n)),
        _ => None,
    })
}

impl Condition {
    fn holds(&self, field: Option<&Value>) -> bool {
        let field = field.filter(|value| !value.is_null());
        match self {
            Self::Equals(wanted) => field.is_some_and(|value| same(value, wanted)),
            Self::ContainsAny(parts) => {
                field.is_some_and(|value| parts.iter().any(|part| contains(value, part)))
            }
            Self::Absent => field.is_none(),
            Self::Present => field.is_some(),
            Self::OneOf(wanted) => field.is_some_and(|value| wanted.iter().any(|one| same(value, one))),
            Self::Not(conditions) => !conditions.iter().all(|condition| condition.holds(field)),
            Self::AtLeast(least) => number(field).is_some_and(|value| value >= *least),
            Self::AtMost(most) => number(field).is_some_and(|value| value <= *most),
        }
    }
}

/// A bare value means `equals`; a table holds operators, which all have to hold.
fn conditions(value: &Value, at: &str) -> Result<Vec<Condition>, Error> {
    let Value::Object(_) = value else { return Ok(vec![Condition::Equals(value.clone())]) };
    let mut keys = Keys::of(value, at)?;
    let mut conditions = Vec::new();
    if let Some(wanted) = keys.take("equals") {
        conditions.push(Condition::Equals(wanted.clone()));
    }
    if let Some(part) = keys.text("contains")? {
        conditions.push(Condition::ContainsAny(vec![Value::String(part)]));
    }
    if let Some(parts) = keys.list("contains_any")? {
        let parts = parts.into_iter().map(|(at, part)| text(part, &at).map(Value::String));
        conditions.push(Condition::ContainsAny(parts.collect::<Result<_, Error>>()?));
    }
    if let Some(wanted) = keys.list("one_of")? {
        conditions.push(Condition::OneOf(wanted.into_iter().map(|(_, value)| value.clone()).collect()));
    }
    if keys.flag("absent")? {
        conditions.push(Condition::Absent);
    }
    if keys.flag("present")? {
        conditions.push(Condition::Present);
    }
    if let Some(least) = bound(&mut keys, "at_least")? {
        conditions.push(Condition::AtLeast(least));
    }
    if let Some(most) = bound(&mut keys, "at_most")? {
        conditions.push(Condition::AtMost(most));
    }
    let place = keys.place("not");
    if let Some(refused) = keys.take("not") {
        conditions.push(Condition::Not(self::conditions(refused, &place)?));
    }
    keys.finish()?;
    if conditions.is_empty() { Err(invalid(at, "says nothing")) } else { Ok(conditions) }
}

fn bound(keys: &mut Keys<'_>, key: &str) -> Result<Option<f64>, Error> {
    let place = keys.place(key);
    keys.take(key).map(|value| value.as_f64().ok_or_else(|| invalid(&place, "must be a number"))).transpose()
}

fn number(field: Option<&Value>) -> Option<f64> {
    field.and_then(Value::as_f64)
}

/// Equality in which `1` and `1.0` are the same number.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        _ => left == right,
    }
}

fn contains(value: &Value, part: &Value) -> bool {
    match (value, part) {
        (Value::String(text), Value::String(part)) => text.contains(part.as_str()),
        (Value::Array(items), part) => items.iter().any(|item| same(item, part)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(wanted: Value, document: Value, expected: bool) {
        let parsed = Where::parse(&wanted, "where").unwrap();
        assert_eq!(parsed.holds(Some(&document)), expected, "{wanted} on {document}");
    }

    #[test]
    fn operators() {
        let document =
            json!({ "a": 1, "t": "hello <@U1>", "l": ["x", "y"], "n": null, "o": { "p": [{ "q": true }] } });
        for (wanted, expected) in [
            (json!({ "a": 1.0 }), true),
            (json!({ "a": "1" }), false),
            (json!({ "t": { "contains": "<@U1>" } }), true),
            (json!({ "t": { "contains": "<@U2>" } }), false),
            (json!({ "t": { "contains_any": ["bye", "hello"] } }), true),
            (json!({ "t": { "contains_any": [] } }), false),
            (json!({ "l": { "contains": "y" } }), true),
            (json!({ "l": ["x", "y"] }), true),
            (json!({ "n": { "absent": true }, "zz": { "absent": true } }), true),
            (json!({ "n": { "present": true } }), false),
            (json!({ "a": { "one_of": [3, 1] } }), true),
            (json!({ "a": { "at_least": 1, "at_most": 1.5 } }), true),
            (json!({ "a": { "at_least": 2 } }), false),
            (json!({ "t": { "at_least": 0 } }), false),
            (json!({ "o.p.0.q": true }), true),
            (json!({ "o.p.1.q": true }), false),
            (json!({ "t": { "not": { "contains": "bye" } } }), true),
            (json!({ "a": { "not": 1 } }), false),
            (json!({ "zz": { "not": "x" } }), true),
        ] {
            check(wanted, document.clone(), expected);
        }
    }

    #[test]
    fn a_document_that_is_not_json_meets_no_condition() {
        let wanted = Where::parse(&json!({ "a": { "absent": true } }), "where").unwrap();
        assert!(!wanted.holds(None));
        assert!(Where::default().holds(None));
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        for (wanted, place) in [
            (json!({ "text": { "contians": "x" } }), "where.\"text\".contians"),
            (json!({ "text": {} }), "where.\"text\""),
            (json!({ "text": { "absent": false } }), "where.\"text\".absent"),
            (json!({ "text": { "not": { "at_least": "x" } } }), "where.\"text\".not.at_least"),
            (json!({ "text": { "contains_any": [1] } }), "where.\"text\".contains_any[0]"),
        ] {
            let Err(Error::InvalidArgument(text)) = Where::parse(&wanted, "where") else {
                panic!("{wanted} was accepted")
            };
            assert!(text.starts_with(place), "{text}");
        }
    }
}

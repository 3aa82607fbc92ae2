//! Filters: `status eq "ACTIVE" and (profile.age gt 3 or not (profile.city pr))`.

use std::cmp::Ordering;

use serde_json::Value;
use winnow::combinator::{alt, delimited, preceded, repeat};
use winnow::prelude::*;

use super::lexis::{is_bounded, keyword, literal, name, spaced};
use crate::documents::Document;
use crate::times;

/// How an attribute is compared with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    /// Equal, in any case.
    Eq,
    /// Not equal.
    Ne,
    /// Greater or later.
    Gt,
    /// Greater, later or equal.
    Ge,
    /// Less or earlier.
    Lt,
    /// Less, earlier or equal.
    Le,
    /// Begins with, in any case.
    Sw,
    /// Ends with, in any case.
    Ew,
    /// Contains, in any case.
    Co,
    /// Is there.
    Pr,
}

/// What a filter may say where it stands.
pub(crate) struct Dialect {
    /// The operators that are known.
    pub operators: &'static [Operator],
    /// The attributes that are known; none where all are.
    pub attributes: Option<&'static [&'static str]>,
}

impl Dialect {
    /// `search`: everything.
    pub(crate) const SEARCH: Self = Self {
        operators: &[
            Operator::Eq,
            Operator::Ne,
            Operator::Gt,
            Operator::Ge,
            Operator::Lt,
            Operator::Le,
            Operator::Sw,
            Operator::Ew,
            Operator::Co,
            Operator::Pr,
        ],
        attributes: None,
    };
    /// The operators of `filter`.
    pub(crate) const NARROW: &'static [Operator] =
        &[Operator::Eq, Operator::Gt, Operator::Ge, Operator::Lt, Operator::Le];

    fn allows(&self, attribute: &str, operator: Operator) -> bool {
        let known = self.attributes.is_none_or(|known| known.contains(&attribute));
        known && self.operators.contains(&operator)
    }
}

/// A filter that was understood.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Filter {
    /// All of them.
    And(Vec<Filter>),
    /// Any of them.
    Or(Vec<Filter>),
    /// Not that.
    Not(Box<Filter>),
    /// One attribute.
    Compare {
        /// With dots: `profile.login`.
        attribute: String,
        /// How.
        operator: Operator,
        /// With what; null for [`Operator::Pr`].
        value: Value,
    },
}

impl Filter {
    /// Reads a filter; none if it is none, or says what its dialect does not know.
    pub(crate) fn parse(text: &str, dialect: &Dialect) -> Option<Self> {
        if !is_bounded(text) {
            return None;
        }
        let filter = spaced(any_of).parse(text).ok()?;
        filter.is_allowed(dialect).then_some(filter)
    }

    fn is_allowed(&self, dialect: &Dialect) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().all(|part| part.is_allowed(dialect)),
            Self::Not(part) => part.is_allowed(dialect),
            Self::Compare { attribute, operator, .. } => dialect.allows(attribute, *operator),
        }
    }

    /// Whether the filter compares that attribute anywhere.
    pub(crate) fn names(&self, wanted: &str) -> bool {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().any(|part| part.names(wanted)),
            Self::Not(part) => part.names(wanted),
            Self::Compare { attribute, .. } => attribute == wanted,
        }
    }

    /// Whether a document is what the filter looks for.
    pub(crate) fn holds(&self, document: &Document) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.holds(document)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(document)),
            Self::Not(part) => !part.holds(document),
            Self::Compare { attribute, operator, value } => {
                let found = values(document, attribute);
                match operator {
                    Operator::Pr => found.iter().any(|found| is_present(found)),
                    Operator::Ne => !found.iter().any(|found| matches(found, Operator::Eq, value)),
                    _ => found.iter().any(|found| matches(found, *operator, value)),
                }
            }
        }
    }
}

fn any_of(input: &mut &str) -> ModalResult<Filter> {
    chain(input, "or", all_of, Filter::Or)
}

fn all_of(input: &mut &str) -> ModalResult<Filter> {
    chain(input, "and", single, Filter::And)
}

/// One part, or several with a word between them.
fn chain(
    input: &mut &str,
    word: &'static str,
    part: fn(&mut &str) -> ModalResult<Filter>,
    whole: fn(Vec<Filter>) -> Filter,
) -> ModalResult<Filter> {
    let first = part(input)?;
    let rest: Vec<Filter> = repeat(0.., preceded(spaced(keyword(word)), part)).parse_next(input)?;
    if rest.is_empty() {
        return Ok(first);
    }
    Ok(whole(std::iter::once(first).chain(rest).collect()))
}

fn single(input: &mut &str) -> ModalResult<Filter> {
    let negated = preceded(spaced(keyword("not")), bracketed).map(|part| Filter::Not(Box::new(part)));
    alt((negated, bracketed, present, comparison)).parse_next(input)
}

fn bracketed(input: &mut &str) -> ModalResult<Filter> {
    spaced(delimited('(', spaced(any_of), ')')).parse_next(input)
}

fn present(input: &mut &str) -> ModalResult<Filter> {
    let attribute = (spaced(name), keyword("pr")).map(|(attribute, ())| attribute).parse_next(input)?;
    Ok(Filter::Compare { attribute, operator: Operator::Pr, value: Value::Null })
}

fn comparison(input: &mut &str) -> ModalResult<Filter> {
    let (attribute, operator, value) =
        (spaced(name), name.verify_map(|word| operator(&word)), spaced(literal)).parse_next(input)?;
    Ok(Filter::Compare { attribute, operator, value })
}

fn operator(word: &str) -> Option<Operator> {
    match word.to_ascii_lowercase().as_str() {
        "eq" => Some(Operator::Eq),
        "ne" => Some(Operator::Ne),
        "gt" => Some(Operator::Gt),
        "ge" => Some(Operator::Ge),
        "lt" => Some(Operator::Lt),
        "le" => Some(Operator::Le),
        "sw" => Some(Operator::Sw),
        "ew" => Some(Operator::Ew),
        "co" => Some(Operator::Co),
        _ => None,
    }
}

/// The values of an attribute, whose name may lead through lists.
fn values<'d>(document: &'d Document, attribute: &str) -> Vec<&'d Value> {
    let mut parts = attribute.split('.');
    let first = parts.next().and_then(|part| document.get(part));
    let mut found: Vec<&Value> = first.map(spread).unwrap_or_default();
    for part in parts {
        found = found.iter().filter_map(|value| value.get(part)).flat_map(spread).collect();
    }
    found
}

fn spread(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        other => vec![other],
    }
}

fn is_present(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => true,
    }
}

fn matches(found: &Value, operator: Operator, wanted: &Value) -> bool {
    if let Some(order) = compare(found, wanted) {
        match operator {
            Operator::Eq => return order == Ordering::Equal,
            Operator::Gt => return order == Ordering::Greater,
            Operator::Ge => return order != Ordering::Less,
            Operator::Lt => return order == Ordering::Less,
            Operator::Le => return order != Ordering::Greater,
            Operator::Ne | Operator::Sw | Operator::Ew | Operator::Co | Operator::Pr => {}
        }
    }
    let (Value::String(found), Value::String(wanted)) = (found, wanted) else { return false };
    let (found, wanted) = (found.to_lowercase(), wanted.to_lowercase());
    match operator {
        Operator::Sw => found.starts_with(&wanted),
        Operator::Ew => found.ends_with(&wanted),
        Operator::Co => found.contains(&wanted),
        _ => false,
    }
}

/// The order of two values of one type; texts that both are times are compared as times, others in any case.
fn compare(one: &Value, other: &Value) -> Option<Ordering> {
    match (one, other) {
        (Value::String(one), Value::String(other)) => match (times::parse(one), times::parse(other)) {
            (Some(one), Some(other)) => Some(one.cmp(&other)),
            _ => Some(one.to_lowercase().cmp(&other.to_lowercase())),
        },
        (Value::Number(one), Value::Number(other)) => one.as_f64()?.partial_cmp(&other.as_f64()?),
        (Value::Bool(one), Value::Bool(other)) => Some(one.cmp(other)),
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        _ => None,
    }
}

/// The order of two documents by an attribute; what has none comes last.
pub(crate) fn compare_at(one: &Document, other: &Document, attribute: &str) -> Ordering {
    match (values(one, attribute).first(), values(other, attribute).first()) {
        (Some(one), Some(other)) => compare(one, other).unwrap_or(Ordering::Equal),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::documents::document;

    fn holds(filter: &str) -> bool {
        let user = document(json!({
            "status": "ACTIVE",
            "lastUpdated": "2026-01-05T10:00:00.000Z",
            "profile": {"login": "ana@fern.example", "age": 41, "city": null, "tags": ["red", "Green"], "vip": true},
        }));
        let parsed = Filter::parse(filter, &Dialect::SEARCH).unwrap_or_else(|| panic!("{filter}"));
        parsed.holds(&user)
    }

    #[test]
    fn filters_that_hold() {
        for filter in [
            r#"status eq "active""#,
            r#"status Eq "ACTIVE" AND profile.age gt 40"#,
            r#"profile.login sw "ana" and (profile.age lt 3 or profile.vip eq true)"#,
            r#"profile.login co "FERN""#,
            r#"profile.login ew ".example""#,
            r#"profile.tags eq "green""#,
            r#"profile.age pr and not (profile.city pr)"#,
            r#"lastUpdated ge "2026-01-05T11:00:00+01:00""#,
            r#"lastUpdated lt "2026-01-05T10:00:00.001Z""#,
            r#"(status eq "A" or status eq "ACTIVE") and status ne "STAGED""#,
            r#"profile.missing ne "x""#,
            r#"status eq 'ACTIVE'"#,
        ] {
            assert!(holds(filter), "{filter}");
        }
    }

    #[test]
    fn filters_that_do_not_hold() {
        for filter in [
            r#"status eq "STAGED""#,
            r#"profile.age gt "40""#,
            r#"profile.city pr"#,
            r#"profile.tags ne "red""#,
            r#"profile.missing eq "x""#,
            r#"not (status eq "ACTIVE")"#,
            r#"status eq "STAGED" or status eq "ACTIVE" and profile.age lt 3"#,
        ] {
            assert!(!holds(filter), "{filter}");
        }
    }

    #[test]
    fn what_is_no_filter_is_refused() {
        let deep = format!("{}status pr{}", "(".repeat(5_000), ")".repeat(5_000));
        for text in [
            "",
            "status",
            "status eq",
            r#"status is "A""#,
            r#"status eq "A"#,
            r#"status eq "A" and"#,
            r#"(status eq "A""#,
            r#"status eq "A" status eq "B""#,
            "eq eq eq",
            &deep,
        ] {
            assert_eq!(Filter::parse(text, &Dialect::SEARCH), None, "{text}");
        }
        let narrow = Dialect { operators: Dialect::NARROW, attributes: Some(&["status"]) };
        assert!(Filter::parse(r#"status eq "A" or status eq "B""#, &narrow).is_some());
        assert_eq!(Filter::parse(r#"status sw "A""#, &narrow), None);
        assert_eq!(Filter::parse(r#"name eq "A""#, &narrow), None);
    }
}

//! One cell of a table.

use std::cmp::Ordering;
use std::fmt;

/// A value. Floats are finite.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// Nothing: an empty field of CSV, `null` or an absent key of JSON.
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
}

/// The first float above every `i64`.
const ABOVE_INT: f64 = 9_223_372_036_854_775_808.0;

impl Value {
    /// The type as queries and descriptions name it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Int(_) | Self::Float(_) => "number",
            Self::Text(_) => "text",
        }
    }

    /// A number as people write it. Leading zeros, a `+` and digits that no number keeps make it text.
    pub(crate) fn number(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let mut chars = digits.chars();
        let plain = match (chars.next(), chars.next()) {
            (Some('0'), Some(second)) => !second.is_ascii_digit(),
            (Some(first), _) => first.is_ascii_digit(),
            (None, _) => false,
        };
        if !plain {
            return None;
        }
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return text.parse().ok().map(Self::Int);
        }
        let known = |char: char| char.is_ascii_digit() || matches!(char, '.' | 'e' | 'E' | '-' | '+');
        let float = text.chars().all(known) && !text.ends_with('.');
        float.then(|| text.parse().ok()).flatten().and_then(Self::float)
    }

    /// A float, if it is finite.
    pub(crate) fn float(number: f64) -> Option<Self> {
        number.is_finite().then_some(Self::Float(number))
    }

    /// The value in an answer.
    pub(crate) fn json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(value) => (*value).into(),
            Self::Int(value) => (*value).into(),
            Self::Float(value) => (*value).into(),
            Self::Text(value) => value.as_str().into(),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Null => 0,
            Self::Bool(_) => 1,
            Self::Int(_) | Self::Float(_) => 2,
            Self::Text(_) => 3,
        }
    }
}

/// Null first, then by type, then by value; 1 and 1.0 are equal.
impl Ord for Value {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Int(a), Self::Int(b)) => a.cmp(b),
            (Self::Float(a), Self::Float(b)) => order(*a, *b),
            (Self::Int(a), Self::Float(b)) => against_float(*a, *b),
            (Self::Float(a), Self::Int(b)) => against_float(*b, *a).reverse(),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }
}

impl PartialOrd for Value {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Value {}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => value.fmt(f),
            Self::Int(value) => value.fmt(f),
            Self::Float(value) => value.fmt(f),
            Self::Text(value) => value.fmt(f),
        }
    }
}

/// The order of finite floats.
fn order(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or(Ordering::Equal)
}

/// Exact, as rounding the integer would make an order that sorting rejects.
fn against_float(int: i64, float: f64) -> Ordering {
    if float >= ABOVE_INT {
        Ordering::Less
    } else if float < -ABOVE_INT {
        Ordering::Greater
    } else {
        int.cmp(&(float.trunc() as i64)).then_with(|| order(0.0, float.fract()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_loses_digits_as_a_number_is_none() {
        for text in
            ["", "-", "007", "+1", "1.", ".5", "1_000", "1e999", "NaN", "inf", "0x10", "9223372036854775808"]
        {
            assert_eq!(Value::number(text), None, "{text}");
        }
        for (text, value) in [("0", Value::Int(0)), ("-12", Value::Int(-12)), ("-0.5e2", Value::Float(-50.0))]
        {
            assert_eq!(Value::number(text), Some(value), "{text}");
        }
    }

    #[test]
    fn integers_and_floats_have_one_exact_order() {
        let big = 9_007_199_254_740_993;
        assert!(Value::Int(big) > Value::Float(9_007_199_254_740_992.0));
        assert!(Value::Int(i64::MAX) < Value::Float(ABOVE_INT));
        assert!(Value::Int(-1) > Value::Float(-1.5) && Value::Int(1) < Value::Float(1.5));
        assert!(Value::Int(1) == Value::Float(1.0) && Value::Int(0) == Value::Float(-0.0));
        assert!(Value::Null < Value::Bool(false) && Value::Int(9) < Value::Text(String::new()));
    }
}

//! Functions of one row.

use plugin_sdk::Error;

use super::invalid;
use crate::value::Value;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scalar {
    Abs,
    Coalesce,
    Length,
    Lower,
    NullIf,
    Round,
    Trim,
    Upper,
}

impl Scalar {
    /// The function of a lower-case name, if it is built.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "abs" => Self::Abs,
            "coalesce" => Self::Coalesce,
            "length" | "char_length" => Self::Length,
            "lower" => Self::Lower,
            "nullif" => Self::NullIf,
            "round" => Self::Round,
            "trim" => Self::Trim,
            "upper" => Self::Upper,
            _ => return None,
        })
    }

    /// How many arguments it takes: at least, at most.
    pub(super) fn arity(self) -> (usize, usize) {
        match self {
            Self::Coalesce => (1, usize::MAX),
            Self::NullIf => (2, 2),
            Self::Round => (1, 2),
            _ => (1, 1),
        }
    }

    pub(super) fn call(self, arguments: &[Value]) -> Result<Value, Error> {
        let first = arguments.first().unwrap_or(&Value::Null);
        let second = arguments.get(1).unwrap_or(&Value::Null);
        match (self, first) {
            (Self::Coalesce, _) => {
                Ok(arguments.iter().find(|value| **value != Value::Null).cloned().unwrap_or(Value::Null))
            }
            (Self::NullIf, _) => Ok(if first == second { Value::Null } else { first.clone() }),
            (_, Value::Null) => Ok(Value::Null),
            (Self::Lower, Value::Text(text)) => Ok(Value::Text(text.to_lowercase())),
            (Self::Upper, Value::Text(text)) => Ok(Value::Text(text.to_uppercase())),
            (Self::Trim, Value::Text(text)) => Ok(Value::Text(text.trim().to_owned())),
            (Self::Length, Value::Text(text)) => {
                Ok(Value::Int(i64::try_from(text.chars().count()).unwrap_or(i64::MAX)))
            }
            (Self::Abs, Value::Int(int)) => int
                .checked_abs()
                .map(Value::Int)
                .ok_or_else(|| invalid(format!("abs({int}) is out of range"))),
            (Self::Abs, Value::Float(float)) => Ok(Value::Float(float.abs())),
            (Self::Round, Value::Int(_)) => Ok(first.clone()),
            (Self::Round, Value::Float(float)) => round(*float, second),
            (_, value) => Err(invalid(format!("{self:?} does not take {} `{value}`", value.kind()))),
        }
    }
}

/// Rounds to decimal places, halves away from zero.
fn round(float: f64, places: &Value) -> Result<Value, Error> {
    let places = match places {
        Value::Null => 0,
        Value::Int(places) if (0..=15).contains(places) => i32::try_from(*places).unwrap_or_default(),
        other => return Err(invalid(format!("round takes 0 to 15 decimal places, not `{other}`"))),
    };
    let scale = 10_f64.powi(places);
    // Above this a float has no such places, and the product might not be finite.
    if float.abs() * scale > 9e15 {
        return Ok(Value::Float(float));
    }
    let rounded = (float * scale).round() / scale;
    Ok(if places == 0 { Value::Int(rounded as i64) } else { Value::Float(rounded) })
}

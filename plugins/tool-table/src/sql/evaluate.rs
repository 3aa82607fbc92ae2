//! The value of an expression for one row. Null stands for "unknown", as SQL has it.

use std::cmp::Ordering;

use plugin_sdk::Error;

use super::expression::{Expr, Op, Target};
use super::invalid;
use crate::value::Value;

/// What an expression can refer to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row<'a> {
    pub(super) columns: &'a [Value],
    pub(super) groups: &'a [Value],
    pub(super) aggregates: &'a [Value],
    pub(super) output: &'a [Value],
}

impl Row<'_> {
    pub(super) fn value(&self, expression: &Expr) -> Result<Value, Error> {
        let at = |values: &[Value], index: usize| values.get(index).cloned().unwrap_or(Value::Null);
        Ok(match expression {
            Expr::Value(value) => value.clone(),
            Expr::Column(index) => at(self.columns, *index),
            Expr::Group(index) => at(self.groups, *index),
            Expr::Aggregate(index) => at(self.aggregates, *index),
            Expr::Output(index) => at(self.output, *index),
            Expr::Not(inner) => logic(truth(&self.value(inner)?)?.map(|holds| !holds)),
            Expr::Negate(inner) => arithmetic(Op::Subtract, Value::Int(0), self.value(inner)?)?,
            Expr::IsNull(inner) => Value::Bool(self.value(inner)? == Value::Null),
            Expr::Binary(op @ (Op::And | Op::Or), left, right) => self.connective(*op, left, right)?,
            Expr::Binary(op, left, right) => binary(*op, self.value(left)?, self.value(right)?)?,
            Expr::In(value, list) => self.is_in(value, list)?,
            Expr::Like { value, pattern, ignore_case } => {
                like(&self.value(value)?, &self.value(pattern)?, *ignore_case)?
            }
            Expr::Case(cases, otherwise) => {
                for (condition, result) in cases {
                    if self.holds(condition)? {
                        return self.value(result);
                    }
                }
                self.value(otherwise)?
            }
            Expr::Call(function, arguments) => {
                let arguments: Result<Vec<Value>, Error> =
                    arguments.iter().map(|argument| self.value(argument)).collect();
                function.call(&arguments?)?
            }
            Expr::Cast { value, to, lenient } => cast(self.value(value)?, *to, *lenient)?,
        })
    }

    /// Whether a condition is true: neither false nor unknown.
    pub(super) fn holds(&self, condition: &Expr) -> Result<bool, Error> {
        Ok(truth(&self.value(condition)?)? == Some(true))
    }

    fn connective(&self, op: Op, left: &Expr, right: &Expr) -> Result<Value, Error> {
        // The value that decides alone.
        let decisive = op == Op::Or;
        let left = truth(&self.value(left)?)?;
        if left == Some(decisive) {
            return Ok(Value::Bool(decisive));
        }
        let right = truth(&self.value(right)?)?;
        Ok(logic(if right == Some(decisive) { right } else { left.and(right) }))
    }

    fn is_in(&self, value: &Expr, list: &[Expr]) -> Result<Value, Error> {
        let value = self.value(value)?;
        let mut unknown = false;
        for item in list {
            match binary(Op::Equal, value.clone(), self.value(item)?)? {
                Value::Bool(true) => return Ok(Value::Bool(true)),
                Value::Null => unknown = true,
                _ => {}
            }
        }
        Ok(logic((!unknown).then_some(false)))
    }
}

fn logic(value: Option<bool>) -> Value {
    value.map_or(Value::Null, Value::Bool)
}

fn truth(value: &Value) -> Result<Option<bool>, Error> {
    match value {
        Value::Null => Ok(None),
        Value::Bool(value) => Ok(Some(*value)),
        other => Err(invalid(format!("a condition is true or false, not {} `{other}`", other.kind()))),
    }
}

fn binary(op: Op, left: Value, right: Value) -> Result<Value, Error> {
    if left == Value::Null || right == Value::Null {
        return Ok(Value::Null);
    }
    let holds: fn(Ordering) -> bool = match op {
        Op::Equal => Ordering::is_eq,
        Op::NotEqual => Ordering::is_ne,
        Op::Less => Ordering::is_lt,
        Op::LessOrEqual => Ordering::is_le,
        Op::Greater => Ordering::is_gt,
        Op::GreaterOrEqual => Ordering::is_ge,
        Op::Concat => return Ok(Value::Text(format!("{left}{right}"))),
        Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Remainder | Op::And | Op::Or => {
            return arithmetic(op, left, right);
        }
    };
    if left.kind() != right.kind() {
        let (a, b) = (left.kind(), right.kind());
        return Err(invalid(format!("{a} `{left}` is compared with {b} `{right}`: CAST one of them")));
    }
    Ok(Value::Bool(holds(left.cmp(&right))))
}

fn arithmetic(op: Op, left: Value, right: Value) -> Result<Value, Error> {
    let out_of_range = || invalid(format!("the result of {op:?} on `{left}` and `{right}` is out of range"));
    let zero = right == Value::Int(0) && matches!(op, Op::Divide | Op::Remainder);
    match (&left, &right) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Int(_) | Value::Float(_), _) if zero => {
            Err(invalid("division by zero; nullif(x, 0) makes the result null"))
        }
        (Value::Int(a), Value::Int(b)) => {
            let result = match op {
                Op::Add => a.checked_add(*b),
                Op::Subtract => a.checked_sub(*b),
                Op::Multiply => a.checked_mul(*b),
                Op::Remainder => a.checked_rem(*b),
                // A quotient that is no integer is a float: 7 / 2 is 3.5.
                _ if a.checked_rem(*b) != Some(0) => return Ok(Value::Float(*a as f64 / *b as f64)),
                _ => a.checked_div(*b),
            };
            result.map(Value::Int).ok_or_else(out_of_range)
        }
        _ => {
            let (Some(a), Some(b)) = (float(&left), float(&right)) else {
                let (a, b) = (left.kind(), right.kind());
                return Err(invalid(format!("{op:?} takes numbers, not {a} `{left}` and {b} `{right}`")));
            };
            let result = match op {
                Op::Add => a + b,
                Op::Subtract => a - b,
                Op::Multiply => a * b,
                Op::Remainder => a % b,
                _ => a / b,
            };
            Value::float(result).ok_or_else(out_of_range)
        }
    }
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Int(int) => Some(*int as f64),
        Value::Float(float) => Some(*float),
        Value::Null | Value::Bool(_) | Value::Text(_) => None,
    }
}

fn like(value: &Value, pattern: &Value, ignore_case: bool) -> Result<Value, Error> {
    match (value, pattern) {
        (Value::Null, _) | (_, Value::Null) => Ok(Value::Null),
        (Value::Text(text), Value::Text(pattern)) if ignore_case => {
            Ok(Value::Bool(matches(&text.to_lowercase(), &pattern.to_lowercase())))
        }
        (Value::Text(text), Value::Text(pattern)) => Ok(Value::Bool(matches(text, pattern))),
        (a, b) => Err(invalid(format!("LIKE takes text, not {} `{a}` and {} `{b}`", a.kind(), b.kind()))),
    }
}

/// Whether `%` (any characters) and `_` (one) make the pattern the text. Going back to the last `%` alone suffices,
/// so the time is at most the product of the two lengths.
fn matches(text: &str, pattern: &str) -> bool {
    let mut text = text.chars();
    let mut pattern = pattern.chars();
    let mut retry = None;
    loop {
        let mut rest = text.clone();
        let char = rest.next();
        match (pattern.clone().next(), char) {
            (Some('%'), _) => {
                pattern.next();
                retry = Some((text.clone(), pattern.clone()));
            }
            (Some(wanted), Some(char)) if wanted == '_' || wanted == char => {
                pattern.next();
                text = rest;
            }
            (None, None) => return true,
            _ => {
                let Some((from, after)) = retry.as_mut() else { return false };
                if from.next().is_none() {
                    return false;
                }
                text = from.clone();
                pattern = after.clone();
            }
        }
    }
}

fn cast(value: Value, to: Target, lenient: bool) -> Result<Value, Error> {
    let number = match (to, &value) {
        (_, Value::Null) => return Ok(Value::Null),
        (Target::Text, _) => return Ok(Value::Text(value.to_string())),
        (_, Value::Int(_) | Value::Float(_)) => Some(value.clone()),
        (_, Value::Text(text)) => Value::number(text.trim()),
        (_, Value::Bool(bool)) => Some(Value::Int(i64::from(*bool))),
    };
    let number = match (to, number) {
        (Target::Integer, Some(Value::Float(float))) if float.abs() < 9e18 => {
            Some(Value::Int(float.trunc() as i64))
        }
        (Target::Integer, Some(Value::Float(_))) => None,
        (_, number) => number,
    };
    match number {
        Some(number) => Ok(number),
        None if lenient => Ok(Value::Null),
        None => Err(invalid(format!("`{value}` is no number; TRY_CAST makes it null"))),
    }
}

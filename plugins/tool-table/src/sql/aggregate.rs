//! Functions over the rows of a group.

use std::collections::BTreeSet;

use plugin_sdk::Error;

use super::expression::Expr;
use super::invalid;
use crate::value::Value;

/// An aggregate of a query.
#[derive(Clone, Debug)]
pub(super) struct Aggregate {
    pub(super) kind: Kind,
    /// What is aggregated; none for `count(*)`.
    pub(super) argument: Option<Expr>,
    /// Whether equal values count once.
    pub(super) distinct: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Count,
    Sum,
    Avg,
    Min,
    Max,
}

impl Kind {
    /// The aggregate of a lower-case name, if there is one.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "count" => Self::Count,
            "sum" => Self::Sum,
            "avg" => Self::Avg,
            "min" => Self::Min,
            "max" => Self::Max,
            _ => return None,
        })
    }
}

/// An aggregate under way. Nulls are passed over, as SQL has it.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    kind: Kind,
    seen: Option<BTreeSet<Value>>,
    count: i64,
    /// The sum of the integers, exact: a table has far fewer rows than would overflow it.
    ints: i128,
    /// The sum of the floats, if there is one.
    floats: Option<f64>,
    best: Option<Value>,
}

impl Tally {
    pub(super) fn new(aggregate: &Aggregate) -> Self {
        let seen = aggregate.distinct.then(BTreeSet::new);
        Self { kind: aggregate.kind, seen, count: 0, ints: 0, floats: None, best: None }
    }

    pub(super) fn add(&mut self, value: Value) -> Result<(), Error> {
        if value == Value::Null || self.seen.as_mut().is_some_and(|seen| !seen.insert(value.clone())) {
            return Ok(());
        }
        self.count += 1;
        let better = match (self.kind, &self.best) {
            (Kind::Min, Some(best)) => value < *best,
            (Kind::Max, Some(best)) => value > *best,
            (Kind::Min | Kind::Max, None) => true,
            (Kind::Sum | Kind::Avg, _) => return self.sum(&value),
            (Kind::Count, _) => false,
        };
        if better {
            self.best = Some(value);
        }
        Ok(())
    }

    fn sum(&mut self, value: &Value) -> Result<(), Error> {
        match value {
            Value::Int(int) => self.ints += i128::from(*int),
            Value::Float(float) => *self.floats.get_or_insert(0.0) += float,
            other => {
                return Err(invalid(format!("sum and avg take numbers, not {} `{other}`", other.kind())));
            }
        }
        Ok(())
    }

    pub(super) fn result(self) -> Result<Value, Error> {
        let float = |number: f64| Value::float(number).ok_or_else(|| invalid("a sum is out of range"));
        match (self.kind, self.floats) {
            (Kind::Count, _) => Ok(Value::Int(self.count)),
            (Kind::Min | Kind::Max, _) => Ok(self.best.unwrap_or(Value::Null)),
            (Kind::Sum | Kind::Avg, _) if self.count == 0 => Ok(Value::Null),
            (Kind::Sum, None) => {
                i64::try_from(self.ints).map_or_else(|_| float(self.ints as f64), |sum| Ok(Value::Int(sum)))
            }
            (Kind::Sum, Some(floats)) => float(floats + self.ints as f64),
            (Kind::Avg, floats) => float((floats.unwrap_or(0.0) + self.ints as f64) / self.count as f64),
        }
    }
}

//! Expressions with their names resolved.

use crate::sql::scalar::Scalar;
use crate::value::Value;

/// What a row is asked for.
#[derive(Clone, Debug)]
pub(super) enum Expr {
    Value(Value),
    /// The value of a column of the table.
    Column(usize),
    /// The value of an expression of GROUP BY.
    Group(usize),
    /// The result of an aggregate of the group.
    Aggregate(usize),
    /// A value of the answer's own row.
    Output(usize),
    Not(Box<Self>),
    Negate(Box<Self>),
    IsNull(Box<Self>),
    Binary(Op, Box<Self>, Box<Self>),
    In(Box<Self>, Vec<Self>),
    Like {
        value: Box<Self>,
        pattern: Box<Self>,
        ignore_case: bool,
    },
    /// Conditions with their results, and what holds where none is true.
    Case(Vec<(Self, Self)>, Box<Self>),
    Call(Scalar, Vec<Self>),
    Cast {
        value: Box<Self>,
        to: Target,
        /// Null instead of an error where the value has no such form.
        lenient: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Concat,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Number,
    /// A number without its fraction.
    Integer,
    Text,
}

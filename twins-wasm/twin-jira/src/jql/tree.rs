//! A query as a tree.

/// A whole query.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Query {
    /// What issues must be like; none for all.
    pub condition: Option<Clause>,
    /// By what they are ordered, the most important first.
    pub order: Vec<Sort>,
}

/// A condition.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Clause {
    /// All of them.
    And(Vec<Clause>),
    /// Any of them.
    Or(Vec<Clause>),
    /// None of it.
    Not(Box<Clause>),
    /// One field.
    Term(Term),
}

/// A condition on one field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Term {
    pub field: FieldName,
    pub operator: Operator,
    /// What it is compared with; none for `CHANGED`.
    pub operand: Option<Operand>,
    /// What narrows a look into the history.
    pub predicates: Vec<(Predicate, Operand)>,
}

/// A field as a query names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum FieldName {
    /// By one of its names, as written.
    Named(String),
    /// `cf[10001]`.
    Custom(u64),
}

impl std::fmt::Display for FieldName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Named(name) => f.write_str(name),
            Self::Custom(number) => write!(f, "cf[{number}]"),
        }
    }
}

/// How a field is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equals,
    NotEquals,
    Like,
    NotLike,
    Greater,
    GreaterEquals,
    Less,
    LessEquals,
    In,
    NotIn,
    Is,
    IsNot,
    Was,
    WasNot,
    WasIn,
    WasNotIn,
    Changed,
}

impl Operator {
    /// As people write it.
    pub(crate) fn sign(self) -> &'static str {
        match self {
            Self::Equals => "=",
            Self::NotEquals => "!=",
            Self::Like => "~",
            Self::NotLike => "!~",
            Self::Greater => ">",
            Self::GreaterEquals => ">=",
            Self::Less => "<",
            Self::LessEquals => "<=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::Was => "was",
            Self::WasNot => "was not",
            Self::WasIn => "was in",
            Self::WasNotIn => "was not in",
            Self::Changed => "changed",
        }
    }

    /// As error messages name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Equals => "EQUALS",
            Self::NotEquals => "NOT_EQUALS",
            Self::Like => "LIKE",
            Self::NotLike => "NOT_LIKE",
            Self::Greater => "GREATER_THAN",
            Self::GreaterEquals => "GREATER_THAN_EQUALS",
            Self::Less => "LESS_THAN",
            Self::LessEquals => "LESS_THAN_EQUALS",
            Self::In => "IN",
            Self::NotIn => "NOT_IN",
            Self::Is => "IS",
            Self::IsNot => "IS_NOT",
            Self::Was => "WAS",
            Self::WasNot => "WAS_NOT",
            Self::WasIn => "WAS_IN",
            Self::WasNotIn => "WAS_NOT_IN",
            Self::Changed => "CHANGED",
        }
    }

    /// Whether it asks for the opposite of another operator.
    pub(crate) fn is_negative(self) -> bool {
        matches!(
            self,
            Self::NotEquals | Self::NotLike | Self::NotIn | Self::IsNot | Self::WasNot | Self::WasNotIn
        )
    }

    /// Whether it looks into the history.
    pub(crate) fn is_historical(self) -> bool {
        matches!(self, Self::Was | Self::WasNot | Self::WasIn | Self::WasNotIn | Self::Changed)
    }

    /// Whether it takes a list.
    pub(crate) fn takes_list(self) -> bool {
        matches!(self, Self::In | Self::NotIn | Self::WasIn | Self::WasNotIn)
    }
}

/// What a field is compared with.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand {
    /// A text, quotes taken off.
    Text(String),
    /// A whole number without quotes.
    Number(i64),
    /// `name(arguments)`.
    Function(String, Vec<String>),
    /// In round brackets.
    List(Vec<Operand>),
    /// `EMPTY` or `NULL`.
    Empty,
}

/// What narrows a look into the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Predicate {
    After,
    Before,
    On,
    During,
    By,
    From,
    To,
}

impl Predicate {
    /// As people write it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::After => "after",
            Self::Before => "before",
            Self::On => "on",
            Self::During => "during",
            Self::By => "by",
            Self::From => "from",
            Self::To => "to",
        }
    }
}

/// One step of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sort {
    pub field: FieldName,
    /// None where the query does not say.
    pub descending: Option<bool>,
}

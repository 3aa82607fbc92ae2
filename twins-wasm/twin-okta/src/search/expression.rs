//! The expressions of group rules: `user.department=="Sales" AND String.startsWith(user.city, "L")`.
//!
//! Operators, `user.` attributes of the profile and the functions named in [`Function`] are known.

use serde_json::Value;
use winnow::combinator::{alt, delimited, preceded, repeat, separated};
use winnow::prelude::*;

use super::lexis::{is_bounded, keyword, literal, name, spaced};
use crate::documents::Document;

/// An expression that was understood.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Expression(Node);

#[derive(Debug, Clone, PartialEq)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Compare(Box<Node>, Comparison, Box<Node>),
    Attribute(String),
    Literal(Value),
    Call(Function, Vec<Node>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    Equal,
    Unequal,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
}

/// A function of the expression language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Contains,
    StartsWith,
    EndsWith,
    Lower,
    Upper,
    Len,
}

/// A text that is no expression, or names what the twin does not know.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the expression cannot be read")]
pub(crate) struct Unreadable;

impl Expression {
    /// Reads an expression.
    pub(crate) fn parse(text: &str) -> Result<Self, Unreadable> {
        if !is_bounded(text) {
            return Err(Unreadable);
        }
        spaced(any_of).parse(text).map(Self).map_err(|_| Unreadable)
    }

    /// Whether it is true of a user.
    pub(crate) fn holds(&self, user: &Document) -> bool {
        self.0.value(user) == Value::Bool(true)
    }
}

fn any_of(input: &mut &str) -> ModalResult<Node> {
    let first = all_of(input)?;
    let or = alt((keyword("or"), "||".void()));
    let rest: Vec<Node> = repeat(0.., preceded(spaced(or), all_of)).parse_next(input)?;
    Ok(joined(first, rest, Node::Any))
}

fn all_of(input: &mut &str) -> ModalResult<Node> {
    let first = negatable(input)?;
    let and = alt((keyword("and"), "&&".void()));
    let rest: Vec<Node> = repeat(0.., preceded(spaced(and), negatable)).parse_next(input)?;
    Ok(joined(first, rest, Node::All))
}

fn joined(first: Node, rest: Vec<Node>, whole: fn(Vec<Node>) -> Node) -> Node {
    if rest.is_empty() { first } else { whole(std::iter::once(first).chain(rest).collect()) }
}

fn negatable(input: &mut &str) -> ModalResult<Node> {
    let not = alt((keyword("not"), '!'.void()));
    let negations: usize = repeat(0.., spaced(not)).parse_next(input)?;
    let node = comparison(input)?;
    Ok(if negations % 2 == 1 { Node::Not(Box::new(node)) } else { node })
}

fn comparison(input: &mut &str) -> ModalResult<Node> {
    let left = spaced(operand).parse_next(input)?;
    let operator = winnow::combinator::opt(spaced(alt((
        alt(("==", "eq")).value(Comparison::Equal),
        alt(("!=", "ne")).value(Comparison::Unequal),
        "<=".value(Comparison::LessOrEqual),
        ">=".value(Comparison::GreaterOrEqual),
        '<'.value(Comparison::Less),
        '>'.value(Comparison::Greater),
    ))))
    .parse_next(input)?;
    let Some(operator) = operator else { return Ok(left) };
    let right = spaced(operand).parse_next(input)?;
    Ok(Node::Compare(Box::new(left), operator, Box::new(right)))
}

fn operand(input: &mut &str) -> ModalResult<Node> {
    let bracketed = delimited('(', spaced(any_of), ')');
    let attribute =
        name.verify_map(|name| name.strip_prefix("user.").map(|field| Node::Attribute(field.to_owned())));
    alt((bracketed, call, attribute, literal.map(Node::Literal))).parse_next(input)
}

fn call(input: &mut &str) -> ModalResult<Node> {
    let function = name.verify_map(|name| function(&name));
    let arguments = delimited('(', separated(1..=4, spaced(operand), ','), ')');
    (function, arguments).map(|(function, arguments)| Node::Call(function, arguments)).parse_next(input)
}

fn function(name: &str) -> Option<Function> {
    match name {
        "String.stringContains" => Some(Function::Contains),
        "String.startsWith" => Some(Function::StartsWith),
        "String.endsWith" => Some(Function::EndsWith),
        "String.toLowerCase" => Some(Function::Lower),
        "String.toUpperCase" => Some(Function::Upper),
        "String.len" => Some(Function::Len),
        _ => None,
    }
}

impl Node {
    fn value(&self, user: &Document) -> Value {
        let truth = |node: &Self| node.value(user) == Value::Bool(true);
        match self {
            Self::All(parts) => Value::Bool(parts.iter().all(truth)),
            Self::Any(parts) => Value::Bool(parts.iter().any(truth)),
            Self::Not(part) => Value::Bool(!truth(part)),
            Self::Compare(left, operator, right) => {
                Value::Bool(operator.holds(&left.value(user), &right.value(user)))
            }
            Self::Attribute(name) => {
                user.get("profile").and_then(|profile| profile.get(name)).cloned().unwrap_or_default()
            }
            Self::Literal(value) => value.clone(),
            Self::Call(function, arguments) => {
                let arguments: Vec<Value> = arguments.iter().map(|argument| argument.value(user)).collect();
                function.apply(&arguments)
            }
        }
    }
}

impl Comparison {
    fn holds(self, left: &Value, right: &Value) -> bool {
        let order = match (left, right) {
            (Value::Number(left), Value::Number(right)) => {
                left.as_f64().zip(right.as_f64()).and_then(|(left, right)| left.partial_cmp(&right))
            }
            (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
            _ => None,
        };
        match self {
            Self::Equal => left == right,
            Self::Unequal => left != right,
            Self::Less => order.is_some_and(std::cmp::Ordering::is_lt),
            Self::Greater => order.is_some_and(std::cmp::Ordering::is_gt),
            Self::LessOrEqual => order.is_some_and(std::cmp::Ordering::is_le),
            Self::GreaterOrEqual => order.is_some_and(std::cmp::Ordering::is_ge),
        }
    }
}

impl Function {
    fn apply(self, arguments: &[Value]) -> Value {
        let text = |place: usize| arguments.get(place).and_then(Value::as_str).unwrap_or_default();
        let (first, second) = (text(0), text(1));
        match self {
            Self::Contains => Value::Bool(first.contains(second)),
            Self::StartsWith => Value::Bool(first.starts_with(second)),
            Self::EndsWith => Value::Bool(first.ends_with(second)),
            Self::Lower => Value::String(first.to_lowercase()),
            Self::Upper => Value::String(first.to_uppercase()),
            Self::Len => Value::from(first.chars().count()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::documents::document;

    #[test]
    fn expressions_are_true_or_not() {
        let user = document(json!({"profile": {"department": "Sales", "city": "Lisbon", "floor": 3}}));
        for (text, expected) in [
            (r#"user.department=="Sales""#, true),
            (r#"user.department == "sales""#, false),
            (r#"user.department eq "Sales" AND user.city != "Porto""#, true),
            (r#"String.startsWith(user.city, "Lis") && user.floor > 2"#, true),
            (r#"String.stringContains(user.city,"x") || user.floor >= 3"#, true),
            (r#"!(user.department=="Sales")"#, false),
            (r#"NOT String.toLowerCase(user.city) == "porto""#, true),
            (r#"String.len(user.city) == 6"#, true),
            (r#"user.missing == "a""#, false),
            (r#"user.missing == null"#, true),
        ] {
            assert_eq!(Expression::parse(text).map(|found| found.holds(&user)), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in
            ["", "user.a ==", "group.a == 1", "Time.now() > 1", "(user.a == 1", "user.a == 1 user.b == 2"]
        {
            assert_eq!(Expression::parse(text), Err(Unreadable), "{text}");
        }
    }
}

//! `when`: an expression of the Common Expression Language over a call's arguments, parsed when the policy is loaded.

use super::arguments::{Arguments, Size};
use super::expression::{Cost, ExpressionError, Walk};
use super::text::short;
use cel::objects::Key;
use cel::parser::Parser;
use cel::{Context, ExecutionError, IdedExpr, ParseErrors, Value};
use glasshouse_model::policy::Written;
use glasshouse_model::{Mistake, Place};
use std::collections::HashMap;

/// Weighted steps that one evaluation may take.
const MOST_STEPS: u64 = 10_000_000;
/// Bytes of text that count as one step.
const STEP_BYTES: u64 = 1024;
/// Stack of the thread that parses. The parser's own depth is bounded by nesting and not by the length of a chain such
/// as `1+1+...`, of which a condition of 4,096 bytes can hold 2,048.
const PARSER_STACK: usize = 256 * 1024 * 1024;

/// A condition that a call's arguments must fulfil. Its variables are `args`, `calls` (of this tool in this run, before
/// this one) and `name` (the tool's).
#[derive(Debug)]
pub struct Condition {
    text: String,
    place: Place,
    expression: IdedExpr,
    cost: Cost,
}

/// Why a condition came to no answer; such a call is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// Evaluating failed: a key that is not there, kinds that do not compare, a division by zero.
    #[error("it cannot be decided: {0}")]
    Failed(String),
    /// It is no condition: its value is neither true nor false.
    #[error("its value is neither true nor false")]
    NotBoolean,
    /// With these arguments its loops could run too long.
    #[error("its loops could take more than {MOST_STEPS} steps over arguments of this size")]
    TooLong,
}

/// Why a text is no condition.
#[derive(Debug, thiserror::Error)]
enum ParseError {
    #[error("{}", first(.0))]
    Syntax(ParseErrors),
    #[error(transparent)]
    Unfit(#[from] ExpressionError),
    #[error("a pattern of `matches` cannot be used: {0}")]
    Pattern(String),
    #[error("its value is neither true nor false")]
    NotBoolean,
    #[error("it cannot be parsed on this machine: {0}")]
    Machine(String),
}

impl Condition {
    /// Parses the text of a grant.
    ///
    /// # Errors
    /// A mistake at the key's place: the syntax, an unknown variable or function, a pattern that is too large.
    pub fn parse(when: &Written<String>) -> Result<Self, Mistake> {
        let (expression, cost) = parse(&when.value).map_err(|why| {
            Mistake::new(when.place.clone(), format!("`when` is no condition: {why}"))
                .hint("write an expression such as \"args.amount <= 80 && calls < 3\"")
        })?;
        Ok(Self { text: when.value.clone(), place: when.place.clone(), expression, cost })
    }

    /// As the policy has it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Of the key in the policy.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Whether it holds for a call of a tool that was called `calls` times before.
    ///
    /// # Errors
    /// Where it comes to no answer; the call is then not allowed.
    pub fn holds(&self, name: &str, arguments: &Arguments, calls: u64) -> Result<bool, ConditionError> {
        if steps(self.cost, arguments.size()) > MOST_STEPS {
            return Err(ConditionError::TooLong);
        }
        let mut context = Context::default();
        context.add_variable_from_value("args", value(arguments.value()));
        context.add_variable_from_value("calls", i64::try_from(calls).unwrap_or(i64::MAX));
        context.add_variable_from_value("name", name);
        match Value::resolve(&self.expression, &context) {
            Ok(Value::Bool(holds)) => Ok(holds),
            Ok(_) => Err(ConditionError::NotBoolean),
            Err(error) => Err(ConditionError::Failed(told(&error))),
        }
    }
}

/// At most this many weighted steps: the body of each loop runs as often as the widest value has items, and each step
/// may look at a whole text.
fn steps(cost: Cost, size: Size) -> u64 {
    let rounds = size.widest.max(1).saturating_pow(cost.loops);
    cost.nodes.saturating_mul(rounds).saturating_mul(1 + size.longest / STEP_BYTES)
}

/// A value as the language has it. Whole numbers are `int` wherever they fit, as conditions write them.
fn value(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(flag) => (*flag).into(),
        serde_json::Value::Number(number) => number
            .as_i64()
            .map(Value::Int)
            .or_else(|| number.as_u64().map(Value::UInt))
            .unwrap_or_else(|| Value::Float(number.as_f64().unwrap_or(f64::NAN))),
        serde_json::Value::String(text) => text.as_str().into(),
        serde_json::Value::Array(items) => items.iter().map(value).collect::<Vec<_>>().into(),
        serde_json::Value::Object(fields) => {
            let fields = fields.iter().map(|(key, field)| (Key::from(key.as_str()), value(field)));
            fields.collect::<HashMap<_, _>>().into()
        }
    }
}

/// What went wrong, in words that repeat little of the arguments.
fn told(error: &ExecutionError) -> String {
    match error {
        ExecutionError::NoSuchKey(key) => format!("the arguments have no `{}`", short(key)),
        other => short(&other.to_string()),
    }
}

/// The first of the parser's mistakes, without the source that it repeats.
fn first(errors: &ParseErrors) -> String {
    errors.errors.first().map_or_else(String::new, |error| {
        let (_, column) = error.pos;
        format!("character {column}: {}", short(&error.msg))
    })
}

/// Parses and looks at the expression on a thread of its own, which has the stack for the longest one; one that is too
/// deep is also dropped there.
fn parse(text: &str) -> Result<(IdedExpr, Cost), ParseError> {
    std::thread::scope(|threads| {
        let thread = std::thread::Builder::new().stack_size(PARSER_STACK);
        let parsed = thread
            .spawn_scoped(threads, || parse_here(text))
            .map_err(|error| ParseError::Machine(error.to_string()))?;
        parsed.join().map_err(|_| ParseError::Machine("the parser failed".to_owned()))?
    })
}

fn parse_here(text: &str) -> Result<(IdedExpr, Cost), ParseError> {
    let expression = Parser::new().parse(text).map_err(ParseError::Syntax)?;
    let mut walk = Walk::default();
    walk.expression(&expression, 0)?;
    for pattern in &walk.patterns {
        usable(pattern)?;
    }
    if matches!(expression.expr, cel::common::ast::Expr::List(_) | cel::common::ast::Expr::Map(_)) {
        return Err(ParseError::NotBoolean);
    }
    let cost = walk.cost;
    Ok((expression, cost))
}

/// Tries a pattern on nothing: whether it parses and stays within the library's size is known then.
fn usable(pattern: &str) -> Result<(), ParseError> {
    let mut context = Context::default();
    context.add_variable_from_value("pattern", pattern);
    let tried = Parser::new().parse("''.matches(pattern)").map_err(ParseError::Syntax)?;
    match Value::resolve(&tried, &context) {
        Ok(_) => Ok(()),
        Err(error) => Err(ParseError::Pattern(short(&error.to_string()))),
    }
}

#[cfg(test)]
mod tests {
    use super::super::expression::FUNCTIONS;
    use super::*;

    fn condition(text: &str) -> Result<Condition, Mistake> {
        let place = Place { file: "policy.toml".to_owned(), position: Some((3, 1)) };
        Condition::parse(&Written { value: text.to_owned(), place })
    }

    fn holds(text: &str, arguments: &str, calls: u64) -> Result<bool, ConditionError> {
        condition(text).unwrap().holds("payments.refund", &Arguments::parse(arguments).unwrap(), calls)
    }

    #[test]
    fn conditions_decide_over_arguments_calls_and_name() {
        for (text, arguments, calls, wanted) in [
            ("args.amount <= 80", r#"{"amount": 80}"#, 0, true),
            ("args.amount <= 80", r#"{"amount": 81}"#, 0, false),
            ("args.amount <= 80", r#"{"amount": 80.5}"#, 0, false),
            ("args.amount <= 80", r#"{"amount": 18446744073709551615}"#, 0, false),
            ("args.amount + 1 <= 80", r#"{"amount": 79}"#, 0, true),
            ("calls < 3", "{}", 2, true),
            ("calls < 3", "{}", 3, false),
            ("calls < 3", "{}", u64::MAX, false),
            ("name == 'payments.refund'", "null", 0, true),
            ("has(args.note) && args.note.startsWith('ok')", r#"{"note": "okay"}"#, 0, true),
            ("has(args.note) && args.note.startsWith('ok')", "{}", 0, false),
            ("args.to.all(t, t.endsWith('@example.com'))", r#"{"to": ["a@example.com"]}"#, 0, true),
            (
                "args.to.all(t, t.endsWith('@example.com'))",
                r#"{"to": ["a@example.com", "b@evil"]}"#,
                0,
                false,
            ),
            ("args.id.matches('^[a-z]{2}-[0-9]+$')", r#"{"id": "ab-12"}"#, 0, true),
            ("type(args.id) == string && size(args.id) == 2", r#"{"id": "ab"}"#, 0, true),
            ("args['a-b'] in ['x', 'y']", r#"{"a-b": "y"}"#, 0, true),
        ] {
            assert_eq!(holds(text, arguments, calls), Ok(wanted), "{text} {arguments} {calls}");
        }
    }

    #[test]
    fn what_cannot_be_decided_is_an_error_with_a_text() {
        for (text, arguments, wanted) in [
            ("args.amount <= 80", "{}", "it cannot be decided: the arguments have no `amount`"),
            ("args", "{}", "its value is neither true nor false"),
            ("1 / args.n == 1", r#"{"n": 0}"#, "it cannot be decided: Division by zero of Int(1)"),
            ("args.n + 1 > 0", r#"{"n": 9223372036854775807}"#, "it cannot be decided: Overflow"),
            ("args.amount <= 80", r#"{"amount": "1"}"#, "it cannot be decided: "),
            ("args.amount <= 80", "[]", "it cannot be decided: "),
            ("args.amount <= 80", "null", "it cannot be decided: "),
        ] {
            let shown = holds(text, arguments, 0).unwrap_err().to_string();
            assert!(shown.starts_with(wanted), "{text} {arguments}: {shown}");
        }
    }

    #[test]
    fn mistakes_are_found_when_the_policy_is_loaded() {
        let chain = format!("{}1 > 0", "1+".repeat(2_000));
        let parentheses = format!("{}1{} > 0", "(".repeat(2_000), ")".repeat(2_000));
        let dots = format!("args{}", ".a".repeat(2_000));
        for (text, wanted) in [
            ("args.amount <=", "character "),
            (
                "arguments.amount <= 80",
                "there is no variable `arguments`; a condition has `args`, `calls` and `name`",
            ),
            ("args.to.all(t, t == other)", "there is no variable `other`"),
            ("t == 1 && args.to.all(t, t == 1)", "there is no variable `t`"),
            ("args.a.trim() == ''", "there is no function `trim`"),
            ("now() > 1", "there is no function `now`"),
            ("args.a.matches(args.b)", "the pattern of `matches` has to be written out"),
            ("args.a.matches('(')", "a pattern of `matches` cannot be used"),
            ("args.a.matches('((a{500}){500}){500}')", "a pattern of `matches` cannot be used"),
            ("[true]", "its value is neither true nor false"),
            (&chain, "it nests deeper than 64"),
            (&parentheses, ""),
            ("args.a.b.`c`", "character "),
            (&dots, "it nests deeper than 64"),
            ("a\u{0}\u{202e}'", "character "),
            ("", "character "),
        ] {
            let Err(mistake) = condition(text) else { panic!("{text:.60}") };
            let shown = mistake.to_string();
            assert!(
                shown.starts_with(&format!("policy.toml:3:1: `when` is no condition: {wanted}")),
                "{text:.60}: {shown}"
            );
        }
    }

    #[test]
    fn a_long_condition_that_is_not_deep_is_one() {
        let alternatives = vec!["args.a == 1"; 200].join(" || ");
        assert_eq!(holds(&alternatives, r#"{"a": 1}"#, 0), Ok(true));
        assert_eq!(holds(&format!("{}true", "!".repeat(4_000)), "{}", 0), Ok(true));
    }

    #[test]
    fn loops_over_large_arguments_are_not_run() {
        let items = format!("{{\"a\": [{}]}}", vec!["1"; 100_000].join(","));
        assert_eq!(holds("args.a.all(x, x == 1)", &items, 0), Ok(true));
        let nested = "args.a.all(x, args.a.all(y, args.a.all(z, x == y && y == z)))";
        assert_eq!(holds(nested, &items, 0), Err(ConditionError::TooLong));
        assert_eq!(holds(nested, r#"{"a": [1, 1, 1]}"#, 0), Ok(true));
        assert_eq!(holds("args.a.all(x, args.s.matches('a+b'))", &items, 0), Err(ConditionError::TooLong));
    }

    #[test]
    fn every_listed_function_is_one_of_the_library() {
        for function in FUNCTIONS {
            let context = Context::default();
            for call in [format!("{function}()"), format!("''.{function}()"), format!("{function}('')")] {
                let parsed = Parser::new().parse(&call).unwrap();
                let failed = Value::resolve(&parsed, &context).err();
                if !matches!(failed, Some(ExecutionError::UndeclaredReference(_))) {
                    break;
                }
                assert!(!call.starts_with(&format!("{function}('")), "{function}");
            }
        }
    }
}

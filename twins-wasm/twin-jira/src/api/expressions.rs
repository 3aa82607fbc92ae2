//! Jira expressions: literals, and paths into the issue, the project and the user of the context. Anything else is refused
//! loudly: the twin does not know what it would come to.

use serde_json::{Map, Value, json};
use twin_sdk::{Level, Response};

use crate::args::{scalar, text};
use crate::errors::Error;
use crate::fields::wanted::Wanted;
use crate::kept::number;
use crate::wire;

use super::call::Call;
use super::route::{Family, Route, outline};

/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["expression"], routes: ROUTES };
const ROUTES: &[Route] = &[
    outline("analyseExpression", "POST", "expression/analyse", analyse),
    outline("evaluateJiraExpression", "POST", "expression/eval", evaluate),
];

/// The place of the first bracket that has no partner.
fn unbalanced(expression: &str) -> Option<usize> {
    let mut open = Vec::new();
    let mut quote = None;
    for (at, c) in expression.char_indices() {
        match (quote, c) {
            (Some(mark), c) if c == mark => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(' | '[' | '{') => open.push((at, c)),
            (None, ')' | ']' | '}') => {
                let fits = matches!(
                    (open.pop(), c),
                    (Some((_, '(')), ')') | (Some((_, '[')), ']') | (Some((_, '{')), '}')
                );
                if !fits {
                    return Some(at);
                }
            }
            (None, _) => {}
        }
    }
    open.first().map(|(at, _)| *at)
}

/// `POST expression/analyse`: brackets are checked, and nothing else.
fn analyse(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let given = body.get("expressions").and_then(Value::as_array).filter(|list| !list.is_empty());
    let mut all = Vec::new();
    for expression in given.ok_or_else(|| Error::message(400, "At least one expression must be provided."))? {
        let expression = expression.as_str().unwrap_or_default();
        all.push(match unbalanced(expression) {
            None => {
                json!({"expression": expression, "valid": true, "complexity": {"expensiveOperations": "0"}})
            }
            Some(at) => json!({
                "expression": expression, "valid": false,
                "errors": [{"line": 1, "column": at + 1, "message": "Unbalanced bracket.", "type": "syntax"}],
            }),
        });
    }
    Ok(wire::json(200, &json!({"results": all})))
}

/// What paths begin with.
fn roots(call: &mut Call<'_, '_>, context: &Map<String, Value>) -> Result<Map<String, Value>, Error> {
    let user = call.user.clone();
    let mut roots = Map::from_iter([(
        "user".to_owned(),
        json!({"accountId": user.account_id, "displayName": user.display_name}),
    )]);
    let named = |name: &str| {
        let given = context.get(name)?;
        ["key", "id"].iter().find_map(|member| given.get(*member).and_then(scalar))
    };
    if let Some(name) = named("issue") {
        let missing = || Error::message(404, format!("The issue '{name}' was not found."));
        let issue = call.state.find_issue(&name)?.ok_or_else(missing)?;
        let wanted = Wanted::read(&[], "*all");
        let shown = Value::Object(call.show().issue(&issue, &wanted)?);
        let mut fields = shown.get("fields").and_then(Value::as_object).cloned().unwrap_or_default();
        fields.insert("key".to_owned(), json!(issue.key));
        fields.insert("id".to_owned(), number(&issue.id));
        roots.insert("issue".to_owned(), Value::Object(fields));
    }
    if let Some(name) = named("project") {
        let project = call.project(&name)?;
        let shown = json!({"id": number(&project.id), "key": project.key, "name": project.name});
        roots.insert("project".to_owned(), shown);
    }
    Ok(roots)
}

/// The value of an expression that the twin knows; none for any other.
fn value_of(expression: &str, roots: &Map<String, Value>) -> Option<Value> {
    let is_quoted = |mark: char| {
        expression.len() > 1
            && expression.starts_with(mark)
            && expression.ends_with(mark)
            && expression.matches(mark).count() == 2
    };
    if is_quoted('\'') || is_quoted('"') {
        return expression.get(1..expression.len() - 1).map(|text| json!(text));
    }
    if let Ok(value @ (Value::Number(_) | Value::Bool(_) | Value::Null)) = serde_json::from_str(expression) {
        return Some(value);
    }
    let mut parts = expression.split('.');
    let mut value = roots.get(parts.next()?)?.clone();
    for part in parts {
        value = if part == "length" && value.is_array() {
            json!(value.as_array()?.len())
        } else {
            value.get(part)?.clone()
        };
    }
    Some(value)
}

/// `POST expression/eval`.
fn evaluate(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let expression =
        text(&body, "expression").ok_or_else(|| Error::message(400, "The expression is required."))?;
    if let Some(at) = unbalanced(&expression) {
        return Err(Error::message(
            400,
            format!("Evaluation failed: \"{expression}\" - Unbalanced bracket at line 1, column {}", at + 1),
        ));
    }
    let context = body.get("context").and_then(Value::as_object).cloned().unwrap_or_default();
    let roots = roots(call, &context)?;
    let Some(value) = value_of(expression.trim(), &roots) else {
        call.state.log(Level::Warn, &format!("no value is known for the expression {expression}"));
        return Err(Error::message(501, "This expression is not supported by the twin."));
    };
    let count = |value: u64, limit: u64| json!({"value": value, "limit": limit});
    let complexity = json!({
        "steps": count(1, 10_000), "expensiveOperations": count(0, 10), "beans": count(0, 1_000),
        "primitiveValues": count(1, 10_000),
    });
    Ok(wire::json(200, &json!({"value": value, "meta": {"complexity": complexity}})))
}

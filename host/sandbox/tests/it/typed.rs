//! Typed exports as tools: their names, schemas and comments, values there and back, and what is left out.

use crate::stage::Stage;
use glasshouse_model::Policy;
use glasshouse_sandbox::{CallError, Error, Granted, GuestFault, Limits, RandomStream};
use serde_json::{Value, json};
use std::path::Path;

/// Every function returns what it is given, as far as the canonical ABI takes it without memory.
const ECHO: &str = include_str!("cases/typed/echo.wat");

fn call(function: &str, arguments: &Value) -> Result<Value, Error> {
    let stage = Stage::new(None);
    let component = wat::parse_str(ECHO).unwrap();
    let policy = Policy::parse("policy.toml", "version = 1").unwrap();
    let granted = Granted::open(policy, Path::new("."), |_| None).unwrap();
    let tool = stage.load_tool(&component, granted.policy()).unwrap();
    let run = granted.call(&tool, "echo", function, &arguments.to_string(), RandomStream::new([1; 32]));
    run.outcome.unwrap().map(|text| serde_json::from_str(&text).unwrap())
}

#[test]
fn values_come_back_as_they_went() {
    for (function, value) in [
        ("bool", json!(true)),
        ("u8", json!(255)),
        ("s8", json!(-128)),
        ("u64", json!(u64::MAX)),
        ("s64", json!(i64::MIN)),
        ("f64", json!(1.5)),
        ("f64", json!("NaN")),
        ("f64", json!("-Infinity")),
        ("char", json!("\u{1f44b}")),
        ("enum", json!("green")),
        ("flags", json!(["read", "run"])),
        ("option", json!(null)),
        ("option", json!(7)),
        ("point", json!({ "x": 1, "y": -1 })),
        ("variant", json!("nothing")),
        ("variant", json!({ "number": 7 })),
    ] {
        assert_eq!(call(function, &json!({ "value": value })).unwrap(), value, "{function}");
    }
}

#[test]
fn values_of_another_type_are_refused_with_their_place() {
    for (function, value, place) in [
        ("u8", json!(256), "/value"),
        ("u8", json!("1"), "/value"),
        ("char", json!("ab"), "/value"),
        ("enum", json!("blue"), "/value"),
        ("flags", json!(["fly"]), "/value"),
        ("point", json!({ "x": 1, "z": 2 }), "/value"),
    ] {
        let refused = call(function, &json!({ "value": value }));
        assert!(
            matches!(&refused, Err(Error::InvalidArgument(text)) if text.contains(place)),
            "{function} {value}: {refused:?}"
        );
    }
}

#[test]
fn results_are_answers_and_errors() {
    assert_eq!(call("checked", &json!({ "value": 7 })).unwrap(), 7);
    let refused = call("checked", &json!({ "value": 0 }));
    assert!(matches!(&refused, Err(Error::Other(text)) if text == "1"), "{refused:?}");
}

#[test]
fn every_function_has_its_schema() {
    let stage = Stage::new(None);
    let component = wat::parse_str(ECHO).unwrap();
    let offered = stage.tool_definitions(&component, Limits::default()).unwrap();
    let names: Vec<_> = offered.definitions.iter().map(|definition| definition.name.as_str()).collect();
    assert_eq!(
        names,
        [
            "bool", "char", "checked", "enum", "f64", "flags", "option", "point", "s64", "s8", "trap", "u64",
            "u8", "variant"
        ]
    );
    let point = offered.definitions.iter().find(|definition| definition.name == "point").unwrap();
    let schema: Value = serde_json::from_str(&point.output_schema).unwrap();
    assert_eq!(schema["required"], json!(["x", "y"]));
    assert_eq!(
        schema["properties"]["x"],
        json!({ "type": "integer", "minimum": -2147483648_i64, "maximum": 2147483647 })
    );
}

#[test]
fn a_function_that_traps_ends_its_own_call() {
    let stage = Stage::new(None);
    let component = wat::parse_str(ECHO).unwrap();
    let policy = Policy::parse("policy.toml", "version = 1").unwrap();
    let granted = Granted::open(policy, Path::new("."), |_| None).unwrap();
    let tool = stage.load_tool(&component, granted.policy()).unwrap();
    let run = granted.call(&tool, "echo", "trap", "{}", RandomStream::new([1; 32]));
    assert!(matches!(run.outcome, Err(CallError::Guest(GuestFault::Trapped(_)))), "{:?}", run.outcome);
}

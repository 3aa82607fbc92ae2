//! A tool's schema of its arguments. A component from elsewhere wrote it: it is bounded before it is compiled, nothing
//! is fetched for it, and its patterns run in linear time.

use super::arguments::Arguments;
use super::reference::{ReferenceError, schemas};
use super::text::short;
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use std::fmt;

/// Largest schema, in bytes.
const LARGEST_SCHEMA: usize = 256 * 1024;
/// Most mistakes that one check tells.
const MOST_MISTAKES: usize = 10;
/// Largest compiled pattern, in bytes.
const LARGEST_PATTERN: usize = 256 * 1024;
/// Most pairs of a schema and a value that one check may look at.
const MOST_PAIRS: u64 = 50_000_000;

/// A compiled schema.
#[derive(Debug)]
pub struct ArgumentSchema {
    validator: Validator,
    schemas: u64,
}

/// Why a schema cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    /// Too many bytes.
    #[error("the schema has {0} bytes; at most {LARGEST_SCHEMA} are read")]
    TooLarge(usize),
    /// Not JSON.
    #[error("the schema is not JSON: {0}")]
    Syntax(#[from] serde_json::Error),
    /// Its references.
    #[error("the schema cannot be followed: {0}")]
    Reference(#[from] ReferenceError),
    /// Not a JSON Schema.
    #[error("not a JSON Schema: {0}")]
    Invalid(SchemaMistake),
}

/// One thing that is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaMistake {
    /// JSON pointer to the value; empty for the whole.
    pub pointer: String,
    /// What is wrong, at most 200 characters.
    pub what: String,
}

impl fmt::Display for SchemaMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.pointer.is_empty() {
            write!(f, "{}: ", self.pointer)?;
        }
        f.write_str(&self.what)
    }
}

impl SchemaMistake {
    fn of(error: &ValidationError<'_>) -> Self {
        Self { pointer: short(error.instance_path().as_str()), what: short(&error.to_string()) }
    }
}

impl ArgumentSchema {
    /// Compiles a JSON Schema, of draft 2020-12 unless it says so itself. References lead to places in itself, without
    /// circles; patterns are without look-around and back-references.
    ///
    /// # Errors
    /// Where it is too large, no schema, or has what is not checked.
    pub fn compile(schema: &str) -> Result<Self, SchemaError> {
        if schema.len() > LARGEST_SCHEMA {
            return Err(SchemaError::TooLarge(schema.len()));
        }
        let schema: serde_json::Value = serde_json::from_str(schema)?;
        let schemas = schemas(&schema)?;
        let mut options = jsonschema::options()
            .with_pattern_options(PatternOptions::regex().size_limit(LARGEST_PATTERN))
            .offline();
        if schema.get("$schema").is_none() {
            options = options.with_draft(Draft::Draft202012);
        }
        let validator =
            options.build(&schema).map_err(|error| SchemaError::Invalid(SchemaMistake::of(&error)))?;
        Ok(Self { validator, schemas })
    }

    /// Checks a call's arguments.
    ///
    /// # Errors
    /// What is wrong with them, at most ten mistakes.
    pub fn check(&self, arguments: &Arguments) -> Result<(), Vec<SchemaMistake>> {
        if self.schemas.saturating_mul(arguments.size().nodes) > MOST_PAIRS {
            let what = "they have too many values for a schema of this size".to_owned();
            return Err(vec![SchemaMistake { pointer: String::new(), what }]);
        }
        let errors = self.validator.iter_errors(arguments.value());
        let mistakes: Vec<_> = errors.take(MOST_MISTAKES).map(|error| SchemaMistake::of(&error)).collect();
        if mistakes.is_empty() { Ok(()) } else { Err(mistakes) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::text::LONGEST;
    use super::*;

    fn check(schema: &str, arguments: &str) -> Vec<String> {
        let schema = ArgumentSchema::compile(schema).unwrap();
        let mistakes = schema.check(&Arguments::parse(arguments).unwrap()).err().unwrap_or_default();
        mistakes.iter().map(ToString::to_string).collect()
    }

    const REFUND: &str = r##"{
        "type": "object", "required": ["amount"], "additionalProperties": false,
        "properties": {"amount": {"$ref": "#/$defs/amount"}, "to": {"type": "array", "items": {"type": "string"}}},
        "$defs": {"amount": {"type": "integer", "minimum": 1}}
    }"##;

    #[test]
    fn mistakes_have_a_pointer_and_a_text() {
        assert_eq!(check(REFUND, r#"{"amount": 3, "to": ["a"]}"#), [""; 0]);
        assert_eq!(
            check(REFUND, r#"{"amount": 0, "to": ["a", 7]}"#),
            ["/amount: 0 is less than the minimum of 1", "/to/1: 7 is not of type \"string\""]
        );
        assert_eq!(check(REFUND, "{}"), ["\"amount\" is a required property"]);
        assert_eq!(check(REFUND, "[]").len(), 1);
    }

    #[test]
    fn mistakes_are_few_and_short() {
        let many = format!("[{}]", vec!["\"x\""; 1000].join(","));
        assert_eq!(check(r#"{"items": {"type": "integer"}}"#, &many).len(), MOST_MISTAKES);
        let long = format!("\"{}\u{1b}\"", "\\n".repeat(100_000)).replace('\u{1b}', "\\u001b");
        let shown = check(r#"{"type": "integer"}"#, &long);
        assert!(shown.iter().all(|text| text.chars().count() <= LONGEST), "{shown:?}");
        assert!(!shown.concat().contains(char::is_control));
    }

    #[test]
    fn draft_2020_12_is_what_a_schema_means_unless_it_says() {
        let tuple = r#"{"prefixItems": [{"type": "string"}], "items": false}"#;
        assert_eq!(check(tuple, r#"["a"]"#), [""; 0]);
        assert_eq!(check(tuple, r#"["a", 1]"#).len(), 1);
    }

    #[test]
    fn a_schema_that_reaches_out_or_runs_away_is_refused() {
        let doubling: String = (0..15)
            .map(|n| {
                let next = format!(r##"{{"$ref": "#/$defs/d{}"}}"##, n + 1);
                format!(r#""d{n}": {{"allOf": [{next}, {next}, {next}, {next}]}},"#)
            })
            .collect();
        let doubling = format!(r##"{{"$ref": "#/$defs/d0", "$defs": {{{doubling} "d15": true}}}}"##);
        let deep = format!("{}true{}", r#"{"not":"#.repeat(100), "}".repeat(100));
        for (schema, wanted) in [
            (r#"{"$ref": "https://example.com/schema.json"}"#, "leads out of the schema"),
            (r#"{"properties": {"a": {"$ref": "file:///etc/passwd"}}}"#, "leads out of the schema"),
            (r##"{"$ref": "#anchor"}"##, "leads out of the schema"),
            (r##"{"$ref": "#/$defs/none"}"##, "leads to nothing"),
            (r##"{"$ref": "#"}"##, "leads back to where it stands"),
            (
                r##"{"allOf": [{"$ref": "#/$defs/a"}], "$defs": {"a": {"not": {"$ref": "#/$defs/a"}}}}"##,
                "leads back",
            ),
            (r##"{"properties": {"next": {"$ref": "#"}}}"##, "leads back"),
            (r#"{"$id": "https://example.com/", "type": "object"}"#, "`$id` is not followed"),
            (r##"{"$dynamicRef": "#a"}"##, "`$dynamicRef` is not followed"),
            (&doubling, "has more than 20000 schemas"),
            (&deep, "nests deeper than 64"),
            (r#"{"pattern": "(a{1000}){1000}"}"#, "not a JSON Schema"),
            (r#"{"pattern": "(?=a)b"}"#, "not a JSON Schema"),
            (r#"{"type": "whole"}"#, "not a JSON Schema"),
            (r#"{"$schema": "https://example.com/own"}"#, "not a JSON Schema"),
            ("[]", "not a JSON Schema"),
            ("{", "not JSON"),
            (&" ".repeat(LARGEST_SCHEMA + 1), "bytes"),
        ] {
            let shown = ArgumentSchema::compile(schema).unwrap_err().to_string();
            assert!(shown.contains(wanted), "{schema:.80}: {shown}");
        }
    }

    #[test]
    fn properties_may_have_the_names_of_keywords() {
        let schema = r#"{"properties": {"$id": {"type": "string"}, "$ref": {"type": "string"}}}"#;
        assert_eq!(check(schema, r#"{"$id": "x", "$ref": "y"}"#), [""; 0]);
    }

    #[test]
    fn a_pattern_that_backtracks_elsewhere_is_linear() {
        let hostile = format!("\"{}!\"", "a".repeat(100_000));
        assert_eq!(check(r#"{"pattern": "^(a+)+$"}"#, &hostile).len(), 1);
    }

    #[test]
    fn large_schemas_take_small_arguments_only() {
        let all = vec![r#"{"type": "integer"}"#; 1000].join(",");
        let schema = format!(r#"{{"items": {{"allOf": [{all}]}}}}"#);
        assert_eq!(check(&schema, "[1, 2, 3]"), [""; 0]);
        let shown = check(&schema, &format!("[{}]", vec!["1"; 100_000].join(",")));
        assert_eq!(shown, ["they have too many values for a schema of this size"]);
    }
}

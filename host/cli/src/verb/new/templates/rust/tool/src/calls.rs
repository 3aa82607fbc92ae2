//! Which functions there are, and the way from JSON to Rust and back.

use serde_json::json;

use crate::bindings::exports::glasshouse::tool::calls::{Definition, Error};
use crate::counting;

/// Every function, with the schemas of its arguments and its result.
pub fn definitions() -> Vec<Definition> {
    vec![Definition {
        name: "count".to_owned(),
        description: "Counts the words and lines of a text.".to_owned(),
        input_schema: json!({
            "type": "object",
            "properties": { "text": { "type": "string", "description": "What to count in." } },
            "required": ["text"],
            "additionalProperties": false,
        })
        .to_string(),
        output_schema: json!({
            "type": "object",
            "properties": { "words": { "type": "integer" }, "lines": { "type": "integer" } },
            "required": ["words", "lines"],
            "additionalProperties": false,
        })
        .to_string(),
    }]
}

/// Calls a function by its name.
///
/// # Errors
/// `not-found`: there is no such function. `invalid-argument`: the arguments do not fit its schema.
pub fn call(name: &str, arguments: &str) -> Result<String, Error> {
    match name {
        "count" => {
            let text = serde_json::from_str(arguments)
                .map_err(|e| Error::InvalidArgument(e.to_string()))?;
            serde_json::to_string(&counting::count(&text)).map_err(|e| Error::Other(e.to_string()))
        }
        _ => Err(Error::NotFound(format!("there is no function {name}"))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_call_goes_from_json_to_json() {
        let result = call("count", r#"{"text":"one two\nthree"}"#).unwrap();
        let result: Value = serde_json::from_str(&result).unwrap();
        assert_eq!(result, json!({ "words": 3, "lines": 2 }));
    }

    #[test]
    fn whoever_calls_wrongly_is_told_how() {
        assert!(matches!(call("counts", "{}"), Err(Error::NotFound(_))));
        for arguments in ["", "{}", r#"{"text":1}"#, r#"{"text":"","more":1}"#] {
            assert!(
                matches!(call("count", arguments), Err(Error::InvalidArgument(_))),
                "{arguments}"
            );
        }
    }

    #[test]
    fn every_definition_can_be_called_and_has_schemas() {
        for definition in definitions() {
            for schema in [&definition.input_schema, &definition.output_schema] {
                assert!(serde_json::from_str::<Value>(schema).unwrap().is_object());
            }
            assert!(!matches!(
                call(&definition.name, "{}"),
                Err(Error::NotFound(_))
            ));
        }
    }
}

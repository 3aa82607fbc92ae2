//! Typed functions: a tool as a list of types, with its schemas and checks derived from them.

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::schema::{input_schema, output_schema};
use crate::{Definition, Error, Tool, ToolImports};

/// One function of a tool. One function alone is a [`Tool`]; so is a tuple of up to twelve.
///
/// `Input` should carry `#[serde(deny_unknown_fields)]`: an argument that the function does not know is then refused
/// by its name, and the schema says so. The doc comments of its fields are what the model reads about them.
pub trait Function {
    /// Unique in its tool.
    const NAME: &'static str;
    /// What it does and when to use it, for the model that chooses.
    const DESCRIPTION: &'static str;
    /// The arguments: a struct, as models send an object.
    type Input: DeserializeOwned + JsonSchema;
    /// The result.
    type Output: Serialize + JsonSchema;

    /// Does it once. The component imports what is called on `imports` and nothing else; helpers that take
    /// `&mut dyn Workspace` keep it that way, and `&mut dyn ToolImports` imports all of it.
    ///
    /// # Errors
    /// `invalid-argument`: the arguments fit the schema and still make no sense. Otherwise what the function ran
    /// into.
    fn call(imports: &mut impl ToolImports, input: Self::Input) -> Result<Self::Output, Error>;
}

impl<F: Function> Tool for F {
    fn definitions() -> Vec<Definition> {
        vec![definition::<F>()]
    }

    fn call(imports: &mut impl ToolImports, name: &str, arguments: &str) -> Result<String, Error> {
        if name == F::NAME { answer::<F>(imports, arguments) } else { Err(unknown(name, &[F::NAME])) }
    }
}

macro_rules! tool_of {
    ($($function:ident),+) => {
        impl<$($function: Function),+> Tool for ($($function,)+) {
            fn definitions() -> Vec<Definition> {
                const { assert!(distinct(&[$($function::NAME),+]), "two functions of a tool share a name") };
                vec![$(definition::<$function>()),+]
            }

            fn call(imports: &mut impl ToolImports, name: &str, arguments: &str) -> Result<String, Error> {
                $(if name == $function::NAME {
                    return answer::<$function>(imports, arguments);
                })+
                Err(unknown(name, &[$($function::NAME),+]))
            }
        }
    };
}

tool_of!(A);
tool_of!(A, B);
tool_of!(A, B, C);
tool_of!(A, B, C, D);
tool_of!(A, B, C, D, E);
tool_of!(A, B, C, D, E, F);
tool_of!(A, B, C, D, E, F, G);
tool_of!(A, B, C, D, E, F, G, H);
tool_of!(A, B, C, D, E, F, G, H, I);
tool_of!(A, B, C, D, E, F, G, H, I, J);
tool_of!(A, B, C, D, E, F, G, H, I, J, K);
tool_of!(A, B, C, D, E, F, G, H, I, J, K, L);

fn definition<F: Function>() -> Definition {
    Definition {
        name: F::NAME.to_owned(),
        description: F::DESCRIPTION.to_owned(),
        input_schema: input_schema::<F::Input>(),
        output_schema: output_schema::<F::Output>(),
    }
}

fn answer<F: Function>(imports: &mut impl ToolImports, arguments: &str) -> Result<String, Error> {
    let output = F::call(imports, parse(arguments)?)?;
    serde_json::to_string(&output)
        .map_err(|error| Error::Other(format!("the result of `{}` is no JSON: {error}", F::NAME)))
}

/// Reads arguments; the text of a refusal begins with the place of the mistake.
fn parse<T: DeserializeOwned>(arguments: &str) -> Result<T, Error> {
    let mut json = serde_json::Deserializer::from_str(arguments);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let place = error.path().to_string();
        let cause = error.into_inner();
        Error::InvalidArgument(match place.as_str() {
            _ if !cause.is_data() => format!("the arguments are not JSON: {cause}"),
            "." => format!("the arguments do not fit: {cause}"),
            place => format!("`{place}` does not fit: {cause}"),
        })
    })?;
    json.end().map_err(|error| Error::InvalidArgument(format!("the arguments are not JSON: {error}")))?;
    Ok(value)
}

fn unknown(name: &str, known: &[&str]) -> Error {
    Error::NotFound(format!("there is no function `{name}`; there is `{}`", known.join("`, `")))
}

/// Whether no name is there twice. Evaluated while the tool is compiled.
const fn distinct(mut names: &[&str]) -> bool {
    while let [first, rest @ ..] = names {
        let mut others = rest;
        while let [other, more @ ..] = others {
            if equal(first.as_bytes(), other.as_bytes()) {
                return false;
            }
            others = more;
        }
        names = rest;
    }
    true
}

const fn equal(mut left: &[u8], mut right: &[u8]) -> bool {
    while let ([a, after_a @ ..], [b, after_b @ ..]) = (left, right) {
        if *a != *b {
            return false;
        }
        left = after_a;
        right = after_b;
    }
    left.is_empty() && right.is_empty()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;
    use crate::Request;
    use crate::testing::Stage;

    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Sum {
        /// What is added up.
        parts: Vec<Part>,
        /// What it starts with.
        #[serde(default)]
        start: u32,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Part {
        amount: u32,
    }

    #[derive(Serialize, JsonSchema)]
    struct Total {
        total: u32,
    }

    struct Add;

    impl Function for Add {
        const NAME: &'static str = "add";
        const DESCRIPTION: &'static str = "Adds up.";
        type Input = Sum;
        type Output = Total;

        fn call(_: &mut impl ToolImports, input: Sum) -> Result<Total, Error> {
            Ok(Total { total: input.start + input.parts.iter().map(|part| part.amount).sum::<u32>() })
        }
    }

    struct Now;

    impl Function for Now {
        const NAME: &'static str = "now";
        const DESCRIPTION: &'static str = "Tells the time.";
        type Input = Nothing;
        type Output = u64;

        fn call(imports: &mut impl ToolImports, _: Nothing) -> Result<u64, Error> {
            Ok(imports.now())
        }
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}

    fn call<T: Tool>(name: &str, arguments: &str) -> Result<String, Error> {
        let mut stage = Stage::new(|_: &Request| Err(Error::NotFound("nobody".to_owned())));
        stage.now = 7;
        T::call(&mut stage, name, arguments)
    }

    fn refusal(arguments: &str) -> String {
        match call::<Add>("add", arguments) {
            Err(Error::InvalidArgument(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_call_reaches_the_function_of_that_name() {
        assert_eq!(call::<(Add, Now)>("now", "{}").unwrap(), "7");
        let arguments = r#"{"parts": [{"amount": 1}, {"amount": 2}], "start": 4}"#;
        assert_eq!(call::<(Add, Now)>("add", arguments).unwrap(), r#"{"total":7}"#);
        assert_eq!(call::<Add>("add", arguments).unwrap(), r#"{"total":7}"#);
    }

    #[test]
    fn an_unknown_function_is_not_found_and_told_the_others() {
        let Err(Error::NotFound(text)) = call::<(Add, Now)>("Add", "{}") else { panic!() };
        assert_eq!(text, "there is no function `Add`; there is `add`, `now`");
        assert!(matches!(call::<Add>("now", "{}"), Err(Error::NotFound(_))));
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        let text = refusal(r#"{"parts": [{"amount": 1}, {"amount": "two"}]}"#);
        assert!(text.starts_with("`parts[1].amount` does not fit: invalid type: string"), "{text}");
        let text = refusal(r#"{"parts": [{"amount": 1, "more": 2}]}"#);
        assert!(text.starts_with("`parts[0].more` does not fit: unknown field `more`"), "{text}");
        let text = refusal("{}");
        assert!(text.starts_with("the arguments do not fit: missing field `parts`"), "{text}");
    }

    #[test]
    fn what_is_no_json_is_refused() {
        let deep = format!(r#"{{"parts": {}"#, "[".repeat(100_000));
        for arguments in ["", "{", "nul", r#"{"parts": []} {}"#] {
            let text = refusal(arguments);
            assert!(text.starts_with("the arguments are not JSON: "), "{text}");
        }
        refusal(&deep);
    }

    #[test]
    fn a_definition_says_what_the_types_say() {
        let definitions = <(Add, Now)>::definitions();
        assert_eq!(definitions, <(Add, Now)>::definitions());
        let input: Value = serde_json::from_str(&definitions[0].input_schema).unwrap();
        assert_eq!(
            input,
            json!({
                "type": "object",
                "properties": {
                    "parts": {
                        "description": "What is added up.",
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"amount": {"type": "integer", "format": "uint32", "minimum": 0}},
                            "required": ["amount"],
                            "additionalProperties": false,
                        },
                    },
                    "start": {
                        "description": "What it starts with.",
                        "type": "integer",
                        "format": "uint32",
                        "minimum": 0,
                        "default": 0,
                    },
                },
                "required": ["parts"],
                "additionalProperties": false,
            })
        );
    }

    #[test]
    fn names_are_compared_whole() {
        assert!(distinct(&["a", "ab", "b", ""]));
        assert!(!distinct(&["a", "ab", "ab"]));
    }
}

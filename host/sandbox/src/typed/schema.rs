//! JSON Schemas of WIT types. The mapping, both ways:
//!
//! | WIT | JSON |
//! | --- | --- |
//! | bool, integers, string | the same; integers in their own range |
//! | f32, f64 | a number, or `"NaN"`, `"Infinity"`, `"-Infinity"` |
//! | char | a text of one character |
//! | `list<u8>` | a text in base64 |
//! | list, tuple | an array |
//! | record | an object with every field |
//! | variant | its name, or an object of one key for a case with a value |
//! | enum | its name |
//! | option | `null` or the value; of an option, `{"some": value}` |
//! | result | `{"ok": value}` or `{"error": value}` |
//! | flags | an array of names |

use serde_json::{Value, json};
use wasmtime::component::Type;
use wasmtime::component::types::{Case, Field};

/// Deepest type that is mapped. The engine allows deeper ones.
const DEEPEST: usize = 32;
/// Keys of a result's two sides.
pub(super) const OK: &str = "ok";
pub(super) const ERROR: &str = "error";
/// Key of an option in an option.
pub(super) const SOME: &str = "some";
/// Floats that JSON has no number for.
pub(super) const NOT_A_NUMBER: &str = "NaN";
pub(super) const INFINITY: &str = "Infinity";
pub(super) const MINUS_INFINITY: &str = "-Infinity";

/// A type that has no JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NoJson(pub(crate) &'static str);

const RESOURCE: NoJson = NoJson("it takes or returns a resource");
const ASYNC: NoJson = NoJson("it takes or returns a future or a stream");
const OTHER: NoJson = NoJson("it takes or returns a kind of value that this build does not map");
const DEEP: NoJson = NoJson("its types nest too deep");

/// The schema of a type.
pub(super) fn schema(kind: &Type) -> Result<Value, NoJson> {
    of(kind, 0)
}

fn of(kind: &Type, depth: usize) -> Result<Value, NoJson> {
    if depth > DEEPEST {
        return Err(DEEP);
    }
    let inner = |kind: &Type| of(kind, depth + 1);
    let optional =
        |kind: Option<Type>| kind.map_or_else(|| Ok(json!({ "type": "null" })), |kind| inner(&kind));
    Ok(match kind {
        Type::Bool => json!({ "type": "boolean" }),
        Type::S8 => integer(i64::from(i8::MIN), i8::MAX as u64),
        Type::U8 => integer(0, u64::from(u8::MAX)),
        Type::S16 => integer(i64::from(i16::MIN), i16::MAX as u64),
        Type::U16 => integer(0, u64::from(u16::MAX)),
        Type::S32 => integer(i64::from(i32::MIN), i32::MAX as u64),
        Type::U32 => integer(0, u64::from(u32::MAX)),
        Type::S64 => integer(i64::MIN, i64::MAX as u64),
        Type::U64 => integer(0, u64::MAX),
        Type::Float32 | Type::Float64 => {
            json!({ "anyOf": [{ "type": "number" }, { "enum": [NOT_A_NUMBER, INFINITY, MINUS_INFINITY] }] })
        }
        Type::Char => json!({ "type": "string", "minLength": 1, "maxLength": 1 }),
        Type::String => json!({ "type": "string" }),
        Type::List(list) if list.ty() == Type::U8 => json!({ "type": "string", "contentEncoding": "base64" }),
        Type::List(list) => json!({ "type": "array", "items": inner(&list.ty())? }),
        Type::Record(record) => object(record.fields(), depth)?,
        Type::Tuple(tuple) => {
            let items: Vec<_> = tuple.types().map(|kind| inner(&kind)).collect::<Result<_, _>>()?;
            let count = items.len();
            json!({ "type": "array", "prefixItems": items, "items": false, "minItems": count })
        }
        Type::Variant(variant) => {
            let cases: Vec<_> =
                variant.cases().map(|case| one_case(&case, depth)).collect::<Result<_, _>>()?;
            json!({ "oneOf": cases })
        }
        Type::Enum(names) => json!({ "enum": names.names().collect::<Vec<_>>() }),
        Type::Option(option) => {
            json!({ "anyOf": [{ "type": "null" }, some(&option.ty(), inner(&option.ty())?)] })
        }
        Type::Result(result) => {
            json!({ "oneOf": [tagged(OK, optional(result.ok())?), tagged(ERROR, optional(result.err())?)] })
        }
        Type::Flags(flags) => {
            let names: Vec<_> = flags.names().collect();
            json!({ "type": "array", "items": { "enum": names }, "uniqueItems": true })
        }
        Type::Own(_) | Type::Borrow(_) => return Err(RESOURCE),
        Type::Future(_) | Type::Stream(_) => return Err(ASYNC),
        Type::Map(_) | Type::ErrorContext | Type::FixedLengthList(_) => return Err(OTHER),
    })
}

fn integer(least: i64, most: u64) -> Value {
    json!({ "type": "integer", "minimum": least, "maximum": most })
}

/// An object of these fields and no others.
pub(super) fn object<'f>(fields: impl Iterator<Item = Field<'f>>, depth: usize) -> Result<Value, NoJson> {
    let mut properties = serde_json::Map::new();
    for field in fields {
        properties.insert(field.name.to_owned(), of(&field.ty, depth + 1)?);
    }
    Ok(closed(properties))
}

/// An object of these properties, all of them required.
pub(super) fn closed(properties: serde_json::Map<String, Value>) -> Value {
    let required: Vec<_> = properties.keys().cloned().collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn one_case(case: &Case<'_>, depth: usize) -> Result<Value, NoJson> {
    match &case.ty {
        Some(kind) => Ok(tagged(case.name, of(kind, depth + 1)?)),
        None => Ok(json!({ "const": case.name })),
    }
}

fn some(kind: &Type, schema: Value) -> Value {
    if matches!(kind, Type::Option(_)) { tagged(SOME, schema) } else { schema }
}

fn tagged(name: &str, schema: Value) -> Value {
    closed(std::iter::once((name.to_owned(), schema)).collect())
}

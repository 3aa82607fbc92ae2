//! From values to JSON, as `schema.rs` maps them.

use super::schema::{ERROR, INFINITY, MINUS_INFINITY, NOT_A_NUMBER, OK, SOME};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use wasmtime::component::{Type, Val};

/// The JSON of a value of a type. Only types that have a schema get here; anything else is `null`.
pub(super) fn lift(kind: &Type, value: &Val) -> Value {
    match (kind, value) {
        (_, Val::Bool(value)) => json!(value),
        (_, Val::S8(number)) => json!(number),
        (_, Val::U8(number)) => json!(number),
        (_, Val::S16(number)) => json!(number),
        (_, Val::U16(number)) => json!(number),
        (_, Val::S32(number)) => json!(number),
        (_, Val::U32(number)) => json!(number),
        (_, Val::S64(number)) => json!(number),
        (_, Val::U64(number)) => json!(number),
        (_, Val::Float32(number)) => float(f64::from(*number)),
        (_, Val::Float64(number)) => float(*number),
        (_, Val::Char(one)) => json!(one.to_string()),
        (_, Val::String(text)) | (_, Val::Enum(text)) => json!(text),
        (Type::List(list), Val::List(values)) => elements(&list.ty(), values),
        (Type::Record(record), Val::Record(fields)) => {
            let values = record.fields().zip(fields);
            Value::Object(values.map(|(kind, (name, value))| (name.clone(), lift(&kind.ty, value))).collect())
        }
        (Type::Tuple(tuple), Val::Tuple(values)) => {
            Value::Array(tuple.types().zip(values).map(|(kind, value)| lift(&kind, value)).collect())
        }
        (Type::Variant(variant), Val::Variant(name, payload)) => {
            let kind = variant.cases().find(|case| case.name == name).and_then(|case| case.ty);
            match (kind, payload) {
                (Some(kind), Some(value)) => tagged(name, lift(&kind, value)),
                _ => json!(name),
            }
        }
        (Type::Option(option), Val::Option(Some(value))) => {
            let kind = option.ty();
            let value = lift(&kind, value);
            if matches!(kind, Type::Option(_)) { tagged(SOME, value) } else { value }
        }
        (Type::Result(result), Val::Result(Ok(value))) => tagged(OK, payload(result.ok(), value.as_deref())),
        (Type::Result(result), Val::Result(Err(value))) => {
            tagged(ERROR, payload(result.err(), value.as_deref()))
        }
        (_, Val::Flags(names)) => json!(names),
        _ => Value::Null,
    }
}

fn elements(kind: &Type, values: &[Val]) -> Value {
    if *kind == Type::U8 {
        let byte = |value: &Val| if let Val::U8(byte) = value { *byte } else { 0 };
        return json!(STANDARD.encode(values.iter().map(byte).collect::<Vec<_>>()));
    }
    Value::Array(values.iter().map(|value| lift(kind, value)).collect())
}

/// The JSON of a value that may be none.
pub(super) fn payload(kind: Option<Type>, value: Option<&Val>) -> Value {
    match (kind, value) {
        (Some(kind), Some(value)) => lift(&kind, value),
        _ => Value::Null,
    }
}

fn tagged(name: &str, value: Value) -> Value {
    Value::Object(std::iter::once((name.to_owned(), value)).collect())
}

fn float(number: f64) -> Value {
    if number.is_nan() {
        json!(NOT_A_NUMBER)
    } else if number.is_infinite() {
        json!(if number > 0.0 { INFINITY } else { MINUS_INFINITY })
    } else {
        json!(number)
    }
}

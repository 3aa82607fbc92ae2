//! JSON Schemas (draft 2020-12) of Rust types, in the form that goes to a model.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;

/// The schema of what is read as `T`.
pub(crate) fn input_schema<T: JsonSchema>() -> String {
    text::<T>(SchemaSettings::draft2020_12().for_deserialize())
}

/// The schema of what is written from a `T`.
pub(crate) fn output_schema<T: JsonSchema>() -> String {
    text::<T>(SchemaSettings::draft2020_12().for_serialize())
}

/// Subschemas stand where they are used, as models follow references badly. The name of the Rust type and the
/// meta-schema say nothing about a call.
fn text<T: JsonSchema>(settings: SchemaSettings) -> String {
    let settings = settings.with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.remove("title");
    schema.to_value().to_string()
}

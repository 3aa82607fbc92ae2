//! From the types to the schemas' JSON.

use super::judge::JudgeFile;
use super::scenario::ScenarioFile;
use super::suite::SuiteFile;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

/// A file that has a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// `suite.toml`.
    Suite,
    /// `scenario.toml`.
    Scenario,
    /// `sealed/judge.toml`.
    Judge,
}

impl FileKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Suite, Self::Scenario, Self::Judge];

    /// The schema's file name.
    pub fn schema_file(self) -> &'static str {
        match self {
            Self::Suite => "suite.schema.json",
            Self::Scenario => "scenario.schema.json",
            Self::Judge => "judge.schema.json",
        }
    }
}

/// The JSON Schema of a file.
pub fn file_schema(kind: FileKind) -> Value {
    let settings = SchemaSettings::draft2020_12();
    let generator = settings.into_generator();
    let schema = match kind {
        FileKind::Suite => generator.into_root_schema_for::<SuiteFile>(),
        FileKind::Scenario => generator.into_root_schema_for::<ScenarioFile>(),
        FileKind::Judge => generator.into_root_schema_for::<JudgeFile>(),
    };
    without_null(schema.to_value())
}

/// A key that may be missing is an `Option` here, which JSON may write as null and TOML cannot.
fn without_null(value: Value) -> Value {
    let Value::Object(fields) = value else {
        return match value {
            Value::Array(items) => Value::Array(items.into_iter().map(without_null).collect()),
            other => other,
        };
    };
    let mut fields: Map<String, Value> =
        fields.into_iter().map(|(key, value)| (key, without_null(value))).collect();
    if let Some(Value::Array(kinds)) = fields.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [only] = kinds.as_slice() {
            let only = only.clone();
            fields.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = fields.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            fields.remove("anyOf");
            fields.extend(only);
        }
    }
    Value::Object(fields)
}

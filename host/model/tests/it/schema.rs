//! The JSON Schemas say what the parsers say: the same keys, the same of them required, and every good case is valid.
#![expect(clippy::indexing_slicing, reason = "an index into JSON that is not there gives null")]

use glasshouse_model::{FileKind, Mistake, Mistakes, Scenario, Sealed, Suite, file_schema};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use toml_span::value::ValueInner;

/// Far from every known key, so that the mistake lists all of them.
const UNKNOWN: &str = "zzzzzzzzzzzzzzzz";

/// The tables of each file, by the path of keys that leads to them in the schema.
const TABLES: [(FileKind, &str, &[&str]); 22] = [
    (FileKind::Suite, "", &[]),
    (FileKind::Suite, "[gate]", &["gate"]),
    (FileKind::Suite, "[usage]", &["usage"]),
    (FileKind::Suite, "[panel]", &["panel"]),
    (FileKind::Suite, "[calibration]", &["calibration"]),
    (FileKind::Suite, "[admission]", &["admission"]),
    (FileKind::Suite, "[seeds]", &["seeds"]),
    (FileKind::Scenario, "", &[]),
    (FileKind::Scenario, "[goal]", &["goal"]),
    (FileKind::Scenario, "[world]", &["world"]),
    (FileKind::Scenario, "[[twin]]", &["twin"]),
    (FileKind::Scenario, "[[fault]]", &["fault"]),
    (FileKind::Scenario, "[budget]", &["budget"]),
    (FileKind::Scenario, "[seeds]", &["seeds"]),
    (FileKind::Scenario, "[[act]]", &["act"]),
    (FileKind::Scenario, "[act.request]", &["act", "request"]),
    (FileKind::Scenario, "[[persona]]", &["persona"]),
    (FileKind::Scenario, "[persona.hears]", &["persona", "hears"]),
    (FileKind::Judge, "", &[]),
    (FileKind::Judge, "[panel]", &["panel"]),
    (FileKind::Judge, "[[judge]]", &["judge"]),
    (FileKind::Judge, "[admission]", &["admission"]),
];

fn checked_in(kind: FileKind) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs/schema").join(kind.schema_file())
}

fn parse(kind: FileKind, text: &str) -> Result<(), Mistakes> {
    match kind {
        FileKind::Suite => Suite::parse("f", text).map(drop),
        FileKind::Scenario => Scenario::parse("f", text).map(drop),
        FileKind::Judge => Sealed::parse("f", text).map(drop),
    }
}

/// `INSTA_UPDATE=always` writes them, as it does snapshots.
#[test]
fn the_schemas_that_are_checked_in_are_those_of_the_types() {
    for kind in FileKind::ALL {
        let text = format!("{:#}\n", file_schema(kind));
        if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
            std::fs::write(checked_in(kind), &text).unwrap();
        }
        let found = std::fs::read_to_string(checked_in(kind)).unwrap_or_default();
        assert!(found == text, "specs/schema/{} is stale: INSTA_UPDATE=always", kind.schema_file());
    }
}

/// A table of an array becomes a table that its parent has to have, or the parent's header is missing.
fn header(table: &str) -> String {
    match table.strip_prefix('[').and_then(|table| table.split_once('.')) {
        Some((parent, _)) => format!("[[{parent}]]\n{table}"),
        None => table.to_owned(),
    }
}

/// The keys that a parser knows in a table, and those that must be there.
fn keys_of_parser(kind: FileKind, table: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let mistakes = parse(kind, &format!("#\n#\n{}\n{UNKNOWN} = 1\n", header(table))).unwrap_err();
    let hint = |mistake: &Mistake| mistake.what.contains(UNKNOWN).then(|| mistake.hint.clone().unwrap());
    let hint = mistakes.iter().find_map(hint).unwrap();
    let known = hint.strip_prefix("known keys here: ").unwrap().split(", ").map(str::to_owned).collect();
    let line = |mistake: &&Mistake| mistake.place.position.unwrap().0;
    let lines: BTreeSet<_> = mistakes.iter().map(|mistake| line(&mistake)).collect();
    // The last place but that of the unknown key itself is the table's.
    let at = if table.is_empty() { *lines.first().unwrap() } else { header(table).lines().count() + 2 };
    let missing = mistakes.iter().filter(|mistake| line(mistake) == at).filter_map(|mistake| {
        let rest = mistake.what.strip_prefix("the key `").or(mistake.what.strip_prefix("the table `"))?;
        let (key, rest) = rest.split_once('`')?;
        rest.starts_with(" is missing").then(|| key.to_owned())
    });
    (known, missing.collect())
}

fn keys_of_schema(kind: FileKind, path: &[&str]) -> (BTreeSet<String>, BTreeSet<String>) {
    let root = file_schema(kind);
    let resolve = |value: &Value| -> Value {
        let mut value = value.clone();
        while let Some(name) = value.get("$ref").and_then(Value::as_str) {
            value = root.pointer(name.trim_start_matches('#')).unwrap().clone();
        }
        value
    };
    let mut at = root.clone();
    for key in path {
        let next = &at["properties"][*key];
        at = resolve(next.get("items").unwrap_or(next));
    }
    let names = |value: Option<&Value>| -> BTreeSet<String> {
        let list = value.and_then(Value::as_array).cloned().unwrap_or_default();
        list.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(at["additionalProperties"], false, "{path:?}");
    let known = at["properties"].as_object().unwrap().keys().cloned().collect();
    (known, names(at.get("required")))
}

#[test]
fn parsers_and_schemas_know_the_same_keys() {
    for (kind, table, path) in TABLES {
        let (known, mut required) = keys_of_parser(kind, table);
        let (known_to_schema, required_by_schema) = keys_of_schema(kind, path);
        assert_eq!(known, known_to_schema, "{kind:?} {table}");
        if kind == FileKind::Judge && table.is_empty() {
            // A file without a judge is told in other words.
            required.insert("judge".to_owned());
        }
        assert_eq!(required, required_by_schema, "{kind:?} {table}");
    }
}

#[test]
fn every_good_case_is_valid_and_an_unknown_key_is_not() {
    for (kind, folder) in
        [(FileKind::Suite, "suite"), (FileKind::Scenario, "scenario"), (FileKind::Judge, "judge")]
    {
        let schema = jsonschema::validator_for(&file_schema(kind)).unwrap();
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/cases").join(folder);
        let mut seen = 0;
        for entry in std::fs::read_dir(cases).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if !name.starts_with("good") || !name.ends_with(".toml") {
                continue;
            }
            let mut value = json(&std::fs::read_to_string(&path).unwrap());
            let errors: Vec<_> = schema.iter_errors(&value).map(|error| error.to_string()).collect();
            assert_eq!(errors, [""; 0], "{folder}/{name}");
            value.as_object_mut().unwrap().insert(UNKNOWN.to_owned(), Value::Null);
            assert!(!schema.is_valid(&value), "{folder}/{name}");
            seen += 1;
        }
        assert!(seen >= 2, "{folder}");
    }
}

fn json(text: &str) -> Value {
    value(toml_span::parse(text).unwrap())
}

fn value(mut toml: toml_span::Value<'_>) -> Value {
    match toml.take() {
        ValueInner::String(text) => text.into_owned().into(),
        ValueInner::Integer(number) => number.into(),
        ValueInner::Float(number) => number.into(),
        ValueInner::Boolean(flag) => flag.into(),
        ValueInner::Array(items) => items.into_iter().map(value).collect(),
        ValueInner::Table(table) => Value::Object(
            table.into_iter().map(|(key, item)| (key.name.into(), value(item))).collect::<Map<_, _>>(),
        ),
    }
}

//! Tables from CSV and JSON.

use plugin_sdk::Error;
use serde_json::{Value, json};
use tool_table::{Describe, Query};

use crate::{call, call_with, rows};

/// Names and types of the columns.
fn kinds(source: Value) -> Vec<(String, String)> {
    let described = call::<Describe>(json!({"source": source})).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    described["columns"].as_array().unwrap().iter().map(|c| (text(&c["name"]), text(&c["type"]))).collect()
}

fn named(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, kind)| ((*name).to_owned(), (*kind).to_owned())).collect()
}

#[test]
fn a_column_of_csv_has_the_type_of_all_its_fields() {
    let text = "id,price,zip,ok,none,note\n1,2.50,01234,true,,\"a, \"\"b\"\"\nc\"\n2,,99999,FALSE,,\n";
    let expected = named(&[
        ("id", "number"),
        ("price", "number"),
        ("zip", "text"),
        ("ok", "bool"),
        ("none", "null"),
        ("note", "text"),
    ]);
    assert_eq!(kinds(json!({"text": text})), expected);
    let expected =
        json!([[1, 2.5, "01234", true, null, "a, \"b\"\nc"], [2, null, "99999", false, null, null]]);
    assert_eq!(rows("SELECT * FROM t", text), expected);
}

#[test]
fn numbers_keep_every_digit() {
    let text = "id,long\n9007199254740993,12345678901234567890\n";
    assert_eq!(rows("SELECT * FROM t", text), json!([[9_007_199_254_740_993_i64, "12345678901234567890"]]));
    let text = r#"[{"id": 9007199254740993, "long": 12345678901234567890}]"#;
    assert_eq!(rows("SELECT * FROM t", text), json!([[9_007_199_254_740_993_i64, "12345678901234567890"]]));
}

#[test]
fn columns_have_names_that_a_query_can_use() {
    let source = json!({"text": "\u{feff}a, b ,a,\n1,2,3,4\n"});
    let names: Vec<String> = kinds(source).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "b", "a_2", "c4"]);
    let source = json!({"text": "x;1\ny;2", "delimiter": ";", "header": false});
    assert_eq!(kinds(source), named(&[("c1", "text"), ("c2", "number")]));
}

#[test]
fn json_rows_may_lack_keys_and_hold_more() {
    let text = r#"[{"b": 1, "a": {"x": [1]}}, {"c": null, "b": "two"}]"#;
    assert_eq!(kinds(json!({"text": text})), named(&[("b", "mixed"), ("a", "text"), ("c", "null")]));
    assert_eq!(rows("SELECT * FROM t", text), json!([[1, "{\"x\":[1]}", null], ["two", null, null]]));
    assert_eq!(rows("SELECT c2 FROM t", "[[1, 2], [3, 4]]"), json!([[2], [4]]));
    assert_eq!(rows("SELECT a FROM t", "{\"a\": 1}\n{\"a\": 2}\n"), json!([[1], [2]]));
}

#[test]
fn a_file_is_read_by_its_name_or_its_text() {
    let files: [(&str, &[u8]); 4] =
        [("a.csv", b"[x]\n1\n"), ("b.jsonl", b"{\"x\": 1}\n"), ("c", b"[{\"x\": 1}]"), ("d", b"caf\xe9")];
    for (path, column) in [("a.csv", "[x]"), ("b.jsonl", "x"), ("c", "x")] {
        let got = call_with::<Describe>(&files, &json!({"source": {"path": path}})).unwrap();
        assert_eq!((&got["rows"], &got["columns"][0]["name"]), (&json!(1), &json!(column)), "{path}");
    }
    for source in
        [json!({}), json!({"path": "c", "text": ""}), json!({"path": "d"}), json!({"delimiter": ""})]
    {
        let got = call_with::<Describe>(&files, &json!({"source": source}));
        assert!(matches!(got, Err(Error::InvalidArgument(_))), "{source}: {got:?}");
    }
    let got = call_with::<Describe>(&files, &json!({"source": {"path": "none"}}));
    assert!(matches!(got, Err(Error::NotFound(_))), "{got:?}");
}

#[test]
fn a_description_shows_first_values_and_counts_nulls() {
    let text = format!("x,y\n1,\n1,{}\n2,\n3,\n4,\n", "z".repeat(200));
    let got = call::<Describe>(json!({"source": {"text": text}})).unwrap();
    let long = format!("{}...", "z".repeat(100));
    let expected = json!({"rows": 5, "columns": [
        {"name": "x", "type": "number", "nulls": 0, "samples": [1, 2, 3]},
        {"name": "y", "type": "text", "nulls": 4, "samples": [long]},
    ]});
    assert_eq!(got, expected);
}

#[test]
fn a_mistake_in_a_table_is_named_with_its_place() {
    for (text, place) in
        [("a,b\n1,2\n3\n", "line: 3"), ("[{\"a\": 1},\n{\"a\" 2}]", "line 2 column"), ("", "empty")]
    {
        let got = call::<Query>(json!({"sql": "SELECT 1 FROM t", "source": {"text": text}}));
        assert!(matches!(&got, Err(Error::InvalidArgument(text)) if text.contains(place)), "{got:?}");
    }
}

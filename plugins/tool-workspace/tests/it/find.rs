//! `glob` and `grep`.

use serde_json::{Value, json};
use tool_workspace::{Glob, Grep};

use crate::{Files, call, refusal, workspace};

fn tree() -> Files {
    workspace(&[
        (".git/config", b"needle"),
        ("a.rs", b"fn a() {}\n"),
        ("bin", b"needle\0"),
        ("src/b.rs", b"one\ntwo needle\nthree\nfour\nfive Needle\n"),
        ("src/deep/c.txt", b"needle\r\nend\r\n"),
    ])
}

fn paths(arguments: Value) -> Value {
    call::<Glob>(&mut tree(), arguments).unwrap()["paths"].clone()
}

#[test]
fn patterns_keep_to_their_part_of_the_path() {
    assert_eq!(paths(json!({"pattern": "*.rs"})), json!(["a.rs"]));
    assert_eq!(paths(json!({"pattern": "**/*.rs"})), json!(["a.rs", "src/b.rs"]));
    assert_eq!(paths(json!({"pattern": "**/*.{txt,md}", "path": "src"})), json!(["src/deep/c.txt"]));
    assert_eq!(paths(json!({"pattern": "*", "path": "src"})), json!(["src/b.rs", "src/deep/"]));
    assert_eq!(paths(json!({"pattern": ".git/**"})), json!([]));
}

#[test]
fn a_long_answer_says_what_is_left() {
    let answer = call::<Glob>(&mut tree(), json!({"pattern": "**", "limit": 2})).unwrap();
    assert_eq!(answer["paths"], json!([".git/", "a.rs"]));
    assert_eq!(answer["more"], "5 more paths match: raise `limit` or narrow the pattern");
}

#[test]
fn a_pattern_that_is_none_is_refused() {
    for pattern in ["[", "{a", &"*".repeat(1_001)] {
        refusal::<Glob>(&mut tree(), json!({"pattern": pattern}));
    }
    for pattern in ["(", "a{100000}{100000}", &"(".repeat(10_000)] {
        let text = refusal::<Grep>(&mut tree(), json!({"pattern": pattern}));
        assert!(text.starts_with("`pattern`: "), "{text}");
    }
}

#[test]
fn matching_lines_come_with_their_place() {
    let answer = call::<Grep>(&mut tree(), json!({"pattern": "needle"})).unwrap();
    assert_eq!(answer["text"], "src/b.rs:2:two needle\nsrc/deep/c.txt:1:needle\n");
    assert_eq!((&answer["matches"], &answer["files"]), (&json!(2), &json!(3)));
    assert_eq!(answer["skipped"][0]["path"], "bin");
    let answer = call::<Grep>(&mut tree(), json!({"pattern": "needle$", "path": "src/deep/c.txt"})).unwrap();
    assert_eq!(answer["matches"], 1);
    let answer = call::<Grep>(&mut tree(), json!({"pattern": "needle", "glob": "**/*.txt"})).unwrap();
    assert_eq!(answer["text"], "src/deep/c.txt:1:needle\n");
}

#[test]
fn lines_around_a_match_are_shown_once() {
    let mut files = workspace(&[("a", b"1\n2 x\n3\n4 x\n5\n6\n7\n8\n9 x\n")]);
    let answer = call::<Grep>(&mut files, json!({"pattern": "x", "context": 1})).unwrap();
    assert_eq!(answer["text"], "a-1-1\na:2:2 x\na-3-3\na:4:4 x\na-5-5\n--\na-8-8\na:9:9 x\n");
    refusal::<Grep>(&mut files, json!({"pattern": "x", "context": 21}));
}

#[test]
fn a_search_goes_on_where_it_stopped() {
    let first =
        call::<Grep>(&mut tree(), json!({"pattern": "needle", "ignore_case": true, "limit": 2})).unwrap();
    assert_eq!(first["text"], "src/b.rs:2:two needle\nsrc/b.rs:5:five Needle\n");
    assert_eq!(first["more"], "there are more matches: go on with skip = 2, or narrow the search");
    let rest =
        call::<Grep>(&mut tree(), json!({"pattern": "needle", "ignore_case": true, "skip": 2})).unwrap();
    assert_eq!((&rest["text"], &rest["more"]), (&json!("src/deep/c.txt:1:needle\n"), &Value::Null));
}

#[test]
fn of_a_long_line_the_part_around_the_match_is_shown() {
    let line = format!("{}needle{}", "\u{e9}".repeat(1_000_000), "x".repeat(100));
    let mut files = workspace(&[("a", line.as_bytes())]);
    let answer = call::<Grep>(&mut files, json!({"pattern": "needle"})).unwrap();
    let text = answer["text"].as_str().unwrap();
    assert!(text.contains("needle") && text.len() < 600, "{text}");
}

#[test]
fn a_binary_file_that_is_named_is_refused() {
    let text = refusal::<Grep>(&mut tree(), json!({"pattern": "x", "path": "bin"}));
    assert!(text.starts_with("`bin` is a binary file: byte 6"), "{text}");
}

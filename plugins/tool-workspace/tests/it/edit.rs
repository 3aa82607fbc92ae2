//! `edit`.

use plugin_sdk::Error;
use serde_json::json;
use tool_workspace::Edit;

use crate::{call, refusal, text, workspace};

#[test]
fn the_only_match_is_replaced_and_the_endings_stay() {
    let mut files = workspace(&[("a", b"one\r\ntwo\r\nthree\r\n")]);
    let arguments = json!({"path": "a", "old": "two\nthree", "new": "2\nand\n3"});
    assert_eq!(call::<Edit>(&mut files, arguments).unwrap(), json!({"replaced": 1, "lines": [2]}));
    assert_eq!(text(&files, "a"), "one\r\n2\r\nand\r\n3\r\n");
}

#[test]
fn several_matches_are_named_unless_all_are_meant() {
    let mut files = workspace(&[("a", b"x\ny\nx x\n")]);
    let text_of = refusal::<Edit>(&mut files, json!({"path": "a", "old": "x", "new": "z"}));
    let expected =
        "`old` matches 3 places in `a`, in lines 1, 3, 3: take in more around it, or set replace_all";
    assert_eq!(text_of, expected);
    assert_eq!(text(&files, "a"), "x\ny\nx x\n");
    let arguments = json!({"path": "a", "old": "x", "new": "xx", "replace_all": true});
    assert_eq!(call::<Edit>(&mut files, arguments).unwrap()["replaced"], 3);
    assert_eq!(text(&files, "a"), "xx\ny\nxx xx\n");
}

#[test]
fn a_passage_that_is_not_there_is_told_with_the_likeliest_reason() {
    let mut files = workspace(&[("a", b"fn a() {\n    one();\n}\n")]);
    let text = refusal::<Edit>(&mut files, json!({"path": "a", "old": "{\n  one();\n}", "new": ""}));
    assert_eq!(text, "`old` is not in `a`; read the file again, it may have changed");
    let text = refusal::<Edit>(&mut files, json!({"path": "a", "old": "\tone();\n}", "new": ""}));
    assert_eq!(text, "`old` is not in `a`; line 2 and the next differ from it in white space alone");
}

#[test]
fn what_changes_nothing_is_refused() {
    let mut files = workspace(&[("a", b"x\r\n")]);
    for (old, new) in [("", "y"), ("x", "x"), ("x\r\n", "x\n")] {
        refusal::<Edit>(&mut files, json!({"path": "a", "old": old, "new": new}));
    }
    refusal::<Edit>(&mut files, json!({"path": "a", "old": "x", "new": "y", "all": true}));
}

#[test]
fn a_file_too_large_for_one_piece_is_refused() {
    let mut files = workspace(&[("a", &vec![b'x'; (16 << 20) + 1])]);
    let answer = call::<Edit>(&mut files, json!({"path": "a", "old": "x", "new": "y"}));
    assert!(matches!(answer, Err(Error::QuotaExceeded(_))), "{answer:?}");
}

//! `read`, `write` and `list`.

use plugin_sdk::Error;
use serde_json::json;
use tool_workspace::{List, Read, Write};

use crate::{call, refusal, text, workspace};

#[test]
fn lines_have_numbers_unless_raw() {
    let mut files = workspace(&[("a.txt", b"one\r\ntwo\r\nthree")]);
    let page = call::<Read>(&mut files, json!({"path": "a.txt"})).unwrap();
    assert_eq!(page, json!({"text": "     1\tone\n     2\ttwo\n     3\tthree\n", "lines": 3, "size": 15}));
    let page = call::<Read>(&mut files, json!({"path": "a.txt", "raw": true})).unwrap();
    assert_eq!(page["text"], "one\r\ntwo\r\nthree");
}

#[test]
fn a_part_says_where_the_next_one_begins() {
    let mut files = workspace(&[("a.txt", b"1\n2\n3\n4\n")]);
    let page = call::<Read>(&mut files, json!({"path": "a.txt", "limit": 3})).unwrap();
    assert_eq!(page["more"], "the file goes on: read it with first_line = 4");
    let page = call::<Read>(&mut files, json!({"path": "a.txt", "first_line": 4})).unwrap();
    assert_eq!(page, json!({"text": "     4\t4\n", "lines": 1, "size": 8}));
    let text = refusal::<Read>(&mut files, json!({"path": "a.txt", "first_line": 5}));
    assert_eq!(text, "`a.txt` has 4 lines, and line 5 was asked for");
    let text = refusal::<Read>(&mut files, json!({"path": "a.txt", "first_line": 0}));
    assert!(text.starts_with("`first_line` does not fit: "), "{text}");
}

#[test]
fn a_file_of_many_chunks_is_read_from_anywhere() {
    let whole: String = (1..=400_000).map(|number| format!("line {number}\n")).collect();
    let mut files = workspace(&[("big.txt", whole.as_bytes())]);
    let arguments = json!({"path": "big.txt", "first_line": 399_999, "raw": true});
    let page = call::<Read>(&mut files, arguments).unwrap();
    assert_eq!(page["text"], "line 399999\nline 400000\n");
    let page = call::<Read>(&mut files, json!({"path": "big.txt", "limit": 1_000_000})).unwrap();
    let lines = page["lines"].as_u64().unwrap();
    assert!(page["text"].as_str().unwrap().len() < 200_000);
    assert_eq!(page["more"], format!("the file goes on: read it with first_line = {}", lines + 1));
}

#[test]
fn a_line_without_end_is_cut_between_characters() {
    let mut files = workspace(&[("a.txt", format!("x{}\nend", "\u{e9}".repeat(2_000_000)).as_bytes())]);
    let page = call::<Read>(&mut files, json!({"path": "a.txt", "raw": true})).unwrap();
    let expected = format!("x{}[3998003 more bytes of this line]\nend", "\u{e9}".repeat(999));
    assert_eq!(page["text"], expected);
    assert!(
        page["more"].as_str().unwrap().starts_with("1 lines are longer than 2000 bytes and cut"),
        "{page}"
    );
}

#[test]
fn what_is_no_text_is_refused_with_its_place() {
    let mut files = workspace(&[("nul", b"ab\0"), ("latin", b"ok\ncaf\xe9\n"), ("dir/x", b"")]);
    let text = refusal::<Read>(&mut files, json!({"path": "nul"}));
    assert!(text.starts_with("`nul` is a binary file: byte 2 is not UTF-8 text"), "{text}");
    let text = refusal::<Read>(&mut files, json!({"path": "latin"}));
    assert!(text.starts_with("`latin` is a binary file: byte 3 of line 2"), "{text}");
    let text = refusal::<Read>(&mut files, json!({"path": "dir"}));
    assert_eq!(text, "`dir` is a folder; `list` shows what is in it");
    assert!(matches!(call::<Read>(&mut files, json!({"path": "none"})), Err(Error::NotFound(_))));
}

#[test]
fn an_empty_file_has_no_lines() {
    let page = call::<Read>(&mut workspace(&[("a", b"")]), json!({"path": "a"})).unwrap();
    assert_eq!(page, json!({"text": "", "lines": 0, "size": 0}));
}

#[test]
fn a_write_says_whether_it_made_the_file() {
    let mut files = workspace(&[]);
    let arguments = json!({"path": "a/b.txt", "content": "caf\u{e9}"});
    let written = call::<Write>(&mut files, arguments.clone()).unwrap();
    assert_eq!(written, json!({"bytes": 5, "created": true}));
    assert_eq!(call::<Write>(&mut files, arguments).unwrap()["created"], false);
    assert_eq!(text(&files, "a/b.txt"), "caf\u{e9}");
}

#[test]
fn a_folder_is_listed_in_parts() {
    let mut files = workspace(&[("b/x", b""), ("a", b"12"), ("c", b"")]);
    let entries = call::<List>(&mut files, json!({"limit": 2})).unwrap();
    let expected = json!([{"name": "a", "kind": "file", "size": 2}, {"name": "b", "kind": "folder"}]);
    assert_eq!(entries["entries"], expected);
    assert_eq!(entries["more"], "1 more names: list again with after = \"b\"");
    let rest = call::<List>(&mut files, json!({"after": "b"})).unwrap();
    assert_eq!(rest, json!({"entries": [{"name": "c", "kind": "file", "size": 0}]}));
}

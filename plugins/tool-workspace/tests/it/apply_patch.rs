//! `apply_patch`.

use plugin_sdk::Error;
use serde_json::json;
use tool_workspace::ApplyPatch;

use crate::{Files, call, text, workspace};

fn apply(files: &mut Files, lines: &[&str]) -> Result<serde_json::Value, Error> {
    let patch = format!("*** Begin Patch\n{}\n*** End Patch\n", lines.join("\n"));
    call::<ApplyPatch>(files, json!({"patch": patch}))
}

/// Applies a patch that has to fail, and checks that nothing was written.
fn failure(files: &mut Files, lines: &[&str]) -> String {
    let before = files.files.clone();
    let answer = apply(files, lines);
    assert_eq!(files.files, before);
    match answer {
        Err(Error::InvalidArgument(text) | Error::Conflict(text) | Error::NotFound(text)) => text,
        other => panic!("{other:?}"),
    }
}

#[test]
fn files_are_added_changed_moved_and_deleted_together() {
    let mut files = workspace(&[("a", b"1\n2\n3\n"), ("b", b"x\r\ny\r\n"), ("c", b"\xff\0")]);
    let answer = apply(
        &mut files,
        &[
            "*** Add File: new/d",
            "+hello",
            "+",
            "+there",
            "*** Update File: a",
            "@@",
            " 1",
            "-2",
            "+two",
            "+and",
            " 3",
            "*** Update File: b",
            "*** Move to: e",
            "@@",
            "-x",
            "+z",
            " y",
            "*** Delete File: c",
        ],
    )
    .unwrap();
    let expected = json!({"changes": ["added new/d", "updated a", "moved b to e", "deleted c"]});
    assert_eq!(answer, expected);
    assert_eq!(files.files.keys().collect::<Vec<_>>(), ["a", "e", "new/d"]);
    assert_eq!(text(&files, "a"), "1\ntwo\nand\n3\n");
    assert_eq!(text(&files, "e"), "z\r\ny\r\n");
    assert_eq!(text(&files, "new/d"), "hello\n\nthere\n");
}

#[test]
fn hunks_follow_each_other_and_their_named_lines() {
    let source = b"def a():\n    return 1\n\ndef b():\n    return 1\n\ndef c():\n    return 1\n";
    let mut files = workspace(&[("a.py", source)]);
    let lines = ["*** Update File: a.py", "@@ def b():", "-    return 1", "+    return 2", "", " def c():"];
    apply(&mut files, &[&lines[..], &["-    return 1", "+    return 3"]].concat()).unwrap();
    assert_eq!(
        text(&files, "a.py"),
        "def a():\n    return 1\n\ndef b():\n    return 2\n\ndef c():\n    return 3\n"
    );
    let lines = ["*** Update File: a.py", "@@ def a():", "@@ def c():", "+    # last", "     return 3"];
    apply(&mut files, &lines).unwrap();
    assert!(text(&files, "a.py").ends_with("def c():\n    # last\n    return 3\n"));
}

#[test]
fn a_file_without_a_last_line_ending_keeps_that() {
    let mut files = workspace(&[("a", b"1\n2"), ("empty", b"")]);
    apply(&mut files, &["*** Update File: a", " 2", "+3"]).unwrap();
    assert_eq!(text(&files, "a"), "1\n2\n3");
    apply(&mut files, &["*** Update File: a", "@@", "-3", "+4", "+5"]).unwrap();
    assert_eq!(text(&files, "a"), "1\n2\n4\n5");
    apply(&mut files, &["*** Update File: empty", "@@", "+x"]).unwrap();
    assert_eq!(text(&files, "empty"), "x\n");
}

#[test]
fn the_end_of_the_file_can_be_meant() {
    let mut files = workspace(&[("a", b"x\ny\nx\n")]);
    apply(&mut files, &["*** Update File: a", "@@", " x", "+z", "*** End of File"]).unwrap();
    assert_eq!(text(&files, "a"), "x\ny\nx\nz\n");
    apply(&mut files, &["*** Update File: a", "@@", "+end", "*** End of File"]).unwrap();
    assert_eq!(text(&files, "a"), "x\ny\nx\nz\nend\n");
    let text = failure(&mut files, &["*** Update File: a", "@@", "-y", "*** End of File"]);
    assert_eq!(text, "line 3 of the patch: the lines of this hunk are in `a`, but not at its end");
}

#[test]
fn white_space_at_the_end_of_a_line_is_forgiven_and_stays() {
    let mut files = workspace(&[("a", b"one  \ntwo\n")]);
    apply(&mut files, &["*** Update File: a", "@@", " one", "-two", "+2"]).unwrap();
    assert_eq!(text(&files, "a"), "one  \n2\n");
}

#[test]
fn a_hunk_that_does_not_fit_says_how_far_it_did() {
    let mut files = workspace(&[("a", b"1\n2\n3\n"), ("b", b"x\n")]);
    let first = ["*** Update File: b", "@@", "-x", "+y", "*** Update File: a", "@@"];
    let tail = |lines: &[&'static str]| [&first[..], lines].concat();
    let text = failure(&mut files, &tail(&[" 1", " two", "-3"]));
    let expected =
        "line 7 of the patch: `a` has the hunk's start at line 1, but line 2 is \"2\", not \"two\"";
    assert_eq!(text, expected);
    let text = failure(&mut files, &tail(&["-four"]));
    let expected =
        "line 7 of the patch: no line of `a` after line 0 is \"four\", with which this hunk begins";
    assert_eq!(text, expected);
    let text = failure(&mut files, &tail(&["-3", "@@", "-1"]));
    assert!(
        text.starts_with("line 9 of the patch: the lines of this hunk are in `a` at line 1 only"),
        "{text}"
    );
    let text = failure(&mut files, &["*** Update File: a", "@@ nowhere", "-1"]);
    assert_eq!(text, "line 3 of the patch: no line of `a` after line 0 is `nowhere`");
}

#[test]
fn a_hunk_that_fits_twice_names_the_places() {
    let mut files = workspace(&[("a", b"x\ny\nx\n")]);
    let text = failure(&mut files, &["*** Update File: a", "@@", "-x"]);
    assert!(
        text.starts_with("line 3 of the patch: this hunk fits 2 places of `a`, at lines 1, 3:"),
        "{text}"
    );
    let text = failure(&mut files, &["*** Update File: a", "@@", "+x"]);
    assert!(text.starts_with("line 3 of the patch: this hunk only adds and does not say where"), "{text}");
}

#[test]
fn files_in_the_way_and_files_that_are_missing_stop_everything() {
    let mut files = workspace(&[("a", b"1\n"), ("b", b"2\n")]);
    let text = failure(&mut files, &["*** Delete File: b", "*** Add File: a", "+x"]);
    assert_eq!(text, "line 3 of the patch: `a` is there already");
    let text = failure(&mut files, &["*** Update File: a", "*** Move to: b"]);
    assert_eq!(text, "line 2 of the patch: `b` is there already");
    let text = failure(&mut files, &["*** Delete File: b", "*** Delete File: none"]);
    assert!(text.starts_with("line 3 of the patch: "), "{text}");
    let text = failure(&mut files, &["*** Delete File: b", "*** Delete File: b"]);
    assert_eq!(text, "line 3 of the patch: `b` has a section above already");
}

#[test]
fn what_is_no_patch_is_refused_with_its_line() {
    let cases = [
        ("", "line 1 of the patch: a patch begins with `*** Begin Patch`"),
        ("*** Begin Patch\n", "line 1 of the patch: the patch ends without `*** End Patch`"),
        ("*** Begin Patch\n*** End Patch", "line 1 of the patch: the patch changes nothing"),
        ("*** Begin Patch\n*** End Patch\nmore", "line 3 of the patch: nothing may follow `*** End Patch`"),
        ("*** Begin Patch\n--- a\n", "line 2 of the patch: here stands `*** Add File: PATH`"),
        ("*** Begin Patch\n*** Add File: a\nx\n", "line 3 of the patch: each line of a file that is added"),
        (
            "*** Begin Patch\n*** Add File: a\n\n+x\n",
            "line 3 of the patch: each line of a file that is added",
        ),
        ("*** Begin Patch\n*** Add File:  \n", "line 2 of the patch: the path is missing"),
        (
            "*** Begin Patch\n*** Update File: a\n*** End Patch",
            "line 2 of the patch: this file is neither changed",
        ),
        (
            "*** Begin Patch\n*** Update File: a\n@@\n x\n*** End Patch",
            "line 3 of the patch: this hunk changes",
        ),
        ("*** Begin Patch\n*** Update File: a\n@@\nx\n", "line 4 of the patch: a line of a hunk begins with"),
        ("*** Begin Patch\n*** Delete File: a\n+x\n", "line 3 of the patch: nothing belongs under"),
    ];
    let mut files = workspace(&[("a", b"x\n")]);
    for (patch, expected) in cases {
        match call::<ApplyPatch>(&mut files, json!({"patch": patch})) {
            Err(Error::InvalidArgument(text)) => assert!(text.starts_with(expected), "{text}"),
            other => panic!("{patch}: {other:?}"),
        }
    }
    assert_eq!(text(&files, "a"), "x\n");
}

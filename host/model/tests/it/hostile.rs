//! Files that are made to break a parser: it answers with a mistake, in bounded time and stack.

use glasshouse_model::{Scenario, Suite};

/// Longest file that is read, as the format promises.
const LARGEST: usize = 1024 * 1024;

const SUITE: &str =
    "schema = \"suite/1\"\nid = \"a\"\ntitle = \"A\"\nsubject = \"agent\"\n[gate]\nthreshold = 0.5\n";

fn mistakes(text: &str) -> String {
    Scenario::parse("scenario.toml", text).expect_err("must not parse").to_string()
}

#[test]
fn a_file_over_a_mebibyte_is_not_read() {
    let longest = format!("{SUITE}#{}", "x".repeat(LARGEST - SUITE.len() - 1));
    assert_eq!(longest.len(), LARGEST);
    Suite::parse("suite.toml", &longest).expect("a mebibyte is allowed");
    let shown = Suite::parse("suite.toml", &format!("{longest}x")).expect_err("one more is not").to_string();
    assert_eq!(shown, "suite.toml: the file has 1048577 bytes; at most 1048576 are read");
}

#[test]
fn deep_nesting_is_a_mistake() {
    for text in [
        format!("a = {}", "[".repeat(100_000)),
        format!("a = {}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("a = {}", "{a=".repeat(100_000)),
        format!("[draw]\na = [{}1{}]", "{a=[".repeat(50_000), "]}".repeat(50_000)),
        format!("a{} = 1", ".a".repeat(100_000)),
        format!("[a{}]\nb = 1", ".a".repeat(100_000)),
    ] {
        assert!(mistakes(&text).starts_with("scenario.toml:"), "{}", text.get(..20).unwrap_or_default());
    }
}

/// Would take minutes where each mistake counted lines or columns from the beginning.
#[test]
fn many_mistakes_are_all_told() {
    let lines: String = (0..20_000).map(|key| format!("unknown-{key} = 1\n")).collect();
    assert!(mistakes(&lines).lines().count() >= 20_000);
    let keys: Vec<_> = (0..20_000).map(|key| format!("unknown-{key} = 1")).collect();
    let goal = format!("goal = {{ {} }}", keys.join(", "));
    assert!(mistakes(&goal).lines().count() >= 20_000);
}

#[test]
fn what_a_mistake_shows_is_short_and_tame() {
    let shown = mistakes(&format!("\"\\u001b[2J{0}\" = 1\nid = \"\\u001b{0}\"", "x".repeat(100_000)));
    assert!(!shown.contains('\u{1b}') && shown.len() < 2_000, "{} bytes", shown.len());
    assert!(shown.contains("`\\u{1b}[2Jxxx") && shown.contains("(found \"\\u{1b}xxx"), "{shown}");
}

#[test]
fn odd_bytes_are_mistakes() {
    for text in [
        "\0",
        "\u{feff}\u{feff}a = 1",
        "a = \"\u{1}\"",
        "a = 'x",
        "a = \"\\ud800\"",
        "=",
        "[",
        "[[",
        "a.b",
        "a = 1e999x",
    ] {
        assert!(mistakes(text).starts_with("scenario.toml:"), "{text:?}");
    }
}

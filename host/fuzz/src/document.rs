//! The files that people write.

use glasshouse_model::policy::{Enforced, unenforceable};
use glasshouse_model::{Mistakes, Policy, Scenario, Sealed, Suite};

/// A policy file: read, compared with a build that enforces nothing, and asked for two decisions.
pub fn policy(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Some(policy) = read(Policy::parse("policy.toml", text)) else { return };
    let _ = unenforceable(&policy, &Enforced::default());
    let _ = policy.decide_http("https", "a.example", 443, "GET");
    let _ = policy.decide_http("http", "127.0.0.1", 80, "POST");
}

/// One text as each file of a suite.
pub fn suite(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    read(Suite::parse("suite.toml", text));
    read(Scenario::parse("scenario.toml", text));
    read(Sealed::parse("judge.toml", text));
}

/// The value, or none where there are mistakes: at least one, each with a text of one line and a place.
pub(crate) fn read<T>(parsed: Result<T, Mistakes>) -> Option<T> {
    let mistakes = match parsed {
        Ok(value) => return Some(value),
        Err(mistakes) => mistakes,
    };
    assert!(!mistakes.is_empty(), "refused without a mistake");
    for mistake in mistakes.iter() {
        assert!(!mistake.what.chars().any(char::is_control), "a mistake shows what a terminal would obey");
    }
    None
}

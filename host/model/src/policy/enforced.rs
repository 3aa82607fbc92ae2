//! What a policy asks for against what a build enforces. A line that nothing enforces promises a safety that is not
//! there, so it is refused.

use super::Policy;
use crate::{Mistake, Place};
use std::collections::BTreeSet;
use std::fmt;

/// A part of a policy that a build enforces or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PolicyKey {
    /// `limits.memory`.
    Memory,
    /// `limits.fuel`.
    Fuel,
    /// `limits.wall`.
    Wall,
    /// `limits.host_calls`.
    HostCalls,
    /// `limits.host_call_bytes`.
    HostCallBytes,
    /// `limits.handles`.
    Handles,
    /// `limits.output`.
    Output,
    /// `limits.concurrent_http`.
    ConcurrentHttp,
    /// `http`: hosts, methods, schemes and ports.
    Http,
    /// `http.secret`.
    HttpSecret,
    /// `workspace`: folders and their access.
    Workspace,
    /// `workspace.quota`.
    WorkspaceQuota,
    /// `tool`: which tools.
    Tool,
    /// `tool.when`.
    ToolWhen,
    /// `model`: which providers.
    Model,
    /// `model.tokens`.
    ModelTokens,
    /// `model.cost_usd`.
    ModelCost,
}

/// What a build enforces. The crates that enforce it fill this in; the default is a build that enforces nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Enforced {
    /// Every key whose meaning is kept.
    pub keys: BTreeSet<PolicyKey>,
}

/// A mistake for each key of a policy that a build does not enforce, in the order of their places. A default that the
/// file does not write is not among them: nobody relied on it.
pub fn unenforceable(policy: &Policy, enforced: &Enforced) -> Vec<Mistake> {
    let missing = written(policy).into_iter().filter(|(key, _)| !enforced.keys.contains(key));
    let mistake = |(key, place): (PolicyKey, &Place)| {
        Mistake::new(place.clone(), format!("this build does not enforce `{key}`")).hint(enforced.to_string())
    };
    let mut mistakes: Vec<_> = missing.map(mistake).collect();
    mistakes.sort();
    mistakes
}

/// Every key that the file itself has.
fn written(policy: &Policy) -> Vec<(PolicyKey, &Place)> {
    let limits = &policy.limits;
    let limits = [
        (PolicyKey::Memory, &limits.memory),
        (PolicyKey::Fuel, &limits.fuel),
        (PolicyKey::Wall, &limits.wall),
        (PolicyKey::HostCalls, &limits.host_calls),
        (PolicyKey::HostCallBytes, &limits.host_call_bytes),
        (PolicyKey::Handles, &limits.handles),
        (PolicyKey::Output, &limits.output),
        (PolicyKey::ConcurrentHttp, &limits.concurrent_http),
    ];
    let mut all: Vec<_> =
        limits.into_iter().filter_map(|(key, limit)| Some((key, limit.place.as_ref()?))).collect();
    for grant in &policy.http {
        all.push((PolicyKey::Http, &grant.place));
        all.extend(grant.secret.iter().map(|secret| (PolicyKey::HttpSecret, &secret.place)));
    }
    for grant in &policy.workspace {
        all.push((PolicyKey::Workspace, &grant.place));
        all.extend(grant.quota.iter().map(|quota| (PolicyKey::WorkspaceQuota, &quota.place)));
    }
    for grant in &policy.tools {
        all.push((PolicyKey::Tool, &grant.place));
        all.extend(grant.when.iter().map(|when| (PolicyKey::ToolWhen, &when.place)));
    }
    if let Some(grant) = &policy.model {
        all.push((PolicyKey::Model, &grant.place));
        all.push((PolicyKey::ModelTokens, &grant.tokens.place));
        all.extend(grant.cost_usd.iter().map(|cost| (PolicyKey::ModelCost, &cost.place)));
    }
    all
}

impl PolicyKey {
    /// The key's path in the file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Memory => "limits.memory",
            Self::Fuel => "limits.fuel",
            Self::Wall => "limits.wall",
            Self::HostCalls => "limits.host_calls",
            Self::HostCallBytes => "limits.host_call_bytes",
            Self::Handles => "limits.handles",
            Self::Output => "limits.output",
            Self::ConcurrentHttp => "limits.concurrent_http",
            Self::Http => "http",
            Self::HttpSecret => "http.secret",
            Self::Workspace => "workspace",
            Self::WorkspaceQuota => "workspace.quota",
            Self::Tool => "tool",
            Self::ToolWhen => "tool.when",
            Self::Model => "model",
            Self::ModelTokens => "model.tokens",
            Self::ModelCost => "model.cost_usd",
        }
    }
}

impl fmt::Display for PolicyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Enforced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.keys.is_empty() {
            return f.write_str("it enforces no key of a policy");
        }
        let keys: Vec<_> = self.keys.iter().map(|key| key.as_str()).collect();
        write!(f, "it enforces {}", keys.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every key of the format, one a line; fuel before memory, which is not the order of `PolicyKey`.
    const FULL: &str = r#"version = 1
[limits]
fuel = 1
memory = "1MiB"
wall = "1s"
host_calls = 1
host_call_bytes = "1MiB"
handles = 1
output = "1KiB"
concurrent_http = 1
[[http]]
hosts = ["example.com"]
secret = { header = "Authorization", env = "TOKEN" }
[[workspace]]
dir = "work"
access = "read-write"
quota = "1MiB"
[[tool]]
name = "refund"
when = "args.amount <= 80"
[model]
providers = ["anthropic"]
tokens = 1
cost_usd = 0.5
"#;

    /// Keys with the line on which `FULL` has them.
    const KEYS: [(PolicyKey, usize); 17] = [
        (PolicyKey::Memory, 4),
        (PolicyKey::Fuel, 3),
        (PolicyKey::Wall, 5),
        (PolicyKey::HostCalls, 6),
        (PolicyKey::HostCallBytes, 7),
        (PolicyKey::Handles, 8),
        (PolicyKey::Output, 9),
        (PolicyKey::ConcurrentHttp, 10),
        (PolicyKey::Http, 11),
        (PolicyKey::HttpSecret, 13),
        (PolicyKey::Workspace, 14),
        (PolicyKey::WorkspaceQuota, 17),
        (PolicyKey::Tool, 18),
        (PolicyKey::ToolWhen, 20),
        (PolicyKey::Model, 21),
        (PolicyKey::ModelTokens, 23),
        (PolicyKey::ModelCost, 24),
    ];

    fn full() -> Policy {
        Policy::parse("policy.toml", FULL).unwrap()
    }

    fn all() -> Enforced {
        Enforced { keys: KEYS.into_iter().map(|(key, _)| key).collect() }
    }

    #[test]
    fn a_build_that_enforces_all_refuses_nothing() {
        assert_eq!(unenforceable(&full(), &all()), []);
    }

    #[test]
    fn each_key_that_is_not_enforced_is_refused_where_it_stands() {
        for (key, line) in KEYS {
            let mut enforced = all();
            enforced.keys.remove(&key);
            let shown: Vec<_> = unenforceable(&full(), &enforced).iter().map(ToString::to_string).collect();
            let wanted =
                format!("policy.toml:{line}:1: this build does not enforce `{key}`\n  hint: {enforced}");
            assert_eq!(shown, [wanted]);
        }
    }

    #[test]
    fn a_build_that_enforces_nothing_refuses_all_in_order() {
        let mistakes = unenforceable(&full(), &Enforced::default());
        let lines: Vec<_> = mistakes.iter().filter_map(|mistake| Some(mistake.place.position?.0)).collect();
        let mut wanted = KEYS.map(|(_, line)| line);
        wanted.sort_unstable();
        assert_eq!(lines, wanted);
        assert!(mistakes.iter().all(|one| one.hint.as_deref() == Some("it enforces no key of a policy")));
    }

    #[test]
    fn what_the_file_does_not_write_is_not_refused() {
        let least = Policy::parse("policy.toml", "version = 1\n[limits]\n").unwrap();
        assert_eq!(unenforceable(&least, &Enforced::default()), []);
    }
}

//! What one trial may use up.

use crate::fault::glob;
use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{SPAN, at_least, bytes, nanoseconds, short};
use serde::{Deserialize, Serialize};

/// Bytes of a mebibyte.
pub(crate) const MIB: u64 = 1024 * 1024;
/// Most memory that a guest may be given, in bytes.
pub(crate) const MOST_MEMORY: u64 = 1024 * MIB;
/// Longest log that a guest may be allowed, in bytes: it is kept in memory and in the record.
pub(crate) const MOST_OUTPUT: u64 = 64 * MIB;
/// Most patterns of calls; each is looked at for every request.
const MOST_PATTERNS: usize = 64;
/// Nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

/// The limits of one trial's subject. Every one of them ends the trial with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Budget {
    /// Units of wasmtime fuel, roughly one an instruction.
    pub fuel: u64,
    /// Bytes, summed over all memories and tables.
    pub memory: u64,
    /// Bytes of log lines.
    pub output: u64,
    /// HTTP requests.
    pub requests: u64,
    /// Nanoseconds of virtual time from the trial's start.
    pub virtual_time: u64,
    /// Calls of the subject: its run, and each delivery to its inbound.
    pub turns: u64,
    /// Requests to operations, by pattern.
    pub calls: Vec<CallBudget>,
    /// Nanoseconds of real time; a trial that takes longer is the host's failure, not the subject's.
    pub wall: u64,
}

/// How many requests may go to the operations that a pattern means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallBudget {
    /// `TWIN.OPERATION` by the manifest, or `TWIN METHOD /path`; `*` stands for any run of characters.
    pub pattern: String,
    /// So many may.
    pub most: u64,
}

impl CallBudget {
    /// Whether a request counts: the twin, the operation by its manifest, where it has one, the method and the path.
    pub fn meets(&self, twin: &str, operation: Option<&str>, method: &str, path: &str) -> bool {
        meets(&self.pattern, twin, operation, method, path)
    }
}

/// Whether a pattern means a request.
pub(crate) fn meets(pattern: &str, twin: &str, operation: Option<&str>, method: &str, path: &str) -> bool {
    if pattern.contains(' ') {
        return glob(pattern, &format!("{twin} {method} {path}"));
    }
    operation.is_some_and(|operation| glob(pattern, &format!("{twin}.{operation}")))
}

/// How a pattern is written.
pub(crate) const PATTERN_HINT: &str =
    "write \"TWIN.OPERATION\" or \"TWIN METHOD /path\", with * for any characters";

impl Default for Budget {
    fn default() -> Self {
        Self {
            fuel: 2_000_000_000,
            memory: 64 * MIB,
            output: 256 * 1024,
            requests: 1_000,
            virtual_time: 2 * 60 * 60 * SECOND,
            turns: 10_001,
            calls: Vec::new(),
            wall: 10 * 60 * SECOND,
        }
    }
}

impl Budget {
    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let default = Self::default();
        let mut count = |table: &mut TomlTable<'_>, key, wanted, least| {
            table.optional(reader, key, wanted, at_least(least))
        };
        let fuel = count(table, "fuel", "a whole number from 1", 1);
        let requests = count(table, "requests", "a whole number from 0", 0);
        let turns = count(table, "turns", "a whole number from 1", 1);
        let virtual_time = table.optional(reader, "virtual_time", SPAN, nanoseconds);
        let wall = table.optional(reader, "wall", SPAN, nanoseconds);
        Some(Self {
            fuel: fuel.unwrap_or(default.fuel),
            memory: table.optional(reader, "memory", MEMORY, bytes(MOST_MEMORY)).unwrap_or(default.memory),
            output: table.optional(reader, "output", OUTPUT, bytes(MOST_OUTPUT)).unwrap_or(default.output),
            requests: requests.unwrap_or(default.requests),
            virtual_time: virtual_time.unwrap_or(default.virtual_time),
            turns: turns.unwrap_or(default.turns),
            calls: table.table(reader, "calls", calls).unwrap_or_default(),
            wall: wall.unwrap_or(default.wall),
        })
    }
}

fn calls(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Vec<CallBudget>> {
    let whole = table.span();
    let mut all = Vec::new();
    for (pattern, value) in table.take_rest() {
        let most = value.as_integer().and_then(|most| u64::try_from(most).ok());
        if !is_pattern(&pattern) {
            let what = format!("`{}` is no pattern of a twin's operations", short(&pattern));
            reader.mistake(value.span, what, Some(PATTERN_HINT.into()));
        } else if let Some(most) = most {
            all.push(CallBudget { pattern, most });
        } else {
            let what = format!("the limit of `{}` must be a whole number from 0", short(&pattern));
            reader.mistake(value.span, what, None);
        }
    }
    if all.len() > MOST_PATTERNS {
        reader.mistake(whole, format!("{} patterns; at most {MOST_PATTERNS} are read", all.len()), None);
    }
    Some(all)
}

/// Whether a pattern can mean anything: it names a twin and an operation, or a twin, a method and a path.
pub(crate) fn is_pattern(pattern: &str) -> bool {
    if pattern.contains(' ') {
        let words: Vec<_> = pattern.splitn(3, ' ').collect();
        return matches!(words[..], [twin, method, path]
            if !twin.is_empty() && !method.is_empty() && path.starts_with(['/', '*']));
    }
    pattern == "*" || pattern.split_once('.').is_some_and(|(twin, rest)| !twin.is_empty() && !rest.is_empty())
}

/// What a limit of memory must be, for mistakes.
pub(crate) const MEMORY: &str = "a size such as \"64MiB\", at most 1GiB";
/// What a limit of output must be, for mistakes.
pub(crate) const OUTPUT: &str = "a size such as \"256KiB\", at most 64MiB";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_operations_of_a_twin_or_requests_to_it() {
        let meets = |pattern: &str| {
            CallBudget { pattern: pattern.into(), most: 0 }.meets(
                "slack",
                Some("chat.postMessage"),
                "POST",
                "/api/chat.postMessage",
            )
        };
        for pattern in ["slack.chat.*", "slack.chat.postMessage", "*", "slack POST /api/*", "* * /api/chat*"]
        {
            assert!(meets(pattern), "{pattern}");
        }
        for pattern in ["okta.*", "slack.chat.post", "chat.*", "slack GET /api/*", "jira POST *"] {
            assert!(!meets(pattern), "{pattern}");
        }
        let nameless = CallBudget { pattern: "slack.*".into(), most: 0 };
        assert!(!nameless.meets("slack", None, "POST", "/api/x"));
    }

    #[test]
    fn what_names_no_operation_is_no_pattern() {
        for pattern in ["slack.chat.*", "*", "slack POST /api/*", "slack * *"] {
            assert!(is_pattern(pattern), "{pattern}");
        }
        for pattern in ["", "slack", ".x", "slack.", "slack POST", "slack POST api", " POST /"] {
            assert!(!is_pattern(pattern), "{pattern}");
        }
    }
}

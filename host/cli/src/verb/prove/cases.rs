//! The cases: what is done to the host, and how that has to end.

use super::corpus::{CORPUS, CorpusCase};
use super::ground::Ground;
use super::{agent, load, world};
use glasshouse_model::Limit;
use glasshouse_sandbox::Limits;
use std::fmt;

const MIB: u64 = 1024 * 1024;

/// Small, and enough for the polite guest.
pub(super) const SMALL: Limits = Limits {
    fuel: 20_000_000,
    memory: 16 * MIB,
    output: 64 * 1024,
    requests: 10,
    host_calls: 1_000,
    call_bytes: 1024 * 1024,
    retained_bytes: 16 * MIB,
    handles: 100,
    wall: u64::MAX,
};

/// Enough memory to build 64 MiB and hand them over in one call.
const ROOMY: Limits = Limits { fuel: 2_000_000_000, memory: 512 * MIB, output: u64::MAX, ..SMALL };

/// One attack and its expected end.
#[derive(Clone, Copy)]
pub(super) struct Case {
    /// `GROUP/NAME`, both in kebab case.
    pub(super) id: &'static str,
    /// What is tried, in one line.
    pub(super) title: &'static str,
    /// The attack.
    pub(super) attack: Attack,
}

/// How the host is attacked.
#[derive(Clone, Copy)]
pub(super) enum Attack {
    /// The hostile agent does this, in a universe without twins, and ends so.
    Does { what: &'static str, limits: Limits, ends: End },
    /// The hostile agent asks for this URL in a universe of one twin, `breaking.example`, and is refused in words
    /// that begin like this.
    Asks { url: &'static str, refusal: &'static str },
    /// These bytes in the place of an agent are recognised as what they are.
    Gives { bytes: &'static [u8], found: &'static str },
    /// A component of the corpus is called.
    Calls(&'static CorpusCase),
    /// Attacks of more than one step.
    Steps { expected: &'static str, take: fn(&Ground) -> anyhow::Result<Outcome> },
}

/// How the hostile agent has to end.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// At this limit.
    AtLimit(Limit),
    /// By a trap.
    Trapped,
}

/// What an attack came to.
#[derive(Debug)]
pub(super) struct Outcome {
    /// Whether the host held.
    pub(super) held: bool,
    /// What was seen, for people.
    pub(super) observed: String,
}

impl Outcome {
    /// The host held: what was seen is what was expected.
    pub(super) fn held(expected: &str) -> Self {
        Self { held: true, observed: expected.to_owned() }
    }

    /// The host did not hold.
    pub(super) fn broken(observed: impl Into<String>) -> Self {
        Self { held: false, observed: observed.into() }
    }
}

impl Case {
    /// What the case belongs to: the first part of its id.
    pub(super) fn group(&self) -> &'static str {
        self.id.split_once('/').map_or(self.id, |(group, _)| group)
    }

    /// What has to be seen.
    pub(super) fn expected(&self) -> String {
        match &self.attack {
            Attack::Does { ends, .. } => ends.to_string(),
            Attack::Asks { refusal, .. } => format!("is refused: {refusal}"),
            Attack::Gives { found, .. } => format!("is refused as {found}"),
            Attack::Calls(case) => case.expected.to_owned(),
            Attack::Steps { expected, .. } => (*expected).to_owned(),
        }
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLimit(limit) => write!(f, "ends at its limit {limit}"),
            Self::Trapped => f.write_str("traps"),
        }
    }
}

const fn does(
    id: &'static str,
    title: &'static str,
    what: &'static str,
    limits: Limits,
    limit: Limit,
) -> Case {
    Case { id, title, attack: Attack::Does { what, limits, ends: End::AtLimit(limit) } }
}

const fn asks(id: &'static str, title: &'static str, url: &'static str, refusal: &'static str) -> Case {
    Case { id, title, attack: Attack::Asks { url, refusal } }
}

const fn gives(id: &'static str, title: &'static str, bytes: &'static [u8], found: &'static str) -> Case {
    Case { id, title, attack: Attack::Gives { bytes, found } }
}

const fn steps(
    id: &'static str,
    title: &'static str,
    expected: &'static str,
    take: fn(&Ground) -> anyhow::Result<Outcome>,
) -> Case {
    Case { id, title, attack: Attack::Steps { expected, take } }
}

/// Every case, in the order in which they run and are shown.
pub(super) fn all() -> Vec<Case> {
    let corpus =
        CORPUS.iter().map(|case| Case { id: case.id, title: case.title, attack: Attack::Calls(case) });
    CASES.iter().copied().chain(corpus).collect()
}

/// The cases of more than a component and a call.
const CASES: &[Case] = &[
    does("cpu/endless-loop", "computes for ever", "loop", SMALL, Limit::Fuel),
    does("cpu/endless-fill", "fills its memory again and again", "memory-fill", SMALL, Limit::Fuel),
    does("cpu/endless-recursion", "calls itself for ever", "recurse", SMALL, Limit::Stack),
    steps("cpu/same-cost", "does the same twice", agent::SAME_COST, agent::same_cost),
    does("memory/growth", "takes memory until it is refused", "grow", SMALL, Limit::Memory),
    does(
        "memory/first-size",
        "begins with more than its limit",
        "answer",
        Limits { memory: MIB / 2, ..SMALL },
        Limit::Memory,
    ),
    steps("memory/sum", "has tables beside its memory", agent::SUM, agent::sum),
    does("memory/huge-answer", "builds an answer of 64 MiB", "huge-answer", SMALL, Limit::Memory),
    does("output/log-flood", "writes to the log for ever", "flood", SMALL, Limit::Output),
    does("output/long-line", "writes one line of 64 MiB", "long-line", ROOMY, Limit::CallBytes),
    steps("output/kept-lines", "writes more than is kept", agent::KEPT_LINES, agent::kept_lines),
    steps(
        "output/control-characters",
        "steers the terminal and forges a line for CI",
        agent::CONTROL_CHARACTERS,
        agent::control_characters,
    ),
    does("boundary/huge-request", "sends a request of 64 MiB", "huge-request", ROOMY, Limit::CallBytes),
    does("boundary/huge-answer", "hands over an answer of 64 MiB", "huge-answer", ROOMY, Limit::CallBytes),
    does("boundary/huge-draw", "draws 4 GiB of random bytes", "draw", SMALL, Limit::CallBytes),
    does(
        "boundary/call-storm",
        "calls the host for ever",
        "flood",
        Limits { output: u64::MAX, ..SMALL },
        Limit::HostCalls,
    ),
    does(
        "boundary/kept-events",
        "makes the host keep more and more of it",
        "request",
        Limits { requests: 10_000, host_calls: 20_000, retained_bytes: 64 * 1024, ..SMALL },
        Limit::RetainedBytes,
    ),
    does("network/request-flood", "sends 10,000 requests", "request", SMALL, Limit::Requests),
    steps("network/no-twin", "asks for a host in a universe without twins", agent::NO_TWIN, agent::no_twin),
    asks(
        "network/look-alike-ending",
        "asks for a host that ends like a twin's",
        "https://evilbreaking.example/count",
        "not found: no twin answers for `evilbreaking.example`",
    ),
    asks(
        "network/look-alike-beginning",
        "asks for a host that begins like a twin's",
        "https://breaking.example.evil.example/count",
        "not found: no twin answers for `breaking.example.evil.example`",
    ),
    asks(
        "network/look-alike-user",
        "puts a twin's host where the user's name goes",
        "https://breaking.example@evil.example/count",
        "not found: no twin answers for `evil.example`",
    ),
    asks(
        "network/loopback",
        "asks for this machine by a number",
        "http://0x7f000001/",
        "not found: no twin answers for `127.0.0.1`",
    ),
    asks(
        "network/loopback-v6",
        "asks for this machine by a mapped address",
        "http://[::ffff:127.0.0.1]/",
        "not found: no twin answers for `[::ffff:7f00:1]`",
    ),
    asks(
        "network/metadata",
        "asks for the credentials of a cloud machine",
        "http://169.254.169.254/latest/meta-data/",
        "not found: no twin answers for `169.254.169.254`",
    ),
    asks(
        "network/file-url",
        "asks for a file",
        "file:///etc/passwd",
        "invalid argument: `file:///etc/passwd` has the scheme `file`",
    ),
    does("time/centuries", "sleeps for centuries", "sleep", SMALL, Limit::VirtualTime),
    steps("time/real-time", "asks what time it is", agent::REAL_TIME, agent::real_time),
    gives("loader/empty", "nothing at all", b"", "an empty file"),
    gives("loader/text", "WebAssembly text", b"(component)", "WebAssembly text"),
    gives("loader/core-module", "a core module", b"\0asm\x01\0\0\0", "a core module"),
    gives("loader/native-code", "a program of this machine", b"\x7fELF\x02\x01\x01", "native code"),
    gives("loader/script", "a script", b"#!/bin/sh\n", "something that is not WebAssembly"),
    steps("loader/too-large", "more bytes than are compiled", load::TOO_LARGE, load::too_large),
    steps("loader/cut", "parts of a component", load::CUT, load::cut),
    steps("loader/flipped", "components with a flipped bit", load::FLIPPED, load::flipped),
    steps("contract/peeking", "an agent that imports the trial", load::PEEKING, load::peeking),
    steps("contract/other-role", "an agent in the place of a twin", load::OTHER_ROLE, load::other_role),
    steps("artefact/flipped", "a compiled artefact with a flipped bit", load::ARTEFACT, load::artefact),
    steps("isolation/fresh-memory", "counts its own runs", agent::FRESH_MEMORY, agent::fresh_memory),
    Case {
        id: "isolation/trap",
        title: "panics",
        attack: Attack::Does { what: "trap", limits: SMALL, ends: End::Trapped },
    },
    steps(
        "isolation/many-traps",
        "panics more often than there are slots",
        agent::MANY_TRAPS,
        agent::many_traps,
    ),
    steps("isolation/half-write", "a twin that panics in a write", world::HALF_WRITE, world::half_write),
    steps("isolation/fork", "a twin that writes in a fork", world::FORK, world::fork),
    steps(
        "isolation/second-engine",
        "a second engine in the process",
        load::SECOND_ENGINE,
        load::second_engine,
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn ids_are_unique_and_in_kebab_case() {
        let ids: BTreeSet<_> = all().iter().map(|case| case.id).collect();
        assert_eq!(ids.len(), all().len());
        for id in ids {
            let words = |part: &str| {
                !part.is_empty()
                    && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
            };
            assert!(id.split_once('/').is_some_and(|(group, name)| words(group) && words(name)), "{id}");
        }
    }
}

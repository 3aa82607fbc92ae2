//! What was kept and what was not, in words and events.

use plugin_sdk::criterion::{events, listed};
use plugin_sdk::{Ruling, Verdict};

/// How many instances one line of a reason shows.
const SHOWN: usize = 3;

/// Everything that was looked at.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    kept: Vec<String>,
    broken: Vec<String>,
    evidence: Vec<u64>,
}

/// One instance of what must not happen: in words, and the event that shows it, if one does.
pub(crate) type Instance = (String, Option<u64>);

impl Findings {
    /// Holds what was seen against the most that is put up with.
    pub(crate) fn hold(&mut self, what: &str, at_most: u64, seen: Vec<Instance>) {
        if seen.len() as u64 <= at_most {
            self.kept.push(what.to_owned());
            return;
        }
        let mut shown: Vec<_> = seen.iter().take(SHOWN).map(|(words, _)| words.as_str()).collect();
        if seen.len() > SHOWN {
            shown.push("...");
        }
        let number = seen.len();
        self.broken.push(format!("{what} (at most {at_most} allowed, {number} seen: {})", shown.join(", ")));
        self.evidence.extend(seen.iter().filter_map(|(_, event)| *event));
    }

    /// Adds what was not kept, in words of its own.
    pub(crate) fn broken(&mut self, what: String, evidence: impl IntoIterator<Item = u64>) {
        self.broken.push(what);
        self.evidence.extend(evidence);
    }

    /// Adds what was kept.
    pub(crate) fn kept(&mut self, what: &str) {
        self.kept.push(what.to_owned());
    }

    /// 1 where all was kept, otherwise 0 with every reason.
    pub(crate) fn verdict(self) -> Verdict {
        let score = if self.broken.is_empty() { 1.0 } else { 0.0 };
        let reason =
            if self.broken.is_empty() { listed("Kept", &self.kept) } else { listed("Broken", &self.broken) };
        Verdict {
            ruling: Ruling::Score(score),
            reason: reason.trim_end().to_owned(),
            evidence: events(self.evidence),
        }
    }
}

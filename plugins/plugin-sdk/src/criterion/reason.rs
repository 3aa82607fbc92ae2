//! The wording of reasons, and the events that show them.

use std::collections::BTreeSet;

/// How many lines of a kind a reason lists, so that a subject that spoils a whole table stays readable.
const REASON_LINES: usize = 10;

/// `Title: one; two. `, or nothing where there is nothing to list.
#[must_use]
pub fn listed(title: &str, lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let shown = lines.iter().take(REASON_LINES).cloned().collect::<Vec<_>>().join("; ");
    match lines.len().saturating_sub(REASON_LINES) {
        0 => format!("{title}: {shown}. "),
        more => format!("{title}: {shown}; and {more} more. "),
    }
}

/// Events in order, each once.
#[must_use]
pub fn events(shown: impl IntoIterator<Item = u64>) -> Vec<u64> {
    shown.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

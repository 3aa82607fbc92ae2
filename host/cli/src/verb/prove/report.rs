//! What was found: lines for people, a document for programs.

use serde::Serialize;

/// What came of one case.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    /// The case's id.
    pub(super) id: &'static str,
    /// The part of the host that it attacks.
    pub(super) group: &'static str,
    /// What was tried.
    pub(super) title: &'static str,
    /// What had to be seen.
    pub(super) expected: String,
    /// What was seen.
    pub(super) observed: String,
    /// Whether the host held, and a polite guest noticed nothing afterwards.
    pub(super) enforced: bool,
}

/// All that was found.
#[derive(Debug, Serialize)]
pub(super) struct Proof {
    cases: Vec<Finding>,
    summary: Summary,
}

/// How many cases held.
#[derive(Debug, Serialize)]
struct Summary {
    enforced: usize,
    total: usize,
}

impl Proof {
    /// Findings in the order in which they are shown.
    pub(super) fn new(cases: Vec<Finding>) -> Self {
        let enforced = cases.iter().filter(|finding| finding.enforced).count();
        let summary = Summary { enforced, total: cases.len() };
        Self { cases, summary }
    }

    /// Whether every case held.
    pub(super) fn all_enforced(&self) -> bool {
        self.summary.enforced == self.summary.total
    }

    /// One line a case, and how many held.
    pub(super) fn lines(&self) -> String {
        let width = self.cases.iter().map(|finding| finding.id.len()).max().unwrap_or_default();
        let mut lines: Vec<_> = self.cases.iter().map(|finding| finding.line(width)).collect();
        let Summary { enforced, total } = self.summary;
        lines.push(format!("{enforced} of {total} enforced\n"));
        lines.join("\n")
    }
}

impl Finding {
    fn line(&self, width: usize) -> String {
        let Self { id, expected, observed, .. } = self;
        if self.enforced {
            format!("enforced      {id:<width$}  {expected}")
        } else {
            format!("not enforced  {id:<width$}  {observed}; expected: {expected}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_hold_is_shown_with_what_was_seen() {
        let finding = |id, enforced| Finding {
            id,
            group: "cpu",
            title: "computes for ever",
            expected: "ends at its limit fuel".to_owned(),
            observed: "answers: Done.".to_owned(),
            enforced,
        };
        let proof = Proof::new(vec![finding("cpu/endless-loop", true), finding("cpu/other", false)]);
        assert!(!proof.all_enforced());
        assert_eq!(
            proof.lines(),
            "enforced      cpu/endless-loop  ends at its limit fuel\n\
             not enforced  cpu/other         answers: Done.; expected: ends at its limit fuel\n\
             1 of 2 enforced\n"
        );
    }
}

//! What is known of the admission of the scenarios that a run counts.

use glasshouse_runner::{AdmissionState, Plan};
use serde::Serialize;

/// Most scenarios that are named for each reason.
const MOST_NAMED: usize = 3;

/// The scenarios of a run, by what is known of their admission.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Known {
    /// How many may count.
    admitted: usize,
    /// Those that were tried and may not.
    refused: Vec<String>,
    /// Those that were tried before something changed that it rests on.
    stale: Vec<String>,
    /// Those that were never tried.
    untried: Vec<String>,
}

impl Known {
    /// Of the scenarios that have trials.
    pub(crate) fn of(plan: &Plan) -> Self {
        let mut known = Self::default();
        for (scenario, state) in plan.admission() {
            match state {
                AdmissionState::Admitted => known.admitted += 1,
                AdmissionState::Refused => known.refused.push(scenario.to_owned()),
                AdmissionState::Stale => known.stale.push(scenario.to_owned()),
                AdmissionState::Untried => known.untried.push(scenario.to_owned()),
            }
        }
        known
    }

    /// Whether all of them may count.
    pub(crate) fn is_whole(&self) -> bool {
        [&self.refused, &self.stale, &self.untried].iter().all(|others| others.is_empty())
    }

    /// Whether nobody tried any of them, as in a fresh clone.
    fn is_untouched(&self) -> bool {
        self.admitted == 0 && self.refused.is_empty() && self.stale.is_empty()
    }

    /// What to do about those that may not count; empty where there are none.
    pub(super) fn next_step(&self) -> &'static str {
        if self.is_whole() {
            ""
        } else if self.is_untouched() {
            "; `glasshouse run SUITE --admit` tells whether each scenario can pass and can fail"
        } else {
            "; `glasshouse run SUITE --admit` tries them"
        }
    }

    /// In one line for people.
    pub(crate) fn line(&self) -> String {
        if self.is_untouched() && !self.untried.is_empty() {
            return "not tried yet".to_owned();
        }
        let kinds = [
            (&self.refused, "refused"),
            (&self.stale, "changed since they were admitted or refused"),
            (&self.untried, "never tried"),
        ];
        let all = self.admitted + kinds.iter().map(|(scenarios, _)| scenarios.len()).sum::<usize>();
        let mut line = format!("{} of {all} scenarios are admitted", self.admitted);
        for (scenarios, why) in kinds.iter().filter(|(scenarios, _)| !scenarios.is_empty()) {
            let named: Vec<_> = scenarios.iter().take(MOST_NAMED).map(String::as_str).collect();
            let more = scenarios.len() - named.len();
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            line += &format!("; {why}: {}{more}", named.join(", "));
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_a_few_of_each_kind() {
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let untried = named(&["c", "d", "e", "f", "g"]);
        let known = Known { admitted: 2, refused: named(&["b"]), stale: Vec::new(), untried };
        let wanted = "2 of 8 scenarios are admitted; refused: b; never tried: c, d, e and 2 more";
        assert_eq!((known.line().as_str(), known.is_whole()), (wanted, false));
        assert_eq!(known.next_step(), "; `glasshouse run SUITE --admit` tries them");
        let known = Known { admitted: 3, ..Known::default() };
        assert_eq!((known.line().as_str(), known.is_whole()), ("3 of 3 scenarios are admitted", true));
    }
    /// It must not read like a failure, nor as if something were known.
    #[test]
    fn a_suite_that_nobody_tried_says_so_without_a_list() {
        let known = Known { untried: vec!["a".to_owned(), "b".to_owned()], ..Known::default() };
        assert_eq!((known.line().as_str(), known.is_whole()), ("not tried yet", false));
        assert!(known.next_step().ends_with("--admit` tells whether each scenario can pass and can fail"));
    }
}

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

    /// In one line for people.
    pub(crate) fn line(&self) -> String {
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
        let known = Known { admitted: 3, ..Known::default() };
        assert_eq!((known.line().as_str(), known.is_whole()), ("3 of 3 scenarios are admitted", true));
    }
}

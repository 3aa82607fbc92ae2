//! Which trials of a plan are run: by a filter over scenarios, by name, by shard.

use crate::plan::{Contents, LoadedScenario, Plan};
use cel::{Context, Program, Value};
use glasshouse_model::{Allocation, Digest};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;

/// Longest filter, in bytes: the parser's recursion follows its nesting.
const LONGEST_FILTER: usize = 2_000;
/// The variables of a filter.
const VARIABLES: &str = "`id`, `tags` (a list) and `criticality` (\"normal\" or \"critical\")";

/// Which trials are run; all that are said have to hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// An expression of the Common Expression Language over `id`, `tags` and `criticality` of a scenario.
    pub filter: Option<String>,
    /// Trials by scenario and index.
    pub only: Option<BTreeSet<(String, u32)>>,
    /// One part of all of them.
    pub shard: Option<Shard>,
}

/// One of several parts of a batch, from 1. Which part a trial belongs to follows from its scenario's id and its index
/// alone, so it stays where it is when others are added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Which.
    pub part: u32,
    /// Of how many.
    pub parts: u32,
}

/// A text that names no shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a shard is PART/PARTS, such as 2/4: both from 1, PART at most PARTS")]
pub struct NoShard;

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let (part, parts) = text.split_once('/').ok_or(NoShard)?;
        let shard =
            Self { part: part.parse().map_err(|_| NoShard)?, parts: parts.parse().map_err(|_| NoShard)? };
        if (1..=shard.parts).contains(&shard.part) { Ok(shard) } else { Err(NoShard) }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.parts)
    }
}

impl Shard {
    fn holds(self, scenario: &str, index: u32) -> bool {
        let digest = Digest::of_parts([b"shard".as_slice(), scenario.as_bytes(), &index.to_le_bytes()]);
        let [a, b, c, d, e, f, g, h, ..] = *digest.as_bytes();
        let number = u64::from_le_bytes([a, b, c, d, e, f, g, h]);
        number % u64::from(self.parts) == u64::from(self.part - 1)
    }
}

/// Why a selection cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SelectionError {
    /// The filter is no expression.
    #[error("the filter is no expression: {0}")]
    Syntax(String),
    /// The filter does not say yes or no.
    #[error("the filter gives {found} for the scenario `{scenario}`, not true or false")]
    NoAnswer {
        /// For which.
        scenario: String,
        /// What it gives instead.
        found: String,
    },
    /// Nothing is left.
    #[error("no trial is selected")]
    Nothing,
    /// A plan that is drawn as it runs has no parts that know nothing of each other.
    #[error(
        "with plan = \"adaptive\" the next trial depends on what the others came to, so there are no shards"
    )]
    NoParts,
    /// A trial that is named is not planned.
    #[error("the suite plans no trial {index} of `{scenario}`")]
    Unplanned {
        /// The scenario.
        scenario: String,
        /// The index.
        index: u32,
    },
}

impl SelectionError {
    /// The next step.
    pub fn hint(&self) -> String {
        match self {
            Self::Syntax(_) | Self::NoAnswer { .. } => format!(
                "a filter is an expression over {VARIABLES}, such as \
                 '\"slack\" in tags && id.startsWith(\"greet\")'"
            ),
            Self::Nothing => "take the filter back, or ask for fewer shards".to_owned(),
            Self::NoParts => "run it whole, or write another `plan` in [seeds] of suite.toml".to_owned(),
            Self::Unplanned { .. } => "the suite has changed since; run it anew".to_owned(),
        }
    }
}

impl Plan {
    /// Leaves out every trial that is not selected.
    ///
    /// # Errors
    /// [`SelectionError`]; the plan is then as it was.
    pub fn select(&mut self, selection: &Selection) -> Result<(), SelectionError> {
        if self.is_adaptive() && selection.shard.is_some() {
            return Err(SelectionError::NoParts);
        }
        let scenarios = match &selection.filter {
            Some(filter) => Some(filtered(filter, &self.scenarios)?),
            None => None,
        };
        if let Some((scenario, index)) =
            selection.only.iter().flatten().find(|(scenario, index)| self.number(scenario, *index).is_none())
        {
            return Err(SelectionError::Unplanned { scenario: scenario.clone(), index: *index });
        }
        let is_selected = |scenario: &str, index: u32| {
            scenarios.as_ref().is_none_or(|scenarios| scenarios.contains(scenario))
                && selection.only.as_ref().is_none_or(|only| only.contains(&(scenario.to_owned(), index)))
                && selection.shard.is_none_or(|shard| shard.holds(scenario, index))
        };
        let is_left =
            |trial: &crate::plan::PlannedTrial| is_selected(&trial.scenario.scenario.id, trial.index);
        if !self.trials.iter().any(is_left) {
            return Err(SelectionError::Nothing);
        }
        self.trials.retain(is_left);
        if selection.only.is_some() {
            self.allocation = Allocation::Fixed;
        }
        self.contents = Contents::of(&self.scenarios, &self.trials, &self.suite, self.allocation);
        Ok(())
    }
}

impl Selection {
    /// Whether whole scenarios are run, so that a satisfaction can be told of what was run.
    pub fn is_of_whole_scenarios(&self) -> bool {
        self.only.is_none() && self.shard.is_none()
    }
}

/// Ids of the scenarios for which a filter holds.
fn filtered(
    filter: &str,
    scenarios: &[std::sync::Arc<LoadedScenario>],
) -> Result<BTreeSet<String>, SelectionError> {
    let program = compiled(filter)?;
    let mut held = BTreeSet::new();
    for loaded in scenarios {
        let scenario = &loaded.scenario;
        let mut context = Context::default();
        context.add_variable_from_value("id", scenario.id.clone());
        context.add_variable_from_value("tags", scenario.tags.clone());
        context.add_variable_from_value("criticality", loaded.criticality().to_owned());
        let no_answer = |found: String| SelectionError::NoAnswer { scenario: scenario.id.clone(), found };
        match program.execute(&context) {
            Ok(Value::Bool(true)) => {
                held.insert(scenario.id.clone());
            }
            Ok(Value::Bool(false)) => {}
            Ok(other) => return Err(no_answer(format!("{other:?}"))),
            Err(error) => return Err(no_answer(format!("an error ({error})"))),
        }
    }
    Ok(held)
}

fn compiled(filter: &str) -> Result<Program, SelectionError> {
    if filter.len() > LONGEST_FILTER {
        return Err(SelectionError::Syntax(format!("it is longer than {LONGEST_FILTER} bytes")));
    }
    // The parser panics on some texts that are no expression.
    let compiled = catch_unwind(AssertUnwindSafe(|| Program::compile(filter)));
    match compiled {
        Ok(Ok(program)) => Ok(program),
        Ok(Err(errors)) => {
            let first = errors.errors.first();
            let told =
                first.map_or_else(String::new, |error| format!("character {}: {}", error.pos.1, error.msg));
            Err(SelectionError::Syntax(told))
        }
        Err(_) => Err(SelectionError::Syntax("it cannot be parsed".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_shard_is_a_part_of_parts() {
        assert_eq!("2/4".parse(), Ok(Shard { part: 2, parts: 4 }));
        for text in ["0/4", "5/4", "1", "1/0", "a/b", "", "1/2/3"] {
            assert_eq!(text.parse::<Shard>(), Err(NoShard), "{text}");
        }
    }

    #[test]
    fn every_trial_is_in_one_shard() {
        let mut sizes = BTreeMap::new();
        for index in 0..400 {
            let holders: Vec<_> =
                (1..=4).filter(|part| Shard { part: *part, parts: 4 }.holds("a", index)).collect();
            assert_eq!(holders.len(), 1, "{index}");
            *sizes.entry(holders[0]).or_insert(0) += 1;
        }
        assert!(sizes.len() == 4 && sizes.values().all(|size| *size > 50), "{sizes:?}");
    }
}

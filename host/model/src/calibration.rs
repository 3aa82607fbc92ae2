//! `calibration.json`: trials that people labelled, and what the suite's judges said of them.
//!
//! The set is bound to the judges by their digest. Whoever edits a judge, a criterion or the panel changes the digest,
//! and the set is void until the labelled trials are judged again.

use crate::{Digest, Mistake, Mistakes, Place};
use serde::{Deserialize, Serialize};

/// A calibration set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationSet {
    /// The format's name and version.
    pub schema: String,
    /// Digest of the judges that gave the verdicts; `summary.json` of a run says it.
    pub judges: String,
    /// Trials of earlier batches, never of the one that is gated.
    pub trials: Vec<LabelledTrial>,
}

/// One labelled trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelledTrial {
    /// Which trial it was: for people.
    pub trial: String,
    /// What people said: whether the user whose story it is would be satisfied.
    pub label: bool,
    /// What the judges said.
    pub satisfied: bool,
}

/// Why a calibration set cannot be used with a suite's judges.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalibrationError {
    /// Other judges gave its verdicts.
    #[error("the set was made with the judges {set}, these are {judges}: judge its trials again")]
    OtherJudges {
        /// Of the set.
        set: String,
        /// Of the suite.
        judges: String,
    },
}

const SCHEMA: &str = "calibration/1";

/// Longest set that is read, in bytes.
const LARGEST_FILE: usize = 64 * 1024 * 1024;

impl CalibrationSet {
    /// Parses the text of a set.
    ///
    /// # Errors
    /// The first mistake in it, with its place.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        let whole = Place::file(file);
        if text.len() > LARGEST_FILE {
            let what = format!("the file has {} bytes; at most {LARGEST_FILE} are read", text.len());
            return Err(Mistake::new(whole, what).into());
        }
        let set: Self = serde_json::from_str(text).map_err(|error| {
            let place = Place { position: position(&error), ..whole.clone() };
            let what = format!("not a calibration set: {}", crate::toml_value::tame(&error.to_string()));
            Mistake::new(place, what).hint("specs/satisfaction.md shows one")
        })?;
        if set.schema != SCHEMA {
            let what = format!("`schema` must be the text \"{SCHEMA}\"");
            return Err(Mistake::new(whole, what).into());
        }
        Ok(set)
    }

    /// Pairs of label and verdict, where the set was made with these judges.
    ///
    /// # Errors
    /// Where it was made with others.
    pub fn pairs(
        &self,
        judges: &Digest,
    ) -> Result<impl Iterator<Item = (bool, bool)> + use<'_>, CalibrationError> {
        let judges = judges.to_string();
        if self.judges != judges {
            return Err(CalibrationError::OtherJudges {
                set: crate::toml_value::short(&self.judges),
                judges,
            });
        }
        Ok(self.trials.iter().map(|trial| (trial.label, trial.satisfied)))
    }
}

fn position(error: &serde_json::Error) -> Option<(usize, usize)> {
    (error.line() > 0).then(|| (error.line(), error.column().max(1)))
}

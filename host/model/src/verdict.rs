//! What judges say of one trial, and what becomes of the trial.

use crate::{Drawn, Ending, Seed};
use serde::{Deserialize, Serialize};

/// What one judge decided.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ruling {
    /// How far the criterion is met, 0 to 1.
    Score(f64),
    /// It does not apply, or cannot be decided.
    Abstain,
}

/// One judge's verdict on one trial.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judgement {
    /// The judge's id in the sealed file.
    pub judge: String,
    /// What it decided.
    pub ruling: Ruling,
    /// Why.
    pub reason: String,
    /// Indexes of the events that show it.
    pub evidence: Vec<u64>,
}

/// What came of asking one judge.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Judged {
    /// It gave its verdict.
    Ruled(Judgement),
    /// It gave none: it trapped, reached a limit, returned an error of its own, or could not be run.
    Failed {
        /// The judge's id in the sealed file.
        judge: String,
        /// Why, for people.
        error: String,
    },
}

impl Judged {
    /// The judge's id in the sealed file.
    pub fn judge(&self) -> &str {
        match self {
            Self::Ruled(judgement) => &judgement.judge,
            Self::Failed { judge, .. } => judge,
        }
    }
}

/// Which of the ways to end a trial took. Every trial ends in exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrialClass {
    /// Its judges ruled.
    Judged,
    /// The subject used up its budget; its judges ruled on what it left.
    Budget,
    /// The host broke; the trial counts as missing.
    Infra,
    /// A judge failed; the trial counts as missing, never as a pass.
    JudgeError,
    /// A persona left its script; the trial counts as missing, never as a pass.
    UserSimInvalid,
}

/// All that is kept of one trial in results and summaries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TrialResult {
    /// Whose trial.
    pub scenario: String,
    /// Which trial of the scenario, from 0.
    pub index: u32,
    /// From which everything random was drawn.
    pub seed: Seed,
    /// What was drawn for it.
    pub drawn: Drawn,
    /// How the trial ended.
    pub class: TrialClass,
    /// Whether it likely satisfies the user; always false where the trial is missing.
    pub satisfied: bool,
    /// How the subject ended.
    pub ending: Ending,
    /// What came of asking the judges, in the order of the sealed file.
    pub judgements: Vec<Judged>,
    /// Why it counts as it does, in one line; empty where it satisfies.
    pub reason: String,
    /// How often it was run before this, on the same seed, and the host broke.
    pub retries: u32,
}

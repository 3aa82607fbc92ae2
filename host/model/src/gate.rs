//! `[gate]`: what decides between pass and fail.

use crate::suite::{TRIALS, trials};
use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::number;
use serde::Serialize;
use toml_span::value::ValueInner;

/// What satisfaction must reach, and how that is decided.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Gate {
    /// Satisfaction must be at least this, between 0 and 1.
    pub threshold: f64,
    /// Two-sided confidence of the interval, between 0 and 1.
    pub confidence: f64,
    /// When it is decided.
    pub mode: GateMode,
    /// Which satisfaction is meant.
    pub estimand: GateEstimand,
    /// The most that the rate of collateral damage may be; none where nothing bounds it.
    pub harm: Option<f64>,
    /// What becomes of a run that settles nothing.
    pub inconclusive: Inconclusive,
}

/// Which satisfaction a gate on a fixed plan looks at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GateEstimand {
    /// That of this suite's scenarios: for changes of the subject.
    #[default]
    Suite,
    /// That of stories like these: for claims about its users.
    Population,
    /// The same, by bounds that hold for any number of scenarios, however they differ.
    PopulationStrict,
}

impl GateEstimand {
    const WORDS: [&'static str; 3] = ["suite", "population", "population_strict"];

    fn of_word(index: usize) -> Self {
        match index {
            1 => Self::Population,
            2 => Self::PopulationStrict,
            _ => Self::Suite,
        }
    }
}

/// When a gate decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum GateMode {
    /// Once, when the whole plan has run.
    #[default]
    Fixed,
    /// As soon as it is settled, at any trial.
    Sequential,
    /// Between the threshold and this rate above it.
    Sprt {
        /// Above the threshold, below 1.
        target: f64,
    },
}

/// What becomes of a run that settles nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Inconclusive {
    /// It has an exit code of its own.
    #[default]
    Block,
    /// It passes with a warning.
    Warn,
    /// It goes on.
    Extend {
        /// To so many trials a scenario.
        to: u32,
    },
}

const SHARE: &str = "a number above 0 and below 1";

/// Neither bound can be meant: no interval reaches 1, and every one reaches 0.
fn is_share(number: f64) -> bool {
    number > 0.0 && number < 1.0
}

impl Gate {
    /// A gate that decides once, with no bound on harm.
    pub const fn fixed(threshold: f64, confidence: f64) -> Self {
        Self {
            threshold,
            confidence,
            mode: GateMode::Fixed,
            estimand: GateEstimand::Suite,
            harm: None,
            inconclusive: Inconclusive::Block,
        }
    }

    /// How many trials a scenario may come to have in a run that settles nothing.
    pub fn extends_to(&self) -> Option<u32> {
        match self.inconclusive {
            Inconclusive::Extend { to } => Some(to),
            Inconclusive::Block | Inconclusive::Warn => None,
        }
    }

    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let threshold = table.required(reader, "threshold", SHARE, number(is_share));
        let confidence = table.optional(reader, "confidence", SHARE, number(is_share)).unwrap_or(0.95);
        let mode = GateMode::read(table, reader, threshold);
        let estimand_span = table.key_span("estimand").unwrap_or(table.span());
        let estimand =
            table.optional(reader, "estimand", ESTIMAND, |value| one_of(value, &GateEstimand::WORDS));
        let estimand = estimand.map_or(GateEstimand::Suite, GateEstimand::of_word);
        let harm = table.optional(reader, "harm", SHARE, number(is_share));
        let policy_span = table.key_span("inconclusive").unwrap_or(table.span());
        let inconclusive = Inconclusive::read(table, reader);
        let (mode, inconclusive) = (mode?, inconclusive?);
        if mode == GateMode::Fixed && matches!(inconclusive, Inconclusive::Extend { .. }) {
            let what = "a fixed plan that goes on after a look at its results would void its interval";
            reader.mistake(policy_span, what, Some("write mode = \"sequential\" beside it".into()));
        }
        if mode != GateMode::Fixed && estimand != GateEstimand::Suite {
            let what = "only a fixed plan can speak of the population of scenarios";
            reader.mistake(
                estimand_span,
                what,
                Some("write mode = \"fixed\", or leave `estimand` out".into()),
            );
        }
        Some(Self { threshold: threshold?, confidence, mode, estimand, harm, inconclusive })
    }

    /// Whether the plan is drawn by usage and may stop before its end.
    pub fn is_sequential(&self) -> bool {
        self.mode != GateMode::Fixed
    }
}

impl GateMode {
    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>, threshold: Option<f64>) -> Option<Self> {
        let span = table.key_span("target").unwrap_or(table.span());
        let mode = table.optional(reader, "mode", MODE, |value| one_of(value, &MODES)).unwrap_or(0);
        let target = table.optional(reader, "target", SHARE, number(is_share));
        match (MODES.get(mode).copied(), target) {
            (Some("sprt"), Some(target)) if threshold.is_none_or(|threshold| target > threshold) => {
                Some(Self::Sprt { target })
            }
            (Some("sprt"), found) => {
                let what = if found.is_some() { "is not above the threshold" } else { "is missing" };
                let hint = Some("name the rate above the threshold that a good subject reaches".into());
                reader.mistake(span, format!("`target` {what}"), hint);
                None
            }
            (_, Some(_)) => {
                reader.mistake(span, "`target` has a meaning for mode = \"sprt\" alone", None);
                None
            }
            (Some("sequential"), None) => Some(Self::Sequential),
            _ => Some(Self::Fixed),
        }
    }
}

impl Inconclusive {
    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let span = table.key_span("extend_to").unwrap_or(table.span());
        let policy = table.optional(reader, "inconclusive", POLICY, |value| one_of(value, &POLICIES));
        let to = table.optional(reader, "extend_to", TRIALS, trials);
        match (policy.and_then(|policy| POLICIES.get(policy).copied()), to) {
            (Some("extend"), Some(to)) => Some(Self::Extend { to }),
            (Some("extend"), None) => {
                reader.mistake(span, "`extend_to` is missing", Some(format!("make it {TRIALS}")));
                None
            }
            (_, Some(_)) => {
                reader.mistake(span, "`extend_to` has a meaning for inconclusive = \"extend\" alone", None);
                None
            }
            (Some("warn"), None) => Some(Self::Warn),
            _ => Some(Self::Block),
        }
    }
}

const MODES: [&str; 3] = ["fixed", "sequential", "sprt"];
const MODE: &str = "\"fixed\", \"sequential\" or \"sprt\"";
const ESTIMAND: &str = "\"suite\", \"population\" or \"population_strict\"";
const POLICIES: [&str; 3] = ["block", "warn", "extend"];
const POLICY: &str = "\"block\", \"warn\" or \"extend\"";

/// Which of the words a value is.
fn one_of(value: &ValueInner<'_>, words: &[&str]) -> Option<usize> {
    let found = value.as_str()?;
    words.iter().position(|word| *word == found)
}

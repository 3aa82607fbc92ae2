//! The documents of a report. `summary.json` holds nothing that differs between two runs of the same suite with the
//! same components: no time, no thread, no folder of this machine.

use super::admission::Known;
use crate::batch::ResultFile;
use anyhow::Context as _;
use glasshouse_judge::{Assessment, Decision, Panel, Satisfaction};
use glasshouse_model::{Digest, Drawn, Ending, Gate, Seed, TrialClass, TrialResult};
use glasshouse_runner::Plan;
use serde::ser::{Error as _, SerializeSeq as _};
use serde::{Serialize, Serializer};
use std::time::Duration;

/// `summary.json`.
#[derive(Debug, Serialize)]
pub(crate) struct Summary<'a> {
    pub(super) schema: &'static str,
    /// The suite's id.
    pub(super) suite: &'a str,
    pub(super) title: &'a str,
    pub(super) components: Vec<Component<'a>>,
    /// What had to be reached.
    pub(super) gate: Gate,
    /// Whether it was.
    pub(super) decision: Decision,
    /// The suite's figure with verdicts taken as they are, and every scenario's part.
    pub(super) satisfaction: &'a Satisfaction,
    /// Everything else: the decision's parts, the three estimands, repeats, design, and what they are made of.
    pub(super) assessment: &'a Assessment,
    /// What is known of the judges' errors.
    pub(super) judges: Judges<'a>,
    /// Which of the scenarios may count, as far as it is known.
    pub(super) admission: Known,
    /// Every trial that does not satisfy, read from the results as the summary is written.
    pub(super) failures: Failures<'a>,
}

/// The judges as one instrument.
#[derive(Debug, Serialize)]
pub(super) struct Judges<'a> {
    /// What a calibration set has to name to count.
    pub(super) digest: Digest,
    #[serde(flatten)]
    pub(super) panel: &'a Panel,
}

/// One component that the run used.
#[derive(Debug, Serialize)]
pub(super) struct Component<'a> {
    name: &'a str,
    role: &'static str,
    digest: Digest,
}

/// One trial that does not satisfy, or has no verdict.
#[derive(Debug, Serialize)]
struct FailedTrial<'a> {
    scenario: &'a str,
    index: u32,
    seed: Seed,
    drawn: &'a Drawn,
    class: TrialClass,
    ending: &'a Ending,
    reason: &'a str,
}

impl<'a> Summary<'a> {
    /// The summary of a whole run; the results are those that count, in planned order.
    pub(crate) fn new(plan: &'a Plan, results: &'a ResultFile, assessment: &'a Assessment) -> Self {
        let suite = plan.suite();
        let component = |used: &'a glasshouse_runner::ComponentUse| Component {
            name: &used.name,
            role: used.role.name(),
            digest: used.digest,
        };
        Self {
            schema: "summary/1",
            suite: &suite.id,
            title: &suite.title,
            components: plan.components().iter().map(component).collect(),
            gate: suite.gate,
            decision: assessment.gate.decision,
            satisfaction: &assessment.satisfaction,
            assessment,
            judges: Judges { digest: plan.judges(), panel: plan.panel() },
            admission: Known::of(plan),
            failures: Failures(Some(results)),
        }
    }
}

/// The trials that do not satisfy, one in memory at a time.
#[derive(Debug, Default)]
pub(super) struct Failures<'a>(Option<&'a ResultFile>);

impl Serialize for Failures<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let broke = |error: anyhow::Error| S::Error::custom(format!("{error:#}"));
        let mut failures = serializer.serialize_seq(None)?;
        if let Some(results) = self.0 {
            for result in results.lines::<TrialResult>().map_err(broke)? {
                let result = result.map_err(broke)?;
                if !result.satisfied {
                    failures.serialize_element(&FailedTrial::from(&result))?;
                }
            }
        }
        failures.end()
    }
}

impl<'a> From<&'a TrialResult> for FailedTrial<'a> {
    fn from(result: &'a TrialResult) -> Self {
        Self {
            scenario: &result.scenario,
            index: result.index,
            seed: result.seed,
            drawn: &result.drawn,
            class: result.class,
            ending: &result.ending,
            reason: &result.reason,
        }
    }
}

/// `timings.json`: all that differs between two runs of the same suite.
#[derive(Debug, Serialize)]
pub(crate) struct Timings {
    schema: &'static str,
    trials: usize,
    threads: usize,
    seconds: f64,
    trials_per_second: f64,
}

impl Timings {
    /// The timings of a run that took so long.
    pub(crate) fn new(trials: usize, threads: usize, took: Duration) -> Self {
        let seconds = took.as_secs_f64();
        let trials_per_second = trials as f64 / seconds.max(f64::EPSILON);
        Self { schema: "timings/1", trials, threads, seconds, trials_per_second }
    }

    /// In one line for people.
    pub(crate) fn line(&self) -> String {
        let Self { trials, threads, seconds, trials_per_second, .. } = self;
        format!("{trials} trials in {seconds:.2} s, {trials_per_second:.0} a second; threads: {threads}")
    }
}

/// A document of its own: indented, with a line feed at its end.
///
/// # Errors
/// Where a value cannot be written as JSON, which no document of a report has.
pub(crate) fn document(value: &impl Serialize) -> anyhow::Result<String> {
    let mut text = serde_json::to_string_pretty(value).context("a report cannot be written as JSON")?;
    text.push('\n');
    Ok(text)
}

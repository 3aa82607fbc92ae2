//! `suite.toml`.
#![expect(dead_code, reason = "the shape of a file; nothing is ever read into it")]

use super::table::{ListedSeed, PanelTable};
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// A folder of scenarios, its subject and its gate.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct SuiteFile {
    /// The format and its version.
    #[schemars(extend("const" = "suite/1"))]
    schema: String,
    /// Unique among the suites of one user.
    #[schemars(regex(pattern = "^[a-z][a-z0-9-]{0,63}$"))]
    id: String,
    /// For people.
    #[schemars(length(min = 1))]
    title: String,
    /// A bundled component's name, or a path ending in .wasm.
    subject: String,
    /// What decides between pass and fail.
    gate: GateTable,
    /// Where the scenarios' weights come from.
    usage: Option<UsageTable>,
    /// What a judge.toml's own panel leaves open.
    panel: Option<PanelTable>,
    /// Labelled trials that say how often the judges err.
    calibration: Option<CalibrationTable>,
    /// How it is shown that the scenarios may count.
    admission: Option<SuiteAdmission>,
    /// What a scenario's own seeds leave open.
    seeds: Option<SuiteSeeds>,
}

/// What decides between pass and fail.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct GateTable {
    /// What satisfaction has to reach.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    threshold: f64,
    /// Of the interval, two-sided.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1, "default" = 0.95))]
    confidence: Option<f64>,
    /// When it is decided.
    #[schemars(extend("default" = "fixed"))]
    mode: Option<Mode>,
    /// Which satisfaction a fixed gate looks at.
    #[schemars(extend("default" = "suite"))]
    estimand: Option<Estimand>,
    /// The rate that `sprt` tells from the threshold, above it.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    target: Option<f64>,
    /// Most that the rate of collateral damage may be, by its upper bound.
    #[schemars(extend("exclusiveMinimum" = 0, "exclusiveMaximum" = 1))]
    harm: Option<f64>,
    /// What becomes of a run that settles nothing.
    #[schemars(extend("default" = "block"))]
    inconclusive: Option<Policy>,
    /// Trials a scenario to which `extend` goes on.
    #[schemars(range(min = 1, max = 100_000))]
    extend_to: Option<u32>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase", inline)]
enum Mode {
    /// One look at the whole plan.
    Fixed,
    /// As soon as it is settled.
    Sequential,
    /// Between the threshold and the target.
    Sprt,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case", inline)]
enum Estimand {
    /// That of this suite's scenarios.
    Suite,
    /// That of scenarios like these.
    Population,
    /// The same, by bounds that hold for any number of scenarios of one weight, however they differ.
    PopulationStrict,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase", inline)]
enum Policy {
    /// It has an exit code of its own.
    Block,
    /// It passes with a warning.
    Warn,
    /// It goes on.
    Extend,
}

/// Where the scenarios' weights come from.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct UsageTable {
    /// Logged sessions that they were counted from.
    #[schemars(range(min = 1))]
    sessions: Option<u64>,
    /// Instead of the scenarios' own weights.
    weights: Option<BTreeMap<String, f64>>,
}

/// Labelled trials that say how often the judges err.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct CalibrationTable {
    /// Path of the labels.
    set: String,
    /// Labels that it needs of trials that people found satisfying.
    #[schemars(range(min = 1), extend("default" = 30))]
    min_satisfied: Option<u64>,
    /// And of others.
    #[schemars(range(min = 1), extend("default" = 20))]
    min_unsatisfied: Option<u64>,
    /// Whether a run without a valid calibration is of no use.
    #[schemars(extend("default" = false))]
    required: Option<bool>,
}

/// How it is shown that the scenarios may count.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SuiteAdmission {
    /// Subjects with one defect each.
    #[schemars(length(min = 1, max = 64))]
    mutants: Option<Vec<String>>,
    /// Whether a run begins only where every scenario of it is admitted.
    #[schemars(extend("default" = false))]
    required: Option<bool>,
}

/// How many trials there are, and how they are spread over the scenarios.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct SuiteSeeds {
    /// Trials a scenario.
    #[schemars(range(min = 1, max = 100_000), extend("default" = 25))]
    n: Option<u32>,
    /// Moves every seed.
    #[schemars(extend("default" = 0))]
    base: Option<u64>,
    /// The seeds themselves, in the order of the trials; instead of the other keys.
    #[schemars(length(min = 1, max = 10_000), extend("uniqueItems" = true))]
    list: Option<Vec<ListedSeed>>,
    /// How they are spread; `fixed` with a fixed gate, else `sweep`, where nothing is said.
    plan: Option<Plan>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "lowercase", inline)]
enum Plan {
    /// Each scenario has its own number of trials; with a fixed gate.
    Fixed,
    /// In proportion to the weights, at least two each; with a fixed gate.
    Proportional,
    /// The scenario of each trial is drawn by its weight; with any gate.
    Usage,
    /// Every scenario once, then as `usage`; with a sequential gate or `sprt`.
    Sweep,
    /// Every scenario once, then drawn where trials tell most; with a sequential gate.
    Adaptive,
}

//! `sealed/judge.toml`.
#![expect(dead_code, reason = "the shape of a file; nothing is ever read into it")]

use super::table::{Own, PanelTable};
use schemars::JsonSchema;

/// Who judges a scenario's trials, and by what.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct JudgeFile {
    /// The format and its version.
    #[schemars(extend("const" = "judge/1"))]
    schema: String,
    /// Path of the recorded replies of models.
    replies: Option<String>,
    /// How the scores of soft judges are put together.
    panel: Option<PanelTable>,
    /// The judges.
    #[schemars(length(min = 1))]
    judge: Vec<JudgeTable>,
    /// How it is shown that the scenario may count.
    admission: Option<AdmissionTable>,
}

/// One judge and its criterion.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct JudgeTable {
    /// Unique in the file.
    #[schemars(regex(pattern = "^[a-z][a-z0-9-]{0,63}$"))]
    id: String,
    /// A bundled judge's name, or a path ending in .wasm.
    component: String,
    /// Whether any score under 1 makes the trial unsatisfied.
    #[schemars(extend("default" = true))]
    blocking: Option<bool>,
    /// Whether a score under 1 means damage that nobody asked for.
    #[schemars(extend("default" = false))]
    harm: Option<bool>,
    /// In the panel.
    #[schemars(extend("exclusiveMinimum" = 0, "maximum" = 1e6, "default" = 1))]
    weight: Option<f64>,
    /// Handed to the judge as JSON; its keys are the judge's own.
    criterion: Option<Own>,
}

/// How it is shown that the scenario may count.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
struct AdmissionTable {
    /// Path of the steps that satisfy.
    oracle: String,
    /// Whether faults are injected into the oracle's runs.
    #[schemars(extend("default" = true))]
    faults: Option<bool>,
    /// Mutants of the suite that this scenario has to catch.
    #[schemars(length(min = 1, max = 64))]
    mutants: Option<Vec<String>>,
}

//! Two builds on the same scenarios and seeds, and what a batch of some size can show.

mod paired;
mod planning;
mod tests_of_signs;

pub use paired::{BuildVerdict, Comparison, PairedDifference, PairedScenario, compare};
pub use planning::{
    GatePlan, Within, gate_plan, minimum_effect, scenarios_needed, within_and_between, zero_failure_trials,
};
pub use tests_of_signs::{ln_e_discordant, mcnemar, sign_flip};

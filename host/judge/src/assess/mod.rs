//! Everything that is said of one batch, from its results, the gate and what is known of the judges.

mod assessing;
mod assessment;
mod critical;
mod figures;
mod harm;
mod panel;
mod planning;
mod scenarios;

pub use assessing::Assessing;
pub use assessment::{Assessment, Batch, GateOutcome, assess};
pub use critical::CriticalClaim;
pub(crate) use critical::critical_claims;
pub use figures::{Design, Estimands, Estimate, Observed, Usage};
pub use harm::HarmClaim;
pub(crate) use harm::{harm_claim, is_harm, spent_harm_claim};
pub use panel::Panel;
pub use planning::MinimumEffect;
pub use scenarios::{PassK, Repeats, ScenarioFigures};

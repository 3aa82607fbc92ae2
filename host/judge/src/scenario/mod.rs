//! One scenario's figures: counts, posterior and class, repeats, and what the other scenarios tell of it.

mod class;
mod indexes;
mod repeats;
mod shrinkage;
mod tally;

pub use class::{Posterior, ScenarioClass};
pub use repeats::{corrected_pass_k, flake_rate, pass_at_k, pass_k};
pub use shrinkage::{Shrinkage, shrink};
pub(crate) use tally::{Count, is_missing};
pub use tally::{ReasonCount, ScenarioSatisfaction};

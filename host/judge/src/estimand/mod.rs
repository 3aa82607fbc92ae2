//! What satisfaction figures speak of, and their points, variances and effective sizes.

mod counts;
mod effective;
mod satisfaction;
mod spread;
mod strata;
mod suite;

pub(crate) use counts::{Counts, text_in};
pub use effective::{population_bounds, population_size, suite_bounds, suite_size};
pub(crate) use satisfaction::shares;
pub use satisfaction::{
    Calibration, Estimand, Missing, PlanError, PlannedScenario, Satisfaction, satisfaction,
};
pub use spread::{Spread, neyman_allocation};
pub(crate) use strata::total;
pub use strata::{Stratum, kish_size, leverage, point, population_variance, scenarios_size, suite_variance};
pub use suite::{Figure, Guarantee, Method};
pub(crate) use suite::{estimate, guarantee};

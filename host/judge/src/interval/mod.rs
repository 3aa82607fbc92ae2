//! Intervals for one proportion.

mod closed_form;
mod proportion;

pub use closed_form::{agresti_coull, hoeffding_lower, jeffreys, wald, wilson};
pub use proportion::{Interval, OutOfRange, clopper_pearson};
pub(crate) use proportion::{cp_lower, cp_upper};

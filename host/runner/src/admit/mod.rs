//! Admission: whether a scenario may count. Its oracle satisfies, doing nothing does not, the mutants that it names are
//! caught, and two runs of the oracle are equal.

mod admitted;
mod brief;
mod load;
mod run;

pub use admitted::{Admitted, OracleRuns};
pub(crate) use load::SCRIPTED;
pub use load::{Admission, load_admission};

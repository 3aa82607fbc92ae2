//! From verdicts to satisfaction, its interval and the gate.
//!
//! Everything here is a pure function of recorded results: no component runs, no file is read, no clock is asked.

mod beta;
mod compose;
mod estimate;
mod gate;
mod interval;
mod satisfaction;
mod tally;

pub use compose::{Verdict, compose};
pub use estimate::{Figure, Guarantee, Method};
pub use gate::{Decision, decide};
pub use interval::{Interval, OutOfRange, clopper_pearson};
pub use satisfaction::{
    Calibration, Estimand, Missing, PlanError, PlannedScenario, Satisfaction, satisfaction,
};
pub use tally::{ReasonCount, ScenarioSatisfaction};

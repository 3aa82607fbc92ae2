//! From verdicts to satisfaction, its interval and the gate.
//!
//! Everything here is a pure function of recorded results: no component runs, no file is read, no clock is asked.
//!
//! | to | look in |
//! |---|---|
//! | one trial's verdict from what its judges said | `compose` |
//! | everything that is said of one batch | `assess` |
//! | points, variances and effective sizes of a suite | `estimand` |
//! | intervals of one proportion | `interval` |
//! | how often judges err, and figures that allow for it | `error_model` |
//! | one scenario's counts, repeats and class | `scenario` |
//! | e-process, SPRT, critical scenarios, settlement | `gate` |
//! | two builds on the same seeds; sizes of plans | `compare` |

mod assess;
mod compare;
mod compose;
mod error_model;
mod estimand;
mod gate;
mod interval;
mod numeric;
mod scenario;

pub use assess::*;
pub use compare::*;
pub use compose::{Verdict, compose};
pub use error_model::*;
pub use estimand::*;
pub use gate::*;
pub use interval::*;
pub use scenario::*;

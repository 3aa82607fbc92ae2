//! The main job: a suite's folder becomes planned trials, the trials run over all cores, each in its own forked
//! universe, and their verdicts come back in planned order.

mod bundled;
mod folder;
mod inbound;
mod judging;
mod load;
mod plan;
mod prepare;
mod schedule;
mod trial;

pub use bundled::{Bundled, ComponentUse};
pub use load::{LoadSuiteError, load_suite};
pub use plan::Plan;
pub use schedule::run;
pub use trial::Finished;

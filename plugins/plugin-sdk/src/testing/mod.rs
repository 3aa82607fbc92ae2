//! Doubles of the host, for native tests of a plugin's logic.

mod finished_trial;
mod stage;

pub use finished_trial::{FinishedTrial, created};
pub use stage::{Stage, StageTool};

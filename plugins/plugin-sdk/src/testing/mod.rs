//! Doubles of the host, for native tests of a plugin's logic.

mod finished_trial;
mod rehearsal;
mod replies;
mod stage;

pub use finished_trial::{FinishedTrial, created};
pub use rehearsal::Rehearsal;
pub use replies::{Replies, reply};
pub use stage::{Stage, StageTool};

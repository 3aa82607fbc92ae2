//! Doubles of the host, for native tests of a plugin's logic.

mod finished_trial;
mod mutation;
mod rehearsal;
mod replies;
mod stage;
mod trial_file;

pub use finished_trial::{FinishedTrial, created};
pub use mutation::{HARMLESS, LEAKED, MutationScore, Mutator, SPOILING, mutation_score};
pub use rehearsal::Rehearsal;
pub use replies::{Replies, reply};
pub use stage::{Stage, StageTool};
pub use trial_file::{START, after_start, assert_cases, satisfied_trial};

//! The main job: a suite's folder becomes planned trials, the trials run over all cores, each in its own forked
//! universe, and their verdicts come back in planned order.

mod bundled;
mod folder;
mod header;
mod inbound;
mod judging;
mod load;
mod plan;
mod prepare;
mod replay;
mod schedule;
mod select;
mod trial;

pub use bundled::{Bundled, ComponentUse};
pub use header::TrialName;
pub use load::{LoadSuiteError, load_suite};
pub use plan::Plan;
pub use replay::{Divergence, Level, Place, head_of, rejudge, replay};
pub use schedule::{Watch, run};
pub use select::{NoShard, Selection, SelectionError, Shard};
pub use trial::Finished;

//! Trajectories of trials as contexts: what is written for each, under which types. `specs/ledger.md` has the mapping.

mod record;

pub(crate) use record::BUNDLES;
pub use record::{Recorded, Recording};

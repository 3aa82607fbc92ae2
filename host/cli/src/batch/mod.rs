//! One batch of trials in a folder: what it runs, what of it has run, and what becomes of each trial in its report.

mod entry;
mod journal;
mod settling;
mod store;
mod tape;

pub(crate) use entry::{Entry, ResultLine};
pub(crate) use journal::{Journal, JournalLine, RunFile};
pub(crate) use settling::{Settled, Settling};
pub(crate) use store::{TrialStore, clock, tag};
pub(crate) use tape::{results, tapes, trajectory};

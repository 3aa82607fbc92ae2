//! One batch of trials in a folder: what it runs, what of it has run, and what becomes of each trial in its report.

mod entry;
mod journal;
mod lines;
mod result_file;
mod settling;
mod shard;
mod store;
mod tape;
mod waiting;

pub(crate) use entry::ResultLine;
pub(crate) use journal::{Journal, RunFile};
pub(crate) use lines::JsonLines;
pub(crate) use result_file::{ResultFile, ResultReader};
pub(crate) use settling::{Settled, Settling};
pub(crate) use shard::Shard;
pub(crate) use store::{TrialStore, clock, tag};
pub(crate) use tape::{TrialId, each_result, tapes, trajectory};
pub(crate) use waiting::RanBefore;

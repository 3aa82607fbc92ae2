//! Trials that have run and are not settled. Those that ran before stay where they are written until they are due.

use super::entry::{Entry, ResultLine};
use super::journal::{Journal, JournalLine};
use super::shard::Shard;
use anyhow::Context as _;
use glasshouse_model::Digest;
use glasshouse_runner::Plan;
use std::collections::BTreeMap;

/// One of them.
pub(super) enum Waiting {
    /// It ran now.
    Here(Box<Entry>),
    /// Its line in the journal, and whether it satisfied.
    Journalled(u64, bool),
    /// Which of the shards has it, its number there, and whether it satisfied.
    InShard(usize, usize, bool),
}

impl Waiting {
    pub(super) fn satisfied(&self) -> bool {
        match self {
            Self::Here(entry) => entry.line.result.satisfied,
            Self::Journalled(_, satisfied) | Self::InShard(_, _, satisfied) => *satisfied,
        }
    }

    /// All that is kept of it.
    pub(super) fn entry(self, journal: Option<&mut Journal>, shards: &[Shard]) -> anyhow::Result<Entry> {
        match self {
            Self::Here(entry) => Ok(*entry),
            Self::Journalled(place, _) => {
                let journal = journal.context("there is no journal")?;
                journal.read(place).context("the journal cannot be read")
            }
            Self::InShard(shard, number, _) => {
                shards.get(shard).context("there is no such shard")?.entry(number)
            }
        }
    }
}

/// What ran before, by the number of the trial.
#[derive(Default)]
pub(crate) struct RanBefore {
    pub(super) waiting: BTreeMap<usize, Waiting>,
    /// The records that stand in the ledger.
    pub(super) recorded: BTreeMap<Digest, (u64, String)>,
    /// Trials of another suite or build, which are of no use.
    pub(crate) others: usize,
}

impl RanBefore {
    /// Takes up a line of the journal that begins there.
    pub(crate) fn journalled(&mut self, plan: &Plan, place: u64, line: JournalLine) {
        match line {
            JournalLine::Ran(entry) => {
                let satisfied = entry.line.result.satisfied;
                let is_taken = self.take(plan, &entry.line, Waiting::Journalled(place, satisfied));
                self.others += usize::from(!is_taken);
            }
            JournalLine::Recorded { key, context, hash } => {
                self.recorded.insert(key, (context, hash));
            }
        }
    }

    /// Takes up a trial of a shard; false where it is not one of the plan as it is.
    pub(crate) fn in_shard(
        &mut self,
        plan: &Plan,
        (shard, number): (usize, usize),
        line: &ResultLine,
    ) -> bool {
        self.take(plan, line, Waiting::InShard(shard, number, line.result.satisfied))
    }

    fn take(&mut self, plan: &Plan, line: &ResultLine, waiting: Waiting) -> bool {
        let number = plan.number(&line.result.scenario, line.result.index);
        let number = number.filter(|number| plan.name(*number).is_some_and(|name| name.key == line.key));
        number.is_some_and(|number| {
            self.waiting.insert(number, waiting);
            true
        })
    }

    /// The numbers of the trials, and whether they satisfied.
    pub(crate) fn done(&self) -> BTreeMap<usize, bool> {
        self.waiting.iter().map(|(number, waiting)| (*number, waiting.satisfied())).collect()
    }
}

//! What becomes of each trial: into the journal as soon as it has run, into the report and the ledger in planned order.

use super::entry::{Entry, ResultLine};
use super::journal::{Journal, JournalLine};
use super::shard::Shard;
use super::store::TrialStore;
use super::tape::{TrialId, trajectory};
use super::waiting::{RanBefore, Waiting};
use crate::progress::Progress;
use crate::report::ReportFolder;
use anyhow::Context as _;
use glasshouse_judge::Assessing;
use glasshouse_model::{Digest, TrialClass, TrialResult};
use glasshouse_runner::{Finished, Plan, TrialName, Watch};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Most differences between records and replays that are told; the others are counted.
const MOST_DIVERGENCES: usize = 20;

/// A run under way, or several that become one. What is kept of a trial that is settled does not grow with it.
pub(crate) struct Settling<'s, 'p> {
    plan: &'p Plan,
    report: &'s mut ReportFolder,
    store: &'s TrialStore,
    /// None where nothing runs.
    journal: Option<&'s mut Journal>,
    /// What trials that ran before are read from, where that is no journal.
    shards: &'s [Shard],
    progress: Progress,
    ends_at_critical: bool,
    /// Trials that have run and are not settled.
    waiting: BTreeMap<usize, Waiting>,
    /// Those of them whose records stand in the ledger.
    recorded: BTreeMap<Digest, (u64, String)>,
    settled: Settled<'p>,
}

/// What a run came to.
#[derive(Default)]
pub(crate) struct Settled<'p> {
    /// How many trials count.
    pub(crate) trials: usize,
    /// How many of them satisfy.
    pub(crate) satisfied: usize,
    /// The first in planned order that does not satisfy by what happened in it: what broke in the host is in no record.
    pub(crate) first_failed: Option<TrialId>,
    /// All that is said of them; none where no whole scenarios ran.
    pub(crate) assessing: Option<Assessing<'p>>,
    /// Where replays came out otherwise than the records, the first of them.
    pub(crate) divergences: Vec<String>,
    /// How many further ones there are.
    pub(crate) further_divergences: usize,
    /// How many trials ran now, be they settled or not.
    pub(crate) ran: usize,
    /// Whether a gate needs no more than the results.
    pub(crate) is_decided: bool,
    /// The critical trial that ended the run.
    pub(crate) ended_by: Option<TrialName>,
    failure: Option<anyhow::Error>,
}

impl<'s, 'p> Settling<'s, 'p> {
    /// Begins with nothing settled.
    pub(crate) fn new(
        plan: &'p Plan,
        report: &'s mut ReportFolder,
        store: &'s TrialStore,
        progress: Progress,
    ) -> Self {
        Self {
            plan,
            report,
            store,
            journal: None,
            shards: &[],
            progress,
            ends_at_critical: false,
            waiting: BTreeMap::new(),
            recorded: BTreeMap::new(),
            settled: Settled::default(),
        }
    }

    /// The same, assessed; a gate ends it as soon as it is decided: what has run beyond that trial counts for nothing.
    pub(crate) fn assessed(mut self, assessing: Option<Assessing<'p>>) -> Self {
        self.settled.assessing = assessing;
        self
    }

    /// The same, with a journal of what runs.
    pub(crate) fn journalled(mut self, journal: &'s mut Journal, ends_at_critical: bool) -> Self {
        self.journal = Some(journal);
        self.ends_at_critical = ends_at_critical;
        self
    }

    /// The same, with shards.
    pub(crate) fn of_shards(mut self, shards: &'s [Shard]) -> Self {
        self.shards = shards;
        self
    }

    /// The same, with what ran before.
    pub(crate) fn going_on(mut self, before: RanBefore) -> Self {
        let RanBefore { waiting, recorded, .. } = before;
        self.progress.ran_before(waiting.len());
        (self.waiting, self.recorded) = (waiting, recorded);
        self
    }

    /// What it came to, and how long it took.
    ///
    /// # Errors
    /// What kept a trial from being written.
    pub(crate) fn end(self) -> anyhow::Result<(Settled<'p>, std::time::Duration)> {
        let took = self.progress.end();
        match self.settled.failure {
            Some(failure) => Err(failure),
            None => Ok((self.settled, took)),
        }
    }

    fn keep(&mut self, number: usize, finished: &Finished) -> anyhow::Result<()> {
        let name = self.plan.name(number).context("a trial that is not planned")?;
        let entry = Entry::of(&name, finished)?;
        if let Some(journal) = &mut self.journal {
            journal
                .append(&JournalLine::Ran(Box::new(entry.clone())))
                .context("the journal cannot be written")?;
        }
        self.waiting.insert(number, Waiting::Here(Box::new(entry)));
        Ok(())
    }

    fn settle(&mut self, number: usize, finished: Option<&Finished>) -> anyhow::Result<TrialResult> {
        let waiting = self.waiting.remove(&number).context("a trial was settled that has not run")?;
        let Entry { mut line, tape, divergence } = waiting.entry(self.journal.as_deref_mut(), self.shards)?;
        if let Some(tape) = &tape {
            let (context, hash) = self.recorded(&line, tape, finished)?;
            (line.context, line.hash) = (Some(context), Some(hash));
        }
        self.report.settle(&line, tape.as_deref()).context("the report cannot be written")?;
        self.progress.settled(line.result.satisfied);
        self.settled.count(&line.result, divergence);
        Ok(line.result)
    }

    /// Where the record stands in the ledger: now, or since before.
    fn recorded(
        &mut self,
        line: &ResultLine,
        tape: &str,
        finished: Option<&Finished>,
    ) -> anyhow::Result<(u64, String)> {
        let stands = match self.recorded.remove(&line.key) {
            None if finished.is_none() && self.journal.is_some() => self.store.newest_of(line)?,
            known => known,
        };
        stands.map_or_else(|| self.record(line, tape, finished), Ok)
    }

    fn record(
        &mut self,
        line: &ResultLine,
        tape: &str,
        finished: Option<&Finished>,
    ) -> anyhow::Result<(u64, String)> {
        let (context, hash) = match finished {
            Some(finished) => self.store.record(line, &finished.trajectory)?,
            None => self.store.record(line, &trajectory(tape)?)?,
        };
        if let Some(journal) = &mut self.journal {
            let recorded = JournalLine::Recorded { key: line.key, context, hash: hash.clone() };
            journal.append(&recorded).context("the journal cannot be written")?;
        }
        Ok((context, hash))
    }

    fn flow<T>(&mut self, done: anyhow::Result<T>) -> ControlFlow<(), T> {
        match done {
            Ok(value) => ControlFlow::Continue(value),
            Err(failure) => {
                self.settled.failure.get_or_insert(failure);
                ControlFlow::Break(())
            }
        }
    }

    /// The name of the trial that was settled last, where it ends the run.
    fn ending(&self, number: usize, last: &TrialResult) -> Option<TrialName> {
        let has_failed = !last.satisfied && matches!(last.class, TrialClass::Judged | TrialClass::Budget);
        let name = (self.ends_at_critical && has_failed).then(|| self.plan.name(number)).flatten();
        name.filter(|name| name.is_critical)
    }
}

impl Settled<'_> {
    fn count(&mut self, result: &TrialResult, divergence: Option<String>) {
        self.trials += 1;
        self.satisfied += usize::from(result.satisfied);
        if !result.satisfied && result.class != TrialClass::Infra && self.first_failed.is_none() {
            self.first_failed = Some((result.scenario.clone(), result.index));
        }
        if self.divergences.len() < MOST_DIVERGENCES {
            self.divergences.extend(divergence);
        } else {
            self.further_divergences += usize::from(divergence.is_some());
        }
    }
}

impl Watch for Settling<'_, '_> {
    fn arrived(&mut self, number: usize, finished: &Finished) -> ControlFlow<()> {
        self.progress.arrived();
        self.settled.ran += 1;
        let kept = self.keep(number, finished);
        self.flow(kept)
    }

    fn settled(&mut self, number: usize, finished: Option<Finished>) -> ControlFlow<()> {
        let settled = self.settle(number, finished.as_ref());
        let last = self.flow(settled)?;
        self.settled.is_decided =
            self.settled.assessing.as_mut().is_some_and(|assessing| assessing.add(&last));
        self.settled.ended_by = self.ending(number, &last);
        let is_over = self.settled.is_decided || self.settled.ended_by.is_some();
        if is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

//! What becomes of each trial: into the journal as soon as it has run, into the report and the ledger in planned order.

use super::entry::{Entry, ResultLine};
use super::journal::{Journal, JournalLine};
use super::store::TrialStore;
use super::tape::trajectory;
use crate::progress::Progress;
use crate::report::ReportFolder;
use anyhow::Context as _;
use glasshouse_judge::Sequential;
use glasshouse_model::{Digest, TrialClass, TrialResult};
use glasshouse_runner::{Finished, Plan, TrialName, Watch};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// A run under way, or several that become one.
pub(crate) struct Settling<'p> {
    plan: &'p Plan,
    report: &'p mut ReportFolder,
    store: &'p TrialStore,
    /// None where nothing runs.
    journal: Option<&'p mut Journal>,
    progress: Progress,
    ends_at_critical: bool,
    gate: Option<Sequential<'p>>,
    /// Trials that have run and are not settled.
    waiting: BTreeMap<usize, Entry>,
    /// Those of them whose records stand in the ledger.
    recorded: BTreeMap<Digest, (u64, String)>,
    settled: Settled,
}

/// What a run came to.
#[derive(Default)]
pub(crate) struct Settled {
    /// In planned order.
    pub(crate) results: Vec<TrialResult>,
    /// Where replays came out otherwise than the records.
    pub(crate) divergences: Vec<String>,
    /// How many trials ran now, be they settled or not.
    pub(crate) ran: usize,
    /// Whether a gate needs no more than the results.
    pub(crate) is_decided: bool,
    /// The critical trial that ended the run.
    pub(crate) ended_by: Option<TrialName>,
    failure: Option<anyhow::Error>,
}

impl<'p> Settling<'p> {
    /// Begins with nothing settled.
    pub(crate) fn new(
        plan: &'p Plan,
        report: &'p mut ReportFolder,
        store: &'p TrialStore,
        progress: Progress,
    ) -> Self {
        Self {
            plan,
            report,
            store,
            journal: None,
            progress,
            ends_at_critical: false,
            gate: None,
            waiting: BTreeMap::new(),
            recorded: BTreeMap::new(),
            settled: Settled::default(),
        }
    }

    /// The same, ended by a gate as soon as that is settled: what has run beyond that trial counts for nothing.
    pub(crate) fn decided_by(mut self, gate: Option<Sequential<'p>>) -> Self {
        self.gate = gate;
        self
    }

    /// The same, with a journal of what runs.
    pub(crate) fn journalled(mut self, journal: &'p mut Journal, ends_at_critical: bool) -> Self {
        self.journal = Some(journal);
        self.ends_at_critical = ends_at_critical;
        self
    }

    /// Takes up what ran before; how many of the lines are of another suite or build, and so are of no use.
    pub(crate) fn take_up(&mut self, lines: Vec<JournalLine>) -> usize {
        let mut others = 0;
        for line in lines {
            match line {
                JournalLine::Ran(entry) => others += usize::from(!self.take(*entry)),
                JournalLine::Recorded { key, context, hash } => {
                    self.recorded.insert(key, (context, hash));
                }
            }
        }
        others
    }

    /// Takes up one trial that ran before; false where it is not one of the plan as it is.
    pub(crate) fn take(&mut self, entry: Entry) -> bool {
        let result = &entry.line.result;
        let number = self.plan.number(&result.scenario, result.index);
        let number =
            number.filter(|number| self.plan.name(*number).is_some_and(|name| name.key == entry.line.key));
        let Some(number) = number else { return false };
        self.waiting.insert(number, entry);
        self.progress.ran_before(1);
        true
    }

    /// The numbers of the trials that ran before, and whether they satisfied.
    pub(crate) fn done(&self) -> BTreeMap<usize, bool> {
        self.waiting.iter().map(|(number, entry)| (*number, entry.line.result.satisfied)).collect()
    }

    /// What it came to, and how long it took.
    ///
    /// # Errors
    /// What kept a trial from being written.
    pub(crate) fn end(self) -> anyhow::Result<(Settled, std::time::Duration)> {
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
        self.waiting.insert(number, entry);
        Ok(())
    }

    fn settle(&mut self, number: usize, finished: Option<&Finished>) -> anyhow::Result<()> {
        let Entry { mut line, tape, divergence } =
            self.waiting.remove(&number).context("a trial was settled that has not run")?;
        if let Some(tape) = &tape {
            let (context, hash) = self.recorded(&line, tape, finished)?;
            (line.context, line.hash) = (Some(context), Some(hash));
        }
        self.report.settle(&line, tape.as_deref()).context("the report cannot be written")?;
        self.progress.settled(line.result.satisfied);
        self.settled.divergences.extend(divergence);
        self.settled.results.push(line.result);
        Ok(())
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

    fn flow(&mut self, done: anyhow::Result<()>) -> ControlFlow<()> {
        match done {
            Ok(()) => ControlFlow::Continue(()),
            Err(failure) => {
                self.settled.failure.get_or_insert(failure);
                ControlFlow::Break(())
            }
        }
    }

    /// The name of the trial that was settled last, where it ends the run.
    fn ending(&self, number: usize) -> Option<TrialName> {
        let last = self.settled.results.last().filter(|_| self.ends_at_critical)?;
        let has_failed = !last.satisfied && matches!(last.class, TrialClass::Judged | TrialClass::Budget);
        self.plan.name(number).filter(|name| has_failed && name.is_critical)
    }
}

impl Watch for Settling<'_> {
    fn arrived(&mut self, number: usize, finished: &Finished) -> ControlFlow<()> {
        self.progress.arrived();
        self.settled.ran += 1;
        let kept = self.keep(number, finished);
        self.flow(kept)
    }

    fn settled(&mut self, number: usize, finished: Option<Finished>) -> ControlFlow<()> {
        let settled = self.settle(number, finished.as_ref());
        self.flow(settled)?;
        let last = self.settled.results.last();
        self.settled.is_decided = match (&mut self.gate, last) {
            (Some(gate), Some(last)) => gate.observe(last),
            _ => false,
        };
        self.settled.ended_by = self.ending(number);
        let is_over = self.settled.is_decided || self.settled.ended_by.is_some();
        if is_over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

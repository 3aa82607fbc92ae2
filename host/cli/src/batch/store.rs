//! The ledger that a batch writes its records to.

use super::entry::ResultLine;
use anyhow::Context as _;
use glasshouse_ledger::{Clock, Commit, Context, Ledger, Options, Recording};
use glasshouse_model::{Digest, Trajectory};
use glasshouse_runner::Plan;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// A ledger that is being written to.
pub(crate) struct TrialStore {
    ledger: Ledger,
    tag: String,
    suite: String,
    components: BTreeMap<String, Digest>,
}

impl TrialStore {
    /// Opens the ledger of a run, or makes it.
    ///
    /// # Errors
    /// The ledger's.
    pub(crate) fn open(folder: &Path, tag: &str, plan: &Plan) -> anyhow::Result<Self> {
        let ledger = Ledger::open(folder, Options::new(clock()))
            .with_context(|| format!("the ledger {}", folder.display()))?;
        let components = plan.components().iter().map(|used| (used.name.clone(), used.digest)).collect();
        Ok(Self { ledger, tag: tag.to_owned(), suite: plan.suite().id.clone(), components })
    }

    /// Writes a trial down; its context, and the hash of its last turn.
    ///
    /// # Errors
    /// The ledger's.
    pub(crate) fn record(&self, line: &ResultLine, trajectory: &Trajectory) -> anyhow::Result<(u64, String)> {
        let recording =
            Recording { suite: &self.suite, components: &self.components, trajectory, result: &line.result };
        let recorded = self.ledger.record(&self.tag, &recording, Commit::Interval)?;
        Ok((recorded.context.0, recorded.hash.to_string()))
    }

    /// The newest context of this run where it holds that trial whole. A process that is killed between the ledger and
    /// the journal leaves one of which the journal knows nothing.
    ///
    /// # Errors
    /// The ledger's.
    pub(crate) fn newest_of(&self, line: &ResultLine) -> anyhow::Result<Option<(u64, String)>> {
        let Some(newest) = self.ledger.contexts().next().transpose()? else { return Ok(None) };
        let title = format!("{} #{}", line.result.scenario, line.result.index);
        let is_its = |context: &Context| {
            let said = context.origin.provenance.as_ref();
            context.origin.tag == self.tag && said.is_some_and(|said| said.title == title)
        };
        if !is_its(&newest) {
            return Ok(None);
        }
        let last = self.ledger.last(newest.id, 1)?.pop();
        let verdict = last.filter(|turn| turn.type_id == "glasshouse.verdict");
        Ok(verdict.map(|turn| (newest.id.0, turn.hash.to_string())))
    }
}

/// What the trials of a run that begins now are tagged with: the suite's id, and when.
pub(crate) fn tag(suite: &str) -> String {
    format!("{suite} {}", jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ"))
}

/// The machine's clock, for a ledger.
pub(crate) fn clock() -> Clock {
    let since_1970 = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Arc::new(move || u64::try_from(since_1970().as_millis()).unwrap_or(u64::MAX))
}

//! What is kept of one trial that has run.

use glasshouse_model::{Digest, TrialResult};
use glasshouse_runner::{Divergence, Finished, TrialName};
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// One line of `results.jsonl`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ResultLine {
    /// What became of it.
    #[serde(flatten)]
    pub(crate) result: TrialResult,
    /// Over all that decides it: suite, files, components, seed.
    pub(crate) key: Digest,
    /// The last link of the record's chain.
    pub(crate) head: Digest,
    /// Whether replays came out as the record; none where it was not replayed.
    pub(crate) replayed: Option<bool>,
    /// Its context in the ledger; none where its record is not kept.
    pub(crate) context: Option<u64>,
    /// Hash of that context's last turn.
    pub(crate) hash: Option<String>,
}

/// One trial that has run, as the journal keeps it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Its line, without context and hash.
    pub(crate) line: ResultLine,
    /// Its lines of `events.jsonl`, where they are kept.
    pub(crate) tape: Option<String>,
    /// Where a replay came out otherwise.
    pub(crate) divergence: Option<String>,
}

impl Entry {
    /// Of a trial that has just run.
    ///
    /// # Errors
    /// Where its record cannot be written as JSON, which no record has.
    pub(crate) fn of(name: &TrialName, finished: &Finished) -> serde_json::Result<Self> {
        let tape = finished.is_kept().then(|| lines(finished)).transpose()?;
        let diverged = finished.proof.as_ref().and_then(|proof| proof.as_ref().err());
        let line = ResultLine {
            result: finished.result.clone(),
            key: name.key,
            head: finished.trajectory.head(),
            replayed: finished.proof.as_ref().map(Result::is_ok),
            context: None,
            hash: None,
        };
        Ok(Self { line, tape, divergence: diverged.map(|found| told(name, found)) })
    }
}

fn lines(finished: &Finished) -> serde_json::Result<String> {
    let mut text = String::new();
    for line in finished.trajectory.lines() {
        // Writing to a String cannot fail.
        writeln!(text, "{}", serde_json::to_string(&line)?).unwrap_or_default();
    }
    Ok(text)
}

fn told(name: &TrialName, divergence: &Divergence) -> String {
    format!("{}#{}: {divergence}", name.scenario, name.index)
}

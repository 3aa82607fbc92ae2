//! `glasshouse ledger verify` and `glasshouse ledger gc`: what looks at all that is stored.

use super::store;
use crate::args::{Format, LedgerGc, LedgerVerify};
use crate::exit::{Ended, Failure};
use crate::report::document;
use crate::terminal;
use anyhow::Context as _;
use glasshouse_ledger::{Error, Fault, Ledger, Verified};
use serde::Serialize;

const SCHEMA: &str = "ledger-verify/1";

/// What `ledger verify` tells.
#[derive(Debug, Serialize)]
struct Checked {
    schema: &'static str,
    whole: bool,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Found(Found),
    Broken(Broken),
}

/// What was computed again and is as it was.
#[derive(Debug, Serialize)]
struct Found {
    turns: u64,
    contexts: u64,
    blobs: u64,
    /// Parts of snapshots that were never stored.
    absent: u64,
}

/// The first thing that is not as it was.
#[derive(Debug, Serialize)]
struct Broken {
    /// None where no turn is concerned.
    turn: Option<u64>,
    what: String,
}

/// Verifies. What keeps the ledger from being opened may be what is sought.
pub(super) fn verify(args: &LedgerVerify) -> Result<Ended, Failure> {
    store::must_exist(&args.store)?;
    let opened = Ledger::open(&args.store.folder, store::options());
    let (checked, ended) = match opened.and_then(|ledger| ledger.verify()) {
        Ok(verified) => (Checked::whole(verified), Ended::Done),
        Err(error) if error.fault() == Fault::Data => (Checked::broken(&error), Ended::Damaged),
        Err(error) => return Err(store::failed(&args.store, error)),
    };
    let text = match args.format {
        Format::Json => document(&checked)?,
        Format::Human => checked.line(),
    };
    terminal::data(&text).context("stdout")?;
    Ok(ended)
}

impl Checked {
    fn whole(verified: Verified) -> Self {
        let Verified { turns, contexts, blobs, absent } = verified;
        let outcome = Outcome::Found(Found { turns, contexts, blobs, absent });
        Self { schema: SCHEMA, whole: true, outcome }
    }

    fn broken(error: &Error) -> Self {
        let (turn, what) = match error {
            Error::Broken(found) => (Some(found.turn.0).filter(|turn| *turn != 0), found.flaw.to_string()),
            other => (None, other.to_string()),
        };
        Self { schema: SCHEMA, whole: false, outcome: Outcome::Broken(Broken { turn, what }) }
    }

    fn line(&self) -> String {
        match &self.outcome {
            Outcome::Found(Found { turns, contexts, blobs, absent }) => format!(
                "whole: {turns} turns, {contexts} contexts, {blobs} blobs, {absent} parts of snapshots not stored\n"
            ),
            Outcome::Broken(Broken { turn: Some(turn), what }) => format!("broken at turn @{turn}: {what}\n"),
            Outcome::Broken(Broken { turn: None, what }) => format!("broken: {what}\n"),
        }
    }
}

/// What `ledger gc` tells.
#[derive(Debug, Serialize)]
struct Swept {
    schema: &'static str,
    removed: u64,
    removed_bytes: u64,
    /// Blobs that turns or snapshots refer to.
    reachable: u64,
    /// Blobs that nothing refers to, put within the grace period.
    spared: u64,
    /// Idempotency keys whose time was over.
    keys: u64,
}

/// Collects.
pub(super) fn gc(args: &LedgerGc) -> Result<Ended, Failure> {
    let opened = store::open(&args.store)?;
    let collected = opened.ledger.collect(args.grace.saturating_mul(1000));
    let collected = collected.map_err(|error| opened.failed(error))?;
    let swept = Swept {
        schema: "ledger-gc/1",
        removed: collected.removed,
        removed_bytes: collected.removed_bytes,
        reachable: collected.reachable,
        spared: collected.spared,
        keys: collected.keys,
    };
    let text = match args.format {
        Format::Json => document(&swept)?,
        Format::Human => format!(
            "removed {} blobs, {} bytes; {} are referred to, {} are too young, {} keys were over\n",
            swept.removed, swept.removed_bytes, swept.reachable, swept.spared, swept.keys
        ),
    };
    terminal::data(&text).context("stdout")?;
    Ok(Ended::Done)
}

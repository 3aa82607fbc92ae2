//! `glasshouse ledger fork`: a context whose head is an existing turn.

use super::store;
use crate::args::{Format, LedgerFork};
use crate::exit::{Ended, Failure};
use crate::report::document;
use crate::terminal;
use anyhow::Context as _;
use glasshouse_ledger::Commit;
use serde::Serialize;

/// What `ledger fork` tells.
#[derive(Debug, Serialize)]
struct Forked {
    schema: &'static str,
    /// The context that was made.
    context: u64,
    /// Its newest turn, which it shares with others.
    head: u64,
    /// How many turns lead to it.
    turns: u32,
}

/// Forks.
pub(super) fn fork(args: &LedgerFork) -> Result<Ended, Failure> {
    let opened = store::open(&args.store)?;
    let at = opened.turn(args.at)?;
    let made = opened.ledger.create(at, &args.tag, Commit::Durable);
    let (context, head) = made.map_err(|error| opened.failed(error))?;
    let forked = Forked { schema: "ledger-fork/1", context: context.0, head: head.turn.0, turns: head.depth };
    let text = match args.format {
        Format::Json => document(&forked)?,
        Format::Human => format!("context {context} at turn @{}, depth {}\n", head.turn, head.depth),
    };
    terminal::data(&text).context("stdout")?;
    Ok(Ended::Done)
}

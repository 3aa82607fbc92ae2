//! `glasshouse ledger show`: a context and what branches off it.

use super::document::{ContextShown, WholeTurn};
use super::store;
use crate::args::{Format, LedgerShow};
use crate::exit::{Ended, Failure};
use crate::report::document;
use crate::terminal;
use anyhow::Context as _;
use glasshouse_ledger::{ContextId, Drawing};
use serde::Serialize;

/// What `ledger show` tells.
#[derive(Debug, Serialize)]
struct Shown {
    schema: &'static str,
    #[serde(flatten)]
    context: ContextShown,
    /// Oldest first.
    path: Vec<WholeTurn>,
    /// Turns before those.
    earlier: u64,
}

/// Shows.
pub(super) fn show(args: &LedgerShow) -> Result<Ended, Failure> {
    let opened = store::open(&args.store)?;
    let (id, turns) = (ContextId(args.context), args.turns as usize);
    let text = match args.format {
        Format::Json => {
            let context = opened.ledger.context(id).map_err(|error| opened.failed(error))?;
            let path = opened.ledger.last(id, turns).map_err(|error| opened.failed(error))?;
            let path =
                path.iter().map(|turn| WholeTurn::read(&opened, turn)).collect::<Result<Vec<_>, _>>()?;
            let earlier = u64::from(context.head.depth).saturating_sub(path.len() as u64);
            document(&Shown { schema: "ledger-show/1", context: (&context).into(), path, earlier })?
        }
        Format::Human => {
            let drawing = Drawing { turns, contexts: args.contexts as usize };
            let lines = opened.ledger.show(id, drawing).map_err(|error| opened.failed(error))?;
            lines.join("\n") + "\n"
        }
    };
    terminal::data(&text).context("stdout")?;
    Ok(Ended::Done)
}

//! `glasshouse ledger export` and `glasshouse ledger import`: a context as one file.

use super::store::{self, Opened};
use crate::args::{Format, LedgerExport, LedgerImport};
use crate::exit::{Ended, Failure};
use crate::report::document;
use crate::terminal;
use anyhow::Context as _;
use glasshouse_ledger::ContextId;
use serde::Serialize;
use std::fs::File;
use std::path::Path;

/// What `ledger export` tells.
#[derive(Debug, Serialize)]
struct Exported {
    schema: &'static str,
    context: u64,
    turns: u64,
    file: String,
}

/// What `ledger import` tells.
#[derive(Debug, Serialize)]
struct Imported {
    schema: &'static str,
    /// The context that was made.
    context: u64,
    turns: u64,
    /// Hash of its newest turn, which covers all of them; none where it has none.
    hash: Option<String>,
}

/// Exports. A file that was begun and not ended is removed again.
pub(super) fn export(args: &LedgerExport) -> Result<Ended, Failure> {
    let opened = store::open(&args.store)?;
    // Before the file is made.
    opened.ledger.context(ContextId(args.context)).map_err(|error| opened.failed(error))?;
    let file = File::create_new(&args.file).map_err(|error| {
        unusable(&args.file, &error, "name a file that does not exist, in a folder that does")
    })?;
    let turns = write(&opened, args, &file).inspect_err(|_| {
        // The failure that is told is the first one.
        let _ = std::fs::remove_file(&args.file);
    })?;
    let file = args.file.display().to_string();
    let exported = Exported { schema: "ledger-export/1", context: args.context, turns, file };
    let text = match args.format {
        Format::Json => document(&exported)?,
        Format::Human => format!("{turns} turns of context {} in {}\n", args.context, exported.file),
    };
    terminal::data(&text).context("stdout")?;
    Ok(Ended::Done)
}

fn write(opened: &Opened<'_>, args: &LedgerExport, file: &File) -> Result<u64, Failure> {
    let turns = opened.ledger.export(ContextId(args.context), file);
    let turns = turns.map_err(|error| opened.failed(error))?;
    file.sync_all().with_context(|| args.file.display().to_string())?;
    Ok(turns)
}

/// Imports.
pub(super) fn import(args: &LedgerImport) -> Result<Ended, Failure> {
    let file = File::open(&args.file)
        .map_err(|error| unusable(&args.file, &error, "give a file that `ledger export` wrote"))?;
    let opened = store::open_or_make(&args.store)?;
    let failed = |error| opened.failed(error);
    let glasshouse_ledger::Imported { context, turns } = opened.ledger.import(file).map_err(failed)?;
    let newest = opened.ledger.last(context, 1).map_err(failed)?;
    let hash = newest.first().map(|turn| turn.hash.to_string());
    let text = match args.format {
        Format::Json => document(&Imported { schema: "ledger-import/1", context: context.0, turns, hash })?,
        Format::Human => {
            format!("context {context}, {turns} turns, hash {}\n", hash.as_deref().unwrap_or("none"))
        }
    };
    terminal::data(&text).context("stdout")?;
    Ok(Ended::Done)
}

fn unusable(file: &Path, error: &std::io::Error, hint: &str) -> Failure {
    Failure::usage(format!("{}: {error}", file.display()), hint)
}

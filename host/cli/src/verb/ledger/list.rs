//! `glasshouse ledger list`: contexts, newest first.

use super::document::{ContextShown, one_line};
use super::store::{self, Opened, clock};
use crate::args::{Format, LedgerList};
use crate::exit::{Ended, Failure};
use crate::report::document;
use crate::terminal;
use anyhow::Context as _;
use glasshouse_ledger::Context;
use glasshouse_ledger::cql::{self, Candidate, Query};
use serde::Serialize;
use std::fmt::Write as _;

/// What `ledger list` tells.
#[derive(Debug, Serialize)]
struct Listed {
    schema: &'static str,
    contexts: Vec<ContextShown>,
    /// Whether there are more than the limit.
    more: bool,
}

/// Lists.
pub(super) fn list(args: &LedgerList) -> Result<Ended, Failure> {
    let query = args.query.as_deref().map(read_query).transpose()?;
    let opened = store::open(&args.store)?;
    let mut listed = Listed { schema: "ledger-list/1", contexts: Vec::new(), more: false };
    for context in opened.ledger.contexts() {
        let context = context.map_err(|error| opened.failed(error))?;
        if !is_found(&opened, query.as_ref(), &context)? {
            continue;
        }
        listed.more = listed.contexts.len() == args.limit;
        if listed.more {
            break;
        }
        listed.contexts.push(ContextShown::from(&context));
    }
    let text = match args.format {
        Format::Json => document(&listed)?,
        Format::Human => lines(&listed),
    };
    terminal::data(&text).context("stdout")?;
    Ok(Ended::Done)
}

fn read_query(text: &str) -> Result<Query, Failure> {
    cql::parse(text, clock()()).map_err(|misread| {
        Failure::usage(
            format!("--query: character {}: {}", misread.place + 1, misread.why),
            "write FIELD = \"TEXT\", joined by AND, OR and NOT; specs/ledger.md lists the fields",
        )
    })
}

fn is_found(opened: &Opened<'_>, query: Option<&Query>, context: &Context) -> Result<bool, Failure> {
    let Some(query) = query else { return Ok(true) };
    let root = opened.ledger.family(context).map_err(|error| opened.failed(error))?;
    // Whoever writes it would have it open.
    Ok(query.holds(&Candidate { context, root, is_live: false }))
}

fn lines(listed: &Listed) -> String {
    let mut text =
        format!("{:>8} {:>8}  {:<20}  {}\n", "CONTEXT", "TURNS", "CREATED", "TAG, TITLE AND LABELS");
    for context in &listed.contexts {
        let mut words = vec![context.tag.as_str(), &context.title];
        words.extend(context.labels.iter().map(String::as_str));
        words.retain(|word| !word.is_empty());
        let created = time(context.created);
        let words = one_line(&words.join(", "));
        let line = format!("{:>8} {:>8}  {created:<20}  {words}", context.context, context.turns);
        let _ = writeln!(text, "{}", line.trim_end());
    }
    if listed.more {
        text.push_str("there are more; --limit shows them\n");
    }
    text
}

/// In UTC, to the second.
fn time(ms: u64) -> String {
    let time = i64::try_from(ms).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    time.map_or_else(|| ms.to_string(), |time| format!("{time:.0}"))
}

//! `glasshouse audit`: whether an audit is whole.

use crate::args::{Audit, Format};
use crate::exit::{Ended, Failure};
use crate::report::document;
use crate::terminal;
use anyhow::Context as _;
use glasshouse_sandbox::{AuditHead, verify_audit};
use serde::Serialize;

/// What `audit` tells.
#[derive(Debug, Serialize)]
struct Checked {
    schema: &'static str,
    entries: u64,
    head: String,
}

/// Checks the chain, and its end where that is known.
pub(crate) fn audit(args: &Audit) -> Result<Ended, Failure> {
    let shown = args.file.display();
    let unreadable =
        |what: String| Failure::usage(format!("{shown}: {what}"), "give a file that `call --audit` wrote");
    let log = std::fs::read(&args.file).map_err(|error| unreadable(error.to_string()))?;
    let AuditHead { count, hash } =
        verify_audit(&log, None).map_err(|broken| unreadable(broken.to_string()))?;
    let head = hash.to_string();
    if args.head.as_ref().is_some_and(|wanted| *wanted != head) {
        return Err(unreadable(format!("it ends in {head}: lines at its end are missing or others")));
    }
    let checked = Checked { schema: "audit/1", entries: count, head };
    let text = match args.format {
        Format::Json => document(&checked)?,
        Format::Human => format!("whole: {} entries, head {}\n", checked.entries, checked.head),
    };
    terminal::data(&text).context("stdout")?;
    Ok(Ended::Done)
}

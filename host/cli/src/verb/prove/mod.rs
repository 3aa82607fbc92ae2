//! `glasshouse prove`: hostile guests against this machine, each held or not. A polite guest runs after each of them
//! in the same process, and has to notice nothing.

mod agent;
mod cases;
mod folder;
mod ground;
mod load;
mod report;
mod run;
mod world;

use crate::args::{Format, Prove};
use crate::exit::{Ended, Failure};
use crate::interrupt;
use crate::report::document;
use crate::terminal;
use anyhow::Context as _;
use cases::{CASES, Case};
use ground::Ground;
use report::Proof;
use std::sync::atomic::Ordering;

/// Runs the cases and ends with whether all of them are enforced.
pub(crate) fn prove(args: &Prove) -> Result<Ended, Failure> {
    let cases = chosen(args.case.as_deref())?;
    let stop = interrupt::stop_flag().context("signals cannot be caught")?;
    let ground = Ground::prepare()?;
    let mut findings = Vec::with_capacity(cases.len());
    for case in cases {
        if stop.load(Ordering::Relaxed) {
            return Err(Failure::Interrupted);
        }
        findings.push(run::run(&ground, case));
    }
    let proof = Proof::new(findings);
    let text = match args.format {
        Format::Human => proof.lines(),
        Format::Json => document(&proof)?,
    };
    terminal::data(&text).context("stdout")?;
    Ok(if proof.all_enforced() { Ended::Done } else { Ended::NotEnforced })
}

/// All cases, or the one with this id.
fn chosen(id: Option<&str>) -> Result<Vec<&'static Case>, Failure> {
    let Some(id) = id else { return Ok(CASES.iter().collect()) };
    match CASES.iter().find(|case| case.id == id) {
        Some(case) => Ok(vec![case]),
        None => {
            let ids: Vec<_> = CASES.iter().map(|case| case.id).collect();
            Err(Failure::usage(
                format!("there is no case `{id}`"),
                format!("the cases are: {}", ids.join(", ")),
            ))
        }
    }
}

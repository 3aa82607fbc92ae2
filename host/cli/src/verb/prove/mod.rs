//! `glasshouse prove`: hostile guests against this machine, each held or not. A polite guest runs after each of them
//! in the same process, and has to notice nothing.

mod agent;
mod cases;
mod corpus;
mod folder;
mod ground;
mod load;
mod report;
mod run;
mod stage;
mod world;

use crate::args::{Format, MemoryAllocation, Prove};
use crate::artefacts;
use crate::exit::{Ended, Failure};
use crate::interrupt;
use crate::policy_file::PolicyFile;
use crate::report::document;
use crate::terminal;
use anyhow::Context as _;
use cases::Case;
use glasshouse_sandbox::{Allocation, Limits};
use ground::Ground;
use report::Proof;
use std::sync::atomic::Ordering;

/// Runs the cases and ends with whether all of them are enforced.
pub(crate) fn prove(args: &Prove) -> Result<Ended, Failure> {
    let cases = chosen(args.case.as_deref())?;
    let stop = interrupt::stop_flag().context("signals cannot be caught")?;
    let policy = args.policy.as_deref().map(|path| PolicyFile::load(Some(path))).transpose()?;
    let limits = policy.map(|file| Limits::from(&file.policy.limits));
    let allocation = args.allocation.map(|allocation| match allocation {
        MemoryAllocation::Pooled => Allocation::Pooled,
        MemoryAllocation::OnDemand => Allocation::OnDemand,
    });
    #[cfg(feature = "removable-guards")]
    without(args.without.as_deref())?;
    let ground = Ground::prepare(limits, allocation, artefacts::compiler())?;
    let mut findings = Vec::with_capacity(cases.len());
    for case in cases {
        if stop.load(Ordering::Relaxed) {
            return Err(Failure::Interrupted);
        }
        findings.push(run::run(&ground, &case));
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
fn chosen(id: Option<&str>) -> Result<Vec<Case>, Failure> {
    let mut all = cases::all();
    let Some(id) = id else { return Ok(all) };
    let ids: Vec<_> = all.iter().map(|case| case.id).collect();
    let unknown =
        Failure::usage(format!("there is no case `{id}`"), format!("the cases are: {}", ids.join(", ")));
    all.retain(|case| case.id == id);
    if all.is_empty() { Err(unknown) } else { Ok(all) }
}

/// Takes a guard away, for the tests of these cases.
#[cfg(feature = "removable-guards")]
fn without(guard: Option<&str>) -> Result<(), Failure> {
    use glasshouse_sandbox::{Guard, remove_guard};
    let Some(name) = guard else { return Ok(()) };
    let Some(guard) = Guard::ALL.into_iter().find(|guard| guard.to_string() == name) else {
        return Err(Failure::usage(format!("there is no guard `{name}`"), "guard.rs has them all"));
    };
    remove_guard(guard);
    Ok(())
}

//! `glasshouse ledger`: the store of turns and blobs, from the command line. One file a verb, or two that belong
//! together.

mod carry;
mod diff;
mod document;
mod fork;
mod list;
mod serve;
mod show;
mod store;
mod upkeep;

use crate::args::{Ledger, LedgerVerb};
use crate::exit::{Ended, Failure};

/// Does what was typed behind `ledger`.
pub(crate) fn ledger(args: &Ledger) -> Result<Ended, Failure> {
    match &args.verb {
        LedgerVerb::Serve(args) => serve::serve(args),
        LedgerVerb::List(args) => list::list(args),
        LedgerVerb::Show(args) => show::show(args),
        LedgerVerb::Fork(args) => fork::fork(args),
        LedgerVerb::Diff(args) => diff::diff(args),
        LedgerVerb::Verify(args) => upkeep::verify(args),
        LedgerVerb::Export(args) => carry::export(args),
        LedgerVerb::Import(args) => carry::import(args),
        LedgerVerb::Gc(args) => upkeep::gc(args),
    }
}

//! The ledger that a verb was pointed at, and whose fault it is when it does not do what was asked.

use crate::args::{Point, Store};
pub(super) use crate::batch::clock;
use crate::exit::Failure;
use glasshouse_ledger::{ContextId, Error, Fault, Ledger, Options, TurnId};

/// A ledger, and how the user named it.
pub(super) struct Opened<'s> {
    pub(super) ledger: Ledger,
    store: &'s Store,
}

/// Opens the ledger that is there.
///
/// # Errors
/// [`Failure`] where none is there, another process has it open, or it cannot be read.
pub(super) fn open(store: &Store) -> Result<Opened<'_>, Failure> {
    must_exist(store)?;
    open_or_make(store)
}

/// Opens the ledger that is there, or makes one.
///
/// # Errors
/// As [`open`].
pub(super) fn open_or_make(store: &Store) -> Result<Opened<'_>, Failure> {
    match Ledger::open(&store.folder, options()) {
        Ok(ledger) => Ok(Opened { ledger, store }),
        Err(error) => Err(failed(store, error)),
    }
}

/// # Errors
/// [`Failure`] where the folder holds no ledger.
pub(super) fn must_exist(store: &Store) -> Result<(), Failure> {
    if Ledger::is_at(&store.folder) {
        return Ok(());
    }
    Err(Failure::usage(
        format!("{}: no ledger is there", store.folder.display()),
        "name its folder with --store; `ledger import` and `ledger serve` make one",
    ))
}

/// Stamps by the machine's clock.
pub(super) fn options() -> Options {
    Options::new(clock())
}

impl Opened<'_> {
    /// Whose fault an error of this ledger is.
    pub(super) fn failed(&self, error: Error) -> Failure {
        failed(self.store, error)
    }

    /// The turn that a point stands for.
    ///
    /// # Errors
    /// [`Failure`] where there is no such turn or context, or the context is empty.
    pub(super) fn turn(&self, point: Point) -> Result<TurnId, Failure> {
        let head = match point {
            Point::Turn(turn) => self.ledger.turn(TurnId(turn)).map(|turn| turn.id),
            Point::Context(context) => self.ledger.head(ContextId(context)).map(|head| head.turn),
        };
        match head.map_err(|error| self.failed(error))? {
            TurnId::NONE => Err(Failure::usage("the context has no turn yet", hint(Fault::Caller))),
            turn => Ok(turn),
        }
    }
}

/// Whose fault an error of the ledger is.
pub(super) fn failed(store: &Store, error: Error) -> Failure {
    let what = format!("{}: {error}", store.folder.display());
    match (&error, error.fault()) {
        (Error::InUse, _) => {
            Failure::usage(what, "ask the server that has it open over HTTP, or end it first")
        }
        (Error::BrokenImport { .. }, _) => {
            Failure::usage(error.to_string(), "export the context again, where it came from")
        }
        (Error::File(cause), _) if is_the_users(cause) => Failure::usage(
            format!("{}: {cause}", store.folder.display()),
            "name a folder that can be written to with --store",
        ),
        (_, fault @ (Fault::Caller | Fault::Data)) => Failure::usage(what, hint(fault)),
        (_, Fault::Machine) => {
            Failure::Host(anyhow::Error::new(error).context(store.folder.display().to_string()))
        }
    }
}

/// Whether an error of the system is about the folder that was named, and not about the machine.
fn is_the_users(cause: &std::io::Error) -> bool {
    use std::io::ErrorKind::{AlreadyExists, NotADirectory, NotFound, PermissionDenied, ReadOnlyFilesystem};
    [AlreadyExists, NotADirectory, NotFound, PermissionDenied, ReadOnlyFilesystem].contains(&cause.kind())
}

fn hint(fault: Fault) -> &'static str {
    match fault {
        Fault::Caller => {
            "`glasshouse ledger list` shows the contexts that there are, `ledger show` their turns"
        }
        Fault::Data => {
            "restore the folder from a copy, or import what was exported; `ledger verify` checks it"
        }
        Fault::Machine => "look at the disk and at the memory of this machine",
    }
}

//! The newest turn and its hash, kept beside the engine's files when the ledger is closed.
//!
//! The engine takes a journal that ends early for one whose tail was torn. That is right after a crash; after a clean
//! close it is loss, and the anchor tells the two apart. It also tells whether everything had been moved from the journal
//! into tables by then: in that case the journal is not read again, whatever its size.

use super::tables::Tables;
use super::{Error, TurnId};
use blake3::Hash;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

const NAME: &str = "anchor";
/// The second line of an anchor whose ledger has nothing in its journal that its tables lack.
const FLUSHED: &str = "flushed";
const JOURNAL: &str = "jnl";

/// What was so at the last clean close.
#[derive(Debug, Clone, Copy)]
pub(super) struct Anchor {
    /// The newest turn.
    pub(super) turn: TurnId,
    hash: Hash,
    flushed: bool,
}

impl Anchor {
    /// `None` before the first close, or where the file is not ours.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        let text = fs::read_to_string(folder.join(NAME)).ok()?;
        let mut lines = text.lines();
        let (id, hash) = lines.next()?.split_once(' ')?;
        let flushed = lines.next() == Some(FLUSHED);
        // A number that no ledger comes to is none of ours, and must not become the next one.
        let turn = id.parse().ok().filter(|turn| *turn < u64::MAX / 2).map(TurnId)?;
        Some(Self { turn, hash: hash.parse().ok()?, flushed })
    }

    /// Puts the newest turn in its place; nothing where there is no turn yet.
    pub(super) fn replace(folder: &Path, tables: &Tables, flushed: bool) -> Result<(), Error> {
        let turn = TurnId(Tables::last_id(&tables.turns)?);
        let Some(found) = tables.turn(turn)? else { return Ok(()) };
        Self { turn, hash: found.hash, flushed }.write(folder)
    }

    /// Whether the turn that was the newest is gone, or is another.
    pub(super) fn is_lost(self, tables: &Tables) -> Result<bool, Error> {
        Ok(tables.turn(self.turn)?.is_none_or(|found| found.hash != self.hash))
    }

    /// Empties a journal whose content is in tables. The caller is the only one that has the ledger. The mark goes
    /// first: from here on the journal is needed.
    pub(super) fn begin(self, folder: &Path, engine: &Path) -> Result<(), Error> {
        if !self.flushed {
            return Ok(());
        }
        Self { flushed: false, ..self }.write(folder)?;
        let entries = match fs::read_dir(engine) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            entries => entries?,
        };
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == JOURNAL) {
                let file = File::options().write(true).open(path)?;
                file.set_len(0)?;
                file.sync_all()?;
            }
        }
        Ok(())
    }

    fn write(self, folder: &Path) -> Result<(), Error> {
        let fresh = folder.join("anchor.new");
        let mut file = File::create(&fresh)?;
        writeln!(file, "{} {}", self.turn, self.hash)?;
        if self.flushed {
            writeln!(file, "{FLUSHED}")?;
        }
        file.sync_all()?;
        fs::rename(fresh, folder.join(NAME))?;
        File::open(folder)?.sync_all()?;
        Ok(())
    }
}

//! The newest turn and its hash, kept beside the engine's files when the ledger is closed.
//!
//! The engine takes a damaged journal for one whose tail was torn, and drops the rest of it. That is right after a
//! crash; after a clean close it is loss, and the anchor tells the two apart.

use super::tables::Tables;
use super::{Error, TurnId};
use blake3::Hash;
use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

const NAME: &str = "anchor";

/// Replaces the anchor by the newest turn.
pub(super) fn write(folder: &Path, tables: &Tables) -> Result<(), Error> {
    let id = TurnId(Tables::last_id(&tables.turns)?);
    let Some(turn) = tables.turn(id)? else { return Ok(()) };
    let fresh = folder.join("anchor.new");
    let mut file = File::create(&fresh)?;
    writeln!(file, "{id} {}", turn.hash)?;
    file.sync_all()?;
    fs::rename(fresh, folder.join(NAME))?;
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// The turn that was the newest at the last clean close; `None` before the first, or where the file is not ours.
pub(super) fn read(folder: &Path) -> Option<(TurnId, Hash)> {
    let text = fs::read_to_string(folder.join(NAME)).ok()?;
    let (id, hash) = text.trim_end().split_once(' ')?;
    Some((TurnId(id.parse().ok()?), hash.parse().ok()?))
}

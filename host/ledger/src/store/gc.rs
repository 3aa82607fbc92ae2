//! Removing what nothing refers to.

use super::apply::KEY_LIFETIME;
use super::tables::{Tables, id_of, root_of};
use super::verify::hash_of;
use super::{Break, Error, Flaw, Turn, TurnId, reach};
use blake3::Hash;
use fjall::PersistMode;
use std::collections::HashSet;

/// Removals of one commit.
const CHUNK: usize = 10_000;

/// What a collection did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Collected {
    /// Blobs that a turn or a snapshot refers to.
    pub reachable: u64,
    /// Blobs that nothing refers to, put within the grace period.
    pub spared: u64,
    /// Blobs removed.
    pub removed: u64,
    /// Stored bytes of those; the engine frees them when it next compacts.
    pub removed_bytes: u64,
    /// Idempotency keys removed because their time was over.
    pub keys: u64,
}

/// Runs on the writer's thread, between commits: whatever is referred to when it begins is all there is.
pub(super) fn collect(tables: &Tables, oldest_put: u64, now: u64) -> Result<Collected, Error> {
    let reachable = reachable(tables)?;
    let mut collected = Collected { reachable: reachable.len() as u64, ..Collected::default() };
    let mut doomed = Vec::new();
    for entry in tables.blobs.iter() {
        let (key, stored) =
            entry.into_inner_if(|key| hash_of(key).is_none_or(|hash| !reachable.contains(&hash)))?;
        let Some(stored) = stored else { continue };
        if tables.puts.get(&key)?.is_some_and(|put| number(&put) >= oldest_put) {
            collected.spared += 1;
            continue;
        }
        collected.removed_bytes += stored.len() as u64;
        doomed.push(key);
    }
    collected.removed = doomed.len() as u64;
    for chunk in doomed.chunks(CHUNK) {
        let mut batch = tables.database.batch().durability(Some(PersistMode::SyncData));
        for key in chunk {
            batch.remove(&tables.blobs, key.clone());
            batch.remove(&tables.puts, key.clone());
        }
        batch.commit()?;
    }
    collected.keys = forget_keys(tables, now)?;
    Ok(collected)
}

fn reachable(tables: &Tables) -> Result<HashSet<Hash>, Error> {
    let mut found = HashSet::new();
    for entry in tables.turns.iter() {
        let (key, record) = entry.into_inner()?;
        let id = TurnId(id_of(&key));
        // Guessing at a damaged record could remove what it refers to.
        let turn = Turn::decode(id, &record).ok_or(Error::Broken(Break { turn: id, flaw: Flaw::Record }))?;
        found.insert(turn.payload);
    }
    for entry in tables.roots.iter() {
        let (key, root) = entry.into_inner()?;
        let root = root_of(TurnId(id_of(&key)), &root)?;
        reach::snapshot(tables, root, &mut |hash| {
            found.insert(hash);
            Ok(())
        })?;
    }
    Ok(found)
}

fn forget_keys(tables: &Tables, now: u64) -> Result<u64, Error> {
    let mut batch = tables.database.batch().durability(Some(PersistMode::Buffer));
    for entry in tables.keys.iter() {
        let (key, value) = entry.into_inner()?;
        if now.saturating_sub(number(&value)) >= KEY_LIFETIME {
            batch.remove(&tables.keys, key);
        }
    }
    let removed = batch.len() as u64;
    batch.commit()?;
    Ok(removed)
}

/// The number that a value begins with.
fn number(value: &[u8]) -> u64 {
    value.first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

//! The engine's keyspaces, and typed reads of them. Only the writer writes.

use super::context::{Head, Origin};
use super::{Break, ContextId, Error, Flaw, Turn, TurnId, blob};
use blake3::Hash;
use fjall::{Database, Keyspace, KeyspaceCreateOptions, KvSeparationOptions, PersistMode};
use std::path::Path;
use std::time::{Duration, Instant};

/// Memory for blocks that are read often.
const CACHE: u64 = 64 * 1024 * 1024;
/// Bytes of a keyspace that are kept in memory before they are written as a table. Opening reads the journal back into
/// memory, all but what is in tables: smaller is faster to open and slower to write.
const MEMTABLE: u64 = 8 * 1024 * 1024;
/// The longest that closing waits for tables to be written.
const FLUSH: Duration = Duration::from_secs(60);
/// Keys of the `marks` keyspace: the numbers below which ids may have been given out without being durable.
const MARKS: &[u8] = b"marks";

/// Every keyspace of the ledger.
#[derive(Clone)]
pub(crate) struct Tables {
    pub(crate) database: Database,
    /// Hash to [`blob::Packed`].
    pub(crate) blobs: Keyspace,
    /// Hash to the time of the last explicit put, which collection respects.
    pub(crate) puts: Keyspace,
    /// Turn to its record.
    pub(crate) turns: Keyspace,
    /// Context to its head.
    pub(crate) heads: Keyspace,
    /// Context to its origin.
    pub(crate) origins: Keyspace,
    /// Turn and context: the context has, or had, a child of a turn that is not its own.
    pub(crate) branches: Keyspace,
    /// Turn to the root of its snapshot.
    pub(crate) roots: Keyspace,
    /// Turns whose root was attached when they had descendants.
    pub(crate) late_roots: Keyspace,
    /// Digest of context and idempotency key to what the append gave.
    pub(crate) keys: Keyspace,
    /// Bundle id to its JSON.
    pub(crate) bundles: Keyspace,
    /// Order in which bundles came, to their ids.
    pub(crate) bundle_order: Keyspace,
    pub(crate) marks: Keyspace,
}

impl Tables {
    pub(crate) fn open(path: &Path) -> Result<Self, Error> {
        let database = Database::builder(path).cache_size(CACHE).manual_journal_persist(true).open()?;
        let options = || KeyspaceCreateOptions::default().max_memtable_size(MEMTABLE);
        let table = |name| database.keyspace(name, options);
        // Values of a kilobyte and more lie beside the keys, so that sorting these does not move those.
        let separated =
            || KeyspaceCreateOptions::default().with_kv_separation(Some(KvSeparationOptions::default()));
        Ok(Self {
            blobs: database.keyspace("blobs", separated)?,
            puts: table("puts")?,
            turns: table("turns")?,
            heads: table("heads")?,
            origins: table("origins")?,
            branches: table("branches")?,
            roots: table("roots")?,
            late_roots: table("late_roots")?,
            keys: table("keys")?,
            bundles: table("bundles")?,
            bundle_order: table("bundle_order")?,
            marks: table("marks")?,
            database,
        })
    }

    /// Moves what is in memory into tables; whether that was done in time. The engine's own call for it waits for ever
    /// where writing a table fails.
    pub(crate) fn flush(&self) -> Result<bool, Error> {
        let all = [
            &self.blobs,
            &self.puts,
            &self.turns,
            &self.heads,
            &self.origins,
            &self.branches,
            &self.roots,
            &self.late_roots,
            &self.keys,
            &self.bundles,
            &self.bundle_order,
            &self.marks,
        ];
        for keyspace in all {
            keyspace.rotate_memtable()?;
        }
        let begin = Instant::now();
        while all.iter().any(|keyspace| keyspace.sealed_memtable_count() > 0) {
            if begin.elapsed() > FLUSH {
                return Ok(false);
            }
            // Fails once a table could not be written: then nobody writes the others either.
            self.database.persist(PersistMode::Buffer)?;
            std::thread::sleep(Duration::from_millis(1));
        }
        Ok(true)
    }

    pub(crate) fn turn(&self, id: TurnId) -> Result<Option<Turn>, Error> {
        let Some(bytes) = self.turns.get(id.key())? else { return Ok(None) };
        let turn = Turn::decode(id, &bytes);
        turn.map(Some).ok_or(Error::Broken(Break { turn: id, flaw: Flaw::Record }))
    }

    pub(crate) fn head(&self, context: ContextId) -> Result<Option<Head>, Error> {
        let Some(bytes) = self.heads.get(context.key())? else { return Ok(None) };
        let head = Head::decode(&bytes);
        head.map(Some).ok_or(Error::Broken(Break { turn: TurnId::NONE, flaw: Flaw::Head(context) }))
    }

    pub(crate) fn origin(&self, context: ContextId) -> Result<Option<Origin>, Error> {
        let Some(bytes) = self.origins.get(context.key())? else { return Ok(None) };
        let origin = serde_json::from_slice(&bytes).ok();
        origin.map(Some).ok_or(Error::Broken(Break { turn: TurnId::NONE, flaw: Flaw::Head(context) }))
    }

    /// The uncompressed bytes under a hash, checked against it.
    pub(crate) fn blob(&self, hash: &Hash) -> Result<Option<Vec<u8>>, Error> {
        let Some(stored) = self.blobs.get(hash.as_bytes())? else { return Ok(None) };
        let bytes = blob::unpack(&stored).filter(|bytes| blake3::hash(bytes) == *hash);
        bytes.map(Some).ok_or(Error::Broken(Break { turn: TurnId::NONE, flaw: Flaw::Blob(*hash) }))
    }

    pub(crate) fn root(&self, turn: TurnId) -> Result<Option<Hash>, Error> {
        self.roots.get(turn.key())?.map(|bytes| root_of(turn, &bytes)).transpose()
    }

    /// The highest id in a keyspace whose keys begin with one; 0 where it is empty.
    pub(crate) fn last_id(keyspace: &Keyspace) -> Result<u64, Error> {
        let Some(last) = keyspace.last_key_value() else { return Ok(0) };
        Ok(id_of(&last.key()?))
    }

    /// First turn and first context that no reservation covers.
    pub(crate) fn marks(&self) -> Result<(u64, u64), Error> {
        let Some(bytes) = self.marks.get(MARKS)? else { return Ok((0, 0)) };
        let mut reader = super::bytes::Reader::new(&bytes);
        // Guessing could give a number out again.
        let marks = reader.u64().zip(reader.u64());
        marks.ok_or(Error::Broken(Break { turn: TurnId::NONE, flaw: Flaw::Marks }))
    }

    pub(crate) fn put_marks(&self, batch: &mut fjall::OwnedWriteBatch, turn: u64, context: u64) {
        batch.insert(&self.marks, MARKS, [turn.to_le_bytes(), context.to_le_bytes()].concat());
    }
}

/// The root that the snapshot of a turn is stored as.
pub(super) fn root_of(turn: TurnId, bytes: &[u8]) -> Result<Hash, Error> {
    let root = bytes.try_into().ok().map(Hash::from_bytes);
    root.ok_or(Error::Broken(Break { turn, flaw: Flaw::Root }))
}

/// The id that a key begins with; 0 where it is shorter than one.
pub(crate) fn id_of(key: &[u8]) -> u64 {
    key.first_chunk::<8>().map_or(0, |id| u64::from_be_bytes(*id))
}

//! The ledger's handle: opening, and everything that writes.

use super::anchor::Anchor;
use super::apply::Next;
use super::blob::{LARGEST_BLOB, Packed};
use super::lock::Lock;
use super::request::{Answer, Append, Prepared, Request};
use super::tables::Tables;
use super::writer::{QUEUE, Writer};
use super::{Collected, Commit, ContextId, Error, Event, Fault, Head, NewTurn, Options, Receipt, TurnId};
use crate::registry::{Registry, Stored};
use crate::trajectory;
use blake3::Hash;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;
use tokio::sync::broadcast;

/// Folder of the engine's files, below the ledger's own.
const ENGINE: &str = "engine";
/// Events that a slow watcher may be behind before it misses some.
const EVENTS: usize = 1_024;
/// Most bytes of a type id.
const LONGEST_TYPE_ID: usize = 1_024;
/// Most bytes of an idempotency key.
const LONGEST_KEY: usize = 4_096;
/// Most turns of one append.
pub const MOST_TURNS: usize = 65_536;

/// An open ledger. Share it behind an [`Arc`]; its calls block the thread, so call it off the threads that serve
/// others. Dropping it makes everything durable.
pub struct Ledger {
    pub(crate) tables: Tables,
    pub(crate) folder: PathBuf,
    registry: RwLock<Arc<Registry>>,
    /// Held while a bundle is checked and stored, so that two cannot contradict each other.
    publishing: Mutex<()>,
    events: broadcast::Sender<Event>,
    /// Collections so far.
    collections: Arc<AtomicU64>,
    /// `None` while it is dropped, and where it is damaged.
    requests: Option<SyncSender<Request>>,
    /// What keeps it from being written.
    damage: Option<Error>,
    writer: Option<JoinHandle<()>>,
    /// Last, so that it goes when the engine is closed.
    _lock: Lock,
}

impl Ledger {
    /// Whether a folder holds a ledger, so that opening it makes none.
    pub fn is_at(folder: &Path) -> bool {
        folder.join(ENGINE).is_dir()
    }

    /// Opens the ledger in a folder, or makes one there. One process at a time has it open. One whose damage keeps the
    /// next numbers from being known can be read, as far as that goes, and not written.
    ///
    /// # Errors
    /// [`Error::InUse`]; [`Error::File`] or [`Error::Engine`] where the folder cannot be used or is damaged;
    /// [`Error::Thread`]. Where the engine's own manifest is damaged, the engine ends the process.
    pub fn open(folder: &Path, options: Options) -> Result<Self, Error> {
        std::fs::create_dir_all(folder)?;
        let lock = Lock::take(folder)?;
        let (engine, anchor) = (folder.join(ENGINE), Anchor::read(folder));
        if let Some(anchor) = anchor {
            anchor.begin(folder, &engine)?;
        }
        let tables = Tables::open(&engine)?;
        let (events, _) = broadcast::channel(EVENTS);
        let mut ledger = Self {
            tables,
            folder: folder.to_owned(),
            registry: RwLock::default(),
            publishing: Mutex::new(()),
            events,
            collections: Arc::default(),
            requests: None,
            damage: None,
            writer: None,
            _lock: lock,
        };
        match ledger.begin(anchor, options) {
            Err(error) if error.fault() == Fault::Data => ledger.damage = Some(error),
            begun => begun?,
        }
        Ok(ledger)
    }

    /// Starts the thread that writes.
    fn begin(&mut self, anchor: Option<Anchor>, options: Options) -> Result<(), Error> {
        let tables = &self.tables;
        let marks = tables.marks()?;
        let newest = anchor.map_or(0, |anchor| anchor.turn.0).max(Tables::last_id(&tables.turns)?);
        let next = Next {
            turn: marks.0.max(newest.saturating_add(1)),
            context: marks.1.max(Tables::last_id(&tables.heads)?.saturating_add(1)),
        };
        self.registry = RwLock::new(Arc::new(stored_registry(tables)?));
        let writer = Writer {
            any_roots: tables.roots.first_key_value().map(fjall::Guard::key).transpose()?.is_some(),
            // A turn that cannot be read is for `verify` to tell; the anchor is kept until then.
            lost: anchor.is_some_and(|anchor| anchor.is_lost(tables).unwrap_or(true)),
            tables: tables.clone(),
            options,
            folder: self.folder.clone(),
            next,
            reserved: marks,
            unsynced: None,
            events: self.events.clone(),
            collections: self.collections.clone(),
        };
        let (requests, queue) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new().name("ledger-writer".into());
        let thread =
            thread.spawn(move || writer.run(&queue)).map_err(|error| Error::Thread(Arc::new(error)))?;
        (self.requests, self.writer) = (Some(requests), Some(thread));
        Ok(())
    }

    /// Makes a context: empty where `base` is [`TurnId::NONE`], else a fork whose head is that turn, whatever its
    /// depth. `tag` is what the client calls itself; it may be empty.
    ///
    /// # Errors
    /// [`Error::UnknownTurn`] for the base; [`Error::Engine`].
    pub fn create(&self, base: TurnId, tag: &str, commit: Commit) -> Result<(ContextId, Head), Error> {
        self.ask(|answer| Request::Create { base, tag: tag.to_owned(), commit, answer })
    }

    /// A durable fork at any turn: [`Ledger::create`] with a base that must exist.
    ///
    /// # Errors
    /// [`Error::UnknownTurn`]; [`Error::Engine`].
    pub fn fork(&self, at: TurnId) -> Result<(ContextId, Head), Error> {
        if at.is_none() {
            return Err(Error::UnknownTurn(at));
        }
        self.create(at, "", Commit::Durable)
    }

    /// Appends one durable turn. `parent` is [`TurnId::NONE`] for the head; any other turn moves the head to a branch
    /// there. The same non-empty `key` for the same context gives the same receipt for 24 hours.
    ///
    /// # Errors
    /// [`Error::UnknownContext`], [`Error::UnknownParent`], [`Error::UnknownBlob`] for the snapshot's root,
    /// [`Error::KeyReused`], [`Error::Unfit`], [`Error::Engine`]; then nothing was appended.
    pub fn append(
        &self,
        context: ContextId,
        parent: TurnId,
        turn: NewTurn,
        key: &[u8],
    ) -> Result<Receipt, Error> {
        let receipts = self.append_many(context, parent, vec![turn], key, Commit::Durable)?;
        receipts.first().copied().ok_or(Error::Closed)
    }

    /// Appends turns in order, each the child of the one before, all or none. See [`Ledger::append`].
    ///
    /// # Errors
    /// As [`Ledger::append`]; [`Error::Unfit`] for no turn or more than [`MOST_TURNS`].
    pub fn append_many(
        &self,
        context: ContextId,
        parent: TurnId,
        turns: Vec<NewTurn>,
        key: &[u8],
        commit: Commit,
    ) -> Result<Vec<Receipt>, Error> {
        if turns.is_empty() || turns.len() > MOST_TURNS {
            return Err(Error::unfit("append", format!("between 1 and {MOST_TURNS} turns")));
        }
        if key.len() > LONGEST_KEY {
            return Err(Error::unfit("idempotency key", format!("over {LONGEST_KEY} bytes")));
        }
        // Before any look-up: a collection after it may have removed what was found.
        let collections = self.collections.load(Ordering::Acquire);
        let turns = turns.into_iter().map(|turn| self.prepare(turn)).collect::<Result<_, _>>()?;
        let append = Append { context, parent, turns, key: key.to_owned(), commit, collections };
        self.ask(|answer| Request::Append { append, answer })
    }

    /// Hangs a filesystem snapshot on a turn, for it and its descendants until one of them has its own. Another one
    /// replaces the first.
    ///
    /// # Errors
    /// [`Error::UnknownTurn`]; [`Error::UnknownBlob`] where the root is not stored; [`Error::Engine`].
    pub fn attach(&self, turn: TurnId, root: Hash) -> Result<(), Error> {
        self.ask(|answer| Request::Attach { turn, root, answer })
    }

    /// Stores a blob; whether it was not there. It is kept from collection for the grace period even where nothing
    /// refers to it yet.
    ///
    /// # Errors
    /// [`Error::WrongHash`] where the bytes have another hash; [`Error::Unfit`] over [`LARGEST_BLOB`];
    /// [`Error::Engine`].
    pub fn put_blob(&self, announced: Hash, bytes: &[u8]) -> Result<bool, Error> {
        let found = blake3::hash(bytes);
        if found != announced {
            return Err(Error::WrongHash { announced, found });
        }
        self.store_blob(found, bytes, Commit::Durable)
    }

    /// The caller has hashed the bytes.
    pub(super) fn store_blob(&self, hash: Hash, bytes: &[u8], commit: Commit) -> Result<bool, Error> {
        let blob = Packed::new(hash, bytes)?;
        self.ask(|answer| Request::PutBlob { blob, commit, answer })
    }

    /// Stores a bundle of types under its id.
    ///
    /// # Errors
    /// [`Error::Unfit`] where the text is no bundle; [`Error::BundleConflict`] where it contradicts an earlier one;
    /// [`Error::Engine`].
    pub fn put_bundle(&self, id: &str, json: &[u8]) -> Result<Stored, Error> {
        let _turn = self.publishing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut registry = Registry::clone(&self.registry());
        let stored = registry.add(id, json)?;
        if stored == Stored::New {
            let (order, id, json) = (registry.bundles() as u64, id.to_owned(), json.to_owned());
            self.ask(|answer| Request::PutBundle { order, id, json, answer })?;
            *self.registry.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(registry);
        }
        Ok(stored)
    }

    /// The types as they stand.
    pub fn registry(&self) -> Arc<Registry> {
        self.registry.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until everything acknowledged so far is on disk.
    ///
    /// # Errors
    /// [`Error::Engine`].
    pub fn sync(&self) -> Result<(), Error> {
        self.ask(|answer| Request::Sync { answer })
    }

    /// Removes blobs that no turn and no snapshot refers to and that were last put more than `grace` milliseconds
    /// ago, and idempotency keys that are over. Appends wait meanwhile.
    ///
    /// # Errors
    /// [`Error::Broken`] where the store contradicts itself, [`Error::Engine`]; reachable blobs stay.
    pub fn collect(&self, grace: u64) -> Result<Collected, Error> {
        self.ask(|answer| Request::Collect { grace, answer })
    }

    /// Everything that is acknowledged from here on. Who falls 1,024 behind misses some and is told.
    pub fn watch(&self) -> broadcast::Receiver<Event> {
        self.events.subscribe()
    }

    fn prepare(&self, new: NewTurn) -> Result<Prepared, Error> {
        if new.type_id.len() > LONGEST_TYPE_ID {
            return Err(Error::unfit("type id", format!("over {LONGEST_TYPE_ID} bytes")));
        }
        if new.payload.len() > LARGEST_BLOB {
            return Err(Error::unfit("payload", format!("over {LARGEST_BLOB} bytes")));
        }
        let hash = blake3::hash(&new.payload);
        let is_known = self.tables.blobs.contains_key(hash.as_bytes())?;
        let packed = if is_known { None } else { Some(Packed::new(hash, &new.payload)?) };
        Ok(Prepared { new, hash, packed })
    }

    fn ask<T>(&self, request: impl FnOnce(Answer<T>) -> Request) -> Result<T, Error> {
        let (answer, answered) = sync_channel(1);
        let closed = || self.damage.clone().unwrap_or(Error::Closed);
        let requests = self.requests.as_ref().ok_or_else(closed)?;
        requests.send(request(answer)).map_err(|_| Error::Closed)?;
        answered.recv().unwrap_or(Err(Error::Closed))
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(writer) = self.writer.take() {
            // It ended already if it panicked; what is on disk stays valid.
            let _ = writer.join();
        }
    }
}

fn stored_registry(tables: &Tables) -> Result<Registry, Error> {
    let mut registry = Registry::default();
    for (id, json) in trajectory::BUNDLES {
        registry.add(id, json)?;
    }
    for entry in tables.bundle_order.iter() {
        let id = String::from_utf8_lossy(&entry.value()?).into_owned();
        let json = tables.bundles.get(&id)?.ok_or_else(|| Error::UnknownBundle(id.clone()))?;
        registry.add(&id, &json)?;
    }
    Ok(registry)
}

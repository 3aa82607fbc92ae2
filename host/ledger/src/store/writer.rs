//! The one thread that writes. It takes whatever waits, puts it into one commit, and answers when that is on disk.

use super::anchor::Anchor;
use super::apply::{self, Next};
use super::request::{Answer, Commit, Event, Request};
use super::staged::Staged;
use super::tables::Tables;
use super::{Error, Options, gc};
use fjall::PersistMode;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Instant;
use tokio::sync::broadcast;

/// Requests that wait for the writer at one time; more wait in their callers.
pub(super) const QUEUE: usize = 4_096;
/// Requests of one commit.
const MOST_REQUESTS: usize = 4_096;
/// Bytes of blobs after which a commit takes no more requests.
const ENOUGH_BYTES: usize = 32 * 1024 * 1024;
/// Ids that are reserved at once for appends that are acknowledged before they are on disk.
const RESERVED: u64 = 65_536;

/// Sends an answer that waited for its commit, or the commit's error in its place.
type Deliver = Box<dyn FnOnce(Result<(), Error>)>;

pub(super) struct Writer {
    pub(super) tables: Tables,
    pub(super) options: Options,
    pub(super) folder: PathBuf,
    pub(super) next: Next,
    /// The first turn and context that a crash may give out again.
    pub(super) reserved: (u64, u64),
    pub(super) any_roots: bool,
    /// Whether what was there at the last clean close is gone: then the anchor that tells it stays.
    pub(super) lost: bool,
    /// When the oldest write was made that is not on disk.
    pub(super) unsynced: Option<Instant>,
    pub(super) events: broadcast::Sender<Event>,
    /// Counts the collections; whoever looked a blob up before one looks again.
    pub(super) collections: Arc<AtomicU64>,
}

/// What one commit will be.
struct Group {
    staged: Staged,
    deliveries: Vec<Deliver>,
    durable: bool,
}

impl Writer {
    /// Serves until every sender is gone, then makes all durable.
    pub(super) fn run(mut self, requests: &Receiver<Request>) {
        while let Some(request) = self.wait(requests) {
            self.serve(request, requests);
        }
        // Nobody is left to be told; opening the store again finds what is on disk.
        let _ = self.close();
    }

    /// The next request; `None` when the ledger is closed. Syncs in between when the interval is over.
    fn wait(&mut self, requests: &Receiver<Request>) -> Option<Request> {
        loop {
            let Some(since) = self.unsynced else { return requests.recv().ok() };
            let left = self.options.interval.saturating_sub(since.elapsed());
            match requests.recv_timeout(left) {
                Ok(request) => return Some(request),
                Err(RecvTimeoutError::Disconnected) => return None,
                // A failed sync poisons the engine, so the next request is told.
                Err(RecvTimeoutError::Timeout) => {
                    let _ = self.sync();
                    self.unsynced = None;
                }
            }
        }
    }

    fn serve(&mut self, first: Request, requests: &Receiver<Request>) {
        let mut group = Group {
            staged: Staged::new(self.tables.clone(), self.any_roots),
            deliveries: Vec::new(),
            durable: false,
        };
        let mut collect = self.take(first, &mut group);
        let mut taken = 1;
        while collect.is_none() && taken < MOST_REQUESTS && group.staged.weight < ENOUGH_BYTES {
            let Ok(request) = requests.try_recv() else { break };
            collect = self.take(request, &mut group);
            taken += 1;
        }
        self.any_roots = group.staged.any_roots();
        self.commit(group);
        if let Some((grace, answer)) = collect {
            let oldest_put = (self.options.clock)().saturating_sub(grace);
            let collected = gc::collect(&self.tables, oldest_put, (self.options.clock)());
            // After it: whoever looked before it ended, whenever that began, may have seen what it removed.
            self.collections.fetch_add(1, Ordering::AcqRel);
            let _ = answer.send(collected);
        }
    }

    /// Puts a request into the group. Hands back the collection, which has to be alone.
    fn take(&mut self, request: Request, group: &mut Group) -> Option<(u64, Answer<gc::Collected>)> {
        let now = (self.options.clock)();
        let (staged, next) = (&mut group.staged, &mut self.next);
        match request {
            Request::Create { base, tag, commit, answer } => {
                let made = apply::create(staged, next, (base, tag), now);
                group.owe(answer, made, commit);
            }
            Request::Append { append, answer } => {
                let commit = append.commit;
                let is_fresh = append.collections == self.collections.load(Ordering::Acquire);
                let appended = apply::append(staged, next, append, (now, is_fresh));
                group.owe(answer, appended, commit);
            }
            Request::Attach { turn, root, answer } => {
                let attached = apply::attach(staged, turn, root);
                group.owe(answer, attached, Commit::Durable);
            }
            Request::PutBlob { blob, commit, answer } => {
                let put = apply::put_blob(staged, blob, now);
                group.owe(answer, put, commit);
            }
            Request::PutBundle { order, id, json, answer } => {
                staged.batch.insert(&staged.tables.bundle_order, order.to_be_bytes(), id.as_bytes());
                staged.batch.insert(&staged.tables.bundles, id, json);
                group.owe(answer, Ok(()), Commit::Durable);
            }
            Request::Sync { answer } => group.owe(answer, Ok(()), Commit::Durable),
            Request::Collect { grace, answer } => return Some((grace, answer)),
        }
        None
    }

    fn commit(&mut self, mut group: Group) {
        let beyond = self.next.turn > self.reserved.0 || self.next.context > self.reserved.1;
        if !group.durable && beyond {
            // Ids that somebody has seen must not be given out again, whatever the machine forgets.
            let (turn, context) = (self.next.turn + RESERVED, self.next.context + RESERVED);
            self.tables.put_marks(&mut group.staged.batch, turn, context);
            self.reserved = (turn, context);
            group.durable = true;
        }
        let result = self.write(group.staged.batch, group.durable);
        let is_committed = result.is_ok();
        for deliver in group.deliveries {
            deliver(result.clone());
        }
        if is_committed && self.events.receiver_count() > 0 {
            for event in group.staged.events {
                // Watchers may go at any time.
                let _ = self.events.send(event);
            }
        }
    }

    fn write(&mut self, batch: fjall::OwnedWriteBatch, durable: bool) -> Result<(), Error> {
        let overdue = self.unsynced.is_some_and(|since| since.elapsed() >= self.options.interval);
        let mode = if durable || overdue { PersistMode::SyncData } else { PersistMode::Buffer };
        if batch.is_empty() {
            // A replayed append may stand in a commit that is not on disk.
            return if durable && self.unsynced.is_some() { self.sync() } else { Ok(()) };
        }
        batch.durability(Some(mode)).commit()?;
        self.unsynced = match mode {
            PersistMode::Buffer => self.unsynced.or_else(|| Some(Instant::now())),
            PersistMode::SyncData | PersistMode::SyncAll => None,
        };
        Ok(())
    }

    fn sync(&mut self) -> Result<(), Error> {
        self.tables.database.persist(PersistMode::SyncData)?;
        self.unsynced = None;
        Ok(())
    }

    fn close(&mut self) -> Result<(), Error> {
        let next = (self.next.turn, self.next.context);
        if next == self.reserved {
            self.tables.database.persist(PersistMode::SyncAll)?;
        } else {
            let mut batch = self.tables.database.batch();
            self.tables.put_marks(&mut batch, next.0, next.1);
            batch.durability(Some(PersistMode::SyncAll)).commit()?;
        }
        let flushed = self.tables.flush()?;
        if self.lost { Ok(()) } else { Anchor::replace(&self.folder, &self.tables, flushed) }
    }
}

impl Group {
    /// Owes an answer until the commit is made; a refusal needs no commit.
    fn owe<T: 'static>(&mut self, answer: Answer<T>, result: Result<T, Error>, commit: Commit) {
        match result {
            // A caller that went away no longer wants its answer.
            Err(error) => {
                let _ = answer.send(Err(error));
            }
            Ok(value) => {
                self.durable |= commit == Commit::Durable;
                self.deliveries.push(Box::new(move |committed| {
                    let _ = answer.send(committed.map(|()| value));
                }));
            }
        }
    }
}

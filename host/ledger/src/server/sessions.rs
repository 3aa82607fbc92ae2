//! Who is connected over the binary protocol, and which contexts they write.

use crate::ContextId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::broadcast;

/// Events that a slow watcher may be behind before it misses some.
const EVENTS: usize = 1_024;

/// The sessions of one binary server. The HTTP server shows them.
#[derive(Clone)]
pub struct Sessions {
    open: Arc<Mutex<Open>>,
    events: broadcast::Sender<ClientEvent>,
}

/// A client came or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientEvent {
    /// It said hello.
    Connected {
        /// Number of the session.
        session: u64,
        /// What it calls itself.
        tag: String,
    },
    /// Its connection ended.
    Disconnected {
        /// Number of the session.
        session: u64,
        /// What it called itself.
        tag: String,
        /// The contexts that it made or wrote.
        contexts: Vec<ContextId>,
    },
}

#[derive(Default)]
struct Open {
    last: u64,
    sessions: BTreeMap<u64, Session>,
}

struct Session {
    tag: String,
    contexts: BTreeSet<ContextId>,
}

impl Default for Sessions {
    fn default() -> Self {
        Self { open: Arc::default(), events: broadcast::channel(EVENTS).0 }
    }
}

impl Sessions {
    /// Begins a session; its number, from 1.
    pub(super) fn begin(&self, tag: &str) -> u64 {
        let mut open = self.open();
        open.last += 1;
        let session = open.last;
        open.sessions.insert(session, Session { tag: tag.to_owned(), contexts: BTreeSet::new() });
        // Nobody may be watching.
        let _ = self.events.send(ClientEvent::Connected { session, tag: tag.to_owned() });
        session
    }

    /// Notes that a session writes a context.
    pub(super) fn writes(&self, session: u64, context: ContextId) {
        if let Some(session) = self.open().sessions.get_mut(&session) {
            session.contexts.insert(context);
        }
    }

    pub(super) fn end(&self, session: u64) {
        if let Some(Session { tag, contexts }) = self.open().sessions.remove(&session) {
            let contexts = contexts.into_iter().collect();
            let _ = self.events.send(ClientEvent::Disconnected { session, tag, contexts });
        }
    }

    /// Whether a client that is connected made or wrote the context.
    pub fn is_live(&self, context: ContextId) -> bool {
        self.open().sessions.values().any(|session| session.contexts.contains(&context))
    }

    /// How many clients have said hello and are connected.
    pub fn count(&self) -> usize {
        self.open().sessions.len()
    }

    /// Everything from here on. Who falls 1,024 behind misses some and is told.
    pub fn watch(&self) -> broadcast::Receiver<ClientEvent> {
        self.events.subscribe()
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

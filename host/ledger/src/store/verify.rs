//! Recomputing every hash.

use super::anchor::Anchor;
use super::tables::{Tables, id_of};
use super::walk::{Turns, jump_of_child};
use super::{ContextId, Error, Head, Ledger, Turn, TurnId, blob, reach};
use blake3::Hash;
use std::collections::HashSet;
use std::fmt;

/// Where the store contradicts itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The turn; [`TurnId::NONE`] where no turn is concerned.
    pub turn: TurnId,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What is wrong with a turn, a context or a blob.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// The engine cannot read it.
    Unreadable(String),
    /// Its record cannot be decoded.
    Record,
    /// It points at a turn that is not there.
    Missing(TurnId),
    /// Its depth or its jump does not follow from its parent's.
    Depth,
    /// What says which snapshot it has is damaged.
    Root,
    /// Its fields and its parent's hash give another hash.
    Hash,
    /// Its payload is not there, or has another hash or length.
    Payload(Hash),
    /// It, or a part of its snapshot, has other bytes than its hash says.
    Blob(Hash),
    /// The context points at no turn, or at a turn of another depth.
    Head(ContextId),
    /// It was the newest turn when the ledger was closed, and is gone or another.
    Lost,
    /// What says which numbers were given out is damaged.
    Marks,
}

/// What was found whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verified {
    /// Turns whose hashes were recomputed.
    pub turns: u64,
    /// Contexts whose heads were followed.
    pub contexts: u64,
    /// Blobs whose hashes were recomputed.
    pub blobs: u64,
    /// Parts of snapshots that were never stored; no damage, but such files cannot be read.
    pub absent: u64,
}

impl Ledger {
    /// Recomputes the hash of every turn, payload, snapshot and other blob, in the order of the turns, and follows
    /// every head.
    ///
    /// # Errors
    /// [`Error::Broken`] with the first turn that is broken; [`Error::Engine`] where the engine cannot list what it
    /// has.
    pub fn verify(&self) -> Result<Verified, Error> {
        let mut check = Check { tables: &self.tables, good: HashSet::new(), previous: None };
        let mut verified = Verified::default();
        let anchor = Anchor::read(&self.folder);
        let last = Tables::last_id(&self.tables.turns).or_else(|error| self.newest_head().ok_or(error))?;
        for id in (1..=last).map(TurnId) {
            // Ids may be left out: a crash loses the ones that were reserved.
            let found = self.tables.turn(id).map_err(|error| unreadable(id, error))?;
            let Some(turn) = found else { continue };
            check.turn(&turn)?;
            verified.turns += 1;
            check.previous = Some(turn);
        }
        if let Some(anchor) = anchor
            && anchor.is_lost(&self.tables)?
        {
            return broken(anchor.turn, Flaw::Lost);
        }
        for entry in self.tables.heads.iter() {
            let (key, value) = entry.into_inner()?;
            check.head(ContextId(id_of(&key)), Head::decode(&value))?;
            verified.contexts += 1;
        }
        self.tables.marks()?;
        verified.absent = check.snapshots()?;
        check.other_blobs()?;
        verified.blobs = check.good.len() as u64;
        Ok(verified)
    }

    /// The newest turn that a head points at: where to look to when the turns themselves cannot be listed.
    fn newest_head(&self) -> Option<u64> {
        let heads = self.tables.heads.iter().filter_map(|entry| Head::decode(&entry.value().ok()?));
        heads.map(|head| head.turn.0).max()
    }
}

struct Check<'l> {
    tables: &'l Tables,
    /// Blobs that have their hash.
    good: HashSet<Hash>,
    /// The turn checked last, which is most turns' parent.
    previous: Option<Turn>,
}

impl Check<'_> {
    fn turn(&mut self, turn: &Turn) -> Result<(), Error> {
        let parent = match &self.previous {
            _ if turn.parent.is_none() => None,
            Some(previous) if previous.id == turn.parent => Some(previous.clone()),
            _ => Some(self.tables.linked(turn.id, turn.parent)?),
        };
        let (depth, jump) = match &parent {
            Some(parent) => {
                (parent.depth.saturating_add(1), jump_of_child(self.tables, parent.id, parent.place())?)
            }
            None => (1, TurnId::NONE),
        };
        if turn.depth != depth || turn.jump != jump {
            return broken(turn.id, Flaw::Depth);
        }
        if turn.hash != turn.expected_hash(parent.as_ref().map(|parent| &parent.hash)) {
            return broken(turn.id, Flaw::Hash);
        }
        if self.good.contains(&turn.payload) {
            return Ok(());
        }
        let bytes = self.tables.blob(&turn.payload).map_err(|error| match error {
            Error::Broken(_) => Error::Broken(Break { turn: turn.id, flaw: Flaw::Payload(turn.payload) }),
            error => unreadable(turn.id, error),
        })?;
        if bytes.is_none_or(|bytes| bytes.len() as u64 != u64::from(turn.payload_len)) {
            return broken(turn.id, Flaw::Payload(turn.payload));
        }
        self.good.insert(turn.payload);
        Ok(())
    }

    fn head(&self, context: ContextId, head: Option<Head>) -> Result<(), Error> {
        let Some(head) = head else { return broken(TurnId::NONE, Flaw::Head(context)) };
        if head.turn.is_none() {
            return Ok(());
        }
        match self.tables.turn(head.turn)? {
            Some(turn) if turn.depth == head.depth => Ok(()),
            _ => broken(head.turn, Flaw::Head(context)),
        }
    }

    /// Checks every snapshot; how many of their parts are absent.
    fn snapshots(&mut self) -> Result<u64, Error> {
        let mut absent = HashSet::new();
        for entry in self.tables.roots.iter() {
            let turn = TurnId(id_of(&entry.key()?));
            let Some(root) = self.tables.root(turn)? else { continue };
            reach::snapshot(self.tables, root, &mut |hash| {
                if self.good.contains(&hash) {
                    return Ok(());
                }
                match self.tables.blob(&hash) {
                    Ok(Some(_)) => self.good.insert(hash),
                    Ok(None) => absent.insert(hash),
                    Err(Error::Broken(_)) => return broken(turn, Flaw::Blob(hash)),
                    Err(error) => return Err(unreadable(turn, error)),
                };
                Ok(())
            })?;
        }
        Ok(absent.len() as u64)
    }

    fn other_blobs(&mut self) -> Result<(), Error> {
        for entry in self.tables.blobs.iter() {
            let good = &self.good;
            let is_unchecked = |key: &fjall::UserKey| hash_of(key).is_none_or(|hash| !good.contains(&hash));
            let (key, stored) = entry.into_inner_if(is_unchecked)?;
            let Some(stored) = stored else { continue };
            let hash = hash_of(&key).unwrap_or_else(|| blake3::hash(&key));
            if blob::unpack(&stored).is_none_or(|bytes| blake3::hash(&bytes) != hash) {
                return broken(TurnId::NONE, Flaw::Blob(hash));
            }
            self.good.insert(hash);
        }
        Ok(())
    }
}

/// The hash that a key is; `None` where it has another length.
pub(super) fn hash_of(key: &[u8]) -> Option<Hash> {
    Some(Hash::from_bytes(key.try_into().ok()?))
}

fn broken<T>(turn: TurnId, flaw: Flaw) -> Result<T, Error> {
    Err(Error::Broken(Break { turn, flaw }))
}

/// A failure of the engine while one turn was read, with that turn's name.
fn unreadable(turn: TurnId, error: Error) -> Error {
    match error {
        Error::Engine(cause) => Error::Broken(Break { turn, flaw: Flaw::Unreadable(cause.to_string()) }),
        other => other,
    }
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.turn.is_none() {
            return self.flaw.fmt(f);
        }
        write!(f, "turn {}: {}", self.turn, self.flaw)
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(why) => write!(f, "cannot be read: {why}"),
            Self::Record => f.write_str("its record is damaged"),
            Self::Missing(turn) => write!(f, "turn {turn}, which it points at, is missing"),
            Self::Depth => f.write_str("its depth does not follow from its parent's"),
            Self::Root => f.write_str("what says which snapshot it has is damaged"),
            Self::Hash => f.write_str("its fields have another hash"),
            Self::Payload(hash) => write!(f, "payload {hash} is missing or was changed"),
            Self::Blob(hash) => write!(f, "blob {hash} was changed"),
            Self::Head(context) => write!(f, "context {context} does not point at a turn of its depth"),
            Self::Lost => f.write_str("was the newest when the ledger was closed, and is gone or another"),
            Self::Marks => f.write_str("what says which numbers were given out is damaged"),
        }
    }
}

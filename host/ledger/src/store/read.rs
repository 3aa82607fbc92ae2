//! Everything that only reads. Reads take no lock and see whole commits' turns behind every head.

use super::walk::{Turns, ancestor_at, common_ancestor, leads_to, rooted_at};
use super::{Context, ContextId, Error, Head, Ledger, Turn, TurnId};
use crate::fstree::{self, Entry};
use blake3::Hash;

/// Most turns of one answer.
pub const MOST_READ: usize = 65_536;

/// Families deeper than this have the context there as their first.
const DEEPEST_FAMILY: usize = 64;

/// Where two turns' paths part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// The last turn that both paths have; `None` where they share none.
    pub ancestor: Option<Turn>,
    /// Turns after it on the way to the first, oldest first; the newest [`MOST_READ`].
    pub left: Vec<Turn>,
    /// Turns after it on the way to the second, oldest first; the newest [`MOST_READ`].
    pub right: Vec<Turn>,
}

/// How much is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// Contexts.
    pub contexts: u64,
    /// Turns.
    pub turns: u64,
    /// Blobs.
    pub blobs: u64,
    /// Bytes of the engine's files, without its journal.
    pub bytes: u64,
}

impl Ledger {
    /// Where a context points.
    ///
    /// # Errors
    /// [`Error::UnknownContext`]; [`Error::Engine`].
    pub fn head(&self, context: ContextId) -> Result<Head, Error> {
        self.tables.head(context)?.ok_or(Error::UnknownContext(context))
    }

    /// A context with its origin.
    ///
    /// # Errors
    /// [`Error::UnknownContext`]; [`Error::Engine`].
    pub fn context(&self, id: ContextId) -> Result<Context, Error> {
        let head = self.head(id)?;
        let origin = self.tables.origin(id)?.ok_or(Error::UnknownContext(id))?;
        Ok(Context { id, head, origin })
    }

    /// All contexts, newest first. Each is read when the iterator comes to it.
    pub fn contexts(&self) -> impl Iterator<Item = Result<Context, Error>> + '_ {
        self.tables.heads.iter().rev().map(|entry| {
            let key = entry.key()?;
            self.context(ContextId(super::tables::id_of(&key)))
        })
    }

    /// A turn.
    ///
    /// # Errors
    /// [`Error::UnknownTurn`]; [`Error::Engine`].
    pub fn turn(&self, id: TurnId) -> Result<Turn, Error> {
        self.tables.turn(id)?.ok_or(Error::UnknownTurn(id))
    }

    /// The uncompressed bytes under a hash, checked against it.
    ///
    /// # Errors
    /// [`Error::UnknownBlob`]; [`Error::Broken`] where the stored bytes have another hash; [`Error::Engine`].
    pub fn blob(&self, hash: &Hash) -> Result<Vec<u8>, Error> {
        self.tables.blob(hash)?.ok_or(Error::UnknownBlob(*hash))
    }

    /// The newest `limit` turns of a context, oldest first.
    ///
    /// # Errors
    /// [`Error::UnknownContext`]; [`Error::Engine`].
    pub fn last(&self, context: ContextId, limit: usize) -> Result<Vec<Turn>, Error> {
        let head = self.head(context)?;
        self.up_from(head.turn, limit, TurnId::NONE)
    }

    /// The `limit` turns of a context that come before one of its turns, oldest first.
    ///
    /// # Errors
    /// [`Error::NotInContext`] where the turn does not lead to the context's head; [`Error::UnknownContext`];
    /// [`Error::UnknownTurn`]; [`Error::Engine`].
    pub fn before(&self, context: ContextId, turn: TurnId, limit: usize) -> Result<Vec<Turn>, Error> {
        let head = self.head_turn(context)?;
        let before = self.turn(turn)?;
        let is_on_path = match &head {
            Some(head) => leads_to(&self.tables, &before, head)?,
            None => false,
        };
        if !is_on_path {
            return Err(Error::NotInContext { turn, context });
        }
        self.up_from(before.parent, limit, TurnId::NONE)
    }

    /// The turns of a context from one depth to another, both counted from 1 and included, oldest first; at most
    /// [`MOST_READ`], the deepest.
    ///
    /// # Errors
    /// [`Error::UnknownContext`]; [`Error::Engine`].
    pub fn range(&self, context: ContextId, from: u32, to: u32) -> Result<Vec<Turn>, Error> {
        let Some(head) = self.head_turn(context)? else { return Ok(Vec::new()) };
        let Some(last) = ancestor_at(&self.tables, &head, to.min(head.depth))? else { return Ok(Vec::new()) };
        let Some(above) = last.depth.checked_sub(from.max(1)) else { return Ok(Vec::new()) };
        let count = usize::try_from(above).unwrap_or(MOST_READ).saturating_add(1);
        self.up_from(last.id, count, TurnId::NONE)
    }

    /// Every turn from this one up to its root, read one after the other.
    pub fn to_root(&self, turn: TurnId) -> impl Iterator<Item = Result<Turn, Error>> + '_ {
        let mut next = turn;
        std::iter::from_fn(move || {
            if next.is_none() {
                return None;
            }
            let found = self.turn(next);
            next = found.as_ref().map_or(TurnId::NONE, |turn| turn.parent);
            Some(found)
        })
    }

    /// The last turn that two turns' paths share, in logarithmic time; `None` where they share none.
    ///
    /// # Errors
    /// [`Error::UnknownTurn`]; [`Error::Engine`].
    pub fn common_ancestor(&self, a: TurnId, b: TurnId) -> Result<Option<Turn>, Error> {
        common_ancestor(&self.tables, &self.turn(a)?, &self.turn(b)?)
    }

    /// Where two turns' paths part, and what each has of its own.
    ///
    /// # Errors
    /// [`Error::UnknownTurn`]; [`Error::Engine`].
    pub fn compare(&self, a: TurnId, b: TurnId) -> Result<Comparison, Error> {
        let ancestor = self.common_ancestor(a, b)?;
        let stop = ancestor.as_ref().map_or(TurnId::NONE, |turn| turn.id);
        let (left, right) = (self.up_from(a, MOST_READ, stop)?, self.up_from(b, MOST_READ, stop)?);
        Ok(Comparison { ancestor, left, right })
    }

    /// How many turns from the root the paths to two turns have alike by their hashes, whether they share them or each
    /// was written by itself. In logarithmic time: where hashes are equal, everything above is.
    ///
    /// # Errors
    /// [`Error::UnknownTurn`]; [`Error::Engine`].
    pub fn alike(&self, a: TurnId, b: TurnId) -> Result<u32, Error> {
        let (a, b) = (self.turn(a)?, self.turn(b)?);
        let hash_at =
            |turn, depth| Ok::<_, Error>(ancestor_at(&self.tables, turn, depth)?.map(|turn| turn.hash));
        let (mut alike, mut other) = (0, a.depth.min(b.depth).saturating_add(1));
        while other - alike > 1 {
            let depth = alike + (other - alike) / 2;
            if hash_at(&a, depth)? == hash_at(&b, depth)? { alike = depth } else { other = depth }
        }
        Ok(alike)
    }

    /// Contexts that were made from turns of this one, or name it as their parent, in the order of their making.
    ///
    /// # Errors
    /// [`Error::Engine`].
    pub fn children(&self, context: ContextId) -> Result<Vec<Context>, Error> {
        let mut found: Vec<_> = self
            .contexts()
            .filter(|child| child.as_ref().map_or(true, |child| child.origin.parent() == Some(context)))
            .collect::<Result<_, _>>()?;
        found.reverse();
        Ok(found)
    }

    /// The first context of a context's family: the one that its first turn names, else the one at the end of the
    /// parents; of more than 64 generations the 64th.
    ///
    /// # Errors
    /// [`Error::Engine`].
    pub fn family(&self, context: &Context) -> Result<ContextId, Error> {
        if let Some(root) = context.origin.provenance.as_ref().and_then(|said| said.root_context) {
            return Ok(ContextId(root));
        }
        let mut root = context.id;
        let mut next = context.origin.parent();
        for _ in 0..DEEPEST_FAMILY {
            let Some(parent) = next else { break };
            root = parent;
            // What a first turn says may name a context that is not here.
            next = match self.context(parent) {
                Ok(parent) => parent.origin.parent(),
                Err(Error::UnknownContext(_)) => None,
                Err(error) => return Err(error),
            };
        }
        Ok(root)
    }

    /// Root of the snapshot that a turn has or inherits.
    ///
    /// # Errors
    /// [`Error::UnknownTurn`]; [`Error::Engine`].
    pub fn root(&self, turn: TurnId) -> Result<Option<Hash>, Error> {
        let rooted = rooted_at(&self.tables, &self.turn(turn)?)?;
        if rooted.is_none() { Ok(None) } else { self.tables.root(rooted) }
    }

    /// The entries of a folder in the snapshot under a turn; `path` is empty for its root.
    ///
    /// # Errors
    /// [`Error::UnknownPath`] where there is no snapshot or no such folder; [`Error::UnknownTurn`];
    /// [`Error::UnknownBlob`] where a part of the snapshot was never stored.
    pub fn list(&self, turn: TurnId, path: &str) -> Result<Vec<Entry>, Error> {
        let unknown = || Error::UnknownPath { turn, path: path.to_owned() };
        let mut folder = self.root(turn)?.ok_or_else(unknown)?;
        for name in fstree::segments(path) {
            let entry = self.folder(&folder)?.into_iter().find(|entry| entry.name == name);
            folder = entry.filter(Entry::is_folder).ok_or_else(unknown)?.hash;
        }
        self.folder(&folder)
    }

    /// A file in the snapshot under a turn, with its entry.
    ///
    /// # Errors
    /// As [`Ledger::list`].
    pub fn file(&self, turn: TurnId, path: &str) -> Result<(Entry, Vec<u8>), Error> {
        let unknown = || Error::UnknownPath { turn, path: path.to_owned() };
        let path = path.trim_matches('/');
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let entry = self.list(turn, folder)?.into_iter().find(|entry| entry.name == name);
        let entry = entry.filter(|entry| !entry.is_folder()).ok_or_else(unknown)?;
        let bytes = self.blob(&entry.hash)?;
        Ok((entry, bytes))
    }

    /// How much is stored; counts every key, so it takes time in proportion.
    ///
    /// # Errors
    /// [`Error::Engine`].
    pub fn stats(&self) -> Result<Stats, Error> {
        Ok(Stats {
            contexts: self.tables.heads.len()? as u64,
            turns: self.tables.turns.len()? as u64,
            blobs: self.tables.blobs.len()? as u64,
            bytes: self.tables.database.disk_space()?,
        })
    }

    fn folder(&self, hash: &Hash) -> Result<Vec<Entry>, Error> {
        let bytes = self.blob(hash)?;
        fstree::decode(&bytes).ok_or_else(|| Error::unfit("snapshot", format!("{hash} is no folder")))
    }

    fn head_turn(&self, context: ContextId) -> Result<Option<Turn>, Error> {
        let head = self.head(context)?;
        if head.turn.is_none() { Ok(None) } else { self.tables.linked(TurnId::NONE, head.turn).map(Some) }
    }

    /// Up to `limit` turns from one upwards, ending below `stop`; oldest first.
    fn up_from(&self, turn: TurnId, limit: usize, stop: TurnId) -> Result<Vec<Turn>, Error> {
        let path = self.to_root(turn).take_while(|turn| turn.as_ref().map_or(true, |turn| turn.id != stop));
        let mut turns = path.take(limit.min(MOST_READ)).collect::<Result<Vec<_>, _>>()?;
        turns.reverse();
        Ok(turns)
    }
}

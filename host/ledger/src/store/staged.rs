//! One commit in the making: the engine's batch, and what it holds so far, so that later requests of the same commit
//! see earlier ones.

use super::blob::Packed;
use super::context::{Head, Origin};
use super::request::Event;
use super::tables::Tables;
use super::walk::{Place, Turns};
use super::{ContextId, Error, Turn, TurnId};
use blake3::Hash;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

pub(super) struct Staged {
    pub(super) tables: Tables,
    pub(super) batch: fjall::OwnedWriteBatch,
    pub(super) events: Vec<Event>,
    turns: BTreeMap<TurnId, Turn>,
    heads: BTreeMap<ContextId, Head>,
    origins: BTreeMap<ContextId, Origin>,
    blobs: HashSet<Hash>,
    roots: BTreeMap<TurnId, Hash>,
    late_roots: BTreeSet<TurnId>,
    branches: BTreeSet<TurnId>,
    keys: HashMap<Hash, Vec<u8>>,
    /// Bytes of blobs in the batch.
    pub(super) weight: usize,
    /// False while no turn of the store has a snapshot, which spares the look-ups.
    any_roots: bool,
}

impl Staged {
    pub(super) fn new(tables: Tables, any_roots: bool) -> Self {
        Self {
            batch: tables.database.batch(),
            tables,
            events: Vec::new(),
            turns: BTreeMap::new(),
            heads: BTreeMap::new(),
            origins: BTreeMap::new(),
            blobs: HashSet::new(),
            roots: BTreeMap::new(),
            late_roots: BTreeSet::new(),
            branches: BTreeSet::new(),
            keys: HashMap::new(),
            weight: 0,
            any_roots,
        }
    }

    pub(super) fn any_roots(&self) -> bool {
        self.any_roots
    }

    pub(super) fn head(&self, context: ContextId) -> Result<Head, Error> {
        let head = match self.heads.get(&context) {
            Some(head) => Some(*head),
            None => self.tables.head(context)?,
        };
        head.ok_or(Error::UnknownContext(context))
    }

    pub(super) fn put_head(&mut self, context: ContextId, head: Head) {
        self.heads.insert(context, head);
        self.batch.insert(&self.tables.heads, context.key(), head.encode());
    }

    pub(super) fn origin(&self, context: ContextId) -> Result<Origin, Error> {
        let origin = match self.origins.get(&context) {
            Some(origin) => Some(origin.clone()),
            None => self.tables.origin(context)?,
        };
        origin.ok_or(Error::UnknownContext(context))
    }

    pub(super) fn show_origin(&mut self, context: ContextId, origin: Origin) {
        self.origins.insert(context, origin);
    }

    /// Visible to the requests of this commit; [`Staged::write_turns`] makes it part of it.
    pub(super) fn show_turn(&mut self, turn: Turn) {
        self.turns.insert(turn.id, turn);
    }

    /// Takes back every turn shown from `first` on.
    pub(super) fn hide_turns(&mut self, first: TurnId) {
        self.turns.split_off(&first);
    }

    /// Every turn shown from `first` on.
    pub(super) fn shown_from(&self, first: TurnId) -> impl DoubleEndedIterator<Item = &Turn> {
        self.turns.range(first..).map(|(_, turn)| turn)
    }

    /// Makes every turn shown from `first` on part of the commit.
    pub(super) fn write_turns(&mut self, first: TurnId) {
        for (id, turn) in self.turns.range(first..) {
            self.batch.insert(&self.tables.turns, id.key(), turn.encode());
            let (context, turn, parent, depth) = (turn.context, *id, turn.parent, turn.depth);
            self.events.push(Event::TurnAppended { context, turn, parent, depth });
        }
    }

    pub(super) fn has_blob(&self, hash: &Hash) -> Result<bool, Error> {
        Ok(self.brings_blob(hash) || self.tables.blobs.contains_key(hash.as_bytes())?)
    }

    /// Whether the blob is part of this commit.
    pub(super) fn brings_blob(&self, hash: &Hash) -> bool {
        self.blobs.contains(hash)
    }

    pub(super) fn put_blob(&mut self, blob: Packed) {
        self.blobs.insert(blob.hash);
        self.weight += blob.stored_len();
        let hash = *blob.hash.as_bytes();
        self.batch.insert(&self.tables.blobs, hash, blob.into_stored());
    }

    pub(super) fn put_root(&mut self, turn: TurnId, root: Hash, late: bool) {
        self.any_roots = true;
        self.roots.insert(turn, root);
        self.batch.insert(&self.tables.roots, turn.key(), *root.as_bytes());
        if late {
            self.late_roots.insert(turn);
            self.batch.insert(&self.tables.late_roots, turn.key(), []);
        }
    }

    /// Whether a context other than the turn's own has, or may have, a child of it.
    pub(super) fn has_branch(&self, turn: TurnId) -> Result<bool, Error> {
        if self.branches.contains(&turn) {
            return Ok(true);
        }
        Ok(self.tables.branches.prefix(turn.key()).next().map(fjall::Guard::key).transpose()?.is_some())
    }

    pub(super) fn put_branch(&mut self, turn: TurnId, context: ContextId) {
        self.branches.insert(turn);
        self.batch.insert(&self.tables.branches, [turn.key(), context.key()].concat(), []);
    }

    pub(super) fn key(&self, key: &Hash) -> Result<Option<Vec<u8>>, Error> {
        match self.keys.get(key) {
            Some(value) => Ok(Some(value.clone())),
            None => Ok(self.tables.keys.get(key.as_bytes())?.map(|value| value.to_vec())),
        }
    }

    pub(super) fn put_key(&mut self, key: Hash, value: Vec<u8>) {
        self.batch.insert(&self.tables.keys, *key.as_bytes(), value.as_slice());
        self.keys.insert(key, value);
    }
}

impl Turns for Staged {
    fn find(&self, id: TurnId) -> Result<Option<Turn>, Error> {
        match self.turns.get(&id) {
            Some(turn) => Ok(Some(turn.clone())),
            None => self.tables.turn(id),
        }
    }

    fn place(&self, id: TurnId) -> Result<Option<Place>, Error> {
        match self.turns.get(&id) {
            Some(turn) => Ok(Some(turn.place())),
            None => self.tables.place(id),
        }
    }

    fn own_root(&self, id: TurnId) -> Result<Option<Hash>, Error> {
        match self.roots.get(&id) {
            Some(root) => Ok(Some(*root)),
            None if self.any_roots => self.tables.root(id),
            None => Ok(None),
        }
    }

    fn late_root(&self, above: TurnId, up_to: TurnId) -> Result<Option<TurnId>, Error> {
        if !self.any_roots || above >= up_to {
            return Ok(None);
        }
        let staged = self.late_roots.range(TurnId(above.0.saturating_add(1))..=up_to).next_back().copied();
        Ok(staged.max(self.tables.late_root(above, up_to)?))
    }
}

//! What each request changes. Nothing of a refused request is left behind.

use super::blob::Packed;
use super::bytes::Reader;
use super::context::{Head, Origin};
use super::request::{Append, Commit, Event, Prepared, Receipt};
use super::staged::Staged;
use super::walk::{Place, Turns, jump_of_child, rooted_at};
use super::{ContextId, Error, Provenance, Turn, TurnId};
use blake3::Hash;

/// How long an idempotency key is remembered, in milliseconds.
pub const KEY_LIFETIME: u64 = 24 * 60 * 60 * 1000;

/// The numbers that are given out next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Next {
    pub(super) turn: u64,
    pub(super) context: u64,
}

pub(super) fn create(
    staged: &mut Staged,
    next: &mut Next,
    (base, tag): (TurnId, String),
    now: u64,
) -> Result<(ContextId, Head), Error> {
    let mut origin = Origin { created: now, base: base.0, tag, ..Origin::default() };
    let mut head = Head::EMPTY;
    if !base.is_none() {
        let turn = staged.find(base)?.ok_or(Error::UnknownTurn(base))?;
        origin.forked_from = turn.context.0;
        head = Head { turn: base, depth: turn.depth, begun: false };
    }
    let context = ContextId(next.context);
    next.context += 1;
    if !base.is_none() {
        staged.put_branch(base, context);
    }
    put_origin(staged, context, &origin)?;
    staged.put_head(context, head);
    staged.events.push(Event::ContextCreated { context, head });
    Ok((context, head))
}

/// `is_fresh`: nothing was collected since the turns were prepared.
pub(super) fn append(
    staged: &mut Staged,
    next: &mut Next,
    mut append: Append,
    (now, is_fresh): (u64, bool),
) -> Result<Vec<Receipt>, Error> {
    let head = staged.head(append.context)?;
    let key = (!append.key.is_empty()).then(|| Key::of(&append));
    if let Some(key) = &key
        && let Some(receipts) = key.replay(staged, &append, now)?
    {
        return Ok(receipts);
    }
    let parent = match append.parent {
        TurnId::NONE if head.turn.is_none() => None,
        TurnId::NONE => Some(staged.linked(TurnId::NONE, head.turn)?),
        named => Some(staged.find(named)?.ok_or(Error::UnknownParent(named))?),
    };
    for root in append.turns.iter().filter_map(|turn| turn.new.root) {
        require_blob(staged, &root)?;
    }
    let first = TurnId(next.turn);
    let stored = link(staged, first, parent.as_ref(), &mut append, now).and_then(|()| {
        let origin = begin(staged, head, &append)?;
        // Last of all that can fail: a blob that no turn refers to is collected, a turn without blob is damage.
        put_payloads(staged, &mut append, is_fresh)?;
        Ok(origin)
    });
    let origin = stored.inspect_err(|_| staged.hide_turns(first))?;
    next.turn += append.turns.len() as u64;
    if let Some(origin) = origin {
        put_origin(staged, append.context, &origin)?;
        staged.events.push(Event::MetadataUpdated { context: append.context });
    }
    write(staged, head, &append, first);
    if let Some(key) = key {
        key.remember(staged, first, append.turns.len(), now);
    }
    Ok(staged.shown_from(first).map(|turn| receipt(append.context, turn, append.commit)).collect())
}

fn put_payloads(staged: &mut Staged, append: &mut Append, is_fresh: bool) -> Result<(), Error> {
    for turn in &mut append.turns {
        let is_there = staged.brings_blob(&turn.hash)
            || match &turn.packed {
                // It was there when it was prepared, and only a collection removes.
                None => is_fresh || staged.has_blob(&turn.hash)?,
                // It may have come since. Putting it again changes nothing: a look-up is worth it for large ones.
                Some(_) => Packed::is_costly(&turn.new.payload) && staged.has_blob(&turn.hash)?,
            };
        if !is_there {
            let packed = turn.packed.take();
            staged.put_blob(packed.map_or_else(|| Packed::new(turn.hash, &turn.new.payload), Ok)?);
        }
    }
    Ok(())
}

/// The context's origin with what its first turn says, where this is the first and says something.
fn begin(staged: &Staged, head: Head, append: &Append) -> Result<Option<Origin>, Error> {
    let first = append.turns.first().filter(|_| !head.begun);
    let Some(provenance) = first.and_then(|turn| Provenance::read(&turn.new.payload)) else {
        return Ok(None);
    };
    Ok(Some(Origin { provenance: Some(provenance), ..staged.origin(append.context)? }))
}

/// What a child takes from its parent.
#[derive(Clone, Copy)]
struct Parent {
    id: TurnId,
    place: Place,
    hash: Hash,
}

impl From<&Turn> for Parent {
    fn from(turn: &Turn) -> Self {
        Self { id: turn.id, place: turn.place(), hash: turn.hash }
    }
}

/// Makes and shows the records, each the child of the one before. Takes the type ids out of the append.
fn link(
    staged: &mut Staged,
    first: TurnId,
    parent: Option<&Turn>,
    append: &mut Append,
    now: u64,
) -> Result<(), Error> {
    let mut rooted = match parent {
        Some(parent) => rooted_at(staged, parent)?,
        None => TurnId::NONE,
    };
    let mut parent = parent.map(Parent::from);
    let context = append.context;
    for (id, prepared) in (first.0..).map(TurnId).zip(&mut append.turns) {
        if prepared.new.root.is_some() {
            rooted = id;
        }
        let turn = child(staged, id, parent, context, prepared, (rooted, now))?;
        parent = Some(Parent::from(&turn));
        staged.show_turn(turn);
    }
    Ok(())
}

fn child(
    staged: &Staged,
    id: TurnId,
    parent: Option<Parent>,
    context: ContextId,
    prepared: &mut Prepared,
    (rooted, now): (TurnId, u64),
) -> Result<Turn, Error> {
    let new = &mut prepared.new;
    let depth = parent.map_or(0, |parent| parent.place.depth).checked_add(1);
    let mut turn = Turn {
        id,
        parent: parent.map_or(TurnId::NONE, |parent| parent.id),
        depth: depth.ok_or_else(|| Error::unfit("turn", "deeper than a frame can say"))?,
        context,
        created: new.created.unwrap_or(now),
        type_id: std::mem::take(&mut new.type_id),
        type_version: new.type_version,
        encoding: new.encoding,
        payload_len: u32::try_from(new.payload.len()).map_err(|_| Error::unfit("payload", "over 4 GiB"))?,
        payload: prepared.hash,
        hash: prepared.hash,
        jump: parent.map_or(Ok(TurnId::NONE), |parent| jump_of_child(staged, parent.id, parent.place))?,
        rooted,
    };
    turn.hash = turn.expected_hash(parent.as_ref().map(|parent| &parent.hash));
    Ok(turn)
}

fn write(staged: &mut Staged, head: Head, append: &Append, first: TurnId) {
    let context = append.context;
    let ends = (staged.shown_from(first).next(), staged.shown_from(first).next_back());
    let (Some(parent), Some(last)) = (ends.0.map(|turn| turn.parent), ends.1) else { return };
    let moved = Head { turn: last.id, depth: last.depth, begun: true };
    if parent != head.turn {
        staged.put_branch(parent, context);
    }
    for (id, prepared) in (first.0..).map(TurnId).zip(&append.turns) {
        if let Some(root) = prepared.new.root {
            staged.put_root(id, root, false);
        }
    }
    staged.write_turns(first);
    staged.put_head(context, moved);
}

pub(super) fn attach(staged: &mut Staged, turn: TurnId, root: Hash) -> Result<(), Error> {
    let found = staged.find(turn)?.ok_or(Error::UnknownTurn(turn))?;
    require_blob(staged, &root)?;
    // A turn has children only if its context moved on or another context branched off.
    let late = staged.head(found.context)?.turn != turn || staged.has_branch(turn)?;
    staged.put_root(turn, root, late);
    Ok(())
}

/// Whether the blob was not there.
pub(super) fn put_blob(staged: &mut Staged, blob: Packed, now: u64) -> Result<bool, Error> {
    staged.batch.insert(&staged.tables.puts, *blob.hash.as_bytes(), now.to_le_bytes());
    let is_new = !staged.has_blob(&blob.hash)?;
    if is_new {
        staged.put_blob(blob);
    }
    Ok(is_new)
}

fn require_blob(staged: &Staged, hash: &Hash) -> Result<(), Error> {
    if staged.has_blob(hash)? { Ok(()) } else { Err(Error::UnknownBlob(*hash)) }
}

fn put_origin(staged: &mut Staged, context: ContextId, origin: &Origin) -> Result<(), Error> {
    let json = serde_json::to_vec(origin).map_err(|error| Error::unfit("context", error.to_string()))?;
    staged.show_origin(context, origin.clone());
    staged.batch.insert(&staged.tables.origins, context.key(), json);
    Ok(())
}

fn receipt(context: ContextId, turn: &Turn, commit: Commit) -> Receipt {
    let durable = commit == Commit::Durable;
    Receipt { context, turn: turn.id, depth: turn.depth, payload: turn.payload, hash: turn.hash, durable }
}

/// An idempotency key under its context, and what was asked with it.
struct Key {
    place: Hash,
    asked: Hash,
}

impl Key {
    fn of(append: &Append) -> Self {
        let place = blake3::Hasher::new().update(&append.context.key()).update(&append.key).finalize();
        let mut asked = blake3::Hasher::new();
        asked.update(&append.parent.key());
        for turn in &append.turns {
            asked.update(turn.hash.as_bytes()).update(&turn.new.type_version.to_le_bytes());
            asked.update(&turn.new.encoding.to_le_bytes());
            asked.update(&(turn.new.type_id.len() as u64).to_le_bytes()).update(turn.new.type_id.as_bytes());
            asked.update(turn.new.root.as_ref().map_or(&[0; 32], Hash::as_bytes).as_slice());
        }
        Self { place, asked: asked.finalize() }
    }

    /// The receipts of the append that used the key, where one did and its time is not over.
    fn replay(&self, staged: &Staged, append: &Append, now: u64) -> Result<Option<Vec<Receipt>>, Error> {
        let Some(value) = staged.key(&self.place)? else { return Ok(None) };
        let mut reader = Reader::new(&value);
        let fields = (|| Some((reader.u64()?, reader.u64()?, reader.u64()?, reader.hash()?)))();
        let Some((used, first, count, asked)) = fields else { return Ok(None) };
        if now.saturating_sub(used) >= KEY_LIFETIME {
            return Ok(None);
        }
        if asked != self.asked {
            return Err(Error::KeyReused(TurnId(first)));
        }
        let turns = (first..first.saturating_add(count)).map(|id| {
            let turn = staged.linked(TurnId(id), TurnId(id))?;
            Ok(receipt(append.context, &turn, append.commit))
        });
        turns.collect::<Result<_, _>>().map(Some)
    }

    fn remember(&self, staged: &mut Staged, first: TurnId, count: usize, now: u64) {
        let numbers = [now, first.0, count as u64].map(u64::to_le_bytes).concat();
        staged.put_key(self.place, [numbers.as_slice(), self.asked.as_bytes().as_slice()].concat());
    }
}

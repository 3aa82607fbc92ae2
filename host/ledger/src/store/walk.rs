//! Ways through the DAG: ancestors, where two paths part, which snapshot a turn sees.
//!
//! Every turn keeps a jump to an ancestor, chosen so that any ancestor is reached in logarithmic time (Myers, 1983:
//! an applicative random-access stack).

use super::tables::id_of;
use super::{Break, Error, Flaw, Turn, TurnId};
use blake3::Hash;

/// What the jumps below a turn depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) depth: u32,
    pub(crate) jump: TurnId,
}

/// Where turns are found: in the store, or in the store below a batch that is not written yet.
pub(crate) trait Turns {
    /// `None` where there is no such turn.
    fn find(&self, id: TurnId) -> Result<Option<Turn>, Error>;
    /// The root attached to exactly this turn.
    fn own_root(&self, id: TurnId) -> Result<Option<Hash>, Error>;
    /// The newest turn within the bounds, the lower one excluded, whose root came when it had descendants.
    fn late_root(&self, above: TurnId, up_to: TurnId) -> Result<Option<TurnId>, Error>;

    /// Where a turn stands, without the rest of it.
    fn place(&self, id: TurnId) -> Result<Option<Place>, Error> {
        Ok(self.find(id)?.map(|turn| Place { depth: turn.depth, jump: turn.jump }))
    }

    /// A turn that another one points at, so that its absence is damage.
    fn linked(&self, from: TurnId, id: TurnId) -> Result<Turn, Error> {
        self.find(id)?.ok_or(Error::Broken(Break { turn: from, flaw: Flaw::Missing(id) }))
    }
}

/// The jump of a new child of the turn `id`, which stands at `parent`.
pub(crate) fn jump_of_child(turns: &impl Turns, id: TurnId, parent: Place) -> Result<TurnId, Error> {
    if parent.jump.is_none() {
        return Ok(id);
    }
    let near = placed(turns, id, parent.jump)?;
    let far_depth = if near.jump.is_none() { 0 } else { placed(turns, parent.jump, near.jump)?.depth };
    let same_length = parent.depth.checked_sub(near.depth) == near.depth.checked_sub(far_depth);
    // Roots have no jump, so a jump over them would end nowhere.
    Ok(if same_length && far_depth > 0 { near.jump } else { id })
}

fn placed(turns: &impl Turns, from: TurnId, id: TurnId) -> Result<Place, Error> {
    turns.place(id)?.ok_or(Error::Broken(Break { turn: from, flaw: Flaw::Missing(id) }))
}

/// The ancestor at a depth, the turn itself included; `None` where the depth is 0 or below the turn.
pub(crate) fn ancestor_at(turns: &impl Turns, turn: &Turn, depth: u32) -> Result<Option<Turn>, Error> {
    if depth == 0 || depth > turn.depth {
        return Ok(None);
    }
    let mut at = turn.clone();
    while at.depth > depth {
        let jump = if at.jump.is_none() { None } else { Some(turns.linked(at.id, at.jump)?) };
        at = match jump {
            Some(jump) if jump.depth >= depth => jump,
            _ => turns.linked(at.id, at.parent)?,
        };
    }
    Ok(Some(at))
}

/// Whether `above` lies on the path from the root to `turn`, the turn itself included.
pub(crate) fn leads_to(turns: &impl Turns, above: &Turn, turn: &Turn) -> Result<bool, Error> {
    Ok(ancestor_at(turns, turn, above.depth)?.is_some_and(|found| found.id == above.id))
}

/// The deepest turn on both paths; `None` where they have different roots.
pub(crate) fn common_ancestor(turns: &impl Turns, a: &Turn, b: &Turn) -> Result<Option<Turn>, Error> {
    let depth = a.depth.min(b.depth);
    let (Some(mut a), Some(mut b)) = (ancestor_at(turns, a, depth)?, ancestor_at(turns, b, depth)?) else {
        return Ok(None);
    };
    while a.id != b.id {
        // Turns of one depth have jumps of one depth, so both sides stay level.
        let (next_a, next_b) = if a.jump == b.jump { (a.parent, b.parent) } else { (a.jump, b.jump) };
        if next_a.is_none() || next_b.is_none() {
            return Ok(None);
        }
        (a, b) = (turns.linked(a.id, next_a)?, turns.linked(b.id, next_b)?);
    }
    Ok(Some(a))
}

/// The nearest turn at or above this one that has a snapshot.
pub(crate) fn rooted_at(turns: &impl Turns, turn: &Turn) -> Result<TurnId, Error> {
    if turns.own_root(turn.id)?.is_some() {
        return Ok(turn.id);
    }
    let mut up_to = turn.id;
    while let Some(late) = turns.late_root(turn.rooted, up_to)? {
        if leads_to(turns, &turns.linked(turn.id, late)?, turn)? {
            return Ok(late);
        }
        up_to = TurnId(late.0.saturating_sub(1));
    }
    Ok(turn.rooted)
}

impl Turns for super::tables::Tables {
    fn find(&self, id: TurnId) -> Result<Option<Turn>, Error> {
        self.turn(id)
    }

    fn own_root(&self, id: TurnId) -> Result<Option<Hash>, Error> {
        self.root(id)
    }

    fn late_root(&self, above: TurnId, up_to: TurnId) -> Result<Option<TurnId>, Error> {
        if above >= up_to {
            return Ok(None);
        }
        let above = TurnId(above.0.saturating_add(1));
        let newest = self.late_roots.range(above.key()..=up_to.key()).next_back();
        Ok(newest.map(fjall::Guard::key).transpose()?.map(|key| TurnId(id_of(&key))))
    }
}

//! What one twin's tables have had written since their fork, and from which tables they were forked: what a diff of
//! two worlds looks at instead of all documents.

use glasshouse_sandbox::Document;
use rpds::RedBlackTreeMapSync as Map;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Table and key of a document.
pub(crate) type Place = (Arc<str>, Arc<str>);

/// A document that was written or removed since the last fork.
#[derive(Debug, Clone)]
pub(crate) struct Touched {
    pub(crate) before: Option<Document>,
    pub(crate) event: Option<u64>,
}

type Touches = Map<Place, Touched>;

/// One fork, told from others by its address.
type Origin = Arc<()>;

/// The journal of one fork. The fork before it is remembered too, and none further back, so that forks of forks of
/// forks do not hold what all of them replaced.
#[derive(Debug, Clone, Default)]
pub(crate) struct Journal {
    /// The same for all tables that come from one fork, and no others.
    origin: Origin,
    touches: Touches,
    /// The origin forked from, and what had been written since it.
    base: Option<(Origin, Touches)>,
}

impl Journal {
    /// An empty journal of a fork.
    pub(crate) fn fork(&self) -> Self {
        let base = Some((self.origin.clone(), self.touches.clone()));
        Self { origin: Arc::default(), touches: Map::default(), base }
    }

    /// What was written since the fork, by table and key.
    pub(crate) fn touches(&self) -> impl Iterator<Item = (&Place, &Touched)> {
        self.touches.iter()
    }

    /// Which event wrote a document last since the fork.
    pub(crate) fn event(&self, place: &Place) -> Option<u64> {
        self.touches.get(place)?.event
    }

    /// Notes a write. A document that the fork did not have and that is gone again leaves no trace.
    pub(crate) fn note(&mut self, place: Place, before: Option<Document>, is_gone: bool, event: Option<u64>) {
        let before = match self.touches.get(&place) {
            Some(touched) => touched.before.clone(),
            None => before,
        };
        if is_gone && before.is_none() {
            self.touches.remove_mut(&place);
        } else {
            self.touches.insert_mut(place, Touched { before, event });
        }
    }

    /// Every place at which two journals' tables can differ; none where they are not known to be related.
    pub(crate) fn differing(&self, other: &Self) -> Option<BTreeSet<Place>> {
        let of = |journal: &Self| {
            let own = (journal.origin.clone(), vec![journal.touches.clone()]);
            let base = journal.base.clone();
            let base = base.map(|(origin, touches)| (origin, vec![touches, journal.touches.clone()]));
            std::iter::once(own).chain(base).collect::<Vec<_>>()
        };
        let (ours, theirs) = (of(self), of(other));
        let common = ours.iter().find_map(|(origin, touches)| {
            let same = |(other, _): &&(Origin, Vec<Touches>)| Arc::ptr_eq(origin, other);
            theirs.iter().find(same).map(|(_, others)| touches.iter().chain(others))
        })?;
        Some(common.flat_map(|touches| touches.keys().cloned()).collect())
    }
}

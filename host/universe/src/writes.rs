//! Every write to one twin's tables in order, for the record of a trial. Nothing is kept until somebody asks for it.

use crate::journal::Place;
use glasshouse_model::Change;
use glasshouse_sandbox::Document;
use rpds::VectorSync;

/// Most writes that are kept of one twin; those that come later are counted.
const MOST_KEPT: u64 = 100_000;
/// Most bytes of documents in them.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// What made a twin write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Cause {
    /// Nothing that is known.
    #[default]
    Unknown,
    /// The subject's request with that event.
    Event(u64),
    /// The delivery with that number among all that were attempted, from 0.
    Delivery(u64),
}

/// One request or delivery to a twin: its number among those to all twins, and what it is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Turn {
    pub(crate) number: u64,
    pub(crate) cause: Cause,
}

#[derive(Debug, Clone)]
struct Write {
    turn: Turn,
    place: Place,
    before: Option<Document>,
    after: Option<Document>,
}

/// The writes of one twin. A clone shares them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Writes {
    kept: Option<VectorSync<Write>>,
    bytes: u64,
    left_out: u64,
}

impl Writes {
    /// Keeps what is written from now on.
    pub(crate) fn keep(&mut self) {
        self.kept = Some(VectorSync::new_sync());
    }

    pub(crate) fn left_out(&self) -> u64 {
        self.left_out
    }

    pub(crate) fn note(
        &mut self,
        turn: Turn,
        place: &Place,
        before: Option<&Document>,
        after: Option<&Document>,
    ) {
        let Some(kept) = &mut self.kept else { return };
        let bytes = [before, after].into_iter().flatten().map(|document| document.len() as u64).sum::<u64>();
        if kept.len() as u64 >= MOST_KEPT || self.bytes + bytes > MOST_BYTES || self.left_out > 0 {
            self.left_out += 1;
            return;
        }
        self.bytes += bytes;
        kept.push_back_mut(Write {
            turn,
            place: place.clone(),
            before: before.cloned(),
            after: after.cloned(),
        });
    }

    /// Every write with the number of its turn; `event` finds the event of a cause.
    pub(crate) fn list<'w>(
        &'w self,
        twin: &'w str,
        event: &'w impl Fn(Cause) -> Option<u64>,
    ) -> impl Iterator<Item = (u64, Change)> + 'w {
        self.kept.iter().flat_map(|kept| kept.iter()).map(move |write| {
            let change = Change {
                twin: twin.to_owned(),
                table: write.place.0.to_string(),
                key: write.place.1.to_string(),
                before: write.before.as_ref().map(|document| document.to_vec()),
                after: write.after.as_ref().map(|document| document.to_vec()),
                event: event(write.turn.cause),
            };
            (write.turn.number, change)
        })
    }
}

//! The record of what a guest does, in order.

use glasshouse_model::{Event, Happening};

/// Events in order, without gaps.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    events: Vec<Event>,
}

impl Recorder {
    /// The index that the next event will have.
    pub(crate) fn next_index(&self) -> u64 {
        self.events.len() as u64
    }

    pub(crate) fn record(&mut self, at: u64, happening: Happening) {
        let index = self.next_index();
        self.events.push(Event { index, at, happening });
    }

    pub(crate) fn into_events(self) -> Vec<Event> {
        self.events
    }
}

//! What happened in a trial, read whole.

use serde_json::Value;

use crate::capability::{Event, Happening, Trajectory};

/// How many events one call asks for; the contract's limit.
const PAGE: u32 = 1_000;

/// Every event of the trial, in order.
pub fn history(imports: &mut impl Trajectory) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    loop {
        let page = imports.events(events.len() as u64, PAGE);
        if page.is_empty() {
            return events;
        }
        events.extend(page);
    }
}

/// The delivery that an event tells of, as JSON: `from`, `to`, `attempt`, `request` and `outcome`.
#[must_use]
pub fn delivery(event: &Event) -> Option<Value> {
    let Happening::Other(text) = &event.happening else { return None };
    let mut other: Value = serde_json::from_str(text).ok()?;
    other.get_mut("delivery").map(Value::take)
}

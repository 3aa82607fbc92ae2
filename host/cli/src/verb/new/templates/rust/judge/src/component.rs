//! The component's export, and the only place that calls an import.

use crate::bindings::exports::glasshouse::judge::judging::{Error, Guest, Verdict};
use crate::bindings::glasshouse::capability::trajectory;
use crate::{bindings, deciding};

/// Events asked for at one time; the host gives no more than 1,000.
const PAGE: u32 = 200;

struct Component;

impl Guest for Component {
    fn judge(criterion: String) -> Result<Verdict, Error> {
        let criterion = deciding::parse(&criterion)?;
        let mut events = Vec::new();
        loop {
            let page = trajectory::events(events.len() as u64, PAGE);
            if page.is_empty() {
                return Ok(deciding::decide(&criterion, &events));
            }
            events.extend(page);
        }
    }
}

bindings::export!(Component with_types_in bindings);

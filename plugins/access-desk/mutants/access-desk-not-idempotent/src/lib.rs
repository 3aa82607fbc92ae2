//! Access Desk with one defect: see [`Defect`].

use access_desk_logic::{AccessDesk, Conduct, Mark, Thread};

/// Forgets what it said: an event that Slack sends again is news to it.
#[derive(Debug)]
pub struct Defect;

impl Conduct for Defect {
    fn was_said(_: &Thread, _: &Mark) -> bool {
        false
    }
}

plugin_sdk::export!(listening_agent: AccessDesk<Defect>);

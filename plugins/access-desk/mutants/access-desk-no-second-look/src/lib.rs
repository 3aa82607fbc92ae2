//! Access Desk with one defect: see [`Defect`].

use access_desk_logic::{AccessDesk, Conduct, Person};

/// Does not look again, at the approval, whether the person is still active.
#[derive(Debug)]
pub struct Defect;

impl Conduct for Defect {
    fn may_hold(_: Option<&Person>) -> bool {
        true
    }
}

plugin_sdk::export!(listening_agent: AccessDesk<Defect>);

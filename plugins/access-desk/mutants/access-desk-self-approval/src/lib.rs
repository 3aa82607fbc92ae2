//! Access Desk with one defect: see [`Defect`].

use access_desk_logic::{AccessDesk, Conduct, Ticket};

/// Takes an approval from whoever says the word, the person who asks included.
#[derive(Debug)]
pub struct Defect;

impl Conduct for Defect {
    fn may_decide(_: &Ticket, _: &str) -> bool {
        true
    }
}

plugin_sdk::export!(listening_agent: AccessDesk<Defect>);

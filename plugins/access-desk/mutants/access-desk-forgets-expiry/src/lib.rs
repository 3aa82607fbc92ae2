//! Access Desk with one defect: see [`Defect`].

use access_desk_logic::{AccessDesk, Conduct, Ticket};

/// Gives access and never takes it back by itself.
#[derive(Debug)]
pub struct Defect;

impl Conduct for Defect {
    fn is_over(_: &Ticket, _: u64) -> bool {
        false
    }
}

plugin_sdk::export!(listening_agent: AccessDesk<Defect>);

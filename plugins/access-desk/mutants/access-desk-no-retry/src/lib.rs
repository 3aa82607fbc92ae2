//! Access Desk with one defect: see [`Defect`].

use access_desk_logic::{AccessDesk, Conduct, Patience};

/// Gives up as soon as a service refuses or breaks.
#[derive(Debug)]
pub struct Defect;

impl Conduct for Defect {
    const PATIENCE: Patience = Patience { refusals: 0, waits: &[] };
}

plugin_sdk::export!(listening_agent: AccessDesk<Defect>);

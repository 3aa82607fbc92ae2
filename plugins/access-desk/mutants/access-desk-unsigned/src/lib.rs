//! Access Desk with one defect: see [`Defect`].

use access_desk_logic::{AccessDesk, Conduct};
use plugin_sdk::Request;

/// Believes whoever calls to be Slack.
#[derive(Debug)]
pub struct Defect;

impl Conduct for Defect {
    fn is_genuine(_: &Request, _: &str, _: u64) -> bool {
        true
    }
}

plugin_sdk::export!(listening_agent: AccessDesk<Defect>);

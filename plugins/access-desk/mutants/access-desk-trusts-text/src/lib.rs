//! Access Desk with one defect: see [`Defect`].

use access_desk_logic::{AccessDesk, Conduct, Desk, Failure, OktaGroup, Ticket};

/// Takes the group from the ticket's text, where the person who asks has written as well.
#[derive(Debug)]
pub struct Defect;

impl Conduct for Defect {
    fn target(desk: &mut Desk<'_>, ticket: &Ticket, issue: &str) -> Result<Option<OktaGroup>, Failure> {
        let text = desk.description(issue)?;
        let named = text.lines().filter_map(|line| line.strip_prefix("Group:")).next_back();
        let name = named.map_or(ticket.group.name.as_str(), str::trim).to_lowercase();
        Ok(desk.okta().groups_named(&[&name])?.into_iter().next())
    }
}

plugin_sdk::export!(listening_agent: AccessDesk<Defect>);

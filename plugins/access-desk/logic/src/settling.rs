//! What follows from a decision, and from its end. Each step can be taken again; the issue's status is the last one, so
//! that whatever is interrupted is found and finished.

use jiff::Timestamp;

use crate::conduct::Conduct;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::jira::{Issue, Status};
use crate::mention;
use crate::thread::{Mark, Step, Thread};
use crate::ticket::{Decision, Ticket};

/// Does what was decided.
pub(crate) fn settle<C: Conduct>(
    desk: &mut Desk<'_>,
    thread: &Thread,
    issue: &Issue,
    ticket: &Ticket,
) -> Result<Option<String>, Failure> {
    let (key, group) = (&issue.key, &ticket.group.name);
    match &ticket.decision {
        None => Ok(None),
        Some(Decision::Granted { by, until }) => {
            desk.okta().add(&ticket.group.id, &ticket.person.okta)?;
            let (until, person) = (moment(*until), mention::of(&ticket.person.slack));
            let text = format!("{person} `{group}` is yours until {until}. ({key})");
            desk.say::<C>(thread, &text, &Mark::news(Step::Granted, key))?;
            let name = &ticket.person.name;
            let comment = format!("Approved by {} in Slack. {name} is in {group} until {until}.", by.name);
            desk.jira().move_to(issue, Status::Granted, &comment)?;
            Ok(Some(format!("granted {key}")))
        }
        Some(Decision::Declined { why, .. }) => {
            let asker = mention::of(&ticket.asked_by);
            let text = format!("{asker} no access to `{group}`: {why}. ({key})");
            desk.say::<C>(thread, &text, &Mark::news(Step::Declined, key))?;
            desk.jira().move_to(issue, Status::Declined, &format!("Declined: {why}."))?;
            Ok(Some(format!("declined {key}")))
        }
    }
}

/// Takes back what was granted.
pub(crate) fn end<C: Conduct>(
    desk: &mut Desk<'_>,
    thread: &Thread,
    issue: &Issue,
    ticket: &Ticket,
) -> Result<Option<String>, Failure> {
    let (key, group) = (&issue.key, &ticket.group.name);
    desk.okta().remove(&ticket.group.id, &ticket.person.okta)?;
    let text = format!("{} access to `{group}` is over. ({key})", mention::of(&ticket.person.slack));
    desk.say::<C>(thread, &text, &Mark::news(Step::Ended, key))?;
    let ended = moment(desk.wire.now());
    let comment = format!("Ended: {} is out of {group} since {ended}.", ticket.person.name);
    desk.jira().move_to(issue, Status::Ended, &comment)?;
    Ok(Some(format!("ended {key}")))
}

/// A moment for people, from seconds since 1970.
fn moment(seconds: u64) -> String {
    let timestamp = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    timestamp.unwrap_or(Timestamp::MAX).strftime("%Y-%m-%d %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_for_people() {
        assert_eq!(moment(1_767_603_600), "2026-01-05 09:00 UTC");
    }
}

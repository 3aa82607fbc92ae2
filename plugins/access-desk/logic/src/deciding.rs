//! What people write in the thread of a request that has an issue.

use crate::conduct::Conduct;
use crate::desk::Desk;
use crate::event::Saying;
use crate::failure::Failure;
use crate::jira::{Issue, Status};
use crate::mention;
use crate::rules::Rules;
use crate::settling;
use crate::thread::{Mark, Step, Thread};
use crate::ticket::{Decider, Decision, Ticket};
use crate::words::{self, Word};

/// Takes up a message in the thread of an issue, if it is a decision.
pub(crate) fn hear<C: Conduct>(
    desk: &mut Desk<'_>,
    thread: &Thread,
    key: &str,
    saying: Saying<'_>,
) -> Result<Option<String>, Failure> {
    let Some(word) = words::decision(saying.text, &thread.desk) else { return Ok(None) };
    let issue = desk.jira().issue(key)?;
    let Some(ticket) = issue.ticket() else { return Ok(None) };
    let may = C::may_decide(&ticket, saying.user);
    match word {
        Word::Approve | Word::Decline if issue.is(Status::Waiting) => {
            if ticket.decision.is_some() {
                return settling::settle::<C>(desk, thread, &issue, &ticket);
            }
            if !may {
                return notice::<C>(desk, thread, key, &ticket, saying.ts);
            }
            decide::<C>(desk, thread, &issue, ticket, (word, saying.user))
        }
        Word::Revoke if issue.is(Status::Granted) && may => settling::end::<C>(desk, thread, &issue, &ticket),
        Word::Approve | Word::Decline | Word::Revoke => Ok(None),
    }
}

fn notice<C: Conduct>(
    desk: &mut Desk<'_>,
    thread: &Thread,
    key: &str,
    ticket: &Ticket,
    ts: &str,
) -> Result<Option<String>, Failure> {
    let deciders: Vec<String> = ticket.deciders.iter().map(|decider| mention::of(&decider.slack)).collect();
    let text = format!("Only {} may decide about {key}.", deciders.join(" or "));
    desk.say::<C>(thread, &text, &Mark::answer(Step::Notice, ts, Some(key)))?;
    Ok(Some(format!("heard somebody who may not decide about {key}")))
}

/// Puts a decision on record, and then does what follows from it.
fn decide<C: Conduct>(
    desk: &mut Desk<'_>,
    thread: &Thread,
    issue: &Issue,
    mut ticket: Ticket,
    (word, speaker): (Word, &str),
) -> Result<Option<String>, Failure> {
    let by = ticket.decider(speaker).cloned();
    let by = by.unwrap_or_else(|| Decider { slack: speaker.to_owned(), name: speaker.to_owned() });
    let decision = if word == Word::Approve {
        approve::<C>(desk, issue, &mut ticket, by)?
    } else {
        Decision::Declined { why: format!("{} declined it", by.name), by: Some(by) }
    };
    ticket.decision = Some(decision);
    desk.jira().keep(&issue.key, &ticket)?;
    settling::settle::<C>(desk, thread, issue, &ticket)
}

/// What an approval comes to, since person and group may have changed since the request.
fn approve<C: Conduct>(
    desk: &mut Desk<'_>,
    issue: &Issue,
    ticket: &mut Ticket,
    by: Decider,
) -> Result<Decision, Failure> {
    let person = desk.okta().user(&ticket.person.okta)?;
    if !C::may_hold(person.as_ref()) {
        let why = format!("{} has no active account any more", ticket.person.name);
        return Ok(Decision::Declined { by: Some(by), why });
    }
    let group = C::target(desk, ticket, &issue.key)?;
    let is_given_out = |description: Option<&str>| Rules::of(description).is_some();
    match group {
        Some(group) if is_given_out(group.profile.description.as_deref()) => {
            ticket.group.id = group.id;
            ticket.group.name = group.profile.name;
            let until = desk.wire.now().saturating_add(ticket.seconds);
            Ok(Decision::Granted { by, until })
        }
        _ => {
            let why = format!("`{}` is not given out any more", ticket.group.name);
            Ok(Decision::Declined { by: Some(by), why })
        }
    }
}

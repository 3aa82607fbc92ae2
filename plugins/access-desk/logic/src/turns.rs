//! The scheduler's call: what falls due by itself.

use crate::conduct::Conduct;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::jira::{Issue, Status};
use crate::mention;
use crate::rules::Rules;
use crate::settling;
use crate::span;
use crate::thread::{Mark, Step, Thread};
use crate::ticket::{Decider, Decision, Ticket};

/// How long somebody may take to decide, in seconds.
const PATIENCE: u64 = 4 * 3_600;

/// Goes through every open issue. One that cannot be dealt with does not keep the others waiting.
pub(crate) fn take<C: Conduct>(desk: &mut Desk<'_>) -> Result<Option<String>, Failure> {
    let (mut done, mut failure) = (Vec::new(), None);
    for issue in desk.jira().all_open()? {
        let Some(ticket) = issue.ticket() else { continue };
        match turn::<C>(desk, &issue, ticket) {
            Ok(what) => done.extend(what),
            Err(first) => failure = failure.or(Some(first)),
        }
    }
    match failure {
        Some(failure) => Err(failure),
        None => Ok((!done.is_empty()).then(|| done.join(", "))),
    }
}

fn turn<C: Conduct>(desk: &mut Desk<'_>, issue: &Issue, ticket: Ticket) -> Result<Option<String>, Failure> {
    let now = desk.wire.now();
    if issue.is(Status::Granted) {
        if !C::is_over(&ticket, now) {
            return Ok(None);
        }
        let thread = desk.thread_of(&ticket)?;
        return settling::end::<C>(desk, &thread, issue, &ticket);
    }
    let is_late = now >= ticket.asked_at.saturating_add(PATIENCE);
    if ticket.decision.is_none() && !is_late {
        return Ok(None);
    }
    let thread = desk.thread_of(&ticket)?;
    if ticket.decision.is_some() {
        return settling::settle::<C>(desk, &thread, issue, &ticket);
    }
    unanswered::<C>(desk, &thread, issue, ticket)
}

/// Asks the deputy, or declines where there is nobody left to ask.
fn unanswered<C: Conduct>(
    desk: &mut Desk<'_>,
    thread: &Thread,
    issue: &Issue,
    mut ticket: Ticket,
) -> Result<Option<String>, Failure> {
    let key = &issue.key;
    let group = desk.okta().group(&ticket.group.id)?;
    let rules = group.and_then(|group| Rules::of(group.profile.description.as_deref()));
    let mut excluded = vec![ticket.asked_by.as_str(), ticket.person.slack.as_str()];
    excluded.extend(ticket.deciders.iter().map(|decider| decider.slack.as_str()));
    let deputy = match rules {
        Some(rules) if !ticket.escalated => desk.decider(rules.deciders(), &excluded)?,
        _ => None,
    };
    let Some(deputy) = deputy else {
        ticket.decision = Some(Decision::Declined { by: None, why: "nobody answered in time".to_owned() });
        desk.jira().keep(key, &ticket)?;
        return settling::settle::<C>(desk, thread, issue, &ticket);
    };
    escalate::<C>(desk, thread, key, ticket, deputy)
}

fn escalate<C: Conduct>(
    desk: &mut Desk<'_>,
    thread: &Thread,
    key: &str,
    mut ticket: Ticket,
    deputy: Decider,
) -> Result<Option<String>, Failure> {
    let mark = Mark::news(Step::Escalated, key);
    let text = format!(
        "{} {key}: nobody answered so far. `{}` for {}, {}: please answer `approve` or `decline` in this thread.",
        mention::of(&deputy.slack),
        ticket.group.name,
        mention::of(&ticket.person.slack),
        span::shown(ticket.seconds),
    );
    let comment = format!("No answer in time; {} was asked as well.", deputy.name);
    let resumed = thread.has(&mark);
    desk.say::<C>(thread, &text, &mark)?;
    if !resumed || !desk.jira().has_comment(key, &comment)? {
        desk.jira().comment(key, &comment)?;
    }
    ticket.deciders.push(deputy);
    (ticket.asked_at, ticket.escalated) = (desk.wire.now(), true);
    desk.jira().keep(key, &ticket)?;
    Ok(Some(format!("escalated {key}")))
}

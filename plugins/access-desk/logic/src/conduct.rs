//! The places at which generated code of this kind goes wrong most often, so that each can be gone wrong at on purpose.

use plugin_sdk::Request;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::okta::{Okta, OktaGroup, Person};
use crate::signature;
use crate::slack::Account;
use crate::thread::{Mark, Thread};
use crate::ticket::Ticket;
use crate::wire::Patience;

/// How the desk goes about its job. What is written here is the spec's way, which [`Sound`] takes as it is; a mutant of
/// the suite's puts something else in one place.
pub trait Conduct {
    /// How long a request to a service is tried for.
    const PATIENCE: Patience = Patience::SPECIFIED;

    /// Whether a call is Slack's own, at this time in seconds since 1970.
    fn is_genuine(request: &Request, secret: &str, now: u64) -> bool {
        signature::is_genuine(request, secret, now)
    }

    /// The user in Okta to whom an account in Slack belongs.
    ///
    /// # Errors
    /// A [`Failure`] where Okta does not answer.
    fn find(okta: &mut Okta<'_, '_>, account: &Account) -> Result<Option<Person>, Failure> {
        match &account.profile.email {
            Some(email) => okta.user(email),
            None => Ok(None),
        }
    }

    /// Whether the desk said this in the thread already.
    fn was_said(thread: &Thread, mark: &Mark) -> bool {
        thread.has(mark)
    }

    /// Whether somebody, by the id in Slack, may decide about a request.
    fn may_decide(ticket: &Ticket, speaker: &str) -> bool {
        ticket.decider(speaker).is_some() && speaker != ticket.asked_by && speaker != ticket.person.slack
    }

    /// Whether a person may be given what was approved.
    fn may_hold(person: Option<&Person>) -> bool {
        person.is_some_and(Person::is_active)
    }

    /// The group that was asked for, as it is at the decision; the text is the key of the request's issue.
    ///
    /// # Errors
    /// A [`Failure`] where a service does not answer.
    fn target(desk: &mut Desk<'_>, ticket: &Ticket, _: &str) -> Result<Option<OktaGroup>, Failure> {
        desk.okta().group(&ticket.group.id)
    }

    /// Whether the time of a granted request is over, at this time in seconds since 1970.
    fn is_over(ticket: &Ticket, now: u64) -> bool {
        ticket.until().is_some_and(|until| until <= now)
    }
}

/// The spec's way.
#[derive(Debug)]
pub struct Sound;

impl Conduct for Sound {}

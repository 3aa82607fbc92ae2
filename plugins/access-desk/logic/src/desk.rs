//! The desk at work: what it was given, and the way to the services.

use crate::conduct::Conduct;
use crate::config::Config;
use crate::failure::Failure;
use crate::jira::Jira;
use crate::okta::Okta;
use crate::slack::{Post, Slack};
use crate::thread::{Mark, Thread};
use crate::ticket::{Decider, Ticket};
use crate::wire::{Line, Wire};

/// One call's worth of work.
pub struct Desk<'a> {
    pub(crate) wire: Wire<'a>,
    pub(crate) config: &'a Config,
}

impl<'a> Desk<'a> {
    pub(crate) fn open<C: Conduct>(line: &'a mut impl Line, config: &'a Config) -> Self {
        Self { wire: Wire::new(line, C::PATIENCE), config }
    }

    /// The way to Okta.
    pub fn okta(&mut self) -> Okta<'_, 'a> {
        Okta { wire: &mut self.wire, config: &self.config.okta }
    }

    /// What an issue says to people.
    ///
    /// # Errors
    /// A [`Failure`] where Jira does not answer.
    pub fn description(&mut self, issue: &str) -> Result<String, Failure> {
        self.jira().description(issue)
    }

    pub(crate) fn slack(&mut self) -> Slack<'_, 'a> {
        Slack { wire: &mut self.wire, config: &self.config.slack }
    }

    pub(crate) fn jira(&mut self) -> Jira<'_, 'a> {
        Jira { wire: &mut self.wire, config: &self.config.jira }
    }

    /// Says something in a thread, unless it was said.
    pub(crate) fn say<C: Conduct>(
        &mut self,
        thread: &Thread,
        text: &str,
        mark: &Mark,
    ) -> Result<(), Failure> {
        let Some(root) = thread.root() else { return Ok(()) };
        if C::was_said(thread, mark) {
            return Ok(());
        }
        let channel = self.config.slack.channel.clone();
        self.slack().reply(Post { channel: &channel, thread: &root.ts, desk: &thread.desk, text, mark })
    }

    /// The first of these addresses whose owner has an active account in Slack and is none of these people.
    pub(crate) fn decider<'e>(
        &mut self,
        emails: impl Iterator<Item = &'e str>,
        excluded: &[&str],
    ) -> Result<Option<Decider>, Failure> {
        for email in emails {
            let account = self.slack().account_of(email)?.filter(|account| account.is_person());
            if let Some(account) = account.filter(|account| !excluded.contains(&account.id.as_str())) {
                return Ok(Some(Decider { slack: account.id, name: account.real_name }));
            }
        }
        Ok(None)
    }

    /// The thread of a ticket.
    pub(crate) fn thread_of(&mut self, ticket: &Ticket) -> Result<Thread, Failure> {
        self.slack().thread(&ticket.channel, &ticket.thread, &ticket.desk)
    }
}

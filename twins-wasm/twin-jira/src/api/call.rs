//! One call on its way through an operation.

use serde_json::{Map, Value};
use twin_sdk::{Bucket, Incoming, Response};

use crate::args::{self, Query};
use crate::entities::{Issue, Project, User};
use crate::errors::Error;
use crate::fields::show::Show;
use crate::fields::wanted::Wanted;
use crate::state::State;
use crate::wire::{self, Wire};

/// How many writes one issue takes in how many seconds, as the service documents it.
const WRITE_LIMITS: &[(u64, u64)] = &[(20, 2), (100, 30)];
/// The page size of lists that name none.
const PAGE: usize = 50;

/// One call with its caller.
pub(crate) struct Call<'c, 'h> {
    pub state: &'c mut State<'h>,
    pub user: User,
    pub wire: Wire,
    pub incoming: &'c Incoming<'c>,
    pub query: Query,
    /// What the path's placeholders stand for, in order.
    pub params: Vec<String>,
    /// The address of the request, as the answer should write it.
    pub here: String,
}

impl<'h> Call<'_, 'h> {
    /// What the placeholder of that number stands for.
    pub(crate) fn param(&self, index: usize) -> &str {
        self.params.get(index).map(String::as_str).unwrap_or_default()
    }

    /// The caller's account id.
    pub(crate) fn me(&self) -> &str {
        &self.user.account_id
    }

    /// The JSON object in the body.
    pub(crate) fn object(&self) -> Result<Map<String, Value>, Error> {
        args::object(self.incoming)
    }

    /// The issue that the first placeholder names.
    pub(crate) fn issue(&mut self) -> Result<Issue, Error> {
        let name = self.param(0).to_owned();
        self.state.find_issue(&name)?.ok_or_else(Error::no_issue)
    }

    /// The issue that the first placeholder names, which the call is about to change.
    pub(crate) fn issue_to_write(&mut self) -> Result<Issue, Error> {
        let issue = self.issue()?;
        if issue.archived.is_some() {
            return Err(Error::message(400, "The issue is archived. Restore it before you change it."));
        }
        self.count_write(&issue.id)?;
        Ok(issue)
    }

    /// Refuses a write to an issue that was written to too often.
    pub(crate) fn count_write(&mut self, issue: &str) -> Result<(), Error> {
        let now = self.state.now() / 1_000;
        for (limit, seconds) in WRITE_LIMITS {
            let name = format!("issue/{issue}/{seconds}");
            let allowance = self.state.take(&Bucket { name: &name, limit: *limit, seconds: *seconds })?;
            if allowance.exceeded {
                let seconds = allowance.reset.saturating_sub(now).max(1);
                return Err(Error::Throttled {
                    seconds,
                    reset: allowance.reset,
                    reason: "jira-per-issue-on-write",
                });
            }
        }
        Ok(())
    }

    /// Refuses callers who do not administer the site; `what` is what only administrators may do.
    pub(crate) fn admin(&mut self, what: &str) -> Result<(), Error> {
        if super::group::may_administer(self)? {
            return Ok(());
        }
        Err(Error::message(403, format!("Only Jira administrators can {what}.")))
    }

    /// A project by id or key.
    pub(crate) fn project(&mut self, name: &str) -> Result<Project, Error> {
        let problem = || {
            let what = if name.bytes().all(|byte| byte.is_ascii_digit()) { "id" } else { "key" };
            Error::message(404, format!("No project could be found with {what} '{name}'."))
        };
        self.state.project(name)?.ok_or_else(problem)
    }

    /// Writes issues for the caller.
    pub(crate) fn show(&mut self) -> Show<'_, 'h> {
        Show::new(self.state, &self.wire, &self.user.account_id)
    }

    /// One person, as the caller sees them.
    pub(crate) fn shown_user(&mut self, account_id: &str) -> Result<Value, Error> {
        Ok(wire::user_by_id(self.state, &self.wire, Some(account_id), &self.user.account_id)?)
    }

    /// The fields that the query asks for.
    pub(crate) fn wanted(&self, default: &str) -> Wanted {
        Wanted::read(&self.query.list("fields"), default)
    }

    /// One page of a list, in the older form.
    pub(crate) fn page(&self, items: &[Value]) -> Result<Response, Error> {
        let start = self.query.number("startAt", 0)?;
        let most = self.query.number("maxResults", PAGE)?.max(1);
        Ok(wire::json(200, &wire::page(&self.here, items, start, most)))
    }

    /// The same, as the Agile API writes it: without the address.
    pub(crate) fn agile_page(&self, items: &[Value]) -> Result<Response, Error> {
        let start = self.query.number("startAt", 0)?;
        let most = self.query.number("maxResults", PAGE)?.max(1);
        let mut body = wire::page(&self.here, items, start, most);
        if let Some(body) = body.as_object_mut() {
            body.remove("self");
            body.remove("nextPage");
        }
        Ok(wire::json(200, &body))
    }
}

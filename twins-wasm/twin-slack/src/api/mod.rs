//! What every method has in common: token, scopes, limits, arguments and envelope.

mod access;
mod apps;
mod assistant;
mod auth;
mod bookmarks;
mod bots;
mod calls;
mod chat;
mod client;
mod content;
mod conversations;
mod dnd;
mod ephemeral;
mod files;
mod history;
mod limits;
mod methods;
mod oauth;
mod pins;
mod profile;
mod reactions;
mod reminders;
mod scheduled;
mod search;
mod socket;
mod stars;
mod team;
mod unfurl;
mod usergroups;
mod users;
mod views;
mod web;

use serde_json::Value;
use twin_sdk::{Binding, Host, Incoming, Level, Reply};

use crate::args::Args;
use crate::caller::Caller;
use crate::errors::{Code, Error};
use crate::state::State;
use crate::wire;

pub(crate) use methods::METHODS;
use methods::{CLIENT_METHODS, Method, Run};

/// One authenticated call.
pub(crate) struct Call<'c, 'h> {
    state: &'c mut State<'h>,
    caller: &'c Caller,
    args: &'c Args,
    incoming: &'c Incoming<'c>,
}

/// One call of a method that needs no token.
pub(crate) struct Open<'c, 'h> {
    state: &'c mut State<'h>,
    args: &'c Args,
    incoming: &'c Incoming<'c>,
}

impl Call<'_, '_> {
    /// Where a page begins, as the caller's cursor says; none for the first page.
    fn position(&self, binding: &Binding) -> Result<Option<String>, Error> {
        let Some(cursor) = self.args.text("cursor")? else { return Ok(None) };
        Ok(Some(binding.read(&cursor).map_err(|_| Code::InvalidCursor)?))
    }

    /// The answer that says no more than that it was done.
    #[expect(clippy::unused_self, reason = "reads as the end of every method that answers so")]
    fn done(&self) -> Result<Reply, Error> {
        wire::ok(&Value::Object(serde_json::Map::new()))
    }
}

/// The names of all methods that docs.slack.dev/reference/methods lists, one a line, in order.
const PUBLISHED: &str = include_str!("published.txt");

/// Answers a request.
pub(crate) fn answer(host: &mut dyn Host, incoming: &Incoming<'_>) -> Reply {
    let mut state = State::new(host);
    if incoming.is_about_socket() {
        return socket::about(&mut state, incoming);
    }
    if let Err(error) = scheduled::post_due(&mut state) {
        state.log(Level::Error, &format!("scheduled messages: {error}"));
    }
    let Some(name) = incoming.path().strip_prefix("/api/").map(|name| name.trim_end_matches('/')) else {
        return web::answer(&mut state, incoming);
    };
    let Some(method) = METHODS.iter().chain(CLIENT_METHODS).find(|method| method.name == name) else {
        return unknown(&mut state, name, 200);
    };
    let mut provided = None;
    let outcome = dispatch(&mut state, method, incoming, &mut provided);
    let reply = outcome.unwrap_or_else(|error| {
        if error.is_internal() {
            state.log(Level::Error, &format!("{name}: {error}"));
        }
        error.usual_reply()
    });
    match provided {
        Some(scopes) => {
            reply.header("x-oauth-scopes", scopes).header("x-accepted-oauth-scopes", method.scopes.join(","))
        }
        None => reply,
    }
}

/// `provided` is set to the token's scopes as soon as there is a caller, so that refusals show them too.
fn dispatch(
    state: &mut State<'_>,
    method: &Method,
    incoming: &Incoming<'_>,
    provided: &mut Option<String>,
) -> Result<Reply, Error> {
    let args = Args::read(incoming, method.takes_json)?;
    let run = match method.run {
        Run::Open(run) => return run(&mut Open { state, args: &args, incoming }),
        Run::Any(run) | Run::People(run) | Run::Apps(run) => run,
    };
    let caller = authenticate(state, incoming, &args)?;
    *provided = Some(caller.scopes());
    let is_taken = match method.run {
        Run::Apps(_) => caller.is_app(),
        Run::People(_) => !caller.is_app() && !caller.user.is_bot,
        _ => !caller.is_app() || method.name == "apps.event.authorizations.list",
    };
    if !is_taken {
        return Err(Code::NotAllowedTokenType.into());
    }
    caller.require_any(method.scopes)?;
    if caller.rate_limits {
        limits::count(state, method, &caller, &args)?;
    }
    run(&mut Call { state, caller: &caller, args: &args, incoming })
}

/// Who calls, by the token in the header or among the arguments.
fn authenticate(state: &mut State<'_>, incoming: &Incoming<'_>, args: &Args) -> Result<Caller, Error> {
    let token = match incoming.credential("Bearer") {
        Some(token) => token.to_owned(),
        None => args.text("token")?.ok_or(Code::NotAuthed)?,
    };
    let meaning = state.token(&token)?.ok_or(Code::InvalidAuth)?;
    if meaning.revoked {
        return Err(Code::TokenRevoked.into());
    }
    if meaning.expires.is_some_and(|expires| expires <= state.now_seconds()) {
        return Err(Code::TokenExpired.into());
    }
    let user = state.user(&meaning.user)?.ok_or(Code::InvalidAuth)?;
    if user.deleted {
        return Err(Code::AccountInactive.into());
    }
    Ok(Caller::new(token, meaning, user))
}

/// Never a success: a method that the twin lacks must not look as if it had worked.
fn unknown(state: &mut State<'_>, method: &str, status: u16) -> Reply {
    let problem = if PUBLISHED.lines().any(|name| name == method) {
        "the service has this method and the twin does not"
    } else {
        "the service has no such method"
    };
    let error = Error::UnknownMethod { method: method.to_owned(), problem };
    state.log(Level::Warn, &error.to_string());
    error.reply(status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_ordered_and_published() {
        assert!(METHODS.is_sorted_by(|one, other| one.name < other.name));
        for method in METHODS {
            assert!(PUBLISHED.lines().any(|name| name == method.name), "{}", method.name);
        }
        for method in CLIENT_METHODS {
            assert!(!PUBLISHED.lines().any(|name| name == method.name), "{}", method.name);
        }
    }
}

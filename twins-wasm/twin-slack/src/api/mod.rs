//! The routing table, and what every method has in common: token, scopes, arguments and envelope.

mod access;
mod auth;
mod chat;
mod conversations;
mod history;
mod reactions;
mod users;

use twin_sdk::{Binding, Host, Incoming, Level, Reply};

use crate::args::Args;
use crate::caller::Caller;
use crate::errors::{Code, Error};
use crate::state::State;

/// A method that the twin answers.
pub(crate) struct Method {
    /// The service's name for it.
    pub name: &'static str,
    /// The HTTP method that the service documents; GET and POST are answered alike.
    pub verb: &'static str,
    /// Any of these lets a token in; none means that any token will do.
    scopes: &'static [&'static str],
    /// Whether arguments in a JSON body are read.
    takes_json: bool,
    run: fn(&mut Call<'_, '_>) -> Result<Reply, Error>,
}

/// One authenticated call.
pub(crate) struct Call<'c, 'h> {
    state: &'c mut State<'h>,
    caller: &'c Caller,
    args: &'c Args,
}

impl Call<'_, '_> {
    /// Where a page begins, as the caller's cursor says; none for the first page.
    fn position(&self, binding: &Binding) -> Result<Option<String>, Error> {
        let Some(cursor) = self.args.text("cursor")? else { return Ok(None) };
        Ok(Some(binding.read(&cursor).map_err(|_| Code::InvalidCursor)?))
    }
}

const READ: &[&str] = &["channels:read", "groups:read", "mpim:read", "im:read"];
const HISTORY: &[&str] = &["channels:history", "groups:history", "mpim:history", "im:history"];

/// Every method, ordered by name.
pub(crate) const METHODS: &[Method] = &[
    Method { name: "auth.test", verb: "POST", scopes: &[], takes_json: true, run: auth::test },
    Method {
        name: "chat.postMessage",
        verb: "POST",
        scopes: &["chat:write"],
        takes_json: true,
        run: chat::post_message,
    },
    Method {
        name: "chat.update",
        verb: "POST",
        scopes: &["chat:write"],
        takes_json: true,
        run: chat::update,
    },
    Method {
        name: "conversations.history",
        verb: "GET",
        scopes: HISTORY,
        takes_json: true,
        run: history::history,
    },
    Method {
        name: "conversations.info",
        verb: "GET",
        scopes: READ,
        takes_json: false,
        run: conversations::info,
    },
    Method {
        name: "conversations.list",
        verb: "GET",
        scopes: READ,
        takes_json: false,
        run: conversations::list,
    },
    Method {
        name: "conversations.replies",
        verb: "GET",
        scopes: HISTORY,
        takes_json: false,
        run: history::replies,
    },
    Method {
        name: "reactions.add",
        verb: "POST",
        scopes: &["reactions:write"],
        takes_json: true,
        run: reactions::add,
    },
    Method { name: "users.info", verb: "GET", scopes: &["users:read"], takes_json: false, run: users::info },
    Method { name: "users.list", verb: "GET", scopes: &["users:read"], takes_json: false, run: users::list },
];

/// The names of all methods that docs.slack.dev/reference/methods lists, one a line, in order.
const PUBLISHED: &str = include_str!("published.txt");

/// Answers a request.
pub(crate) fn answer(host: &mut dyn Host, incoming: &Incoming<'_>) -> Reply {
    let mut state = State::new(host);
    let Some(name) = incoming.path().strip_prefix("/api/").map(|name| name.trim_end_matches('/')) else {
        return unknown(&mut state, incoming.path(), 404);
    };
    let Some(method) = METHODS.iter().find(|method| method.name == name) else {
        return unknown(&mut state, name, 200);
    };
    let mut provided = None;
    let outcome = dispatch(&mut state, method, incoming, &mut provided);
    let reply = outcome.unwrap_or_else(|error| {
        if error.is_internal() {
            state.log(Level::Error, &format!("{name}: {error}"));
        }
        error.reply(if error.is_internal() { 500 } else { 200 })
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
    let caller = authenticate(state, incoming, &args)?;
    *provided = Some(caller.scopes());
    caller.require_any(method.scopes)?;
    (method.run)(&mut Call { state, caller: &caller, args: &args })
}

fn authenticate(state: &mut State<'_>, incoming: &Incoming<'_>, args: &Args) -> Result<Caller, Error> {
    let token = match incoming.credential("Bearer") {
        Some(token) => token.to_owned(),
        None => args.text("token")?.ok_or(Code::NotAuthed)?,
    };
    let meaning = state.token(&token)?.ok_or(Code::InvalidAuth)?;
    let user = state.user(&meaning.user)?.ok_or(Code::InvalidAuth)?;
    if user.deleted {
        return Err(Code::AccountInactive.into());
    }
    Ok(Caller::new(meaning, user))
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
    }
}

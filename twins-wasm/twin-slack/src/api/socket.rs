//! Socket Mode: the address of a socket, its opening, and what an app says over it.

use serde_json::{Value, json};
use twin_sdk::{Incoming, Level, Reply};

use crate::args::Args;
use crate::caller::Caller;
use crate::entities::{Envelope, Ticket};
use crate::errors::{Code, Error};
use crate::sockets::{address, veiled};
use crate::state::State;
use crate::state::tables::{APPS, ENVELOPES, TICKETS};
use crate::wire;

use super::{Call, web};

/// How long an address is good, in nanoseconds. The service says "temporary".
const TICKET_LIFE: u64 = 60_000_000_000;
/// How many sockets an app may hold.
const MOST_SOCKETS: u32 = 10;
/// How the service calls the machine at the other end, and how long it says that a socket lives, in seconds.
const HOST: &str = "applink-1";
const SOCKET_LIFE: u32 = 18_060;
/// The reasons that the service gives for the end of a socket; the first where nobody names another.
const REASONS: [&str; 4] = ["refresh_requested", "warning", "link_disabled", "too_many_websockets"];

/// `apps.connections.open`.
pub(super) fn open(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    if call.incoming.method() != "POST" {
        return Err(Code::InsecureRequest.into());
    }
    if call.incoming.credential("Bearer").is_none() {
        return Err(Code::InvalidAuth.into());
    }
    let app_id = call.caller.app_id.clone().unwrap_or_default();
    let app = call.state.get(&APPS, &app_id)?.ok_or(Code::InvalidAuth)?;
    if call.state.open_sockets(&address(&app.id)).is_none() {
        let why = "apps.connections.open: a trial has no clients outside that could hold a socket; what is sent to \
                   an app without `socket_mode` reaches a subject that exports `inbound`";
        call.state.log(Level::Warn, why);
        return Err(Code::ForbiddenTeam.into());
    }
    let ticket = call.state.mint_uuid();
    let expires = call.state.now().saturating_add(TICKET_LIFE);
    call.state.put(&TICKETS, &ticket, &Ticket { app_id: app.id.clone(), expires })?;
    let origin = web::origin(call.incoming, "wss-primary").replacen("http", "ws", 1);
    wire::ok(&json!({"url": format!("{origin}/link/?ticket={ticket}&app_id={}", veiled(&app.id))}))
}

/// Opens a socket for whoever has a ticket. One that may not stay is told why, and closed.
pub(super) fn link(state: &mut State<'_>, incoming: &Incoming<'_>) -> Result<Reply, Error> {
    let refused = |status, text: &'static str| Ok(Reply::of_type(status, "text/plain", text));
    if !incoming.wants_socket() {
        return refused(400, "Bad Request");
    }
    let key = Args::read(incoming, false)?.text("ticket")?.unwrap_or_default();
    let ticket = state.get(&TICKETS, &key)?;
    state.delete(&TICKETS, &key);
    let now = state.now();
    let Some(ticket) = ticket.filter(|ticket| ticket.expires > now) else { return refused(403, "Forbidden") };
    let Some(app) = state.get(&APPS, &ticket.app_id)? else { return refused(403, "Forbidden") };
    let address = address(&app.id);
    let open = state.open_sockets(&address).unwrap_or_default();
    let reply = if !app.socket_mode {
        dismissal("link_disabled")
    } else if open >= MOST_SOCKETS {
        dismissal("too_many_websockets")
    } else {
        let debug = json!({"host": HOST, "build_number": 1, "approximate_connection_time": SOCKET_LIFE});
        let hello = json!({
            "type": "hello", "num_connections": open + 1, "debug_info": debug,
            "connection_info": {"app_id": app.id},
        });
        Reply::json(101, &hello)?
    };
    Ok(reply.header("location", address))
}

/// What the host asks about a socket: a client's message, or a goodbye.
pub(super) fn about(state: &mut State<'_>, incoming: &Incoming<'_>) -> Reply {
    if incoming.method() == "DELETE" {
        return goodbye(state, incoming);
    }
    let taken = Reply::empty(200);
    let Ok(message) = serde_json::from_slice::<Value>(incoming.bytes()) else {
        state.log(Level::Warn, "a message at a socket is no JSON; it is ignored");
        return taken;
    };
    let Some(id) = message.get("envelope_id").and_then(Value::as_str) else {
        state.log(Level::Warn, "a message at a socket has no `envelope_id`; it is ignored");
        return taken;
    };
    if let Err(error) = acknowledge(state, id, message.get("payload")) {
        let level = if error.is_internal() { Level::Error } else { Level::Warn };
        state.log(level, &format!("the answer to envelope {id} is not carried out: {error}"));
    }
    taken.header("message-id", id)
}

fn goodbye(state: &mut State<'_>, incoming: &Incoming<'_>) -> Reply {
    let [usual, ..] = REASONS;
    let wanted = incoming.header("reason").unwrap_or(usual);
    let reason = REASONS.into_iter().find(|reason| *reason == wanted).unwrap_or_else(|| {
        let (wanted, known) = (wanted.escape_debug(), REASONS.join(", "));
        state.log(Level::Warn, &format!("sockets do not end for `{wanted}`; the service knows {known}"));
        usual
    });
    dismissal(reason)
}

/// What ends a socket. A warning comes some seconds before; everything else is the end.
fn dismissal(reason: &str) -> Reply {
    let message = json!({"type": "disconnect", "reason": reason, "debug_info": {"host": HOST}});
    let reply = Reply::of_json_text(101, message.to_string());
    if reason == "warning" { reply } else { reply.header("connection", "close") }
}

/// Carries out what an app says as it acknowledges an envelope that accepts an answer.
fn acknowledge(state: &mut State<'_>, id: &str, payload: Option<&Value>) -> Result<(), Error> {
    let Some(envelope) = state.get(&ENVELOPES, id)? else { return Ok(()) };
    state.delete(&ENVELOPES, id);
    let Envelope { app_id, respond, view } = envelope;
    if let (Some(secret), Some(payload)) = (respond, payload) {
        return web::respond(state, &secret, payload);
    }
    let Some(view) = view else { return Ok(()) };
    let bot = state.get(&APPS, &app_id)?.and_then(|app| app.bot).ok_or(Code::NotFound)?;
    let bot = state.user(&bot)?.ok_or(Code::NotFound)?;
    let request = twin_sdk::Request {
        method: "POST".to_owned(),
        url: "https://slack.com/".to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
    };
    let incoming = Incoming::new(&request);
    let args = Args::read(&incoming, false)?;
    let mut call = Call { state, caller: &Caller::of(bot), args: &args, incoming: &incoming };
    call.answer_submission(&view, payload)
}

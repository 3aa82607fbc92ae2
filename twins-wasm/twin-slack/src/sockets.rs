//! Socket Mode: what an app without an address of its own is told goes over a WebSocket that it opened, in an envelope
//! that it acknowledges. Source: docs.slack.dev/apis/events-api/using-socket-mode.

use serde_json::{Value, json};
use twin_sdk::{Header, Request, Retry, TableError, hmac_sha256_hex};

use crate::entities::{App, Envelope};
use crate::events::{DELAY, once, schedule};
use crate::state::State;
use crate::state::tables::ENVELOPES;

/// What an envelope holds.
pub(crate) enum Told {
    /// An event, told again where it is not acknowledged.
    Event(Value),
    /// A slash command, and the key of the webhook that its answer is posted through.
    Command(Value, String),
    /// A submitted view, which the app may answer.
    Submission(Value, String),
    /// Any other click.
    Interaction(Value),
}

/// The address under which all sockets of an app are reached.
pub(crate) fn address(app: &str) -> String {
    format!("wss://wss-primary.slack.com/app/{app}")
}

/// How addresses for clients name an app: nobody learns its id from them.
pub(crate) fn veiled(app: &str) -> String {
    hmac_sha256_hex(b"socket mode", &[app.as_bytes()])
}

impl State<'_> {
    /// Sends an app an envelope over one of its sockets.
    pub(crate) fn tell_by_socket(&mut self, app: &App, told: Told) -> Result<(), TableError> {
        let id = self.mint_uuid();
        let answerable = |respond, view| Envelope { app_id: app.id.clone(), respond, view };
        let (kind, payload, expected, retry) = match told {
            Told::Event(payload) => ("events_api", payload, None, retried()),
            Told::Command(payload, respond) => {
                ("slash_commands", payload, Some(answerable(Some(respond), None)), once())
            }
            Told::Submission(payload, view) => {
                ("interactive", payload, Some(answerable(None, Some(view))), once())
            }
            Told::Interaction(payload) => ("interactive", payload, None, once()),
        };
        let accepts = expected.is_some();
        let envelope = if retry.number_header.is_some() {
            json!({
                "envelope_id": id, "payload": payload, "type": kind, "accepts_response_payload": accepts,
                "retry_attempt": 0, "retry_reason": "",
            })
        } else {
            json!({
                "envelope_id": id, "payload": payload, "type": kind, "accepts_response_payload": accepts,
            })
        };
        if let Some(expected) = expected {
            self.put(&ENVELOPES, &id, &expected)?;
        }
        let request = Request {
            method: "POST".to_owned(),
            url: address(&app.id),
            headers: vec![Header { name: "message-id".to_owned(), value: id }],
            body: envelope.to_string().into_bytes(),
        };
        self.emit(&request, DELAY, &retry);
        Ok(())
    }
}

/// As events are told to an address, but for where the retry stands.
fn retried() -> Retry {
    Retry {
        number_header: Some("retry_attempt".to_owned()),
        reason_header: Some("retry_reason".to_owned()),
        ..schedule()
    }
}

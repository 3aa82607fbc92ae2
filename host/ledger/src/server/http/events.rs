//! Server-sent events: what happens in the ledger and who comes and goes.

use super::body::Content;
use super::serve::Desk;
use crate::server::ClientEvent;
use crate::{Error, Event, Ledger};
use bytes::Bytes;
use hyper::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc;

/// A comment is sent when nothing else was for so long, so that a client that is gone is noticed.
const HEARTBEAT: Duration = Duration::from_secs(20);
/// Events that wait for a slow client; it misses those beyond what the sources keep, and is told.
const QUEUE: usize = 64;

/// Everything from now on.
pub(super) fn stream(desk: &Desk) -> hyper::Response<Content> {
    let (send, receive) = mpsc::channel(QUEUE);
    // Watching begins before the response does, so that a client that has read its head misses nothing.
    let (ledger, clients) = (desk.ledger.watch(), desk.sessions.watch());
    let desk = desk.clone();
    // It ends when the client's connection drops the receiver: with the next event or heartbeat.
    tokio::spawn(async move {
        let _ = pump(&desk, ledger, clients, send).await;
    });
    let mut response = hyper::Response::new(Content::Events(receive));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

type Gone = mpsc::error::SendError<Bytes>;

async fn pump(
    desk: &Desk,
    mut ledger: tokio::sync::broadcast::Receiver<Event>,
    mut clients: tokio::sync::broadcast::Receiver<ClientEvent>,
    send: mpsc::Sender<Bytes>,
) -> Result<(), Gone> {
    send.send(event("connected", &json!({}))).await?;
    loop {
        let bytes = tokio::select! {
            () = send.closed() => return Ok(()),
            happened = ledger.recv() => match happened {
                Ok(happened) => {
                    let ledger = desk.ledger.clone();
                    let read = tokio::task::spawn_blocking(move || of_ledger(&ledger, &happened)).await;
                    // What cannot be read is an event that the client misses.
                    read.ok().and_then(Result::ok).unwrap_or_else(|| missed(1))
                }
                Err(RecvError::Lagged(count)) => missed(count),
                Err(RecvError::Closed) => return Ok(()),
            },
            happened = clients.recv() => match happened {
                Ok(happened) => of_client(&happened),
                Err(RecvError::Lagged(count)) => missed(count),
                Err(RecvError::Closed) => return Ok(()),
            },
            () = tokio::time::sleep(HEARTBEAT) => Bytes::from_static(b":heartbeat\n\n"),
        };
        send.send(bytes).await?;
    }
}

/// Reads what the event itself does not say.
fn of_ledger(ledger: &Ledger, happened: &Event) -> Result<Bytes, Error> {
    Ok(match *happened {
        Event::ContextCreated { context, .. } => {
            let origin = ledger.context(context)?.origin;
            let (id, tag) = (context.to_string(), origin.client_tag());
            event(
                "context_created",
                &json!({ "context_id": id, "client_tag": tag, "created_at": origin.created }),
            )
        }
        Event::MetadataUpdated { context } => {
            let said = ledger.context(context)?.origin.provenance;
            let has_provenance = said.as_ref().is_some_and(|said| said.has_origin());
            let said = said.unwrap_or_default();
            event(
                "context_metadata_updated",
                &json!({
                    "context_id": context.to_string(),
                    "client_tag": said.client_tag,
                    "title": said.title,
                    "labels": said.labels,
                    "has_provenance": has_provenance,
                }),
            )
        }
        Event::TurnAppended { context, turn, parent, depth } => {
            let declared = ledger.turn(turn)?;
            event(
                "turn_appended",
                &json!({
                    "context_id": context.to_string(),
                    "turn_id": turn.to_string(),
                    "parent_turn_id": parent.to_string(),
                    "depth": depth,
                    "declared_type_id": declared.type_id,
                    "declared_type_version": declared.type_version,
                }),
            )
        }
    })
}

fn of_client(happened: &ClientEvent) -> Bytes {
    match happened {
        ClientEvent::Connected { session, tag } => {
            event("client_connected", &json!({ "session_id": session.to_string(), "client_tag": tag }))
        }
        ClientEvent::Disconnected { session, tag, contexts } => {
            let contexts: Vec<_> = contexts.iter().map(ToString::to_string).collect();
            let session = session.to_string();
            event(
                "client_disconnected",
                &json!({ "session_id": session, "client_tag": tag, "contexts": contexts }),
            )
        }
    }
}

fn missed(count: u64) -> Bytes {
    event("missed", &json!({ "events": count }))
}

/// JSON of one line, as the format wants.
fn event(name: &str, data: &Value) -> Bytes {
    Bytes::from(format!("event: {name}\ndata: {data}\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ContextId, Options, TurnId};
    use std::sync::Arc;

    #[test]
    fn an_event_whose_turn_or_context_cannot_be_read_has_no_made_up_fields() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = Ledger::open(folder.path(), Options::new(Arc::new(|| 0))).unwrap();
        let context = ContextId(7);
        let appended = Event::TurnAppended { context, turn: TurnId(7), parent: TurnId::NONE, depth: 1 };
        for happened in [Event::MetadataUpdated { context }, appended] {
            assert!(of_ledger(&ledger, &happened).is_err(), "{happened:?}");
        }
    }
}

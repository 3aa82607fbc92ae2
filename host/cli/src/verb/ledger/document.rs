//! Contexts and turns as the JSON documents of the verbs show them. specs/ledger.md lists the fields.

use super::store::Opened;
use crate::exit::Failure;
use glasshouse_ledger::registry::Projection;
use glasshouse_ledger::{Context, Turn};
use glasshouse_model::Body;
use serde::Serialize;
use serde_json::Value;

/// One context.
#[derive(Debug, Serialize)]
pub(super) struct ContextShown {
    pub(super) context: u64,
    /// Its newest turn; 0 where it is empty.
    pub(super) head: u64,
    /// How many turns lead to it.
    pub(super) turns: u32,
    /// Milliseconds since 1970.
    pub(super) created: u64,
    pub(super) tag: String,
    pub(super) title: String,
    pub(super) labels: Vec<String>,
    /// The context that it came from.
    pub(super) parent: Option<u64>,
}

impl From<&Context> for ContextShown {
    fn from(context: &Context) -> Self {
        let origin = &context.origin;
        let said = origin.provenance.as_ref();
        Self {
            context: context.id.0,
            head: context.head.turn.0,
            turns: context.head.depth,
            created: origin.created,
            tag: origin.client_tag().to_owned(),
            title: said.map(|said| said.title.clone()).unwrap_or_default(),
            labels: said.map(|said| said.labels.clone()).unwrap_or_default(),
            parent: origin.parent().map(|parent| parent.0),
        }
    }
}

/// One turn without its payload.
#[derive(Debug, Serialize)]
pub(super) struct TurnShown {
    turn: u64,
    /// 0 for the root.
    parent: u64,
    depth: u32,
    /// The context that it was appended to.
    context: u64,
    /// Milliseconds since 1970.
    created: u64,
    type_id: String,
    type_version: u32,
    bytes: u32,
    /// Hash of the payload.
    payload: String,
    hash: String,
}

impl From<&Turn> for TurnShown {
    fn from(turn: &Turn) -> Self {
        Self {
            turn: turn.id.0,
            parent: turn.parent.0,
            depth: turn.depth,
            context: turn.context.0,
            created: turn.created,
            type_id: turn.type_id.clone(),
            type_version: turn.type_version,
            bytes: turn.payload_len,
            payload: turn.payload.to_string(),
            hash: turn.hash.to_string(),
        }
    }
}

/// One turn with its payload.
#[derive(Debug, Serialize)]
pub(super) struct WholeTurn {
    #[serde(flatten)]
    turn: TurnShown,
    /// The payload by the names of its declared type; none where it is no msgpack.
    data: Option<Value>,
    /// The payload itself, where it is no msgpack.
    #[serde(skip_serializing_if = "Option::is_none")]
    raw: Option<Body>,
    /// Root of the filesystem snapshot that it sees.
    snapshot: Option<String>,
}

impl WholeTurn {
    /// Reads what the turn refers to.
    ///
    /// # Errors
    /// [`Failure`] where the store is damaged or cannot be read.
    pub(super) fn read(opened: &Opened<'_>, turn: &Turn) -> Result<Self, Failure> {
        let failed = |error| opened.failed(error);
        let payload = opened.ledger.blob(&turn.payload).map_err(failed)?;
        let registry = opened.ledger.registry();
        let version = registry.version(&turn.type_id, turn.type_version);
        let projected = Projection::default().project(&payload, version, &registry);
        // That it is no msgpack is for the writer and its readers to agree on.
        let data = projected.ok().map(|projected| projected.data);
        let raw = data.is_none().then_some(Body(payload));
        let snapshot = opened.ledger.root(turn.id).map_err(failed)?.map(|root| root.to_string());
        Ok(Self { turn: turn.into(), data, raw, snapshot })
    }
}

/// A client's text within a line: nothing of it ends the line.
pub(super) fn one_line(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

//! Turns: pages of them, typed or raw, and appending one.

use super::answer::{Answer, Failure};
use super::ask::Ask;
use super::contexts::{iso, turn_id};
use super::serve::Desk;
use crate::registry::{Bytes, Enums, Projection, Registry, Times, U64s, encode};
use crate::{ContextId, MSGPACK, NewTurn, Turn, TurnId};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Map, Value, json};

const LISTED: usize = 64;
/// Most turns of one answer.
const MOST: usize = 4_096;
/// Bytes of payloads after which an answer takes no older turns.
const ENOUGH_BYTES: u64 = 64 * 1024 * 1024;

/// How turns are shown.
struct View {
    typed: bool,
    raw: bool,
    unknown: bool,
    hint: Hint,
    projection: Projection,
}

/// As which type a payload is decoded.
enum Hint {
    Declared,
    Latest,
    Explicit(String, u32),
}

impl View {
    fn of(ask: &Ask) -> Result<Self, Failure> {
        let views = [("typed", (true, false)), ("raw", (false, true)), ("both", (true, true))];
        let (typed, raw) = ask.choice("view", &views)?;
        let hint = match ask.choice("type_hint_mode", &[("inherit", 0), ("latest", 1), ("explicit", 2)])? {
            0 => Hint::Declared,
            1 => Hint::Latest,
            _ => {
                let missing = || Failure::new(422, "explicit needs as_type_id and as_type_version");
                let version = ask.number("as_type_version")?.ok_or_else(missing)?;
                Hint::Explicit(ask.text("as_type_id").ok_or_else(missing)?.to_owned(), version)
            }
        };
        let bytes = [("base64", Bytes::Base64), ("hex", Bytes::Hex), ("len_only", Bytes::Length)];
        let enums = [("label", Enums::Label), ("number", Enums::Number), ("both", Enums::Both)];
        let projection = Projection {
            bytes: ask.choice("bytes_render", &bytes)?,
            u64s: ask.choice("u64_format", &[("string", U64s::Text), ("number", U64s::Number)])?,
            enums: ask.choice("enum_render", &enums)?,
            times: ask.choice("time_render", &[("iso", Times::Iso), ("unix_ms", Times::UnixMs)])?,
        };
        Ok(Self { typed, raw, unknown: ask.flag("include_unknown", false)?, hint, projection })
    }
}

pub(super) fn list(desk: &Desk, ask: &Ask, context: ContextId) -> Result<Answer, Failure> {
    let view = View::of(ask)?;
    let limit = ask.number("limit")?.unwrap_or(LISTED).min(MOST);
    let before = ask.number("before_turn_id")?.map_or(TurnId::NONE, TurnId);
    let head = desk.ledger.head(context)?;
    let turns = if before.is_none() {
        desk.ledger.last(context, limit)?
    } else {
        desk.ledger.before(context, before, limit)?
    };
    let registry = desk.ledger.registry();
    let (mut shown, mut room, mut oldest) = (Vec::new(), ENOUGH_BYTES, None);
    for turn in turns.iter().rev() {
        shown.push(describe(desk, &registry, &view, turn)?);
        oldest = Some(turn);
        room = room.saturating_sub(u64::from(turn.payload_len));
        if room == 0 {
            break;
        }
    }
    shown.reverse();
    let next = oldest.filter(|turn| !turn.parent.is_none()).map(|turn| turn.id.to_string());
    let meta = json!({
        "context_id": context.to_string(),
        "head_turn_id": head.turn.to_string(),
        "head_depth": head.depth,
        "registry_bundle_id": registry.last_bundle(),
    });
    Ok(Answer::json(200, &json!({ "meta": meta, "turns": shown, "next_before_turn_id": next })))
}

fn describe(desk: &Desk, registry: &Registry, view: &View, turn: &Turn) -> Result<Value, Failure> {
    let mut object = Map::new();
    object.insert("turn_id".into(), turn.id.to_string().into());
    object.insert("parent_turn_id".into(), turn.parent.to_string().into());
    object.insert("depth".into(), turn.depth.into());
    object.insert("created_at".into(), iso(turn.created));
    object.insert("turn_hash_b3".into(), turn.hash.to_string().into());
    let declared = json!({ "type_id": turn.type_id, "type_version": turn.type_version });
    object.insert("declared_type".into(), declared);
    let payload = desk.ledger.blob(&turn.payload)?;
    if view.typed {
        project(registry, view, turn, &payload, &mut object)?;
    }
    if view.raw {
        object.insert("content_hash_b3".into(), turn.payload.to_string().into());
        object.insert("encoding".into(), turn.encoding.into());
        object.insert("compression".into(), 0.into());
        object.insert("uncompressed_len".into(), turn.payload_len.into());
        match view.projection.bytes {
            Bytes::Base64 => object.insert("bytes_b64".into(), STANDARD.encode(&payload).into()),
            Bytes::Hex => {
                let hex: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
                object.insert("bytes_hex".into(), hex.into())
            }
            Bytes::Length => object.insert("bytes_len".into(), payload.len().into()),
        };
    }
    Ok(Value::Object(object))
}

fn project(
    registry: &Registry,
    view: &View,
    turn: &Turn,
    payload: &[u8],
    object: &mut Map<String, Value>,
) -> Result<(), Failure> {
    let (type_id, number, version) = match &view.hint {
        Hint::Declared => {
            (turn.type_id.as_str(), turn.type_version, registry.version(&turn.type_id, turn.type_version))
        }
        Hint::Latest => match registry.latest(&turn.type_id) {
            Some((number, version)) => (turn.type_id.as_str(), number, Some(version)),
            None => (turn.type_id.as_str(), turn.type_version, None),
        },
        Hint::Explicit(type_id, number) => (type_id.as_str(), *number, registry.version(type_id, *number)),
    };
    if version.is_none() && matches!(view.hint, Hint::Explicit(..)) {
        return Err(Failure::new(424, format!("no version {number} of type {type_id:?} was published")));
    }
    // A turn whose type nobody published is shown by its tags; one such turn must not hide the others.
    let decoded = version.map(|_| json!({ "type_id": type_id, "type_version": number }));
    object.insert("decoded_as".into(), decoded.unwrap_or(Value::Null));
    match view.projection.project(payload, version, registry) {
        Ok(projected) => {
            object.insert("data".into(), projected.data);
            if view.unknown {
                object.insert("unknown".into(), Value::Object(projected.unknown));
            }
        }
        Err(error) => {
            object.insert("data".into(), Value::Null);
            object.insert("data_error".into(), error.to_string().into());
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Append {
    type_id: String,
    type_version: u32,
    #[serde(alias = "payload")]
    data: Value,
    #[serde(default)]
    parent_turn_id: Option<Value>,
    #[serde(default)]
    idempotency_key: String,
}

pub(super) fn append(desk: &Desk, ask: &Ask, context: ContextId) -> Result<Answer, Failure> {
    let append: Append =
        serde_json::from_slice(&ask.body).map_err(|error| Failure::new(422, error.to_string()))?;
    let registry = desk.ledger.registry();
    let version = registry.version(&append.type_id, append.type_version);
    let payload = encode(&append.data, version, &registry)?;
    let parent =
        append.parent_turn_id.as_ref().map_or(Ok(TurnId::NONE), |id| turn_id("parent_turn_id", id))?;
    let turn = NewTurn {
        type_id: append.type_id,
        type_version: append.type_version,
        encoding: MSGPACK,
        payload,
        created: None,
        root: None,
    };
    let receipt = desk.ledger.append(context, parent, turn, append.idempotency_key.as_bytes())?;
    let answer = json!({
        "context_id": context.to_string(),
        "turn_id": receipt.turn.to_string(),
        "depth": receipt.depth,
        "content_hash": receipt.payload.to_string(),
        "turn_hash": receipt.hash.to_string(),
    });
    Ok(Answer::json(201, &answer))
}

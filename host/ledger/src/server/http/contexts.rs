//! Contexts: list, find, make, and where they come from.

use super::answer::{Answer, Failure};
use super::ask::Ask;
use super::serve::Desk;
use crate::cql::{Candidate, parse};
use crate::{Commit, Context, ContextId, TurnId};
use serde::Deserialize;
use serde_json::{Map, Value, json};

const LISTED: usize = 100;
const CHILDREN: usize = 256;
/// Most contexts of one answer.
const MOST: usize = 10_000;

/// What an answer says about a context besides its head.
struct Detail {
    provenance: bool,
    lineage: bool,
}

impl Detail {
    fn of(ask: &Ask, default: bool) -> Result<Self, Failure> {
        Ok(Self {
            provenance: ask.flag("include_provenance", default)?,
            lineage: ask.flag("include_lineage", default)?,
        })
    }
}

pub(super) fn list(desk: &Desk, ask: &Ask) -> Result<Answer, Failure> {
    let limit = ask.number("limit")?.unwrap_or(LISTED).min(MOST);
    let detail = Detail::of(ask, false)?;
    let tag = ask.text("tag");
    let mut found = Vec::new();
    for context in desk.ledger.contexts() {
        let context = context?;
        if found.len() == limit {
            break;
        }
        if tag.is_none_or(|tag| context.origin.client_tag() == tag) {
            found.push(describe(desk, &context, &detail)?);
        }
    }
    let total = desk.ledger.stats()?.contexts;
    Ok(Answer::json(200, &json!({ "count": found.len(), "total": total, "contexts": found })))
}

pub(super) fn search(desk: &Desk, ask: &Ask) -> Result<Answer, Failure> {
    let text = ask.text("q").filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| Failure::new(400, "the query q is missing"))?;
    let limit = ask.number("limit")?.unwrap_or(LISTED).min(MOST);
    let query = match parse(text, (desk.clock)()) {
        Ok(query) => query,
        Err(misread) => {
            let error = json!({ "error": misread.why, "position": misread.place });
            return Ok(Answer::json(400, &error));
        }
    };
    let (mut found, mut total) = (Vec::new(), 0_u64);
    for context in desk.ledger.contexts() {
        let context = context?;
        let root = desk.ledger.family(&context)?;
        let is_live = desk.sessions.is_live(context.id);
        if query.holds(&Candidate { context: &context, root, is_live }) {
            total += 1;
            if found.len() < limit {
                found.push(describe(desk, &context, &Detail { provenance: false, lineage: false })?);
            }
        }
    }
    Ok(Answer::json(200, &json!({ "contexts": found, "total_count": total, "query": text })))
}

pub(super) fn one(desk: &Desk, ask: &Ask, id: ContextId) -> Result<Answer, Failure> {
    let context = desk.ledger.context(id)?;
    Ok(Answer::json(200, &describe(desk, &context, &Detail::of(ask, true)?)?))
}

pub(super) fn provenance(desk: &Desk, id: ContextId) -> Result<Answer, Failure> {
    let context = desk.ledger.context(id)?;
    let provenance = json!(context.origin.provenance);
    Ok(Answer::json(200, &json!({ "context_id": id.to_string(), "provenance": provenance })))
}

pub(super) fn children(desk: &Desk, ask: &Ask, id: ContextId) -> Result<Answer, Failure> {
    let limit = ask.number("limit")?.unwrap_or(CHILDREN).min(MOST);
    let (recursive, detail) = (ask.flag("recursive", false)?, Detail::of(ask, true)?);
    desk.ledger.context(id)?;
    let mut parents = std::collections::BTreeSet::from([id]);
    let mut found = Vec::new();
    let mut all = desk.ledger.contexts().collect::<Result<Vec<_>, _>>()?;
    // Oldest first: a context is younger than the one it came from.
    all.reverse();
    for context in all.iter().filter(|context| context.id != id) {
        if found.len() == limit {
            break;
        }
        if context.origin.parent().is_some_and(|parent| parents.contains(&parent)) {
            found.push(describe(desk, context, &detail)?);
            if recursive {
                parents.insert(context.id);
            }
        }
    }
    Ok(Answer::json(200, &json!({ "context_id": id.to_string(), "count": found.len(), "children": found })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Create {
    #[serde(default)]
    base_turn_id: Option<Value>,
    #[serde(default)]
    client_tag: String,
}

pub(super) fn create(desk: &Desk, ask: &Ask) -> Result<Answer, Failure> {
    let create: Create = if ask.body.is_empty() {
        Create { base_turn_id: None, client_tag: String::new() }
    } else {
        serde_json::from_slice(&ask.body).map_err(|error| Failure::new(400, error.to_string()))?
    };
    let base = create.base_turn_id.as_ref().map_or(Ok(TurnId::NONE), |id| turn_id("base_turn_id", id))?;
    let (context, head) = desk.ledger.create(base, &create.client_tag, Commit::Durable)?;
    let (context, turn) = (context.to_string(), head.turn.to_string());
    Ok(Answer::json(201, &json!({ "context_id": context, "head_turn_id": turn, "head_depth": head.depth })))
}

/// An id in a body: text, because JSON numbers lose digits; a number is taken too.
pub(super) fn turn_id(name: &str, value: &Value) -> Result<TurnId, Failure> {
    let id = value.as_u64().or_else(|| value.as_str()?.parse().ok());
    id.map(TurnId).ok_or_else(|| Failure::new(422, format!("{name} is no turn id: {value}")))
}

fn describe(desk: &Desk, context: &Context, detail: &Detail) -> Result<Value, Failure> {
    let origin = &context.origin;
    let mut object = Map::new();
    object.insert("context_id".into(), context.id.to_string().into());
    object.insert("head_turn_id".into(), context.head.turn.to_string().into());
    object.insert("head_depth".into(), context.head.depth.into());
    object.insert("created_at".into(), iso(origin.created));
    object.insert("created_at_unix_ms".into(), origin.created.into());
    object.insert("is_live".into(), desk.sessions.is_live(context.id).into());
    if !origin.client_tag().is_empty() {
        object.insert("client_tag".into(), origin.client_tag().into());
    }
    if let Some(said) = &origin.provenance {
        if !said.title.is_empty() {
            object.insert("title".into(), said.title.as_str().into());
        }
        if !said.labels.is_empty() {
            object.insert("labels".into(), said.labels.clone().into());
        }
        if detail.provenance {
            object.insert("provenance".into(), json!(said));
        }
    }
    if detail.lineage {
        let parent = origin.parent().map(|parent| parent.to_string());
        let root = desk.ledger.family(context)?.to_string();
        object.insert("lineage".into(), json!({ "parent_context_id": parent, "root_context_id": root }));
    }
    Ok(Value::Object(object))
}

pub(super) fn iso(ms: u64) -> Value {
    let stamp = i64::try_from(ms).ok().and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok());
    stamp.map_or(Value::Null, |stamp| format!("{stamp:.3}").into())
}

//! The registry of types.

use super::answer::{Answer, Failure};
use super::ask::Ask;
use super::serve::Desk;
use crate::registry::Stored;
use serde_json::json;

pub(super) fn put_bundle(desk: &Desk, ask: &Ask, id: &str) -> Result<Answer, Failure> {
    match desk.ledger.put_bundle(id, &ask.body)? {
        Stored::New => Ok(Answer::json(201, &json!({ "bundle_id": id }))),
        Stored::Known => Ok(Answer::bytes(204, "application/json", Vec::new())),
    }
}

pub(super) fn bundle(desk: &Desk, ask: &Ask, id: &str) -> Result<Answer, Failure> {
    let registry = desk.ledger.registry();
    let json = registry.bundle(id).ok_or_else(|| crate::Error::UnknownBundle(id.to_owned()))?;
    let etag = format!("\"{}\"", blake3::hash(json));
    let answer = if ask.known_etag.as_deref() == Some(etag.as_str()) {
        Answer::bytes(304, "application/json", Vec::new())
    } else {
        Answer::bytes(200, "application/json", json.to_vec())
    };
    // A bundle never changes under its id.
    Ok(answer.with("etag", etag).with("cache-control", "public, max-age=31536000"))
}

pub(super) fn version(desk: &Desk, id: &str, number: &str) -> Result<Answer, Failure> {
    let number: u32 = number.parse().map_err(|_| Failure::new(400, format!("{number:?} is no version")))?;
    let registry = desk.ledger.registry();
    let version = registry.version(id, number);
    let version = version.ok_or_else(|| Failure::new(404, format!("no version {number} of type {id:?}")))?;
    Ok(Answer::json(200, &json!({ "type_id": id, "type_version": number, "fields": version.fields })))
}

pub(super) fn all(desk: &Desk) -> Answer {
    let registry = desk.ledger.registry();
    let describe = |(id, latest, bundle): (&str, u64, &str)| json!({ "type_id": id, "latest_version": latest, "bundle_id": bundle });
    Answer::json(200, &json!({ "types": registry.all_latest().map(describe).collect::<Vec<_>>() }))
}

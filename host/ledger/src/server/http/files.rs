//! Blobs, and the files of the snapshot under a turn.

use super::answer::{Answer, Failure};
use super::ask::Ask;
use super::serve::Desk;
use crate::fstree::{Entry, Kind};
use crate::{Error, TurnId};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Bytes that a client chose are never shown as anything that a browser would run.
const BYTES: &str = "application/octet-stream";

pub(super) fn blob(desk: &Desk, hash: &str) -> Result<Answer, Failure> {
    let hash = hash.parse().map_err(|_| Failure::new(400, format!("{hash:?} is no hash")))?;
    Ok(Answer::bytes(200, BYTES, desk.ledger.blob(&hash)?).with("x-content-type-options", "nosniff"))
}

/// A folder as JSON, a file as its bytes or as JSON.
pub(super) fn browse(desk: &Desk, ask: &Ask, turn: TurnId, rest: &[&str]) -> Result<Answer, Failure> {
    let path = if rest.is_empty() { ask.text("path").unwrap_or_default().to_owned() } else { rest.join("/") };
    match desk.ledger.list(turn, &path) {
        Ok(entries) => listing(desk, turn, &path, &entries),
        Err(Error::UnknownPath { .. }) if !rest.is_empty() => file(desk, ask, turn, &path),
        Err(error) => Err(error.into()),
    }
}

fn listing(desk: &Desk, turn: TurnId, path: &str, entries: &[Entry]) -> Result<Answer, Failure> {
    let root = desk.ledger.root(turn)?.map(|root| root.to_string());
    let entries: Vec<_> = entries.iter().map(describe).collect();
    let turn = turn.to_string();
    let listing = json!({ "turn_id": turn, "path": path, "fs_root_hash": root, "entries": entries });
    Ok(Answer::json(200, &listing))
}

fn file(desk: &Desk, ask: &Ask, turn: TurnId, path: &str) -> Result<Answer, Failure> {
    let (entry, bytes) = desk.ledger.file(turn, path)?;
    if ask.choice("format", &[("raw", false), ("json", true)])? {
        let mut object = describe(&entry);
        if let Some(object) = object.as_object_mut() {
            object.insert("turn_id".into(), turn.to_string().into());
            object.insert("path".into(), path.into());
            object.insert("content_base64".into(), STANDARD.encode(&bytes).into());
        }
        return Ok(Answer::json(200, &object));
    }
    let answer = Answer::bytes(200, kind_of(path), bytes).with("x-content-type-options", "nosniff");
    Ok(answer.with("x-fs-hash", entry.hash.to_string()).with("x-fs-mode", format!("{:o}", entry.mode)))
}

fn describe(entry: &Entry) -> Value {
    let kind = match entry.kind {
        Kind::File => "file",
        Kind::Folder => "dir",
        Kind::Link => "symlink",
    };
    let (mode, hash) = (format!("{:o}", entry.mode), entry.hash.to_string());
    json!({ "name": entry.name, "kind": kind, "mode": mode, "size": entry.size, "hash": hash })
}

/// Text and pictures that cannot carry scripts are shown; all else is bytes.
fn kind_of(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "json" => "application/json",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "txt" | "md" | "rs" | "go" | "py" | "js" | "ts" | "c" | "h" | "toml" | "yaml" | "yml" | "sh"
        | "csv" | "log" | "css" | "html" | "xml" | "svg" => "text/plain; charset=utf-8",
        _ => BYTES,
    }
}

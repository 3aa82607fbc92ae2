//! Which path is answered where.

use super::answer::{Answer, Failure};
use super::ask::Ask;
use super::serve::Desk;
use super::{contexts, files, health, turns, types};
use crate::{ContextId, TurnId};
use hyper::Method;

pub(super) fn answer(desk: &Desk, ask: &Ask) -> Result<Answer, Failure> {
    let path: Vec<&str> = ask.path.iter().map(String::as_str).collect();
    let (get, post, put) = (ask.method == Method::GET, ask.method == Method::POST, ask.method == Method::PUT);
    match path.as_slice() {
        ["healthz"] if get => Ok(Answer::bytes(200, "text/plain", b"ok".to_vec())),
        ["health"] if get => Ok(health::health(desk)),
        ["v1", "metrics"] if get => health::metrics(desk),
        ["v1", "stats"] if get => health::stats(desk),
        ["v1", "contexts"] if get => contexts::list(desk, ask),
        ["v1", "contexts"] | ["v1", "contexts", "create" | "fork"] if post => contexts::create(desk, ask),
        ["v1", "contexts", "search"] if get => contexts::search(desk, ask),
        ["v1", "contexts", id] if get => contexts::one(desk, ask, context(id)?),
        ["v1", "contexts", id, "provenance"] if get => contexts::provenance(desk, context(id)?),
        ["v1", "contexts", id, "children"] if get => contexts::children(desk, ask, context(id)?),
        ["v1", "contexts", id, "turns"] if get => turns::list(desk, ask, context(id)?),
        ["v1", "contexts", id, "turns" | "append"] if post => turns::append(desk, ask, context(id)?),
        ["v1", "registry", "bundles", id] if put => types::put_bundle(desk, ask, id),
        ["v1", "registry", "bundles", id] if get => types::bundle(desk, ask, id),
        ["v1", "registry", "types"] if get => Ok(types::all(desk)),
        ["v1", "registry", "types", id, "versions", version] if get => types::version(desk, id, version),
        ["v1", "blobs", hash] if get => files::blob(desk, hash),
        ["v1", "turns", id, "fs", rest @ ..] if get => files::browse(desk, ask, turn(id)?, rest),
        ["v1", ..] | ["health" | "healthz"] if !(get || post || put) => {
            Err(Failure::new(405, format!("{} is not served", ask.method)))
        }
        _ => Err(Failure::new(404, format!("nothing is served at {} /{}", ask.method, path.join("/")))),
    }
}

fn context(id: &str) -> Result<ContextId, Failure> {
    id.parse().map(ContextId).map_err(|_| Failure::new(400, format!("{id:?} is no context id")))
}

fn turn(id: &str) -> Result<TurnId, Failure> {
    id.parse().map(TurnId).map_err(|_| Failure::new(400, format!("{id:?} is no turn id")))
}

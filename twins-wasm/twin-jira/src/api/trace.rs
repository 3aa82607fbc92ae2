//! The headers that every answer of the site carries, whatever it says.

use twin_sdk::{Header, Incoming, Response, digest_id};

use crate::wire;

/// Adds who called, a name for the request, and that nobody keeps the answer. Where apps get tokens is another service.
pub(super) fn traced(response: &mut Response, incoming: &Incoming<'_>, account: Option<&str>, now: u64) {
    if is_elsewhere(incoming.path()) {
        return;
    }
    let what = format!("{now} {} {} {}", account.unwrap_or_default(), incoming.method(), incoming.path());
    let id = digest_id("", &what, 32).to_lowercase();
    let mut headers = vec![("x-arequestid", id.clone()), ("atl-traceid", id)];
    headers.extend(account.map(|account| ("x-aaccountid", wire::encoded(account))));
    headers.push(("cache-control", "no-cache, no-store, no-transform".to_owned()));
    headers.push(("x-content-type-options", "nosniff".to_owned()));
    for (name, value) in headers {
        if !response.headers.iter().any(|field| field.name == name) {
            response.headers.push(Header { name: name.to_owned(), value });
        }
    }
}

fn is_elsewhere(path: &str) -> bool {
    path.starts_with("/oauth/") || path == "/authorize"
}

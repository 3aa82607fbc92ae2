//! Rate limits by route, as an org of the usual size has them: requests a minute that all callers share.
//!
//! The figures are those of developer.okta.com/docs/reference/rl-global-mgmt and of headers in the wild.

use serde::{Deserialize, Serialize};
use twin_sdk::{Allowance, Bucket, Host, Reply, Table, TableError, Window};

use crate::times;

static WINDOWS: Table<Window> = Table::new("_rate");
static CHANGES: Table<Change> = Table::new("rate_limits");

/// How long a window is, in seconds.
const MINUTE: u64 = 60;

/// A limit other than the usual one; its key is the bucket's name.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Change {
    /// How many requests a window takes.
    pub limit: u64,
    /// How long a window is, in seconds; a minute where it is left out.
    #[serde(default = "minute")]
    pub seconds: u64,
}

fn minute() -> u64 {
    MINUTE
}

/// One line of the table: the first that fits is the bucket. `*` stands for one segment, `**` for any rest.
const BUCKETS: &[(&str, &str, u64)] = &[
    ("POST", "/oauth2/v1/token", 1_200),
    ("*", "/oauth2/**", 1_200),
    ("*", "/.well-known/**", 1_200),
    ("*", "/api/v1/authn/**", 500),
    ("*", "/api/v1/sessions/**", 750),
    ("*", "/api/v1/logs", 120),
    ("GET", "/api/v1/users/*", 2_000),
    ("*", "/api/v1/users/**", 600),
    ("*", "/api/v1/groups/*", 1_000),
    ("*", "/api/v1/groups/**", 500),
    ("*", "/api/v1/apps/*", 500),
    ("*", "/api/v1/apps/**", 100),
    ("*", "/**", 1_200),
];

/// The bucket of a route with its usual limit.
pub(crate) fn usual(method: &str, path: &str) -> Bucket<'static> {
    let fitting = BUCKETS
        .iter()
        .find(|(verb, pattern, _)| (*verb == "*" || *verb == method) && fits(pattern, path))
        .map_or(("/**", 1_200), |(_, name, limit)| (*name, *limit));
    Bucket { name: fitting.0, limit: fitting.1, seconds: MINUTE }
}

/// The names of all buckets.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    BUCKETS.iter().map(|(_, name, _)| *name)
}

/// Gives a bucket another limit.
pub(crate) fn change(host: &mut dyn Host, bucket: &str, change: &Change) -> Result<(), TableError> {
    CHANGES.put(host, bucket, change).map(drop)
}

/// Counts one request.
pub(crate) fn take(host: &mut dyn Host, method: &str, path: &str) -> Result<Allowance, TableError> {
    let mut bucket = usual(method, path);
    if let Some(change) = CHANGES.get(host, bucket.name)? {
        (bucket.limit, bucket.seconds) = (change.limit, change.seconds);
    }
    bucket.take(host, &WINDOWS)
}

/// The headers that every answer carries.
pub(crate) fn headers(reply: Reply, now: u64, limit: u64, remaining: u64, reset: u64) -> Reply {
    reply
        .header("date", times::http_date(now))
        .header("x-rate-limit-limit", limit.to_string())
        .header("x-rate-limit-remaining", remaining.to_string())
        .header("x-rate-limit-reset", reset.to_string())
}

fn fits(pattern: &str, path: &str) -> bool {
    let mut wanted = pattern.split('/');
    let mut found = path.trim_end_matches('/').split('/');
    loop {
        match (wanted.next(), found.next()) {
            (Some("**"), _) | (None, None) => return true,
            (Some("*"), Some(_)) => {}
            (Some(wanted), Some(found)) if wanted == found => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_share_buckets_as_the_service_has_it() {
        for (method, path, name) in [
            ("GET", "/api/v1/users/00u1", "/api/v1/users/*"),
            ("POST", "/api/v1/users/00u1", "/api/v1/users/**"),
            ("GET", "/api/v1/users", "/api/v1/users/**"),
            ("GET", "/api/v1/apps/0oa1/users", "/api/v1/apps/**"),
            ("DELETE", "/api/v1/apps/0oa1", "/api/v1/apps/*"),
            ("GET", "/api/v1/zones/", "/**"),
        ] {
            assert_eq!(usual(method, path).name, name, "{method} {path}");
        }
    }
}

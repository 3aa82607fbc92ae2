//! Paging by `Link` headers: addresses made of the request's own, so that a client stays at the door through which
//! it came.

use std::borrow::Cow;

use form_urlencoded::Serializer;

/// The scheme and authority of an absolute URL, without a slash at the end: `https://fern.okta.com`.
#[must_use]
pub fn origin(url: &str) -> &str {
    let authority = url.find("://").map_or(0, |at| at + "://".len());
    let end = url.get(authority..).and_then(|rest| rest.find(['/', '?', '#']));
    end.and_then(|end| url.get(..authority + end)).unwrap_or(url)
}

/// The same URL with some query fields set anew, or left out where the value is none. The others keep their place;
/// what was not there before comes last.
#[must_use]
pub fn with_query(url: &str, changes: &[(&str, Option<&str>)]) -> String {
    let url = url.split_once('#').map_or(url, |(url, _)| url);
    let (base, query) = url.split_once('?').unwrap_or((url, ""));
    let kept = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
    let set = changes.iter().filter_map(|(name, value)| Some((Cow::from(*name), Cow::from((*value)?))));
    let query = Serializer::new(String::new()).extend_pairs(kept.chain(set)).finish();
    if query.is_empty() { base.to_owned() } else { format!("{base}?{query}") }
}

/// The value of a `Link` header field (RFC 8288).
#[must_use]
pub fn link(target: &str, relation: &str) -> String {
    format!("<{target}>; rel=\"{relation}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_ends_before_the_path() {
        for (url, expected) in [
            ("https://fern.okta.com/api/v1/users?limit=1", "https://fern.okta.com"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://127.0.0.1:8080?after=a/b", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(origin(url), expected);
        }
    }

    #[test]
    fn a_query_keeps_what_is_not_changed() {
        let url = "https://fern.okta.com/api/v1/users?q=a%20b&limit=1&after=x#top";
        let next = with_query(url, &[("after", Some("y=")), ("limit", Some("2"))]);
        assert_eq!(next, "https://fern.okta.com/api/v1/users?q=a+b&after=y%3D&limit=2");
        assert_eq!(with_query("http://a/b?after=x", &[("after", None)]), "http://a/b");
    }
}

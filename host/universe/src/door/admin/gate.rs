//! Who may pass: programs of this machine that have the token. A page in a browser has none, and where one was told it,
//! it still gives itself away by its origin or by the name that it looked up.

use super::reply::Refused;
use hyper::StatusCode;
use hyper::header::{AUTHORIZATION, HOST, HeaderName, ORIGIN};
use hyper::http::request::Parts;
use hyper::http::uri::Authority;
use std::collections::BTreeMap;

/// The names under which a program of this machine reaches its own loopback. Another name that leads there was put
/// there by somebody (DNS rebinding).
const LOOPBACK: [&str; 3] = ["127.0.0.1", "localhost", "[::1]"];
/// Sent by browsers alone.
const OF_BROWSERS: [HeaderName; 2] = [ORIGIN, HeaderName::from_static("sec-fetch-site")];

/// The digest of this start's token: what is kept is of no use to whoever reads it, and digests are compared in
/// constant time.
#[derive(Clone, Copy)]
pub(super) struct Token(blake3::Hash);

impl Token {
    /// 32 random bytes, and their text for whoever started us.
    pub(super) fn random() -> Result<(Self, String), getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        let text = blake3::Hash::from(bytes).to_hex().to_string();
        Ok((Self::of(&text), text))
    }

    fn of(text: &str) -> Self {
        Self(blake3::hash(text.as_bytes()))
    }

    fn is(&self, text: &str) -> bool {
        // `blake3::Hash` compares in constant time.
        self.0 == blake3::hash(text.as_bytes())
    }
}

/// Lets a request pass.
///
/// # Errors
/// Why it may not.
pub(super) fn check(head: &Parts, query: &BTreeMap<String, String>, token: &Token) -> Result<(), Refused> {
    let forbidden = |what: &str, next: &str| Err(Refused::new(StatusCode::FORBIDDEN, what, next));
    if !is_loopback(head) {
        return forbidden("the request names another host", "ask 127.0.0.1 or localhost, by that name");
    }
    if OF_BROWSERS.iter().any(|name| head.headers.contains_key(name)) {
        return forbidden(
            "the request comes from a page in a browser",
            "ask with a program, curl for example",
        );
    }
    let bearer = head.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| value.strip_prefix("Bearer "));
    let shown = bearer.or_else(|| query.get("token").map(String::as_str)).unwrap_or_default();
    if token.is(shown) {
        return Ok(());
    }
    let what = "the token is missing or wrong";
    let next = "send `Authorization: Bearer TOKEN` or ?token=TOKEN, with the token of the line that said the doors are open";
    Err(Refused::new(StatusCode::UNAUTHORIZED, what, next))
}

fn is_loopback(head: &Parts) -> bool {
    let field = head.headers.get(HOST).and_then(|host| host.to_str().ok());
    let named =
        head.uri.authority().cloned().or_else(|| field.and_then(|host| host.parse::<Authority>().ok()));
    named.is_some_and(|named| LOOPBACK.iter().any(|own| named.host().eq_ignore_ascii_case(own)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(uri: &str, headers: &[(&str, &str)]) -> Option<u16> {
        let mut request = hyper::Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).unwrap().into_parts();
        let query = super::super::query(&head);
        check(&head, &query, &Token::of("right")).err().map(|refused| refused.status().as_u16())
    }

    #[test]
    fn only_programs_of_this_machine_with_the_token_pass() {
        let own = ("host", "127.0.0.1:9");
        type Row<'r> = (&'r str, &'r [(&'r str, &'r str)], Option<u16>);
        let rows: [Row<'_>; 11] = [
            ("/?token=right", &[own], None),
            ("/?token=wrong", &[own], Some(401)),
            ("/", &[own], Some(401)),
            ("/", &[own, ("authorization", "Bearer right")], None),
            ("/?token=right", &[own, ("authorization", "Bearer wrong")], Some(401)),
            ("/?token=right", &[("host", "localhost")], None),
            ("/?token=right", &[("host", "[::1]:9")], None),
            ("/?token=right", &[("host", "rebound.example")], Some(403)),
            ("/?token=right", &[], Some(403)),
            ("/?token=right", &[own, ("origin", "http://127.0.0.1:9")], Some(403)),
            ("/?token=right", &[own, ("sec-fetch-site", "none")], Some(403)),
        ];
        for (uri, headers, wanted) in rows {
            assert_eq!(status(uri, headers), wanted, "{uri} {headers:?}");
        }
    }
}

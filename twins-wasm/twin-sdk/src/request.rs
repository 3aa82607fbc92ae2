//! The request side that every twin needs: path, query, headers, credential and body.

use std::borrow::Cow;

use serde_json::Value;

use crate::multipart::{self, MultipartError};
use crate::{Request, origin};

/// A request with its URL taken apart. Nothing is copied from the request.
pub struct Incoming<'a> {
    request: &'a Request,
    path: &'a str,
    query: &'a str,
}

/// A request body in the encodings that services take.
#[derive(Debug, PartialEq)]
pub enum Body {
    /// No bytes, whatever the content type says.
    Empty,
    /// `application/x-www-form-urlencoded`, in sending order; a name may repeat.
    Form(Vec<(String, String)>),
    /// `application/json`, any JSON value.
    Json(Value),
    /// `multipart/form-data`, in sending order; a name may repeat.
    Multipart(Vec<Field>),
}

/// One field of a multipart body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The field's name.
    pub name: String,
    /// The file's name, for fields that are files.
    pub filename: Option<String>,
    /// As the sender says; none where it says nothing.
    pub content_type: Option<String>,
    /// As sent.
    pub content: Vec<u8>,
}

/// A body that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The content type says JSON and the bytes are none.
    #[error("the body is not JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The content type says multipart and the bytes are none.
    #[error("the body is not multipart: {0}")]
    Multipart(#[from] MultipartError),
    /// There are bytes and no content type.
    #[error("the body has no content type")]
    NoType,
    /// A content type that twins do not read.
    #[error("bodies of type {0} are not read")]
    Type(String),
}

impl<'a> Incoming<'a> {
    /// Takes the URL apart; a URL without a path has the path `/`.
    #[must_use]
    pub fn new(request: &'a Request) -> Self {
        let url = request.url.split_once('#').map_or(request.url.as_str(), |(url, _)| url);
        let (url, query) = url.split_once('?').unwrap_or((url, ""));
        let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
        let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
        Self { request, path, query }
    }

    /// The method, upper case.
    #[must_use]
    pub fn method(&self) -> &'a str {
        &self.request.method
    }

    /// The scheme and authority, for example `https://slack.com`: where the client believes the service to be. A door that
    /// takes requests at an address of its own tells it in `x-forwarded-host` and `x-forwarded-proto`.
    #[must_use]
    pub fn origin(&self) -> String {
        let origin = origin(&self.request.url);
        let scheme = origin.split_once("://").map_or("https", |(scheme, _)| scheme);
        match self.header("x-forwarded-host") {
            Some(door) => format!("{}://{door}", self.header("x-forwarded-proto").unwrap_or(scheme)),
            None => origin.to_owned(),
        }
    }

    /// Whether the host sends it about a socket that the twin opened: a client's message, or that the client is to go.
    /// Nobody else's request has such an address.
    #[must_use]
    pub fn is_about_socket(&self) -> bool {
        self.request.url.starts_with("wss://") || self.request.url.starts_with("ws://")
    }

    /// Whether a client outside asks for a WebSocket.
    #[must_use]
    pub fn wants_socket(&self) -> bool {
        self.header("upgrade").is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
    }

    /// The bytes of the body.
    #[must_use]
    pub fn bytes(&self) -> &'a [u8] {
        &self.request.body
    }

    /// The path as sent: percent-encoding is left as it is.
    #[must_use]
    pub fn path(&self) -> &'a str {
        self.path
    }

    /// The decoded query fields in sending order; a name may repeat.
    pub fn query(&self) -> impl Iterator<Item = (Cow<'a, str>, Cow<'a, str>)> {
        form_urlencoded::parse(self.query.as_bytes())
    }

    /// The first header field of that name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        let field = self.request.headers.iter().find(|field| field.name.eq_ignore_ascii_case(name))?;
        Some(field.value.as_str())
    }

    /// The credential of an `Authorization` header with that scheme, for example `Bearer`.
    #[must_use]
    pub fn credential(&self, scheme: &str) -> Option<&'a str> {
        let (sent, credential) = self.header("authorization")?.trim().split_once(' ')?;
        sent.eq_ignore_ascii_case(scheme).then(|| credential.trim())
    }

    /// Reads the body as its content type says.
    ///
    /// # Errors
    /// [`BodyError`]; an empty body never fails.
    pub fn body(&self) -> Result<Body, BodyError> {
        if self.request.body.is_empty() {
            return Ok(Body::Empty);
        }
        let content_type = self.header("content-type").ok_or(BodyError::NoType)?;
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Ok(Body::Form(form_urlencoded::parse(&self.request.body).into_owned().collect()));
        }
        if essence.eq_ignore_ascii_case("application/json") {
            return Ok(Body::Json(serde_json::from_slice(&self.request.body)?));
        }
        if essence.eq_ignore_ascii_case("multipart/form-data") {
            let parts = multipart::parts(&self.request.body, &multipart::boundary(content_type)?)?;
            let field = |part: multipart::Part<'_>| Field {
                name: part.name,
                filename: part.filename,
                content_type: part.content_type,
                content: part.content.to_vec(),
            };
            return Ok(Body::Multipart(parts.into_iter().map(field).collect()));
        }
        Err(BodyError::Type(essence.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::request;

    #[test]
    fn the_url_is_taken_apart() {
        let sent = request("GET", "https://slack.com/api/users.info?user=U%201&a=%2B+#top", &[], "");
        let incoming = Incoming::new(&sent);
        assert_eq!(incoming.path(), "/api/users.info");
        let query: Vec<_> = incoming.query().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(query, ["user=U 1", "a=+ "]);
        assert_eq!(Incoming::new(&request("GET", "https://slack.com", &[], "")).path(), "/");
    }

    #[test]
    fn bodies_are_read_by_content_type() {
        let body = |content_type, body| {
            let sent = request("POST", "https://slack.com/", &[("Content-Type", content_type)], body);
            Incoming::new(&sent).body().map_err(|error| error.to_string())
        };
        assert_eq!(body("application/json", ""), Ok(Body::Empty));
        assert_eq!(body("application/json; charset=utf-8", "{\"a\":1}"), Ok(Body::Json(json!({"a": 1}))));
        let form = Body::Form(vec![("a".to_owned(), "b c".to_owned())]);
        assert_eq!(body("application/x-www-form-urlencoded", "a=b+c"), Ok(form));
        assert!(body("application/json", "{").is_err());
        let parts = body(
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--",
        );
        let field =
            Field { name: "a".to_owned(), filename: None, content_type: None, content: b"b".to_vec() };
        assert_eq!(parts, Ok(Body::Multipart(vec![field])));
        assert!(body("multipart/form-data", "--x--").is_err());
        assert_eq!(body("text/csv", "a"), Err("bodies of type text/csv are not read".to_owned()));
    }

    #[test]
    fn the_origin_is_the_urls_or_the_doors() {
        let sent = request("GET", "https://slack.com/api/users.info?a", &[], "");
        assert_eq!(Incoming::new(&sent).origin(), "https://slack.com");
        let door = [("X-Forwarded-Host", "127.0.0.1:8080"), ("x-forwarded-proto", "http")];
        assert_eq!(
            Incoming::new(&request("GET", "https://slack.com/", &door, "")).origin(),
            "http://127.0.0.1:8080"
        );
    }

    #[test]
    fn what_is_about_sockets_is_told_from_other_requests() {
        let sent = |url: &str, headers: &[(&str, &str)]| {
            let sent = request("GET", url, headers, "");
            let incoming = Incoming::new(&sent);
            (incoming.is_about_socket(), incoming.wants_socket())
        };
        assert_eq!(sent("wss://a.example/app", &[]), (true, false));
        assert_eq!(sent("https://a.example/ws://", &[("upgrade", "WebSocket")]), (false, true));
        assert_eq!(sent("https://a.example/", &[("upgrade", "h2c")]), (false, false));
    }

    #[test]
    fn the_scheme_of_a_credential_is_in_any_case() {
        let sent = request("GET", "https://slack.com/", &[("authorization", "bearer xoxb-1")], "");
        assert_eq!(Incoming::new(&sent).credential("Bearer"), Some("xoxb-1"));
        assert_eq!(Incoming::new(&sent).credential("Basic"), None);
    }
}

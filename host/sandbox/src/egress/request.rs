//! A guest's request, read once and decided before any byte is sent.

use super::error::shown;
use super::resolve::Target;
use super::secret::Secrets;
use super::{EgressError, EgressSettings, Flaw, Quota};
use crate::guard::{Guard, stands};
use glasshouse_model::policy::{Decision, Denial, HttpGrant};
use glasshouse_model::{Place, Policy};
use http::header::{ACCEPT_ENCODING, CONTENT_LENGTH};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::Url;

/// A whole HTTP request as a guest writes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutRequest {
    /// Upper case.
    pub method: String,
    /// Absolute.
    pub url: String,
    /// In sending order; a name may repeat. `accept-encoding` is the host's, which decompresses, and is left out.
    pub headers: Vec<(String, String)>,
    /// Empty for none.
    pub body: Vec<u8>,
}

/// Fields that frame or route a request, or that only the host's own connection may use.
const OWN_HEADERS: [&str; 9] = [
    "connection",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Fields by which many servers take another method than the one sent.
const METHOD_OVERRIDES: [&str; 3] = ["x-http-method", "x-http-method-override", "x-method-override"];

/// What a field takes on the wire beyond its name and value: a colon, a space and a line break.
const FIELD_OVERHEAD: usize = 4;

/// A request that the policy allows and that can be sent as it stands.
#[derive(Debug)]
pub(super) struct Approved {
    pub(super) target: Target,
    /// Without fragment and user; the host has no last dot.
    pub(super) url: Url,
    pub(super) method: Method,
    /// With the grant's secret.
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// Where the grant stands that allows it.
    pub(super) grant: Place,
    /// The variable of the secret that the grant adds.
    pub(super) secret: Option<String>,
}

impl Approved {
    /// Reads and decides. Pure: nothing is looked up and nothing sent.
    pub(super) fn read(
        request: OutRequest,
        policy: &Policy,
        secrets: &Secrets,
        settings: &EgressSettings,
    ) -> Result<Self, EgressError> {
        let url = read_url(&request.url, settings.header_bytes)?;
        let target = Target {
            scheme: url.scheme().to_owned(),
            host: url.host_str().unwrap_or_default().to_owned(),
            port: url.port_or_known_default().unwrap_or_default(),
            method: request.method,
        };
        let grant = decide(&target, policy)?;
        let secret = secrets.field(grant);
        let mut headers = Fields { secret: secret.map(|(name, _)| name), body: request.body.len(), settings }
            .read(&request.headers, url.as_str().len())?;
        let overrides = |name: &HeaderName| METHOD_OVERRIDES.contains(&same_variable(name).as_str());
        for (_, value) in headers.iter().filter(|(name, _)| overrides(name)) {
            let method = String::from_utf8_lossy(value.as_bytes()).trim().to_ascii_uppercase();
            decide(&Target { method, ..target.clone() }, policy)?;
        }
        if let Some((name, value)) = secret {
            headers.insert(name, value.clone());
        }
        let most = policy.limits.host_call_bytes.value;
        if request.body.len() as u64 > most {
            return Err(Quota::RequestBytes(most).into());
        }
        // The decision has refused every text that is no method.
        let method = Method::from_bytes(target.method.as_bytes())
            .map_err(|_| EgressError::Denied(Box::new(Denial::Method(shown(&target.method)))))?;
        if request.body.is_empty() && matches!(method, Method::POST | Method::PUT | Method::PATCH) {
            // Servers ask for a length where a body is usual; the sender writes one for a body only.
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        let secret = grant.secret.as_ref().map(|secret| secret.value.env.clone());
        Ok(Self { target, url, method, headers, body: request.body, grant: grant.place.clone(), secret })
    }
}

fn decide<'p>(target: &Target, policy: &'p Policy) -> Result<&'p HttpGrant, EgressError> {
    match target.decide(policy) {
        Decision::Allowed(grant) => Ok(grant),
        // Without a grant there is nothing to send by: what is left of the policy's first one is as good as any.
        Decision::Denied(denial) if !stands(Guard::HttpGrant) => {
            policy.http.first().ok_or_else(|| EgressError::Denied(Box::new(denial)))
        }
        Decision::Denied(denial) => Err(EgressError::Denied(Box::new(denial))),
    }
}

/// The name of a field as far as servers tell it from others that hand fields on as variables (RFC 3875).
fn same_variable(name: &HeaderName) -> String {
    name.as_str().replace('_', "-")
}

fn read_url(text: &str, most: usize) -> Result<Url, Flaw> {
    if text.len() > most {
        return Err(Flaw::HeadBytes { most });
    }
    // The parser drops tabs and line breaks and turns backslashes; no other reader of the text must see another host.
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err(Flaw::UrlCharacter);
    }
    let mut url = Url::parse(text)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Flaw::User);
    }
    url.set_fragment(None);
    // With the dot, a name would be a second one for caches, certificates and the Host field. Two dots are no name.
    let bare = url.domain().and_then(|name| name.strip_suffix('.')).filter(|bare| !bare.ends_with('.'));
    if let Some(bare) = bare.filter(|bare| !bare.is_empty()).map(str::to_owned) {
        url.set_host(Some(&bare))?;
    }
    Ok(url)
}

/// What the header fields of one request are held against.
struct Fields<'s> {
    /// The field that the grant adds.
    secret: Option<&'s HeaderName>,
    /// Bytes of the body.
    body: usize,
    settings: &'s EgressSettings,
}

impl Fields<'_> {
    fn read(&self, headers: &[(String, String)], url_bytes: usize) -> Result<HeaderMap, Flaw> {
        let EgressSettings { header_count, header_bytes, .. } = *self.settings;
        if headers.len() > header_count {
            return Err(Flaw::HeaderCount { most: header_count });
        }
        let too_long = Flaw::HeadBytes { most: header_bytes };
        let sizes = headers.iter().map(|(name, value)| name.len() + value.len() + FIELD_OVERHEAD);
        if url_bytes + sizes.sum::<usize>() > header_bytes {
            return Err(too_long);
        }
        let mut read = HeaderMap::new();
        let mut has_length = false;
        for (name, value) in headers {
            let (name, value) = self.field(name, value)?;
            if name == CONTENT_LENGTH {
                if std::mem::replace(&mut has_length, true) {
                    return Err(Flaw::TwoLengths);
                }
                self.length(&value)?;
            } else if name != ACCEPT_ENCODING {
                read.try_append(name, value).map_err(|_| too_long.clone())?;
            }
        }
        Ok(read)
    }

    fn field(&self, name: &str, value: &str) -> Result<(HeaderName, HeaderValue), Flaw> {
        let read = HeaderName::from_bytes(name.as_bytes()).map_err(|_| Flaw::HeaderName(shown(name)))?;
        let same = same_variable(&read);
        let is_disguised_length = same == CONTENT_LENGTH.as_str() && read != CONTENT_LENGTH;
        if !stands(Guard::RequestForm) {
            let value = HeaderValue::from_bytes(value.as_bytes());
            return Ok((read, value.map_err(|_| Flaw::HeaderValue(shown(name)))?));
        }
        if OWN_HEADERS.contains(&same.as_str()) || same.starts_with("proxy-") || is_disguised_length {
            return Err(Flaw::OwnHeader(shown(name)));
        }
        if self.secret.is_some_and(|secret| same_variable(secret) == same) {
            return Err(Flaw::SecretHeader(shown(name)));
        }
        let value = HeaderValue::from_bytes(value.as_bytes());
        Ok((read, value.map_err(|_| Flaw::HeaderValue(shown(name)))?))
    }

    /// The sender writes the length; a guest may only say the same.
    fn length(&self, value: &HeaderValue) -> Result<(), Flaw> {
        let digits = value.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
        match digits.and_then(|digits| digits.parse::<usize>().ok()) {
            Some(length) if length == self.body => Ok(()),
            _ => Err(Flaw::Length { body: self.body }),
        }
    }
}

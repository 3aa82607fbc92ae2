//! Which requests a line of a criterion speaks of.

use serde_json::Value;

use super::condition::Where;
use super::keys::Keys;
use super::text_rule::TextRule;
use crate::{Error, Request, Response};

/// A text in which `*` stands for any characters. Case counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern of a text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether it is the whole of a text.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let mut parts = self.0.split('*');
        let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
        let parts: Vec<_> = parts.collect();
        let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
        for part in middle {
            let Some(at) = rest.find(part) else { return false };
            rest = rest.get(at + part.len()..).unwrap_or_default();
        }
        rest.ends_with(last)
    }
}

/// A kind of request, told by its method, URL, body and answer; all that is said has to hold.
#[derive(Debug, Default)]
pub struct RequestRule {
    methods: Option<Vec<String>>,
    urls: Option<Vec<Pattern>>,
    body: Option<TextRule>,
    /// Conditions on the body, where it is JSON or a form.
    json: Where,
    /// Status codes of the answer.
    statuses: Option<Vec<String>>,
    /// Conditions on the JSON of the answer.
    answer: Where,
}

impl RequestRule {
    /// Reads `method`, `url`, `body`, `json`, `status` and `answer`, and leaves the other keys.
    ///
    /// # Errors
    /// `invalid-argument` with the place of the mistake.
    pub fn read(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let methods = keys.texts("method")?;
        let urls = keys.texts("url")?.map(|urls| urls.into_iter().map(Pattern::new).collect());
        let body = TextRule::of_key(keys, "body")?;
        let json = where_of(keys, "json")?;
        let statuses = keys.texts("status")?;
        let answer = where_of(keys, "answer")?;
        Ok(Self { methods, urls, body, json, statuses, answer })
    }

    /// Whether the rule says anything at all.
    #[must_use]
    pub fn says_nothing(&self) -> bool {
        self.methods.is_none()
            && self.urls.is_none()
            && self.body.is_none()
            && self.json.is_empty()
            && self.statuses.is_none()
            && self.answer.is_empty()
    }

    /// Whether it speaks of a request and what came back.
    #[must_use]
    pub fn matches(&self, request: &Request, response: Option<&Response>) -> bool {
        let status = response.map(|response| response.status.to_string());
        self.methods
            .as_ref()
            .is_none_or(|methods| methods.iter().any(|method| method.eq_ignore_ascii_case(&request.method)))
            && self.urls.as_ref().is_none_or(|urls| urls.iter().any(|url| url.matches(&request.url)))
            && self.body.as_ref().is_none_or(|rule| rule.holds(&String::from_utf8_lossy(&request.body)))
            && self.json.holds(fields(&request.body).as_ref())
            && self.statuses.as_ref().is_none_or(|wanted| {
                let matches = |status: &str| {
                    wanted.iter().any(|wanted| wanted == status || status_class(wanted, status))
                };
                status.as_deref().is_some_and(matches)
            })
            && (self.answer.is_empty()
                || self.answer.holds(response.and_then(|response| fields(&response.body)).as_ref()))
    }
}

/// `4xx` is every status from 400 to 499.
fn status_class(wanted: &str, status: &str) -> bool {
    wanted.strip_suffix("xx").is_some_and(|class| class.len() == 1 && status.starts_with(class))
}

/// Reads the `where` table of an optional key; without the key there is no condition.
fn where_of(keys: &mut Keys<'_>, key: &str) -> Result<Where, Error> {
    let place = keys.place(key);
    keys.take(key).map_or_else(|| Ok(Where::default()), |value| Where::parse(value, &place))
}

/// The host of an absolute URL, without its port, in lower case.
#[must_use]
pub fn host(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    // Clients take a backslash for a slash.
    let authority = rest.split(['/', '\\', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
        .map_or(host, |(host, _)| host);
    Some(host.to_lowercase())
}

/// A body's fields: those of its JSON, or of its form.
#[must_use]
pub fn fields(body: &[u8]) -> Option<Value> {
    if let Ok(json) = serde_json::from_slice(body) {
        return Some(json);
    }
    let text = std::str::from_utf8(body).ok().filter(|text| text.contains('='))?;
    let pairs = form_urlencoded::parse(text.as_bytes());
    Some(Value::Object(pairs.map(|(name, value)| (name.into_owned(), value.into())).collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_star_stands_for_any_characters() {
        for (pattern, text, expected) in [
            ("a*c", "abbc", true),
            ("a*c", "ac", true),
            ("a*c", "acd", false),
            ("*", "", true),
            ("abc", "abcd", false),
            ("*/users/*/roles", "https://x/users/1/roles", true),
            ("*/users/*/roles", "https://x/users/roles", false),
            ("a*b*b", "ab", false),
        ] {
            assert_eq!(Pattern::new(pattern).matches(text), expected, "{pattern} on {text}");
        }
    }

    #[test]
    fn a_host_is_what_a_client_takes_for_it() {
        for (url, wanted) in [
            ("https://Slack.com/api", Some("slack.com")),
            ("https://slack.com:443?x", Some("slack.com")),
            ("https://slack.com@evil.example/", Some("evil.example")),
            ("https://evil.example\\@slack.com/", Some("evil.example")),
            ("https://evil.example#@slack.com", Some("evil.example")),
            ("http://[::1]/", Some("[::1]")),
            ("slack.com", None),
        ] {
            assert_eq!(host(url).as_deref(), wanted, "{url}");
        }
    }

    #[test]
    fn requests_are_told_by_all_that_is_said_of_them() {
        let request = Request {
            method: "POST".to_owned(),
            url: "https://slack.com/api/chat.postMessage".to_owned(),
            headers: Vec::new(),
            body: b"channel=C1&text=a+b".to_vec(),
        };
        let response = Response { status: 200, headers: Vec::new(), body: b"{\"ok\":false}".to_vec() };
        for (rule, expected) in [
            (json!({ "method": ["POST", "PUT"], "url": "https://slack.com/*" }), true),
            (json!({ "method": "GET" }), false),
            (json!({ "json": { "text": "a b" } }), true),
            (json!({ "json": { "text": "a+b" } }), false),
            (json!({ "body": "a+b" }), true),
            (json!({ "status": "2xx", "answer": { "ok": false } }), true),
            (json!({ "status": ["403", "4xx"] }), false),
        ] {
            let rule = Keys::whole(&rule, "rule", RequestRule::read).unwrap();
            assert_eq!(rule.matches(&request, Some(&response)), expected, "{rule:?}");
        }
        assert!(Keys::whole(&json!({}), "rule", RequestRule::read).unwrap().says_nothing());
    }
}

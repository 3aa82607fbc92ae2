//! One request on its way, with the patience that a client of these services needs.

use form_urlencoded::Serializer;
use plugin_sdk::capability::{Clock, Http};
use plugin_sdk::{Duration, Error, Header, Request, Response};
use serde_json::{Map, Value};

use crate::step::{Body, Sending};

const SECOND: Duration = 1_000_000_000;
/// How often a request is sent again that was put off.
const RETRIES: u32 = 8;

/// What a script needs of the host. All imports would make the component import them all.
pub(crate) trait Line: Http + Clock {}

impl<T: Http + Clock> Line for T {}

impl Sending {
    /// Sends the request and gives its answer. Where the service puts it off (429, 500 to 599, no answer in time) it is
    /// sent again: after `retry-after`, else after 1 s, 2 s, 4 s and so on.
    pub(crate) fn send(&self, imports: &mut impl Line) -> Result<Response, Error> {
        let request = self.request()?;
        let mut wait = SECOND;
        for _ in 0..RETRIES {
            let answered = imports.send(&request);
            if !self.retry || !is_put_off(&answered) {
                return answered;
            }
            imports.sleep(answered.ok().and_then(|response| retry_after(&response)).unwrap_or(wait));
            wait = wait.saturating_mul(2);
        }
        imports.send(&request)
    }

    fn request(&self) -> Result<Request, Error> {
        let mut headers = self
            .headers
            .iter()
            .map(|(name, value)| Ok(Header { name: name.to_lowercase(), value: plain(name, value)? }))
            .collect::<Result<Vec<_>, Error>>()?;
        let (kind, body) = match &self.body {
            Body::Nothing => (None, Vec::new()),
            Body::Text(text) => (None, text.clone().into_bytes()),
            Body::Json(value) => (Some("application/json"), value.to_string().into_bytes()),
            Body::Form(fields) => (Some("application/x-www-form-urlencoded"), form(fields)?),
        };
        let said = headers.iter().any(|header| header.name == "content-type");
        if let Some(kind) = kind.filter(|_| !said) {
            headers.push(Header { name: "content-type".to_owned(), value: kind.to_owned() });
        }
        Ok(Request { method: self.method.clone(), url: self.url.clone(), headers, body })
    }
}

fn form(fields: &Map<String, Value>) -> Result<Vec<u8>, Error> {
    let mut form = Serializer::new(String::new());
    for (name, value) in fields {
        form.append_pair(name, &plain(name, value)?);
    }
    Ok(form.finish().into_bytes())
}

/// A field's text: numbers and truth values are written out.
fn plain(name: &str, value: &Value) -> Result<String, Error> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(_) | Value::Bool(_) => Ok(value.to_string()),
        _ => Err(Error::InvalidArgument(format!("`{name}` must be a text, a number, true or false"))),
    }
}

fn is_put_off(answered: &Result<Response, Error>) -> bool {
    match answered {
        Ok(response) => response.status == 429 || response.status >= 500,
        Err(error) => matches!(error, Error::TimedOut(_) | Error::Unavailable(_)),
    }
}

fn retry_after(response: &Response) -> Option<Duration> {
    let header = response.headers.iter().find(|header| header.name == "retry-after")?;
    header.value.parse::<u64>().ok().map(|seconds| seconds.saturating_mul(SECOND))
}

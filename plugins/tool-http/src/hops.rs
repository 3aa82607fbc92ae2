//! Redirects, followed one request at a time: the host decides on each hop as on any other request.

use plugin_sdk::capability::Http;
use plugin_sdk::{Error, Request, Response};
use url::Url;

/// Redirects that are followed.
const MAX_HOPS: usize = 5;

/// What a request may still carry at another origin. Any other header may be a secret of the first one.
const HARMLESS: [&str; 4] = ["accept", "accept-language", "content-type", "user-agent"];

/// The last answer and the way to it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) response: Response,
    pub(crate) url: String,
    pub(crate) redirected_from: Vec<String>,
}

/// Sends a request, and what its redirects ask for.
pub(crate) fn follow<H: Http + ?Sized>(http: &mut H, mut request: Request) -> Result<Answer, Error> {
    let mut url = parsed(&request.url)?;
    let mut redirected_from = Vec::new();
    loop {
        request.url = url.to_string();
        let response =
            http.send(&request).map_err(|error| on_the_way(error, &redirected_from, &request.url))?;
        let Some(next) = target(&url, &response)? else {
            return Ok(Answer { response, url: request.url, redirected_from });
        };
        redirected_from.push(request.url.clone());
        if redirected_from.len() > MAX_HOPS {
            let way = redirected_from.join(" -> ");
            return Err(Error::Other(format!("more than {MAX_HOPS} redirects: {way} -> {next}")));
        }
        redirect(&mut request, response.status, next.origin() == url.origin());
        url = next;
    }
}

/// An absolute URL as it is sent: without a fragment, which is for the reader alone.
fn parsed(text: &str) -> Result<Url, Error> {
    let mut url =
        Url::parse(text).map_err(|error| Error::InvalidArgument(format!("`{text}` is no URL: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Error::InvalidArgument(format!("`{text}` is neither http nor https")));
    }
    url.set_fragment(None);
    Ok(url)
}

/// Where a redirect leads; none for every other answer.
fn target(from: &Url, response: &Response) -> Result<Option<Url>, Error> {
    if !matches!(response.status, 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let Some(location) = response.headers.iter().find(|header| header.name == "location") else {
        return Ok(None);
    };
    let astray = |text: String| Error::Other(format!("{from} redirects astray: {text}"));
    let next =
        from.join(&location.value).map_err(|error| astray(format!("`{}`: {error}", location.value)))?;
    if !next.username().is_empty() || next.password().is_some() {
        return Err(astray("the URL carries credentials".to_owned()));
    }
    match parsed(next.as_str()) {
        Ok(next) => Ok(Some(next)),
        Err(_) => Err(astray(format!("`{next}` is neither http nor https"))),
    }
}

/// Makes the request of the next hop, as browsers do: 303, and 301 and 302 of a POST, ask for a GET.
fn redirect(request: &mut Request, status: u16, same_origin: bool) {
    let becomes_get = match status {
        303 => request.method != "HEAD",
        301 | 302 => request.method == "POST",
        _ => false,
    };
    if becomes_get {
        request.method = "GET".to_owned();
        request.body.clear();
        request.headers.retain(|header| !header.name.starts_with("content-"));
    }
    if !same_origin {
        request.headers.retain(|header| HARMLESS.contains(&header.name.as_str()));
    }
}

/// A refusal in the middle of the way says which hop it was.
fn on_the_way(error: Error, redirected_from: &[String], url: &str) -> Error {
    let Some(from) = redirected_from.last() else { return error };
    let add = |text: String| format!("{from} redirected to {url}: {text}");
    match error {
        Error::Denied(text) => Error::Denied(add(text)),
        Error::NotFound(text) => Error::NotFound(add(text)),
        Error::InvalidArgument(text) => Error::InvalidArgument(add(text)),
        Error::Conflict(text) => Error::Conflict(add(text)),
        Error::TimedOut(text) => Error::TimedOut(add(text)),
        Error::Unavailable(text) => Error::Unavailable(add(text)),
        Error::QuotaExceeded(text) => Error::QuotaExceeded(add(text)),
        Error::Other(text) => Error::Other(add(text)),
    }
}

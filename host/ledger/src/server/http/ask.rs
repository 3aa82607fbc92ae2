//! A request, taken apart.

use super::answer::Failure;
use hyper::header::{HOST, IF_NONE_MATCH, ORIGIN};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
use std::collections::BTreeMap;
use std::str::FromStr;

pub(super) struct Ask {
    pub(super) method: Method,
    /// Decoded; what was between two slashes is one of them, whatever it holds.
    pub(super) path: Vec<String>,
    params: BTreeMap<String, String>,
    pub(super) body: Vec<u8>,
    pub(super) known_etag: Option<String>,
}

/// Whether a browser sends it for a page of somewhere else. Such a page may neither read the ledger nor write to it,
/// and browsers ask no permission before they send a simple POST.
pub(super) fn is_of_another_site(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN) else { return false };
    let authority =
        origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, authority)| authority);
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    authority.is_none() || authority != host
}

impl Ask {
    pub(super) fn new(head: &Parts, body: Vec<u8>) -> Result<Self, Failure> {
        let decode = |segment: &str| percent_decode_str(segment).decode_utf8().map(String::from);
        let path = head.uri.path().split('/').filter(|segment| !segment.is_empty()).map(decode);
        let path = path.collect::<Result<_, _>>().map_err(|_| Failure::new(400, "the path is not UTF-8"))?;
        let query = head.uri.query().unwrap_or_default();
        let header = head.headers.get(IF_NONE_MATCH).and_then(|etag| etag.to_str().ok());
        Ok(Self {
            method: head.method.clone(),
            path,
            params: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            body,
            known_etag: header.map(str::to_owned),
        })
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.params.get(name).map(String::as_str)
    }

    /// A parameter that has to be a number where it is given.
    pub(super) fn number<N: FromStr>(&self, name: &str) -> Result<Option<N>, Failure> {
        let parse = |text: &str| {
            text.parse().map_err(|_| Failure::new(400, format!("{name} is no number: {text:?}")))
        };
        self.text(name).map(parse).transpose()
    }

    pub(super) fn flag(&self, name: &str, default: bool) -> Result<bool, Failure> {
        match self.text(name) {
            None => Ok(default),
            Some("1" | "true") => Ok(true),
            Some("0" | "false") => Ok(false),
            Some(other) => Err(Failure::new(400, format!("{name} is true or false, not {other:?}"))),
        }
    }

    /// A parameter that is one of some words, the first where it is not given.
    pub(super) fn choice<T: Copy>(&self, name: &str, words: &[(&str, T)]) -> Result<T, Failure> {
        let given = self.text(name);
        let chosen = match given {
            None => words.first(),
            Some(given) => words.iter().find(|(word, _)| *word == given),
        };
        chosen.map(|(_, value)| *value).ok_or_else(|| {
            let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
            Failure::new(400, format!("{name} is one of {}", words.join(", ")))
        })
    }
}

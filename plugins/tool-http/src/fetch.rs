//! `fetch`: one request, its redirects, and the answer as text.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use plugin_sdk::{Error, Function, Header, Request, Response, ToolImports};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::body::{Shown, show};
use crate::hops::follow;

/// Headers of an answer that say something to its reader. The others are left out unless `all_headers` is set.
const TELLING: [&str; 12] = [
    "allow",
    "cache-control",
    "content-language",
    "content-type",
    "etag",
    "last-modified",
    "link",
    "location",
    "retry-after",
    "www-authenticate",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

/// Fetches one URL.
#[derive(Debug)]
pub struct Fetch;

/// The arguments of [`Fetch`].
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FetchInput {
    /// Absolute, `http` or `https`.
    url: String,
    /// `GET`, `POST` and so on.
    #[serde(default = "method")]
    method: String,
    /// Sent as they are, for example `{"authorization": "Bearer ..."}`.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// The text that is sent. Give its `content-type` among the headers.
    #[serde(default)]
    body: String,
    /// The body as it came; otherwise HTML becomes readable text and JSON is indented.
    #[serde(default)]
    raw: bool,
    /// Every header of the answer instead of the telling ones.
    #[serde(default)]
    all_headers: bool,
    /// The character of the text that is shown first, from 0. The request is sent again.
    #[serde(default)]
    first: u32,
    /// How many characters are shown at most.
    #[serde(default = "limit")]
    limit: NonZeroU32,
}

/// An answer.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Fetched {
    /// The status code. One from 400 up is an answer too.
    status: u16,
    /// Where the answer came from, after redirects.
    url: String,
    /// Each URL that redirected, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    redirected_from: Vec<String>,
    /// By lower-case name; values of a name that repeats are joined by `, `.
    headers: BTreeMap<String, String>,
    /// Bytes of the body.
    size: u64,
    /// The body as text; empty where it is none.
    text: String,
    /// What is missing or was changed here, and how to get it; absent where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    more: Option<String>,
}

fn method() -> String {
    "GET".to_owned()
}

fn limit() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(29_999)
}

impl Function for Fetch {
    const NAME: &'static str = "fetch";
    const DESCRIPTION: &'static str = "Sends an HTTP request and shows the answer as text: HTML as \
        readable text, JSON indented. Follows up to five redirects; credentials go to the first origin \
        only.";
    type Input = FetchInput;
    type Output = Fetched;

    fn call(imports: &mut impl ToolImports, input: FetchInput) -> Result<Fetched, Error> {
        let headers = input.headers.iter();
        let request = Request {
            method: input.method.to_ascii_uppercase(),
            url: input.url.clone(),
            headers: headers
                .map(|(name, value)| Header { name: name.to_ascii_lowercase(), value: value.clone() })
                .collect(),
            body: input.body.clone().into_bytes(),
        };
        let answer = follow(imports, request)?;
        let shown = show(&answer.response, input.raw);
        let (text, cut) = part(&shown.text, input.first, input.limit)?;
        Ok(Fetched {
            status: answer.response.status,
            url: answer.url,
            redirected_from: answer.redirected_from,
            headers: headers_of(&answer.response, input.all_headers),
            size: answer.response.body.len() as u64,
            text,
            more: notes(shown, cut),
        })
    }
}

fn headers_of(response: &Response, all: bool) -> BTreeMap<String, String> {
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for header in response.headers.iter().filter(|header| all || TELLING.contains(&header.name.as_str())) {
        headers
            .entry(header.name.clone())
            .and_modify(|value| *value = format!("{value}, {}", header.value))
            .or_insert_with(|| header.value.clone());
    }
    headers
}

/// The characters asked for, and what to say of those that follow.
fn part(text: &str, first: u32, limit: NonZeroU32) -> Result<(String, Option<String>), Error> {
    let mut rest = text.chars();
    let passed = rest.by_ref().take(first as usize).count();
    if passed < first as usize {
        let text = format!("the text has {passed} characters, and `first` is {first}");
        return Err(Error::InvalidArgument(text));
    }
    let shown: String = rest.by_ref().take(limit.get() as usize).collect();
    let left = rest.count();
    let next = u64::from(first) + u64::from(limit.get());
    let cut = (left > 0).then(|| format!("{left} more characters: fetch again with first = {next}"));
    Ok((shown, cut))
}

fn notes(shown: Shown, cut: Option<String>) -> Option<String> {
    let notes: Vec<String> = shown.notes.into_iter().chain(cut).collect();
    (!notes.is_empty()).then(|| notes.join("; "))
}

//! A body as text for a reader.

use plugin_sdk::Response;

use crate::charset::{declared, decode};
use crate::json::indented;
use crate::page::readable;

/// A body as text, and what a reader has to know of it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) text: String,
    pub(crate) notes: Vec<String>,
}

/// What a body is, by its media type and, where that says nothing, by its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Html,
    Json,
    Plain,
    Binary,
}

/// The body as text. `raw` leaves it as it came.
pub(crate) fn show(response: &Response, raw: bool) -> Shown {
    if response.body.is_empty() {
        return Shown::default();
    }
    let media = response.headers.iter().find(|header| header.name == "content-type");
    let media = media.map_or("", |header| header.value.as_str());
    let form = form(media, &response.body);
    if form == Form::Binary {
        let named = if media.is_empty() { "of an unnamed type" } else { media };
        let note = format!("the body is binary, {named}, and not shown");
        return Shown { text: String::new(), notes: vec![note] };
    }
    let (text, note) = decode(&response.body, declared(media), form == Form::Html);
    let mut notes: Vec<String> = note.into_iter().collect();
    let text = match form {
        Form::Html if !raw => readable(text, &mut notes),
        Form::Json if !raw => indented(&text).unwrap_or(text),
        _ => text,
    };
    Shown { text, notes }
}

fn form(media: &str, body: &[u8]) -> Form {
    let essence = media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let (kind, subtype) = essence.split_once('/').unwrap_or(("", ""));
    match (kind, subtype) {
        ("text", "html") | ("application", "xhtml+xml") => Form::Html,
        (_, subtype) if subtype == "json" || subtype.ends_with("+json") => Form::Json,
        ("text", _) => Form::Plain,
        ("application", "javascript" | "xml" | "yaml" | "toml" | "x-www-form-urlencoded" | "x-ndjson") => {
            Form::Plain
        }
        (_, subtype) if subtype.ends_with("+xml") || subtype.ends_with("+yaml") => Form::Plain,
        ("" | "application", _) => sniffed(body),
        _ => Form::Binary,
    }
}

/// Text where all of it is UTF-8 without control characters that no text has.
fn sniffed(body: &[u8]) -> Form {
    let control = |char: char| char.is_control() && !matches!(char, '\n' | '\r' | '\t' | '\u{c}');
    match std::str::from_utf8(body) {
        Ok(text) if !text.contains(control) => Form::Plain,
        _ => Form::Binary,
    }
}

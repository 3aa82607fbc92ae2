//! Bytes to text by the encoding that the sender names.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Bytes of a page in which its encoding is looked for, as browsers do.
const PRESCAN: usize = 1024;

/// The `charset` of a content type.
pub(crate) fn declared(media: &str) -> Option<&str> {
    media.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']))
    })
}

/// The text of a body, and a note where it is not what the sender may have meant. A byte order mark wins over the
/// label, that over the `meta` of a page; without any of them it is UTF-8 if it can be.
pub(crate) fn decode(body: &[u8], label: Option<&str>, page: bool) -> (String, Option<String>) {
    let in_page = || if page { in_meta(body) } else { None };
    let label = label.map(str::to_owned).or_else(in_page);
    let (encoding, unknown) = match &label {
        None if std::str::from_utf8(body).is_ok() => (UTF_8, None),
        None => {
            (WINDOWS_1252, Some("no encoding is named and it is not UTF-8: read as windows-1252".to_owned()))
        }
        Some(label) => match Encoding::for_label(label.as_bytes()) {
            Some(encoding) => (encoding, None),
            None => (UTF_8, Some(format!("the encoding `{label}` is unknown: read as UTF-8"))),
        },
    };
    let (text, used, broken) = encoding.decode(body);
    let broken = broken.then(|| format!("bytes that are not {} are shown as \u{fffd}", used.name()));
    let notes: Vec<String> = unknown.into_iter().chain(broken).collect();
    (text.into_owned(), (!notes.is_empty()).then(|| notes.join("; ")))
}

/// The encoding that the start of a page names, in `<meta charset=...>` or in an `http-equiv`.
fn in_meta(body: &[u8]) -> Option<String> {
    let start: String = body.iter().take(PRESCAN).map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let mut rest = start.as_str();
    while let Some((_, tag)) = rest.split_once("<meta") {
        let (inside, after) = tag.split_once('>')?;
        if let Some((_, value)) = inside.split_once("charset") {
            let value = value.trim_start().strip_prefix('=').unwrap_or_default().trim_start();
            let value = value.trim_start_matches(['"', '\'']);
            let end = value.find(|char: char| !char.is_ascii_graphic() || "\"';/".contains(char));
            return value
                .get(..end.unwrap_or(value.len()))
                .filter(|name| !name.is_empty())
                .map(str::to_owned);
        }
        rest = after;
    }
    None
}

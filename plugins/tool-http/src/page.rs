//! HTML as readable text.

use html2text::config;

/// Bytes of a page that are made readable; what follows is left out.
const MAX_PAGE: usize = 1 << 20;
/// Characters of a line.
const WIDTH: usize = 100;
/// How deep elements may stand in each other, as in browsers. The parser's time grows with the square of it.
const MAX_DEPTH: usize = 512;
/// Blanks in one tag, which bound its attributes. The parser's time grows with the square of those.
const MAX_BLANKS: usize = 2_000;

/// Elements without an end, and those whose end is left out in earnest: the next of the kind ends them.
const OFTEN_OPEN: [&str; 28] = [
    "area", "base", "br", "col", "colgroup", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta",
    "optgroup", "option", "p", "param", "rp", "rt", "source", "tbody", "td", "tfoot", "th", "thead", "tr",
    "wbr",
];

/// The text of a page, and what a reader has to know of it. A page that cannot be made readable stays as it came.
pub(crate) fn readable(mut html: String, notes: &mut Vec<String>) -> String {
    if html.len() > MAX_PAGE {
        notes.push(format!("only the first {MAX_PAGE} bytes of {} of the page are shown", html.len()));
        html.truncate(html.floor_char_boundary(MAX_PAGE));
    }
    let text = if is_tame(&html) {
        let config = config::plain().allow_width_overflow().no_table_borders();
        config.string_from_read(without_row_spans(&html).as_bytes(), WIDTH).map_err(|error| error.to_string())
    } else {
        Err("its elements or attributes are nested or repeated beyond measure".to_owned())
    };
    text.unwrap_or_else(|reason| {
        notes.push(format!("the page could not be made readable and is shown as it came: {reason}"));
        html
    })
}

/// The page with no cell over several rows: html2text 0.17 panics where one reaches below its table. The name of that
/// attribute gets a character reference, which counts in texts and values, and makes another name of a name.
fn without_row_spans(html: &str) -> String {
    let mut shown = String::with_capacity(html.len());
    let mut done = 0;
    for (at, _) in html.to_ascii_lowercase().match_indices("rowspan") {
        let letter = at + "rowsp".len();
        shown.push_str(html.get(done..letter).unwrap_or_default());
        shown.push_str(if html.get(letter..).is_some_and(|rest| rest.starts_with('a')) {
            "&#97;"
        } else {
            "&#65;"
        });
        done = letter + 1;
    }
    shown.push_str(html.get(done..).unwrap_or_default());
    shown
}

/// Whether parsing will take time in proportion to the length, by a look at the tags alone. A page that is made to
/// slip through meets the limits of the host.
fn is_tame(html: &str) -> bool {
    let mut depth = 0_usize;
    for tag in html.split('<').skip(1) {
        let tag = tag.split('>').next().unwrap_or_default();
        if tag.bytes().filter(u8::is_ascii_whitespace).count() > MAX_BLANKS {
            return false;
        }
        if let Some(closed) = tag.strip_prefix('/') {
            depth = depth.saturating_sub(usize::from(nests(closed)));
        } else if !tag.ends_with('/') {
            depth += usize::from(nests(tag));
        }
        if depth > MAX_DEPTH {
            return false;
        }
    }
    true
}

fn nests(tag: &str) -> bool {
    let end = tag.find(|char: char| !char.is_ascii_alphanumeric()).unwrap_or(tag.len());
    let name = tag.get(..end).unwrap_or_default().to_ascii_lowercase();
    tag.starts_with(|char: char| char.is_ascii_alphabetic()) && !OFTEN_OPEN.contains(&name.as_str())
}

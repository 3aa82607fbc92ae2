//! Single TOML values: each function turns one value into what the format asks for, or refuses it.

use crate::toml_table::Reader;
use std::str::FromStr;
use toml_span::value::{Value, ValueInner};

/// What an id must be, for mistakes.
pub(crate) const ID: &str = "lower-case letters, digits and hyphens, a letter first, at most 64";

/// What a path must be, for mistakes.
pub(crate) const PATH: &str = "a path below this file's folder, with forward slashes";

/// What a weight must be, for mistakes.
pub(crate) const WEIGHT: &str = "a number above 0, at most 1e6";

/// What a span of time must be, for mistakes.
pub(crate) const SPAN: &str = "a span of time such as \"2h\" or \"90s\"";

/// Longest part of a user's text that a mistake shows, in characters.
const LONGEST_SHOWN: usize = 40;

/// Any text with something in it.
pub(crate) fn text(value: &ValueInner<'_>) -> Option<String> {
    value.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// An id, which is also the name of a bundled component.
pub(crate) fn id(value: &ValueInner<'_>) -> Option<String> {
    text(value).filter(|id| {
        id.len() <= 64
            && id.starts_with(|c: char| c.is_ascii_lowercase())
            && id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
    })
}

/// A path below the file's own folder. It must mean the same on every system, so backslashes, colons (drives and
/// streams) and control characters are refused everywhere.
pub(crate) fn relative_path(value: &ValueInner<'_>) -> Option<String> {
    text(value).filter(|path| is_relative_path(path))
}

/// Whether a text is such a path.
pub(crate) fn is_relative_path(path: &str) -> bool {
    !path.contains(|c: char| matches!(c, '\\' | ':') || c.is_control())
        && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

/// A bundled component's name, or a path ending in `.wasm`.
pub(crate) fn component(value: &ValueInner<'_>) -> Option<String> {
    id(value).or_else(|| relative_path(value).filter(|path| path.ends_with(".wasm")))
}

/// A whole number of at least `least`.
pub(crate) fn at_least(least: u64) -> impl Fn(&ValueInner<'_>) -> Option<u64> {
    move |value| u64::try_from(value.as_integer()?).ok().filter(|number| *number >= least)
}

/// A number for which `holds`.
pub(crate) fn number(holds: impl Fn(f64) -> bool) -> impl Fn(&ValueInner<'_>) -> Option<f64> {
    move |value| {
        let number = match value {
            ValueInner::Float(number) => *number,
            // Every bound here is far below the integers that lose their last digits.
            #[allow(clippy::cast_precision_loss, reason = "bounded by `holds`")]
            ValueInner::Integer(number) => *number as f64,
            _ => return None,
        };
        Some(number).filter(|number| holds(*number))
    }
}

/// Whether a number can be a weight: above 0, at most 1e6. Not-a-number cannot.
pub(crate) fn is_weight(number: f64) -> bool {
    number > 0.0 && number <= 1e6
}

/// A size with its unit, at most `most` bytes; a bare number would leave the unit open.
pub(crate) fn bytes(most: u64) -> impl Fn(&ValueInner<'_>) -> Option<u64> {
    move |value| {
        let text = value.as_str().filter(|text| text.ends_with(['B', 'b']))?;
        let size = bytesize::ByteSize::from_str(text).ok()?.as_u64();
        Some(size).filter(|size| (1..=most).contains(size))
    }
}

/// A span of time with its unit, above 0.
pub(crate) fn nanoseconds(value: &ValueInner<'_>) -> Option<u64> {
    moment(value).filter(|span| *span > 0)
}

/// A span of time with its unit since some beginning.
pub(crate) fn moment(value: &ValueInner<'_>) -> Option<u64> {
    let span = jiff::SignedDuration::from_str(value.as_str()?).ok()?;
    u64::try_from(span.as_nanos()).ok()
}

/// Any TOML value as JSON. Not-a-number and the infinities, which JSON lacks, are mistakes.
pub(crate) fn json(mut value: Value<'_>, reader: &mut Reader<'_>) -> Option<serde_json::Value> {
    let span = value.span;
    Some(match value.take() {
        ValueInner::String(text) => serde_json::Value::String(text.into_owned()),
        ValueInner::Integer(number) => number.into(),
        ValueInner::Float(number) => {
            let finite = serde_json::Number::from_f64(number);
            if finite.is_none() {
                reader.mistake(
                    span,
                    format!("`{number}` cannot be handed on: JSON has no such number"),
                    None,
                );
            }
            serde_json::Value::Number(finite?)
        }
        ValueInner::Boolean(flag) => flag.into(),
        ValueInner::Array(items) => {
            // Collected first, so that every mistake of the array is told.
            let items: Vec<_> = items.into_iter().map(|item| json(item, reader)).collect();
            serde_json::Value::Array(items.into_iter().collect::<Option<_>>()?)
        }
        ValueInner::Table(table) => {
            let fields: Vec<_> =
                table.into_iter().map(|(key, value)| (String::from(key.name), json(value, reader))).collect();
            let fields = fields.into_iter().map(|(key, value)| Some((key, value?)));
            serde_json::Value::Object(fields.collect::<Option<_>>()?)
        }
    })
}

/// A value as a mistake shows it: texts quoted and short, arrays and tables by their kind alone.
pub(crate) fn shown(value: &ValueInner<'_>) -> String {
    match value {
        ValueInner::String(text) => format!("\"{}\"", short(text)),
        ValueInner::Integer(number) => number.to_string(),
        // Keeps the point of `2.0`, which tells it from a whole number.
        ValueInner::Float(number) => format!("{number:?}"),
        ValueInner::Boolean(flag) => flag.to_string(),
        ValueInner::Array(_) => "an array".to_owned(),
        ValueInner::Table(_) => "a table".to_owned(),
    }
}

/// A message that may repeat characters of the user, without any that a terminal would obey.
pub(crate) fn tame(message: &str) -> String {
    let shown = |c: char| if c.is_control() { c.escape_debug().to_string() } else { c.to_string() };
    message.chars().map(shown).collect()
}

/// The beginning of a text of the user, without anything that a terminal would obey.
pub(crate) fn short(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST_SHOWN).flat_map(char::escape_debug).collect();
    if text.chars().nth(LONGEST_SHOWN).is_some() {
        shown.push_str("...");
    }
    shown
}

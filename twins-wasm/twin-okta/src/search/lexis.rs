//! What both languages have in common: literals, names, white space and a bound on nesting.

use serde_json::Value;
use winnow::ascii::{digit1, multispace0};
use winnow::combinator::{alt, delimited, opt, preceded, repeat};
use winnow::error::ContextError;
use winnow::prelude::*;
use winnow::token::{any, none_of, one_of, take_while};

/// How deep brackets may be nested; deeper texts are refused before they are read.
const DEEPEST: usize = 32;
/// How long a text may be, in bytes.
const LONGEST: usize = 8_192;

/// Whether a text is short and flat enough to be read.
pub(super) fn is_bounded(text: &str) -> bool {
    let mut depth = 0_usize;
    let mut deepest = 0;
    for byte in text.bytes() {
        match byte {
            b'(' => depth += 1,
            b')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    text.len() <= LONGEST && deepest <= DEEPEST
}

/// A parser with white space around it.
pub(super) fn spaced<'i, O>(
    parser: impl ModalParser<&'i str, O, ContextError>,
) -> impl ModalParser<&'i str, O, ContextError> {
    delimited(multispace0, parser, multispace0)
}

/// A text in double quotes, or in single quotes; `\` takes the next character as it is.
pub(super) fn quoted(input: &mut &str) -> ModalResult<String> {
    let double = delimited('"', characters('"'), '"');
    let single = delimited('\'', characters('\''), '\'');
    alt((double, single)).parse_next(input)
}

fn characters<'i>(quote: char) -> impl ModalParser<&'i str, String, ContextError> {
    repeat(0.., alt((preceded('\\', any), none_of([quote, '\\'])))).fold(
        String::new,
        |mut text, character| {
            text.push(character);
            text
        },
    )
}

/// A number, `true`, `false`, `null` or a quoted text.
pub(super) fn literal(input: &mut &str) -> ModalResult<Value> {
    alt((quoted.map(Value::String), number, word)).parse_next(input)
}

fn number(input: &mut &str) -> ModalResult<Value> {
    (opt('-'), digit1, opt(('.', digit1)))
        .take()
        .verify_map(|digits: &str| serde_json::from_str(digits).ok())
        .parse_next(input)
}

fn word(input: &mut &str) -> ModalResult<Value> {
    take_while(1.., |character: char| character.is_ascii_alphabetic())
        .verify_map(|word: &str| match word.to_ascii_lowercase().as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            _ => None,
        })
        .parse_next(input)
}

/// A name with dots in it: `profile.department`.
pub(super) fn name(input: &mut &str) -> ModalResult<String> {
    let first = one_of(|character: char| character.is_ascii_alphabetic() || character == '_');
    let rest = take_while(0.., |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '_' | '.' | '-' | ':')
    });
    (first, rest).take().map(str::to_owned).parse_next(input)
}

/// A word that is no part of a longer name, in any case.
pub(super) fn keyword<'i>(wanted: &'static str) -> impl ModalParser<&'i str, (), ContextError> {
    name.verify(move |found: &str| found.eq_ignore_ascii_case(wanted)).void()
}

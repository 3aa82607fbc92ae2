//! What people type into the search field: words, `"phrases"`, `prefix*`, modifiers such as `in:#general` or
//! `before:2026-01-05`, and a `-` before what must not be. Everything must hold. Source: Slack's help page "Search in
//! Slack".

mod dates;

use std::ops::Range;

/// One thing that must hold, or must not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Term {
    /// Whether it must not hold.
    pub negated: bool,
    /// What.
    pub kind: Kind,
}

/// What a term asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word, in any case.
    Word(String),
    /// A word that begins so.
    Prefix(String),
    /// Words in this order.
    Phrase(String),
    /// A channel by name or id; a direct message by the other's handle or id, with `@`.
    In(String),
    /// Who wrote it, by handle or id; `me` for the caller.
    From(String),
    /// In a direct message with them.
    With(String),
    /// `link`, `file`, `pin`, `reaction`, or an emoji with colons.
    Has(String),
    /// `thread` or `saved`.
    Is(String),
    /// In these seconds since 1970.
    During(Range<u64>),
    /// A modifier with a value that means nothing: no message is so.
    Nothing,
}

/// Reads a query; `now` is in seconds since 1970. Nothing that people type is refused.
pub(crate) fn parse(query: &str, now: u64) -> Vec<Term> {
    let mut terms = Vec::new();
    let mut rest = query.trim_start();
    while !rest.is_empty() {
        let (negated, begin) = match rest.strip_prefix('-') {
            Some(after) if !after.starts_with(char::is_whitespace) && !after.is_empty() => (true, after),
            _ => (false, rest),
        };
        let (kind, after) = term(begin, now);
        if let Some(kind) = kind {
            terms.push(Term { negated, kind });
        }
        rest = after.trim_start();
    }
    terms
}

/// The first term and what stands behind it.
fn term(text: &str, now: u64) -> (Option<Kind>, &str) {
    if let Some(quoted) = text.strip_prefix('"') {
        let (phrase, after) = quoted.split_once('"').unwrap_or((quoted, ""));
        let phrase = phrase.trim().to_lowercase();
        return ((!phrase.is_empty()).then_some(Kind::Phrase(phrase)), after);
    }
    if let Some((name, value, after)) = modifier(text) {
        return (Some(kind_of(&name, &value, now)), after);
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let (word, after) = text.split_at_checked(end).unwrap_or((text, ""));
    let kind = match word.strip_suffix('*').filter(|stem| stem.chars().count() >= 3) {
        Some(stem) => Kind::Prefix(stem.to_lowercase()),
        None => {
            let bare = word.trim_matches(|char: char| {
                char.is_ascii_punctuation() && !matches!(char, '<' | '>' | '@' | '#')
            });
            if bare.is_empty() {
                return (None, after);
            }
            Kind::Word(bare.to_lowercase())
        }
    };
    (Some(kind), after)
}

/// The names that may stand before a colon.
const MODIFIERS: &[&str] = &["in", "from", "with", "to", "has", "is", "before", "after", "on", "during"];

fn modifier(text: &str) -> Option<(String, String, &str)> {
    let (name, rest) = text.split_once(':')?;
    let name = name.to_lowercase();
    if !MODIFIERS.contains(&name.as_str()) || rest.is_empty() || rest.starts_with(char::is_whitespace) {
        return None;
    }
    if let Some(quoted) = rest.strip_prefix('"') {
        let (value, after) = quoted.split_once('"').unwrap_or((quoted, ""));
        return Some((name, value.to_owned(), after));
    }
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (value, after) = rest.split_at_checked(end)?;
    Some((name, value.to_owned(), after))
}

fn kind_of(name: &str, value: &str, now: u64) -> Kind {
    let during = |range: Option<Range<u64>>| range.map_or(Kind::Nothing, Kind::During);
    match name {
        "in" => Kind::In(named(value)),
        "from" => Kind::From(named(value)),
        "with" | "to" => Kind::With(named(value)),
        "has" => Kind::Has(value.to_lowercase()),
        "is" => Kind::Is(value.to_lowercase()),
        "before" => during(dates::span(value, now).map(|span| 0..span.start)),
        "after" => during(dates::span(value, now).map(|span| span.end..u64::MAX)),
        _ => during(dates::span(value, now)),
    }
}

/// A channel or a person as people name them: with `#`, `@`, or as a mention.
fn named(value: &str) -> String {
    let bare = value.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).unwrap_or(value);
    let bare = bare.split('|').next().unwrap_or(bare);
    bare.trim_start_matches(['#', '@']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-05T10:00:00Z.
    const NOW: u64 = 1_767_607_200;
    const DAY: u64 = 86_400;
    const TODAY: u64 = NOW - 10 * 3_600;

    fn one(query: &str) -> Kind {
        let terms = parse(query, NOW);
        assert_eq!(terms.len(), 1, "{query}: {terms:?}");
        terms.into_iter().next().unwrap().kind
    }

    #[test]
    fn every_modifier_is_read() {
        for (query, expected) in [
            ("Tomatoes!", Kind::Word("tomatoes".to_owned())),
            ("tom*", Kind::Prefix("tom".to_owned())),
            ("\"Happy new Year\"", Kind::Phrase("happy new year".to_owned())),
            ("in:#general", Kind::In("general".to_owned())),
            ("in:<#C0GENERAL|general>", Kind::In("C0GENERAL".to_owned())),
            ("from:@ana", Kind::From("ana".to_owned())),
            ("from:<@U0ANA>", Kind::From("U0ANA".to_owned())),
            ("with:\"ben okafor\"", Kind::With("ben okafor".to_owned())),
            ("has::tada:", Kind::Has(":tada:".to_owned())),
            ("IS:thread", Kind::Is("thread".to_owned())),
            ("before:2026-01-05", Kind::During(0..TODAY)),
            ("after:2026-01-04", Kind::During(TODAY..u64::MAX)),
            ("on:today", Kind::During(TODAY..TODAY + DAY)),
            ("on:yesterday", Kind::During(TODAY - DAY..TODAY)),
            ("during:2026-01", Kind::During(TODAY - 4 * DAY..TODAY + 27 * DAY)),
            ("during:2026-13", Kind::Nothing),
            ("https://fern.example", Kind::Word("https://fern.example".to_owned())),
        ] {
            assert_eq!(one(query), expected, "{query}");
        }
    }

    #[test]
    fn terms_stand_side_by_side_and_may_be_negated() {
        let terms = parse(" -from:ana  plan - \"of the\" -\"next quarter\" \"", NOW);
        let shown: Vec<_> = terms.iter().map(|term| (term.negated, &term.kind)).collect();
        let phrase = |text: &str| Kind::Phrase(text.to_owned());
        assert_eq!(
            shown,
            [
                (true, &Kind::From("ana".to_owned())),
                (false, &Kind::Word("plan".to_owned())),
                (false, &phrase("of the")),
                (true, &phrase("next quarter")),
            ]
        );
        assert!(parse("", NOW).is_empty() && parse("\"\" - -", NOW).is_empty());
    }
}

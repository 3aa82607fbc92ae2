//! Rules on texts that people write and read. Case does not count in them.

use regex::{Regex, RegexBuilder};
use serde_json::Value;

use super::keys::{Keys, invalid, text};
use crate::Error;

/// Most bytes of a compiled pattern: what a criterion may make a judge build.
const PATTERN_SIZE: usize = 1 << 20;

/// What a text has to be; all parts have to hold.
#[derive(Debug)]
pub struct TextRule(Vec<Part>);

#[derive(Debug)]
enum Part {
    Equals(String),
    ContainsAny(Vec<String>),
    ContainsAll(Vec<String>),
    /// Whole words, so that `no` is not found in `know`.
    WordsAny(Vec<String>),
    Matches(Box<Regex>),
    Question,
    Longest(u64),
    Not(TextRule),
}

impl TextRule {
    /// Reads a rule: a text that has to be contained, or a table of operators.
    ///
    /// # Errors
    /// `invalid-argument` with the place of the mistake.
    pub fn parse(value: &Value, at: &str) -> Result<Self, Error> {
        match value {
            Value::String(part) => Ok(Self(vec![Part::ContainsAny(vec![lower(part)])])),
            _ => match Keys::whole(value, at, Self::read)? {
                Self(parts) if parts.is_empty() => Err(invalid(at, "says nothing")),
                rule => Ok(rule),
            },
        }
    }

    fn read(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let mut parts = Vec::new();
        let lowered = |texts: Vec<String>| texts.iter().map(|text| lower(text)).collect::<Vec<_>>();
        parts.extend(keys.text("equals")?.map(|wanted| Part::Equals(lower(wanted.trim()))));
        parts.extend(keys.text("contains")?.map(|wanted| Part::ContainsAny(vec![lower(&wanted)])));
        parts.extend(keys.texts("contains_any")?.map(|wanted| Part::ContainsAny(lowered(wanted))));
        parts.extend(keys.texts("contains_all")?.map(|wanted| Part::ContainsAll(lowered(wanted))));
        parts.extend(keys.texts("words_any")?.map(|wanted| Part::WordsAny(lowered(wanted))));
        let place = keys.place("regex");
        if let Some(pattern) = keys.take("regex") {
            parts.push(Part::Matches(Box::new(regex(&text(pattern, &place)?, &place)?)));
        }
        if keys.flag("question")? {
            parts.push(Part::Question);
        }
        parts.extend(keys.count("longest")?.map(Part::Longest));
        let place = keys.place("not");
        if let Some(refused) = keys.take("not") {
            parts.push(Part::Not(Self::parse(refused, &place)?));
        }
        Ok(Self(parts))
    }

    /// Reads the rule of an optional key.
    ///
    /// # Errors
    /// `invalid-argument` with the place of the mistake.
    pub fn of_key(keys: &mut Keys<'_>, key: &str) -> Result<Option<Self>, Error> {
        let place = keys.place(key);
        keys.take(key).map(|value| Self::parse(value, &place)).transpose()
    }

    /// Whether a text is as asked.
    #[must_use]
    pub fn holds(&self, text: &str) -> bool {
        let lowered = lower(text);
        self.0.iter().all(|part| part.holds(text, &lowered))
    }
}

impl Part {
    fn holds(&self, text: &str, lowered: &str) -> bool {
        match self {
            Self::Equals(wanted) => lowered.trim() == wanted,
            Self::ContainsAny(wanted) => wanted.iter().any(|part| lowered.contains(part)),
            Self::ContainsAll(wanted) => wanted.iter().all(|part| lowered.contains(part)),
            Self::WordsAny(wanted) => {
                let words: Vec<_> = lowered.split(|c: char| !c.is_alphanumeric() && c != '\'').collect();
                wanted.iter().any(|word| words.contains(&word.as_str()))
            }
            Self::Matches(regex) => regex.is_match(text),
            Self::Question => text.contains('?'),
            Self::Longest(most) => text.chars().count() as u64 <= *most,
            Self::Not(refused) => !refused.holds(text),
        }
    }
}

/// A pattern in the syntax of the crate `regex`, in which case does not count.
fn regex(pattern: &str, at: &str) -> Result<Regex, Error> {
    RegexBuilder::new(pattern)
        .case_insensitive(true)
        .size_limit(PATTERN_SIZE)
        .build()
        .map_err(|error| invalid(at, &format!("is no pattern: {error}")))
}

fn lower(text: &str) -> String {
    text.to_lowercase()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn operators() {
        let said = "I Know nobody. May I ask you for the group's name?";
        for (rule, expected) in [
            (json!("may i"), true),
            (json!({ "contains_any": ["x", "NAME"] }), true),
            (json!({ "contains_all": ["group", "x"] }), false),
            (json!({ "contains_all": ["group", "name"] }), true),
            (json!({ "words_any": ["no"] }), false),
            (json!({ "words_any": ["know", "no"] }), true),
            (json!({ "words_any": "group's" }), true),
            (json!({ "regex": "^i\\s+know" }), true),
            (json!({ "regex": "(?-i)^i\\s+know" }), false),
            (json!({ "question": true, "longest": 60 }), true),
            (json!({ "longest": 10 }), false),
            (json!({ "equals": "i know" }), false),
            (json!({ "not": { "words_any": ["sorry"] } }), true),
            (json!({ "not": "group" }), false),
        ] {
            assert_eq!(TextRule::parse(&rule, "text").unwrap().holds(said), expected, "{rule}");
        }
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        for (rule, place) in [
            (json!({}), "text says nothing"),
            (json!({ "contians": "x" }), "text.contians "),
            (json!({ "regex": "(" }), "text.regex is no pattern"),
            (json!({ "regex": "a{1000}{1000}{1000}" }), "text.regex is no pattern"),
            (json!({ "contains_any": [] }), "text.contains_any "),
            (json!({ "not": { "question": false } }), "text.not.question "),
            (json!(3), "text must be a table"),
        ] {
            let Err(Error::InvalidArgument(text)) = TextRule::parse(&rule, "text") else {
                panic!("{rule} was accepted")
            };
            assert!(text.starts_with(place), "{text}");
        }
    }
}

//! The criterion: what is asked, of which model, and what it gets to see.

use plugin_sdk::Error;
use plugin_sdk::criterion::{Keys, invalid};
use serde_json::Value;

/// Most bytes of the trial that a model is shown, where the criterion does not say.
const EXCERPT: u64 = 24_000;
/// Most tokens of its reply.
const TOKENS: u64 = 500;

/// One question about a trial.
#[derive(Debug)]
pub(crate) struct Criterion {
    /// Provider and model joined by a slash.
    pub(crate) model: String,
    /// What has to be so, in one sentence.
    pub(crate) question: String,
    /// What scores mean: a score and its words, best first.
    pub(crate) scale: Vec<String>,
    pub(crate) shown: Vec<Part>,
    /// Bytes of the trial that are shown.
    pub(crate) excerpt: usize,
    pub(crate) max_tokens: u32,
}

/// A part of the trial that a model may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Requests,
    Deliveries,
    Lines,
    Answer,
    Changes,
}

impl Criterion {
    /// Reads the JSON of `[judge.criterion]`. A mistake is `invalid-argument` and names its key.
    pub(crate) fn parse(json: &str) -> Result<Self, Error> {
        let value: Value = serde_json::from_str(json)
            .map_err(|error| Error::InvalidArgument(format!("the criterion is not JSON: {error}")))?;
        Keys::whole(&value, "", Self::read)
    }

    fn read(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let model = keys.required_text("model")?;
        if !model.split_once('/').is_some_and(|(provider, name)| !provider.is_empty() && !name.is_empty()) {
            return Err(invalid(
                &keys.place("model"),
                "must be a provider and a model, as in \"anthropic/claude\"",
            ));
        }
        let question = keys.required_text("question")?;
        if question.trim().is_empty() {
            return Err(invalid(&keys.place("question"), "must not be blank"));
        }
        let scale = keys.texts("scale")?.unwrap_or_default();
        let shown = match keys.list("shown")? {
            None => vec![Part::Requests, Part::Deliveries, Part::Answer, Part::Changes],
            Some(parts) => {
                parts.into_iter().map(|(at, part)| Part::read(part, &at)).collect::<Result<_, _>>()?
            }
        };
        let excerpt = usize::try_from(keys.count("excerpt")?.unwrap_or(EXCERPT)).unwrap_or(usize::MAX);
        let at = keys.place("max_tokens");
        let max_tokens =
            u32::try_from(keys.count("max_tokens")?.unwrap_or(TOKENS)).ok().filter(|most| *most > 0);
        let max_tokens = max_tokens.ok_or_else(|| invalid(&at, "must be from 1 to 4294967295"))?;
        Ok(Self { model, question, scale, shown, excerpt, max_tokens })
    }
}

impl Part {
    fn read(value: &Value, at: &str) -> Result<Self, Error> {
        match value.as_str() {
            Some("requests") => Ok(Self::Requests),
            Some("deliveries") => Ok(Self::Deliveries),
            Some("lines") => Ok(Self::Lines),
            Some("answer") => Ok(Self::Answer),
            Some("changes") => Ok(Self::Changes),
            _ => Err(invalid(at, "must be requests, deliveries, lines, answer or changes")),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn mistakes_are_named_with_their_place() {
        for (criterion, place) in [
            (json!({}), "model "),
            (json!({ "model": "claude", "question": "q" }), "model "),
            (json!({ "model": "a/b" }), "question "),
            (json!({ "model": "a/b", "question": " " }), "question "),
            (json!({ "model": "a/b", "question": "q", "shown": ["thoughts"] }), "shown[0] "),
            (json!({ "model": "a/b", "question": "q", "max_tokens": 0 }), "max_tokens "),
            (json!({ "model": "a/b", "question": "q", "temperature": 1 }), "temperature "),
        ] {
            let Err(Error::InvalidArgument(text)) = Criterion::parse(&criterion.to_string()) else {
                panic!("{criterion} was accepted")
            };
            assert!(text.starts_with(place), "{text}");
        }
    }
}

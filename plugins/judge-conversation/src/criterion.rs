//! The criterion: where messages are found, and what is asked of them.

use plugin_sdk::Error;
use plugin_sdk::criterion::{Keys, invalid};
use serde_json::Value;

use crate::rule::Rule;
use crate::source::Source;

/// What a conversation has to be like.
#[derive(Debug)]
pub(crate) struct Criterion {
    pub(crate) sources: Vec<Source>,
    /// In order: a rule speaks only of those before it.
    pub(crate) rules: Vec<Rule>,
}

impl Criterion {
    /// Reads the JSON of `[judge.criterion]`. A mistake is `invalid-argument` and names its key.
    pub(crate) fn parse(json: &str) -> Result<Self, Error> {
        let value: Value = serde_json::from_str(json)
            .map_err(|error| Error::InvalidArgument(format!("the criterion is not JSON: {error}")))?;
        let criterion = Keys::whole(&value, "", |keys| {
            let sources = keys.tables("source", Source::read)?;
            let mut ids: Vec<String> = Vec::new();
            let rules = keys.tables("rule", |keys| {
                let rule = Rule::read(keys, &ids)?;
                // A rule without an id takes a place all the same, so that places are those of the rules.
                ids.push(rule.id.clone().unwrap_or_default());
                Ok(rule)
            })?;
            Ok(Self { sources, rules })
        })?;
        if criterion.sources.is_empty() {
            return Err(invalid("", "has no source: say where messages are found"));
        }
        if criterion.rules.is_empty() {
            return Err(invalid("", "has no rule"));
        }
        Ok(criterion)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn mistakes_are_named_with_their_place() {
        let source = json!([{ "answer": true }]);
        let rules = |rules: Value| json!({ "source": source, "rule": rules });
        for (criterion, place) in [
            (json!({}), "the criterion has no source"),
            (json!({ "source": source }), "the criterion has no rule"),
            (json!({ "source": [{}], "rule": [] }), "source[0] "),
            (json!({ "source": [{ "table": "messages", "text": "t" }] }), "source[0].table "),
            (json!({ "source": [{ "table": "slack/messages" }] }), "source[0].text "),
            (
                json!({ "source": [{ "sent": { "url": "x" }, "text": "t", "subject": "x" }] }),
                "source[0].subject ",
            ),
            (json!({ "source": [{ "answer": true, "text": "t" }] }), "source[0].text "),
            (rules(json!([{ "text": "x" }])), "rule[0].what "),
            (rules(json!([{ "what": "w", "by": "nobody" }])), "rule[0].by "),
            (rules(json!([{ "what": "w", "after": "ask" }])), "rule[0].after "),
            (rules(json!([{ "what": "w", "within": "5m" }])), "rule[0].within "),
            (rules(json!([{ "what": "w", "id": "a" }, { "what": "w", "id": "a" }])), "rule[1].id "),
            (
                rules(json!([{ "what": "w", "id": "a" }, { "what": "w", "after": "a", "answers": "a" }])),
                "rule[1].answers ",
            ),
            (
                rules(json!([{ "what": "w", "id": "a" }, { "what": "w", "answers": "a", "at_most": 1 }])),
                "rule[1].answers ",
            ),
            (rules(json!([{ "what": "w", "exactly": 1, "at_least": 1 }])), "rule[0].exactly "),
            (rules(json!([{ "what": "w", "text": { "has": "x" } }])), "rule[0].text.has "),
        ] {
            let Err(Error::InvalidArgument(text)) = Criterion::parse(&criterion.to_string()) else {
                panic!("{criterion} was accepted")
            };
            assert!(text.starts_with(place), "{text} for {place}");
        }
    }
}

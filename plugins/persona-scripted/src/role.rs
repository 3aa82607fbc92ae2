//! The role, read.

use plugin_sdk::Error;
use plugin_sdk::criterion::{Keys, TextRule, invalid};
use serde_json::Value;

/// How many messages a persona writes where its role does not say.
const PATIENCE: u64 = 10;
/// What it answers about what it does not know, where its role does not say.
const UNKNOWN: &str = "I do not know.";

/// Who the persona is and what it says to what.
#[derive(Debug)]
pub(crate) struct Role {
    /// One of these comes first; none where the persona waits to be spoken to.
    pub(crate) opening: Option<Vec<String>>,
    /// Most messages that it writes.
    pub(crate) patience: u64,
    /// What a message has to be for the persona to take it as said to it.
    pub(crate) listens: Option<TextRule>,
    /// A message that is one of these ends its interest.
    pub(crate) content: Vec<TextRule>,
    /// What it says then; none where it only falls silent.
    pub(crate) thanks: Option<Vec<String>>,
    /// Tried in order.
    pub(crate) rules: Vec<Rule>,
    /// What it says where no rule speaks of the message; none where it says nothing.
    pub(crate) otherwise: Option<Vec<String>>,
}

/// What it says to a kind of message.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) when: TextRule,
    /// One of these; none where the message is passed over.
    pub(crate) say: Option<Vec<String>>,
    /// How often; none for any number.
    pub(crate) at_most: Option<u64>,
}

impl Role {
    /// Reads the JSON of a role.
    pub(crate) fn parse(json: &str) -> Result<Self, Error> {
        let value: Value = serde_json::from_str(json)
            .map_err(|error| Error::InvalidArgument(format!("the role is not JSON: {error}")))?;
        let role = Keys::whole(&value, "role", Self::read)?;
        if role.opening.is_none() && role.rules.is_empty() && role.otherwise.is_none() {
            return Err(invalid("role", "has nothing to say: give it opening, rule, knows or otherwise"));
        }
        Ok(role)
    }

    fn read(keys: &mut Keys<'_>) -> Result<Self, Error> {
        // For people who read the scenario; nothing is decided by it.
        keys.text("profile")?;
        let opening = keys.texts("opening")?;
        let patience = keys.count("patience")?.unwrap_or(PATIENCE);
        let listens = TextRule::of_key(keys, "listens")?;
        let content = content(keys)?;
        let thanks = keys.texts("thanks")?;
        let mut rules = keys.tables("rule", Rule::read)?;
        rules.extend(known(keys)?);
        rules.extend(unknown(keys)?);
        let otherwise = keys.texts("otherwise")?;
        Ok(Self { opening, patience, listens, content, thanks, rules, otherwise })
    }
}

impl Rule {
    fn read(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let when =
            TextRule::of_key(keys, "when")?.ok_or_else(|| invalid(&keys.place("when"), "is missing"))?;
        Ok(Self { when, say: keys.texts("say")?, at_most: keys.count("at_most")? })
    }

    fn about(topic: &str, at: &str, say: Vec<String>) -> Result<Self, Error> {
        let when = TextRule::parse(&Value::String(topic.to_owned()), at)?;
        Ok(Self { when, say: Some(say), at_most: None })
    }
}

/// One rule on texts, or a list of them.
fn content(keys: &mut Keys<'_>) -> Result<Vec<TextRule>, Error> {
    let place = keys.place("content");
    match keys.take("content") {
        None => Ok(Vec::new()),
        Some(Value::Array(rules)) => {
            let rules = rules.iter().enumerate();
            rules.map(|(n, rule)| TextRule::parse(rule, &format!("{place}[{n}]"))).collect()
        }
        Some(rule) => Ok(vec![TextRule::parse(rule, &place)?]),
    }
}

/// `knows`: a topic, and what is said where a message names it.
fn known(keys: &mut Keys<'_>) -> Result<Vec<Rule>, Error> {
    let place = keys.place("knows");
    let Some(value) = keys.take("knows") else { return Ok(Vec::new()) };
    let topics = value.as_object().ok_or_else(|| invalid(&place, "must be a table"))?;
    let mut knows = Keys::of(value, &place)?;
    topics
        .keys()
        .map(|topic| {
            let say = knows.texts(topic)?.unwrap_or_default();
            Rule::about(topic, &format!("{place}.\"{topic}\""), say)
        })
        .collect()
}

/// `does_not_know`: topics; `unknown`: what is said to each.
fn unknown(keys: &mut Keys<'_>) -> Result<Vec<Rule>, Error> {
    let place = keys.place("does_not_know");
    let topics = keys.texts("does_not_know")?;
    let say = keys.texts("unknown")?;
    match (topics, say) {
        (None, Some(_)) => Err(invalid(&keys.place("unknown"), "needs does_not_know")),
        (None, None) => Ok(Vec::new()),
        (Some(topics), say) => {
            let say = say.unwrap_or_else(|| vec![UNKNOWN.to_owned()]);
            topics.iter().map(|topic| Rule::about(topic, &place, say.clone())).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn mistakes_are_named_with_their_place() {
        for (role, place) in [
            (json!([]), "role must be a table"),
            (json!({}), "role has nothing to say"),
            (json!({ "openings": "x" }), "role.openings "),
            (json!({ "opening": "x", "mood": "y" }), "role.mood "),
            (json!({ "opening": [] }), "role.opening "),
            (json!({ "opening": "x", "patience": "long" }), "role.patience "),
            (json!({ "rule": [{ "say": "x" }] }), "role.rule[0].when "),
            (json!({ "rule": [{ "when": { "regex": "(" } }] }), "role.rule[0].when.regex "),
            (json!({ "rule": [{ "when": "x", "says": "y" }] }), "role.rule[0].says "),
            (json!({ "knows": ["x"] }), "role.knows "),
            (json!({ "knows": { "x": 1 } }), "role.knows.x "),
            (json!({ "opening": "x", "unknown": "y" }), "role.unknown "),
            (json!({ "opening": "x", "content": [{}] }), "role.content[0] "),
        ] {
            let Err(Error::InvalidArgument(text)) = Role::parse(&role.to_string()) else {
                panic!("{role} was accepted")
            };
            assert!(text.starts_with(place), "{text}");
        }
        assert!(Role::parse("{").is_err());
    }
}

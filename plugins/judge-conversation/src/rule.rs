//! What is asked of messages.

use plugin_sdk::criterion::{Count, Keys, TextRule, Where, invalid};
use plugin_sdk::{Duration, Error};
use serde_json::Value;

use crate::message::{Message, Speaker};

/// One rule: which messages it speaks of, and what is asked of them.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) id: Option<String>,
    pub(crate) what: String,
    by: By,
    conditions: Where,
    text: Option<TextRule>,
    /// What every one of them has to be as well.
    pub(crate) each: Option<TextRule>,
    pub(crate) asked: Asked,
}

/// What is asked of the messages that a rule speaks of. A number names a rule before this one.
#[derive(Debug)]
pub(crate) enum Asked {
    /// So many of them, later than the first of another rule, and that soon after it, where it says so.
    Number { count: Count, after: Option<usize>, within: Option<Duration> },
    /// One of them after every message of another rule, that soon.
    Answers { rule: usize, within: Option<Duration> },
}

#[derive(Debug)]
enum By {
    Subject,
    Others,
    Anyone,
    /// These speakers.
    Named(Vec<String>),
}

impl Rule {
    /// Reads one rule; `ids` are those of the rules before it.
    pub(crate) fn read(keys: &mut Keys<'_>, ids: &[String]) -> Result<Self, Error> {
        let what = keys.required_text("what")?;
        let at = keys.place("id");
        let id = keys.text("id")?;
        if id.as_ref().is_some_and(|id| id.is_empty() || ids.contains(id)) {
            return Err(invalid(&at, "must be unique, and not empty"));
        }
        let by = By::read(keys)?;
        let at = keys.place("where");
        let conditions = keys.take("where").map(|value| Where::parse(value, &at)).transpose()?;
        let text = TextRule::of_key(keys, "text")?;
        let each = TextRule::of_key(keys, "each")?;
        let asked = Asked::read(keys, ids, each.is_some())?;
        Ok(Self { id, what, by, conditions: conditions.unwrap_or_default(), text, each, asked })
    }

    /// Whether it speaks of a message, time aside.
    pub(crate) fn speaks_of(&self, message: &Message) -> bool {
        self.by.is(&message.speaker)
            && self.conditions.holds(Some(&message.document))
            && self.text.as_ref().is_none_or(|text| text.holds(&message.text))
    }
}

impl Asked {
    fn read(keys: &mut Keys<'_>, ids: &[String], has_each: bool) -> Result<Self, Error> {
        let after = earlier(keys, "after", ids)?;
        let answers = earlier(keys, "answers", ids)?;
        let within = keys.span("within")?;
        let Some(rule) = answers else {
            if within.is_some() && after.is_none() {
                return Err(invalid(&keys.place("within"), "needs after or answers"));
            }
            // A rule on what each message is, or on the most of them, asks for none.
            let least = u64::from(!has_each && !keys.has_any(&["at_most"]));
            let count = Count::read(keys, least)?;
            return Ok(Self::Number { count, after, within });
        };
        if after.is_some() || keys.has_any(&["exactly", "at_least", "at_most"]) {
            return Err(invalid(&keys.place("answers"), "excludes after and the numbers"));
        }
        Ok(Self::Answers { rule, within })
    }
}

impl By {
    fn read(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let at = keys.place("by");
        match keys.take("by") {
            None => Ok(Self::Subject),
            Some(Value::Array(names)) => {
                let name = |name: &Value| name.as_str().map(str::to_owned);
                let names = names.iter().map(name).collect::<Option<Vec<_>>>();
                names.map(Self::Named).ok_or_else(|| invalid(&at, "must be a list of texts"))
            }
            Some(value) => match value.as_str() {
                Some("subject") => Ok(Self::Subject),
                Some("others") => Ok(Self::Others),
                Some("anyone") => Ok(Self::Anyone),
                _ => Err(invalid(&at, "must be subject, others, anyone, or a list of speakers")),
            },
        }
    }

    fn is(&self, speaker: &Speaker) -> bool {
        match (self, speaker) {
            (Self::Anyone, _) | (Self::Subject, Speaker::Subject) | (Self::Others, Speaker::Other(_)) => true,
            (Self::Named(names), Speaker::Other(name)) => names.contains(name),
            _ => false,
        }
    }
}

fn earlier(keys: &mut Keys<'_>, key: &str, ids: &[String]) -> Result<Option<usize>, Error> {
    let at = keys.place(key);
    let Some(id) = keys.text(key)? else { return Ok(None) };
    let rule = ids.iter().position(|known| *known == id && !id.is_empty());
    rule.map(Some).ok_or_else(|| invalid(&at, "names no rule before this one by its id"))
}

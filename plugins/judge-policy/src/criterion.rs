//! The criterion: what must never happen.

use plugin_sdk::Error;
use plugin_sdk::criterion::{Claim, Count, Keys, Pattern, RequestRule, TextRule, Where, invalid};
use serde_json::Value;

use crate::secret::Secret;
use crate::share::Share;

/// What a subject must never do.
#[derive(Debug, Default)]
pub(crate) struct Criterion {
    /// The only hosts that may be contacted; none for any.
    pub(crate) hosts: Option<Vec<Pattern>>,
    pub(crate) denials: Option<Denials>,
    pub(crate) share: Option<Share>,
    pub(crate) never: Vec<Never>,
    pub(crate) harm: Vec<Harm>,
    pub(crate) secrets: Vec<Secret>,
    pub(crate) claims: Vec<Promise>,
}

/// Requests that a service or the host refused.
#[derive(Debug)]
pub(crate) struct Denials {
    pub(crate) at_most: u64,
    /// What else in an answer's JSON means a refusal; no condition for nothing else.
    pub(crate) answer: Where,
}

/// A kind of request.
#[derive(Debug)]
pub(crate) struct Never {
    pub(crate) what: String,
    pub(crate) rule: RequestRule,
    pub(crate) at_most: u64,
}

/// A kind of change.
#[derive(Debug)]
pub(crate) struct Harm {
    pub(crate) claim: Claim,
    pub(crate) at_most: u64,
}

/// Words of the subject's answer, and the changes that make them true.
#[derive(Debug)]
pub(crate) struct Promise {
    pub(crate) says: TextRule,
    pub(crate) claim: Claim,
    pub(crate) count: Count,
}

impl Criterion {
    /// Reads the JSON of `[judge.criterion]`. A mistake is `invalid-argument` and names its key.
    pub(crate) fn parse(json: &str) -> Result<Self, Error> {
        let value: Value = serde_json::from_str(json)
            .map_err(|error| Error::InvalidArgument(format!("the criterion is not JSON: {error}")))?;
        let criterion = Keys::whole(&value, "", Self::read)?;
        if value.as_object().is_some_and(serde_json::Map::is_empty) {
            let keys = "hosts, denials, use, never, harm, secret or claim";
            return Err(invalid("", &format!("forbids nothing; give it {keys}")));
        }
        Ok(criterion)
    }

    fn read(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let hosts = keys.texts("hosts")?;
        Ok(Self {
            hosts: hosts.map(|hosts| hosts.iter().map(|host| Pattern::new(host.to_lowercase())).collect()),
            denials: keys.table("denials", Denials::read)?,
            share: keys.table("use", Share::read)?,
            never: keys.tables("never", Never::read)?,
            harm: keys.tables("harm", Harm::read)?,
            secrets: keys.tables("secret", Secret::read)?,
            claims: keys.tables("claim", Promise::read)?,
        })
    }
}

impl Denials {
    fn read(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let place = keys.place("answer");
        let answer = keys.take("answer").map(|value| Where::parse(value, &place)).transpose()?;
        Ok(Self { at_most: keys.count("at_most")?.unwrap_or(0), answer: answer.unwrap_or_default() })
    }
}

impl Never {
    fn read(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let what = keys.required_text("what")?;
        let rule = RequestRule::read(keys)?;
        if rule.says_nothing() {
            return Err(invalid(&keys.place("url"), "is missing: say which requests are meant"));
        }
        Ok(Self { what, rule, at_most: keys.count("at_most")?.unwrap_or(0) })
    }
}

impl Harm {
    fn read(keys: &mut Keys<'_>) -> Result<Self, Error> {
        Ok(Self { claim: Claim::parse(keys)?, at_most: keys.count("at_most")?.unwrap_or(0) })
    }
}

impl Promise {
    fn read(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let says =
            TextRule::of_key(keys, "says")?.ok_or_else(|| invalid(&keys.place("says"), "is missing"))?;
        Ok(Self { says, claim: Claim::parse(keys)?, count: Count::read(keys, 1)? })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn mistakes_are_named_with_their_place() {
        let harm = json!({ "what": "w", "in": "okta/users", "kind": "removed" });
        for (criterion, place) in [
            (json!({}), "the criterion forbids nothing"),
            (json!({ "host": "x" }), "host "),
            (json!({ "hosts": [] }), "hosts "),
            (json!({ "denials": { "most": 1 } }), "denials.most "),
            (json!({ "use": { "share": 0.5 } }), "use "),
            (json!({ "use": { "share": 2, "requests": 1 } }), "use.share "),
            (json!({ "never": [{ "what": "w" }] }), "never[0].url "),
            (json!({ "never": [{ "url": "x" }] }), "never[0].what "),
            (json!({ "harm": [harm, { "what": "w", "in": "users" }] }), "harm[1].in "),
            (json!({ "secret": [{ "what": "w" }] }), "secret[0] "),
            (json!({ "secret": [{ "what": "w", "is": "x", "in": ["mind"] }] }), "secret[0].in[0] "),
            (json!({ "secret": [{ "what": "w", "is": "" }] }), "secret[0].is "),
            (json!({ "claim": [harm] }), "claim[0].says "),
        ] {
            let Err(Error::InvalidArgument(text)) = Criterion::parse(&criterion.to_string()) else {
                panic!("{criterion} was accepted")
            };
            assert!(text.starts_with(place), "{text}");
        }
    }
}

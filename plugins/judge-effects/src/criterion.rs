//! The criterion: what must change, what may.

use plugin_sdk::Error;
use plugin_sdk::criterion::{Claim, Count, Keys, invalid};
use serde_json::Value;

/// What a criterion that lets nothing change says of itself, where it gives no `what`.
const UNTOUCHED: &str = "nothing changes";

/// What the world has to look like after the trial.
#[derive(Debug, Default)]
pub(crate) struct Criterion {
    /// Why nothing may change, where that is the whole criterion.
    pub(crate) untouched: Option<String>,
    pub(crate) must: Vec<Must>,
    pub(crate) may: Vec<May>,
}

/// Changes that are asked for.
#[derive(Debug)]
pub(crate) struct Must {
    pub(crate) claim: Claim,
    pub(crate) count: Count,
}

/// Changes that are put up with.
#[derive(Debug)]
pub(crate) struct May {
    pub(crate) claim: Claim,
    /// How many; none for any number.
    pub(crate) at_most: Option<u64>,
}

impl Criterion {
    /// Reads the JSON of `[judge.criterion]`. A mistake is `invalid-argument` and names its key.
    pub(crate) fn parse(json: &str) -> Result<Self, Error> {
        let value: Value = serde_json::from_str(json)
            .map_err(|error| Error::InvalidArgument(format!("the criterion is not JSON: {error}")))?;
        let mut keys = Keys::of(&value, "")?;
        let nothing = keys.flag("nothing_changes")?;
        let what = if nothing { keys.text("what")? } else { None };
        let must = keys.tables("must", Must::parse)?;
        let may = keys.tables("may", May::parse)?;
        keys.finish()?;
        let silent = must.is_empty() && may.is_empty();
        match (nothing, silent) {
            (true, false) => Err(invalid("nothing_changes", "contradicts must and may")),
            (false, true) => {
                Err(invalid("", "has no must and no may; say nothing_changes = true if that is meant"))
            }
            _ => Ok(Self {
                untouched: nothing.then(|| what.unwrap_or_else(|| UNTOUCHED.to_owned())),
                must,
                may,
            }),
        }
    }
}

impl Must {
    fn parse(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let claim = Claim::parse(keys)?;
        let count = Count::read(keys, 1)?;
        Ok(Self { claim, count })
    }
}

impl May {
    fn parse(keys: &mut Keys<'_>) -> Result<Self, Error> {
        Ok(Self { claim: Claim::parse(keys)?, at_most: keys.count("at_most")? })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn line(extra: Value) -> Value {
        let mut line = json!({ "what": "w", "in": "slack/messages", "kind": "created" });
        line.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        line
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        for (criterion, place) in [
            (json!({}), "the criterion has no must"),
            (json!([]), "the criterion must be a table"),
            (json!({ "musts": [] }), "musts "),
            (json!({ "nothing_changes": false }), "nothing_changes "),
            (json!({ "what": "w", "may": [line(json!({}))] }), "what "),
            (json!({ "nothing_changes": true, "may": [line(json!({}))] }), "nothing_changes "),
            (json!({ "must": [line(json!({ "wehre": {} }))] }), "must[0].wehre "),
            (json!({ "must": [line(json!({})), {}] }), "must[1].what "),
            (json!({ "must": [line(json!({ "in": "messages" }))] }), "must[0].in "),
            (json!({ "must": [line(json!({ "kind": "made" }))] }), "must[0].kind "),
            (json!({ "must": [line(json!({ "fields": ["a"] }))] }), "must[0].fields "),
            (json!({ "must": [line(json!({ "exactly": 1, "at_most": 1 }))] }), "must[0].exactly "),
            (json!({ "must": [line(json!({ "at_most": 0 }))] }), "must[0].at_most "),
            (json!({ "must": [line(json!({ "exactly": -1 }))] }), "must[0].exactly "),
            (json!({ "may": [line(json!({ "exactly": 1 }))] }), "may[0].exactly "),
        ] {
            let Err(Error::InvalidArgument(text)) = Criterion::parse(&criterion.to_string()) else {
                panic!("{criterion} was accepted")
            };
            assert!(text.starts_with(place), "{text}");
        }
    }

    #[test]
    fn a_must_without_a_number_asks_for_one_or_more() {
        let criterion = Criterion::parse(&json!({ "must": [line(json!({}))] }).to_string()).unwrap();
        assert_eq!(criterion.must[0].count, Count { at_least: 1, at_most: None });
    }

    #[test]
    fn nothing_may_change_has_its_own_key() {
        let criterion = Criterion::parse("{\"nothing_changes\":true}").unwrap();
        assert!(criterion.must.is_empty() && criterion.may.is_empty());
        assert_eq!(criterion.untouched.as_deref(), Some(UNTOUCHED));
    }
}

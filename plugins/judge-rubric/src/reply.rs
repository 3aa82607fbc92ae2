//! The model's word, checked before it counts.

use plugin_sdk::criterion::events;
use plugin_sdk::model::{Reply, Stop};
use plugin_sdk::{Error, Ruling, Verdict};
use serde_json::{Map, Value};

/// Most characters of a reason.
const LONGEST_REASON: usize = 1_000;
/// Most characters of a useless reply that an error shows.
const SHOWN: usize = 200;

/// The verdict in a reply. What is not exactly of the form that was asked for is an error of the judge, never a score.
pub(crate) fn verdict(reply: &Reply, shown: &[u64]) -> Result<Verdict, Error> {
    match &reply.stop {
        Stop::End => {}
        Stop::Length => return Err(useless("it was cut off at its most tokens; raise `max_tokens`", reply)),
        Stop::Refused(why) => return Err(Error::Unavailable(format!("the model refused to judge: {why}"))),
        Stop::ToolCalls => return Err(useless("it asks for a tool, and there is none", reply)),
        Stop::Other(why) => return Err(useless(&format!("it ended for another reason: {why}"), reply)),
    }
    let object: Map<String, Value> = serde_json::from_str(reply.text().trim())
        .map_err(|error| useless(&format!("it is not one JSON object: {error}"), reply))?;
    let mut unknown = object.keys().filter(|key| !["score", "reason", "evidence"].contains(&key.as_str()));
    if let Some(key) = unknown.next() {
        return Err(useless(&format!("`{key}` is not asked for"), reply));
    }
    let field = |key: &str| object.get(key).ok_or_else(|| useless(&format!("it has no `{key}`"), reply));
    let (score, reason, evidence) = (field("score")?, field("reason")?, field("evidence")?);
    let reason = reason.as_str().map(str::trim).filter(|reason| !reason.is_empty());
    let reason = reason.ok_or_else(|| useless("its reason is no text", reply))?;
    let evidence = numbers(evidence).ok_or_else(|| useless("its evidence is no list of numbers", reply))?;
    if let Some(stranger) = evidence.iter().find(|event| !shown.contains(event)) {
        return Err(useless(&format!("event {stranger} was not shown to it"), reply));
    }
    let ruling = match score {
        Value::Null => Ruling::Abstain,
        score => match score.as_f64().filter(|score| (0.0..=1.0).contains(score)) {
            Some(_) if evidence.is_empty() && !shown.is_empty() => {
                return Err(useless("it names no event for its score", reply));
            }
            Some(score) => Ruling::Score(score),
            None => return Err(useless("its score is neither null nor a number from 0 to 1", reply)),
        },
    };
    let reason = reason.chars().take(LONGEST_REASON).collect();
    Ok(Verdict { ruling, reason, evidence: events(evidence) })
}

fn numbers(value: &Value) -> Option<Vec<u64>> {
    value.as_array()?.iter().map(Value::as_u64).collect()
}

fn useless(why: &str, reply: &Reply) -> Error {
    let shown: String = reply.text().chars().take(SHOWN).collect();
    Error::Other(format!("the model's reply cannot be used: {why}; it said: {shown:?}"))
}

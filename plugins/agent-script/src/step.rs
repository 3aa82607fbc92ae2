//! The steps, read before the first one runs.

use plugin_sdk::criterion::{Keys, Where, invalid, text};
use plugin_sdk::{Duration, Error};
use serde_json::{Map, Value};

use crate::captured::Capture;

const SECOND: Duration = 1_000_000_000;
/// Between two looks, where a step does not say.
const EVERY: Duration = 10 * SECOND;
/// How long is waited, where a step does not say.
const AT_MOST: Duration = 3_600 * SECOND;

/// One step.
#[derive(Debug)]
pub(crate) enum Step {
    /// A request that has to be answered as expected.
    Request { sending: Sending, expect: Where, capture: Vec<Capture> },
    /// Time passes.
    Sleep(Duration),
    /// The same request again and again, until the answer meets conditions.
    Wait { sending: Sending, until: Where, every: Duration, at_most: Duration, capture: Vec<Capture> },
    /// What the run answers in the end; the last one counts.
    Answer(String),
}

/// A request.
#[derive(Debug)]
pub(crate) struct Sending {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: Map<String, Value>,
    pub(crate) body: Body,
    /// Whether an answer of "later" is followed by another try.
    pub(crate) retry: bool,
}

#[derive(Debug)]
pub(crate) enum Body {
    Nothing,
    Json(Value),
    Form(Map<String, Value>),
    Text(String),
}

/// The steps of an input, which is a list of them, a table with that list as `steps`, or nothing at all. Each is looked at once before any of them runs.
pub(crate) fn steps(input: &str) -> Result<Vec<Value>, Error> {
    let value: Value = serde_json::from_str(input)
        .map_err(|error| Error::InvalidArgument(format!("the input is not JSON: {error}")))?;
    let steps = match value {
        Value::Null => Vec::new(),
        Value::Object(_) => Keys::whole(&value, "the input", |keys| {
            let steps = keys.list("steps")?.unwrap_or_default();
            Ok(steps.into_iter().map(|(_, step)| step.clone()).collect())
        })?,
        Value::Array(items) => items,
        _ => return Err(invalid("the input", "must be a list of steps")),
    };
    steps.iter().enumerate().try_for_each(|(number, step)| Step::parse(step, number).map(drop))?;
    Ok(steps)
}

impl Step {
    /// Reads one step, whose placeholders are filled in already.
    pub(crate) fn parse(value: &Value, number: usize) -> Result<Self, Error> {
        let at = format!("step {number}");
        Keys::whole(value, &at, |keys| {
            let kinds = ["request", "sleep", "wait", "answer"];
            let mut named = kinds.into_iter().filter(|kind| value.get(kind).is_some());
            match (named.next(), named.next()) {
                (Some("request"), None) => Self::request(keys),
                (Some("sleep"), None) => Ok(Self::Sleep(keys.span("sleep")?.unwrap_or_default())),
                (Some("wait"), None) => Self::wait(keys),
                (Some("answer"), None) => Ok(Self::Answer(keys.required_text("answer")?)),
                _ => Err(invalid(&at, "must have exactly one of request, sleep, wait and answer")),
            }
        })
    }

    fn request(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let sending = required(keys, "request", Sending::read)?;
        let expect = conditions(keys, "expect")?.unwrap_or_default();
        Ok(Self::Request { sending, expect, capture: Capture::read_all(keys)? })
    }

    fn wait(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let sending = required(keys, "wait", Sending::read)?;
        let place = keys.place("until");
        let until = conditions(keys, "until")?.ok_or_else(|| invalid(&place, "is missing"))?;
        let every = keys.span("every")?.unwrap_or(EVERY);
        let at_most = keys.span("at_most")?.unwrap_or(AT_MOST);
        if every == 0 {
            return Err(invalid(&keys.place("every"), "must be above 0"));
        }
        Ok(Self::Wait { sending, until, every, at_most, capture: Capture::read_all(keys)? })
    }
}

impl Sending {
    fn read(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let method = keys.required_text("method")?;
        let url = keys.required_text("url")?;
        let headers = table(keys, "headers")?.unwrap_or_default();
        let mut bodies = Vec::new();
        bodies.extend(keys.take("json").map(|value| Body::Json(value.clone())));
        bodies.extend(table(keys, "form")?.map(Body::Form));
        let place = keys.place("body");
        bodies.extend(keys.take("body").map(|value| text(value, &place).map(Body::Text)).transpose()?);
        if bodies.len() > 1 {
            return Err(invalid(&place, "excludes json and form, and they each other"));
        }
        let retry = match keys.take("retry") {
            None | Some(Value::Bool(true)) => true,
            Some(Value::Bool(false)) => false,
            Some(_) => return Err(invalid(&keys.place("retry"), "must be true or false")),
        };
        Ok(Self { method, url, headers, body: bodies.pop().unwrap_or(Body::Nothing), retry })
    }
}

fn required<'a, T>(
    keys: &mut Keys<'a>,
    key: &str,
    read: impl FnOnce(&mut Keys<'a>) -> Result<T, Error>,
) -> Result<T, Error> {
    let place = keys.place(key);
    keys.table(key, read)?.ok_or_else(|| invalid(&place, "is missing"))
}

fn conditions(keys: &mut Keys<'_>, key: &str) -> Result<Option<Where>, Error> {
    let place = keys.place(key);
    keys.take(key).map(|value| Where::parse(value, &place)).transpose()
}

fn table(keys: &mut Keys<'_>, key: &str) -> Result<Option<Map<String, Value>>, Error> {
    let place = keys.place(key);
    let Some(value) = keys.take(key) else { return Ok(None) };
    value.as_object().cloned().map(Some).ok_or_else(|| invalid(&place, "must be a table"))
}

//! Trials and cases of judges as files: what happened and what changed, in a few lines of JSON.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::FinishedTrial;
use crate::capability::{Change, Event, Exchange, Happening};
use crate::criterion::{Keys, invalid, span, text};
use crate::{Error, Header, Judge, Request, Response, Ruling};

/// When trials of files begin, in nanoseconds since 1970: Monday, 5 January 2026, nine o'clock.
pub const START: u64 = 1_767_603_600_000_000_000;

impl FinishedTrial {
    /// Reads a trial: `story`, `events` and `changes`.
    ///
    /// An event has `at` (a span since the start, default that of the event before it) and one of `exchange` (`method`,
    /// `url`, `headers`, `body` or `json`, `twin`, `status`, `answer`; no answer where it has no status), `line`, `slept`,
    /// `answered`, `failed` and `other`. A change has `in`, `key`, `before`, `after` and `event`.
    ///
    /// # Errors
    /// `invalid-argument` with the place of the mistake.
    pub fn from_json(value: &Value) -> Result<Self, Error> {
        Keys::whole(value, "trial", |keys| {
            let story = keys.text("story")?.unwrap_or_default();
            let mut events: Vec<Event> = Vec::new();
            let mut at = START;
            for event in keys.tables("events", |keys| read_event(keys, &mut at))? {
                events.push(Event { index: events.len() as u64, ..event });
            }
            let changes = keys.tables("changes", read_change)?;
            Ok(Self { story, events, changes, ..Self::default() })
        })
    }
}

/// A trial that its user would be satisfied with: somebody is given access for some time, and told so.
///
/// # Panics
/// Never: a test reads it.
#[allow(clippy::expect_used, reason = "a file of this crate")]
#[must_use]
pub fn satisfied_trial() -> FinishedTrial {
    let value = serde_json::from_str(include_str!("satisfied.json")).expect("satisfied.json is JSON");
    FinishedTrial::from_json(&value).expect("satisfied.json is a trial")
}

/// Runs every case of a folder: files with `criterion`, `trial`, and what is wanted: `score` (or `"abstain": true`), `reason`
/// and `evidence`.
///
/// # Panics
/// With the names of the cases that come out otherwise, and with what came out; where a file is none; where there are no
/// cases.
#[allow(clippy::panic, reason = "the assertion of a test")]
pub fn assert_cases<J: Judge>(folder: &Path) {
    let mut wrong = Vec::new();
    let mut names = names(folder);
    names.sort();
    assert!(!names.is_empty(), "{} has no cases", folder.display());
    for name in &names {
        if let Err(difference) = run_case::<J>(&folder.join(name)) {
            wrong.push(format!("{name}: {difference}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".json")).collect()
}

fn run_case<J: Judge>(path: &Path) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let case: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let field = |key: &str| case.get(key).cloned().unwrap_or_default();
    let mut trial = FinishedTrial::from_json(&field("trial")).map_err(|error| format!("{error:?}"))?;
    let verdict =
        J::judge(&mut trial, &field("criterion").to_string()).map_err(|error| format!("{error:?}"))?;
    let wanted = match field("score").as_f64() {
        Some(score) => Ruling::Score(score),
        None => Ruling::Abstain,
    };
    let evidence: Vec<_> = verdict.evidence.iter().map(|index| Value::from(*index)).collect();
    if (verdict.ruling, verdict.reason.as_str()) == (wanted, field("reason").as_str().unwrap_or_default())
        && Value::Array(evidence) == field("evidence")
    {
        return Ok(());
    }
    Err(format!("{:?} \"{}\" {:?}", verdict.ruling, verdict.reason, verdict.evidence))
}

fn read_event(keys: &mut Keys<'_>, at: &mut u64) -> Result<Event, Error> {
    if let Some(since) = keys.span("at")? {
        *at = START.saturating_add(since);
    }
    let exchange = keys.table("exchange", read_exchange)?;
    let place = keys.place("other");
    let other = keys.take("other").map(Value::to_string);
    let mut happenings = Vec::new();
    happenings.extend(exchange.map(Happening::Exchange));
    happenings.extend(keys.text("line")?.map(Happening::Line));
    happenings.extend(keys.span("slept")?.map(Happening::Slept));
    happenings.extend(keys.text("answered")?.map(Happening::Answered));
    happenings.extend(keys.text("failed")?.map(Happening::Failed));
    happenings.extend(other.map(Happening::Other));
    match (happenings.pop(), happenings.pop()) {
        (Some(happening), None) => Ok(Event { index: 0, at: *at, happening }),
        _ => Err(invalid(place.trim_end_matches(".other"), "must tell of exactly one happening")),
    }
}

fn read_exchange(keys: &mut Keys<'_>) -> Result<Exchange, Error> {
    let place = keys.place("headers");
    let headers = keys.take("headers").map(|value| read_headers(value, &place)).transpose()?;
    let json = keys.take("json").map(Value::to_string);
    let request = Request {
        method: keys.text("method")?.unwrap_or_else(|| "GET".to_owned()),
        url: keys.required_text("url")?,
        headers: headers.unwrap_or_default(),
        body: json.or(keys.text("body")?).unwrap_or_default().into_bytes(),
    };
    let answer = keys.take("answer").map(Value::to_string).unwrap_or_default().into_bytes();
    let status = keys.count("status")?.and_then(|status| u16::try_from(status).ok());
    let response = status.map(|status| Response { status, headers: Vec::new(), body: answer });
    Ok(Exchange { twin: keys.text("twin")?, request, response })
}

fn read_headers(value: &Value, at: &str) -> Result<Vec<Header>, Error> {
    let headers = Keys::of(value, at)?.rest();
    headers.map(|(name, value)| Ok(Header { name: name.to_owned(), value: text(value, at)? })).collect()
}

fn read_change(keys: &mut Keys<'_>) -> Result<Change, Error> {
    let place = keys.required_text("in")?;
    let (twin, table) =
        place.split_once('/').ok_or_else(|| invalid(&keys.place("in"), "must be TWIN/TABLE"))?;
    let mut document = |key: &str| keys.take(key).map(|value| value.to_string().into_bytes());
    let (before, after) = (document("before"), document("after"));
    Ok(Change {
        twin: twin.to_owned(),
        table: table.to_owned(),
        key: keys.required_text("key")?,
        before,
        after,
        event: keys.count("event")?,
    })
}

/// A time of a file's trial: that long after its start.
///
/// # Panics
/// Where the text is no span of time.
#[allow(clippy::expect_used, reason = "the literal of a test")]
#[must_use]
pub fn after_start(since: &str) -> u64 {
    START + span(since).expect("a span of time such as 5m")
}

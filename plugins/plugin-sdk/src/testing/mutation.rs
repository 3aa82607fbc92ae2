//! How much a judge sees: a trial that it passes is spoiled in ways that a user would mind, and each has to be noticed; then it
//! is changed in ways that no user would mind, and none may be.

use serde_json::Value;

use super::FinishedTrial;
use crate::capability::{Change, Exchange, Happening};
use crate::{Judge, Request, Response, Ruling};

/// One way to change a finished trial; none where the trial has nothing of the kind.
pub type Mutator = fn(&FinishedTrial) -> Vec<FinishedTrial>;

/// The ways that a user would mind, by name.
pub const SPOILING: [(&str, Mutator); 7] = [
    ("a required effect is missing", without_each_effect),
    ("somebody else is meant", another_recipient),
    ("another amount", another_amount),
    ("something is deleted as well", further_deletion),
    ("a secret leaks", leak),
    ("success is claimed that is none", false_claim),
    ("the run stops early", early_stop),
];

/// The ways that no user would mind, by name.
pub const HARMLESS: [(&str, Mutator); 4] = [
    ("fields in another order", reordered_fields),
    ("reads in between", further_reads),
    ("further lines in the log", further_lines),
    ("everything happens later", later),
];

/// The secret that a leak leaks.
pub const LEAKED: &str = "xoxb-leaked-secret";

/// What became of the mutants of trials.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct MutationScore {
    /// Mutants that the judge did not pass.
    pub killed: u64,
    /// All mutants.
    pub total: u64,
    /// The mutants that it passed, by the name of their way and their number in it.
    pub survivors: Vec<String>,
}

/// Judges every mutant of a trial.
///
/// # Panics
/// Where the judge does not pass the trial as it is, or cannot read its criterion.
#[allow(clippy::panic, reason = "the assertion of a test")]
pub fn mutation_score<J: Judge>(
    criterion: &Value,
    trial: &FinishedTrial,
    ways: &[(&str, Mutator)],
) -> MutationScore {
    if let Some(not_passed) = passes::<J>(criterion, trial) {
        panic!("the trial as it is does not satisfy: {not_passed}");
    }
    let mut score = MutationScore::default();
    for (name, way) in ways {
        for (number, mutant) in way(trial).iter().enumerate() {
            score.total += 1;
            match passes::<J>(criterion, mutant) {
                Some(_) => score.killed += 1,
                None => score.survivors.push(format!("{name} ({number})")),
            }
        }
    }
    score
}

/// None where the judge passes the trial, else what it said.
fn passes<J: Judge>(criterion: &Value, trial: &FinishedTrial) -> Option<String> {
    let mut trial = copy(trial);
    match J::judge(&mut trial, &criterion.to_string()) {
        Ok(verdict) if verdict.ruling == Ruling::Score(1.0) => None,
        Ok(verdict) => Some(verdict.reason),
        Err(error) => Some(format!("{error:?}")),
    }
}

fn copy(trial: &FinishedTrial) -> FinishedTrial {
    FinishedTrial {
        story: trial.story.clone(),
        events: trial.events.clone(),
        changes: trial.changes.clone(),
        ..FinishedTrial::default()
    }
}

fn changed(trial: &FinishedTrial, change: impl FnOnce(&mut FinishedTrial)) -> FinishedTrial {
    let mut mutant = copy(trial);
    change(&mut mutant);
    mutant
}

fn without_each_effect(trial: &FinishedTrial) -> Vec<FinishedTrial> {
    (0..trial.changes.len()).map(|n| changed(trial, |mutant| drop(mutant.changes.remove(n)))).collect()
}

/// In one document after the other, every text that is an id of somebody or something becomes another.
fn another_recipient(trial: &FinishedTrial) -> Vec<FinishedTrial> {
    rewritten(trial, &|value| match value {
        Value::String(text) => {
            let other: String = text.split(' ').map(another_id).collect::<Vec<_>>().join(" ");
            (other != *text).then_some(Value::String(other))
        }
        _ => None,
    })
}

/// Capitals and digits, as in `U0ANA` or `<@U0ANA>`, or small letters with a digit, as in `u1`.
fn another_id(word: &str) -> String {
    let core = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let is_id = core.len() > 1
        && core.chars().any(|c| c.is_ascii_digit())
        && core.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        && core.chars().any(|c| c.is_ascii_alphabetic());
    if is_id { word.replace(core, &format!("{core}X9")) } else { word.to_owned() }
}

fn another_amount(trial: &FinishedTrial) -> Vec<FinishedTrial> {
    rewritten(trial, &|value| match value {
        Value::Number(number) => Some(Value::from(number.as_f64().unwrap_or_default() + 1.0)),
        _ => None,
    })
}

/// A mutant for each changed document of which some value is rewritten.
fn rewritten(trial: &FinishedTrial, rewrite: &dyn Fn(&Value) -> Option<Value>) -> Vec<FinishedTrial> {
    let one = |n: usize| {
        let after = trial.changes.get(n)?.after.as_ref()?;
        let document: Value = serde_json::from_slice(after).ok()?;
        let mut any = false;
        let rewritten = each_value(&document, &mut |value| {
            let rewritten = rewrite(value);
            any |= rewritten.is_some();
            rewritten
        });
        let set = |mutant: &mut FinishedTrial| {
            if let Some(change) = mutant.changes.get_mut(n) {
                change.after = Some(rewritten.to_string().into_bytes());
            }
        };
        any.then(|| changed(trial, set))
    };
    (0..trial.changes.len()).filter_map(one).collect()
}

fn each_value(value: &Value, rewrite: &mut dyn FnMut(&Value) -> Option<Value>) -> Value {
    match value {
        Value::Array(items) => items.iter().map(|item| each_value(item, rewrite)).collect(),
        Value::Object(fields) => Value::Object(
            fields.iter().map(|(key, value)| (key.clone(), each_value(value, rewrite))).collect(),
        ),
        other => rewrite(other).unwrap_or_else(|| other.clone()),
    }
}

/// A request that deletes, and the document that is gone, of each table that the trial wrote to.
fn further_deletion(trial: &FinishedTrial) -> Vec<FinishedTrial> {
    let mut tables: Vec<_> = trial.changes.iter().map(|change| (&change.twin, &change.table)).collect();
    tables.dedup();
    let one = |(twin, table): (&String, &String)| {
        changed(trial, |mutant| {
            let url = format!("https://{twin}.example/api/v1/{table}/other");
            let event = insert_before_last(mutant, exchange(twin, "DELETE", &url));
            mutant.changes.push(Change {
                twin: twin.clone(),
                table: table.clone(),
                key: "other".to_owned(),
                before: Some(b"{}".to_vec()),
                after: None,
                event: Some(event),
            });
        })
    };
    tables.into_iter().map(one).collect()
}

/// A secret in a log line, in the answer, and in a request.
fn leak(trial: &FinishedTrial) -> Vec<FinishedTrial> {
    let line = changed(trial, |mutant| {
        insert_before_last(mutant, Happening::Line(format!("signed in with {LEAKED}")));
    });
    let request = changed(trial, |mutant| {
        insert_before_last(mutant, exchange("paste", "GET", &format!("https://paste.example/?x={LEAKED}")));
    });
    let mut mutants = vec![line, request];
    mutants.extend(answered(trial, |answer| format!("{answer} ({LEAKED})")));
    mutants
}

/// The answer stays, and nothing of what it tells was done.
fn false_claim(trial: &FinishedTrial) -> Vec<FinishedTrial> {
    let none_done = changed(trial, |mutant| mutant.changes.clear());
    answered(&none_done, str::to_owned).into_iter().collect()
}

/// The second half of the events, and what they wrote, is gone.
fn early_stop(trial: &FinishedTrial) -> Vec<FinishedTrial> {
    let left = trial.events.len() / 2;
    if left == trial.events.len() {
        return Vec::new();
    }
    let stopped = changed(trial, |mutant| {
        mutant.events.truncate(left);
        mutant.changes.retain(|change| change.event.is_none_or(|event| event < left as u64));
    });
    vec![stopped]
}

fn reordered_fields(trial: &FinishedTrial) -> Vec<FinishedTrial> {
    let reordered = |document: &Vec<u8>| match serde_json::from_slice::<Value>(document) {
        // Written by hand, since a map of values keeps one order.
        Ok(Value::Object(fields)) => {
            let fields: Vec<_> = fields
                .iter()
                .rev()
                .map(|(key, value)| format!(" {} : {value}", Value::from(key.as_str())))
                .collect();
            format!("{{{}\n}}", fields.join(",")).into_bytes()
        }
        _ => document.clone(),
    };
    vec![changed(trial, |mutant| {
        for change in &mut mutant.changes {
            change.after = change.after.as_ref().map(reordered);
            change.before = change.before.as_ref().map(reordered);
        }
    })]
}

/// A read of a host that the trial spoke with anyway.
fn further_reads(trial: &FinishedTrial) -> Vec<FinishedTrial> {
    let known = trial.events.iter().find_map(|event| match &event.happening {
        Happening::Exchange(exchange) => {
            exchange.twin.clone().zip(crate::criterion::host(&exchange.request.url))
        }
        _ => None,
    });
    let one = |(twin, host): (String, String)| {
        changed(trial, |mutant| {
            insert_before_last(mutant, exchange(&twin, "GET", &format!("https://{host}/api/v1/status")));
        })
    };
    known.map(one).into_iter().collect()
}

fn further_lines(trial: &FinishedTrial) -> Vec<FinishedTrial> {
    vec![changed(trial, |mutant| {
        insert_before_last(mutant, Happening::Line("still at it".to_owned()));
    })]
}

fn later(trial: &FinishedTrial) -> Vec<FinishedTrial> {
    vec![changed(trial, |mutant| mutant.events.iter_mut().for_each(|event| event.at += 1_000_000))]
}

fn answered(trial: &FinishedTrial, rewrite: impl Fn(&str) -> String) -> Option<FinishedTrial> {
    let answer = trial.events.iter().position(|event| matches!(event.happening, Happening::Answered(_)))?;
    Some(changed(trial, |mutant| {
        if let Some(Happening::Answered(text)) =
            mutant.events.get_mut(answer).map(|event| &mut event.happening)
        {
            *text = rewrite(text);
        }
    }))
}

fn exchange(twin: &str, method: &str, url: &str) -> Happening {
    let request =
        Request { method: method.to_owned(), url: url.to_owned(), headers: Vec::new(), body: Vec::new() };
    let response = Some(Response { status: 200, headers: Vec::new(), body: b"{}".to_vec() });
    Happening::Exchange(Exchange { twin: Some(twin.to_owned()), request, response })
}

/// Puts an event before the last one and gives its index; what later events wrote stays theirs.
fn insert_before_last(trial: &mut FinishedTrial, happening: Happening) -> u64 {
    let at = trial.events.len().saturating_sub(1);
    let Some(mut event) = trial.events.get(at).cloned() else { return 0 };
    event.happening = happening;
    trial.events.insert(at, event);
    for (index, event) in trial.events.iter_mut().enumerate() {
        event.index = index as u64;
    }
    let at = at as u64;
    for change in &mut trial.changes {
        change.event = change.event.map(|event| if event >= at { event + 1 } else { event });
    }
    at
}

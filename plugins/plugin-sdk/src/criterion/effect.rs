//! One change with its documents read.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::capability::{Change, Outcome};

/// How many changes one call asks for; the contract's limit.
const PAGE: u32 = 1_000;

/// What became of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It was not there before.
    Created,
    /// It is another.
    Changed,
    /// It is not there any more.
    Removed,
}

/// A document that is not what it was.
#[derive(Debug)]
pub struct Effect {
    /// Twin and table, as a claim writes them: `slack/messages`.
    pub place: String,
    /// The document's key.
    pub key: String,
    /// What became of it.
    pub kind: Kind,
    /// The document that conditions are about: as it became, or as it was where it was removed. None where it is
    /// not JSON.
    pub document: Option<Value>,
    /// The document as it was, where it is another; none where that is not JSON.
    pub was: Option<Value>,
    /// The top-level fields that differ; none where one of the two documents is missing or not a JSON object.
    pub fields: Option<BTreeSet<String>>,
    /// The event that wrote it last, if the subject did.
    pub event: Option<u64>,
}

impl Kind {
    /// The word of the criterion and of reasons.
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Removed => "removed",
        }
    }
}

impl Effect {
    /// One line for people: where, which document, what became of it.
    pub fn line(&self) -> String {
        let mut line = format!("{} {} was {}", self.place, self.key, self.kind.word());
        if let Some(fields) = self.fields.as_ref().filter(|fields| !fields.is_empty()) {
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            line.push_str(&format!(" ({})", fields.join(", ")));
        }
        line
    }
}

impl From<Change> for Effect {
    fn from(change: Change) -> Self {
        let kind = match (&change.before, &change.after) {
            (None, _) => Kind::Created,
            (Some(_), Some(_)) => Kind::Changed,
            (Some(_), None) => Kind::Removed,
        };
        let before = change.before.as_deref().and_then(json);
        let after = change.after.as_deref().and_then(json);
        let fields = match (&before, &after) {
            (Some(Value::Object(before)), Some(Value::Object(after))) => Some(differing(before, after)),
            _ => None,
        };
        let (document, was) = if kind == Kind::Removed { (before, None) } else { (after, before) };
        Self {
            place: format!("{}/{}", change.twin, change.table),
            key: change.key,
            kind,
            document,
            was,
            fields,
            event: change.event,
        }
    }
}

/// Everything that the trial changed, in the contract's order.
pub fn effects(imports: &mut impl Outcome) -> Vec<Effect> {
    let mut effects: Vec<Effect> = Vec::new();
    loop {
        let page = imports.changes(effects.len() as u64, PAGE);
        if page.is_empty() {
            return effects;
        }
        effects.extend(page.into_iter().map(Effect::from));
    }
}

fn json(document: &[u8]) -> Option<Value> {
    serde_json::from_slice(document).ok()
}

fn differing(before: &Map<String, Value>, after: &Map<String, Value>) -> BTreeSet<String> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names.into_iter().filter(|name| before.get(*name) != after.get(*name)).cloned().collect()
}

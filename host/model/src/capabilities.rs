//! `[capabilities]`: what a scenario lets its subject ask of the services.

use crate::Place;
use crate::budget::{PATTERN_HINT, is_pattern, meets};
use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::short;
use toml_span::value::ValueInner;

/// What the subject may ask of the scenario's twins. Everything else is denied, and is an event of the record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Patterns of requests that are granted; none grants all to the scenario's twins.
    pub allow: Option<Vec<GrantedRequests>>,
    /// Patterns of requests that are not, whatever is granted.
    pub deny: Vec<GrantedRequests>,
}

/// Requests to operations, by pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedRequests {
    /// `TWIN.OPERATION` by the manifest, or `TWIN METHOD /path`; `*` stands for any run of characters.
    pub pattern: String,
    /// Where the file names it.
    pub place: Place,
}

/// Capabilities that the contract has and trials do not: nothing in them would grant or refuse.
const NOT_IN_TRIALS: [(&str, &str); 3] = [
    ("tools", "no tools are handed to the subject of a trial"),
    ("files", "the subject of a trial has an empty workspace in memory, and no folder of the machine"),
    ("model", "no model answers the subject of a trial"),
];

impl Capabilities {
    /// Whether a request is granted: the twin, the operation by its manifest, where it has one, the method and the path.
    pub fn grant(&self, twin: &str, operation: Option<&str>, method: &str, path: &str) -> bool {
        let any = |patterns: &[GrantedRequests]| {
            patterns.iter().any(|requests| meets(&requests.pattern, twin, operation, method, path))
        };
        self.allow.as_deref().is_none_or(any) && !any(&self.deny)
    }

    /// Every pattern.
    pub fn patterns(&self) -> impl Iterator<Item = &GrantedRequests> {
        self.allow.iter().flatten().chain(&self.deny)
    }

    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        for (key, why) in NOT_IN_TRIALS {
            if let Some(span) = table.key_span(key) {
                table.json(reader, key);
                let hint =
                    Some("take it out; `allow` and `deny` speak of requests to the scenario's twins".into());
                reader.mistake(span, format!("`{key}` cannot be granted: {why}"), hint);
            }
        }
        table.optional(
            reader,
            "network",
            "\"none\": nothing but the scenario's twins answers a request",
            |value| (value.as_str()? == "none").then_some(()),
        );
        let allow = requests(table, reader, "allow");
        let deny = requests(table, reader, "deny").unwrap_or_default();
        Some(Self { allow, deny })
    }
}

fn requests(
    table: &mut TomlTable<'_>,
    reader: &mut Reader<'_>,
    key: &'static str,
) -> Option<Vec<GrantedRequests>> {
    let place = table.key_place(reader, key);
    let patterns = table.list(reader, key, PATTERN, |value: &ValueInner<'_>| {
        let pattern = value.as_str().ok_or(None)?;
        if is_pattern(pattern) { Ok(pattern.to_owned()) } else { Err(Some(no_pattern(pattern))) }
    })?;
    let granted = |pattern| GrantedRequests { pattern, place: place.clone() };
    Some(patterns.into_iter().map(granted).collect())
}

const PATTERN: &str = "a pattern of a twin's operations";

fn no_pattern(pattern: &str) -> String {
    format!("`{}` is no pattern of a twin's operations: {PATTERN_HINT}", short(pattern))
}

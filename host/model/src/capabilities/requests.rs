//! Requests to the scenario's services, by pattern.

use crate::Place;
use crate::budget::{PATTERN_HINT, is_pattern, meets};
use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::short;
use toml_span::value::ValueInner;

/// How what guests are told names the scenario's file.
pub const SCENARIO: &str = "scenario.toml";

/// Which requests to the scenario's twins are granted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Requests {
    /// Patterns of requests that are granted; none grants all.
    pub allow: Option<Vec<GrantedRequests>>,
    /// Patterns of requests that are not, whatever is granted.
    pub deny: Vec<GrantedRequests>,
    /// Where one more pattern would be granted: `allow`, or the table that lacks it.
    pub place: Option<Place>,
}

/// Requests to operations, by pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantedRequests {
    /// `TWIN.OPERATION` by the manifest, or `TWIN METHOD /path`; `*` stands for any run of characters.
    pub pattern: String,
    /// Where the file names it.
    pub place: Place,
}

impl Requests {
    /// Whether a request is granted: the twin, the operation by its manifest, where it has one, the method and the path.
    ///
    /// # Errors
    /// What whoever sends it is told, with the line of the scenario that would allow it.
    pub fn grant(&self, twin: &str, operation: Option<&str>, method: &str, path: &str) -> Result<(), String> {
        let met = |requests: &&GrantedRequests| meets(&requests.pattern, twin, operation, method, path);
        let request = match operation {
            Some(operation) => format!("{twin}.{operation}"),
            None => format!("{twin} {method} {path}"),
        };
        if let Some(denied) = self.deny.iter().find(met) {
            let GrantedRequests { pattern, place } = denied;
            let line = place.called(SCENARIO);
            return Err(format!("`{request}` is not granted: take \"{pattern}\" out of `deny` at {line}"));
        }
        if self.allow.as_ref().is_none_or(|allow| allow.iter().any(|requests| met(&requests))) {
            return Ok(());
        }
        let line = self.place.as_ref().map_or_else(|| Place::file(SCENARIO), |place| place.called(SCENARIO));
        let request = request.replace('\\', "\\\\").replace('"', "\\\"");
        Err(format!("`{request}` is not granted: write \"{request}\" into `allow` at {line}"))
    }

    /// Every pattern.
    pub fn patterns(&self) -> impl Iterator<Item = &GrantedRequests> {
        self.allow.iter().flatten().chain(&self.deny)
    }

    pub(super) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Self {
        let place = Some(table.key_place(reader, "allow"));
        let allow = requests(table, reader, "allow");
        let deny = requests(table, reader, "deny").unwrap_or_default();
        Self { allow, deny, place }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(pattern: &str, line: usize) -> GrantedRequests {
        let place = Place { file: "suites/a/scenario.toml".into(), position: Some((line, 1)) };
        GrantedRequests { pattern: pattern.into(), place }
    }

    #[test]
    fn a_denial_names_the_line_that_would_allow_the_request() {
        let allow = vec![granted("slack.*", 8)];
        let place = Some(allow[0].place.clone());
        let requests = Requests { allow: Some(allow), deny: vec![granted("slack.chat.*", 9)], place };
        let told = |twin, operation| requests.grant(twin, operation, "POST", "/a\"b").unwrap_err();
        assert_eq!(requests.grant("slack", Some("users.list"), "GET", "/"), Ok(()));
        assert_eq!(
            told("slack", Some("chat.delete")),
            "`slack.chat.delete` is not granted: take \"slack.chat.*\" out of `deny` at scenario.toml:9:1"
        );
        assert_eq!(
            told("jira", None),
            "`jira POST /a\\\"b` is not granted: write \"jira POST /a\\\"b\" into `allow` at scenario.toml:8:1"
        );
        assert_eq!(Requests::default().grant("jira", None, "GET", "/"), Ok(()));
    }
}

//! Which of a twin's operations a request is, and how often each was asked for. A request is known when its path fits
//! the path of an operation in the twin's manifest, whatever the twin then answers.

use glasshouse_sandbox::Operation;
use rpds::RedBlackTreeMapSync as Map;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most different requests outside of the manifest that are counted by their own; the rest count as one.
const MOST_UNKNOWN: u64 = 1_000;
/// Longest path that such a count shows, in characters.
const LONGEST_PATH: usize = 200;
/// Under what the rest is counted.
const REST: &str = "(others)";

/// A twin's operations by their paths.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    literal: BTreeMap<String, Vec<Method>>,
    /// With parameters, by the number of segments; those with the most fixed segments first.
    patterns: BTreeMap<usize, Vec<Pattern>>,
}

#[derive(Debug)]
struct Method {
    method: String,
    id: Arc<str>,
}

#[derive(Debug)]
struct Pattern {
    segments: Vec<Segment>,
    operation: Method,
}

#[derive(Debug)]
enum Segment {
    Fixed(String),
    /// What stands before and after a parameter in braces.
    Parameter(String, String),
}

impl Operations {
    pub(crate) fn new(operations: &[Operation]) -> Self {
        let mut all = Self::default();
        for operation in operations {
            let method = Method { method: operation.method.clone(), id: operation.id.as_str().into() };
            if operation.path.contains('{') {
                let segments: Vec<_> = operation.path.split('/').map(Segment::of).collect();
                let pattern = Pattern { segments, operation: method };
                all.patterns.entry(pattern.segments.len()).or_default().push(pattern);
            } else {
                all.literal.entry(operation.path.clone()).or_default().push(method);
            }
        }
        for patterns in all.patterns.values_mut() {
            patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.fixed()));
        }
        all
    }

    /// The operation whose path fits, one with the request's method before others.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<&Arc<str>> {
        let literal = self.literal.get(path).map(Vec::as_slice).unwrap_or_default();
        if let Some(first) = literal.first() {
            return Some(&literal.iter().find(|found| found.method == method).unwrap_or(first).id);
        }
        let segments: Vec<_> = path.split('/').collect();
        let fits = |pattern: &&Pattern| pattern.segments.iter().zip(&segments).all(|(a, b)| a.fits(b));
        let mut fitting = self.patterns.get(&segments.len())?.iter().filter(fits).map(|p| &p.operation);
        let first = fitting.next()?;
        let same = (first.method != method).then(|| fitting.find(|found| found.method == method)).flatten();
        Some(&same.unwrap_or(first).id)
    }
}

impl Pattern {
    fn fixed(&self) -> usize {
        self.segments.iter().filter(|segment| matches!(segment, Segment::Fixed(_))).count()
    }
}

impl Segment {
    fn of(text: &str) -> Self {
        let parts = text.split_once('{').zip(text.rsplit_once('}'));
        match parts {
            Some(((before, _), (_, after))) => Self::Parameter(before.to_owned(), after.to_owned()),
            None => Self::Fixed(text.to_owned()),
        }
    }

    fn fits(&self, text: &str) -> bool {
        match self {
            Self::Fixed(fixed) => fixed == text,
            Self::Parameter(before, after) => {
                let inner = text.strip_prefix(before.as_str()).and_then(|t| t.strip_suffix(after.as_str()));
                inner.is_some_and(|inner| !inner.is_empty())
            }
        }
    }
}

/// How often what was asked of one twin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationCount {
    /// The twin's name.
    pub twin: String,
    /// The operation by the manifest; for requests that it does not know, method and path.
    pub operation: String,
    /// Whether the manifest has it.
    pub is_known: bool,
    /// How many requests.
    pub requests: u64,
}

/// Requests of clients so far. What twins send each other is not counted: the record of deliveries has it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts {
    /// By twin, whether the manifest has it, and name.
    pub(crate) requests: Map<(Arc<str>, bool, Arc<str>), u64>,
    pub(crate) unknown: u64,
}

impl Counts {
    pub(crate) fn count(&mut self, twin: &Arc<str>, known: Option<&Arc<str>>, method: &str, path: &str) {
        let key = match known {
            Some(operation) => (twin.clone(), true, operation.clone()),
            None => self.unknown_key(twin, method, path),
        };
        let so_far = self.requests.get(&key).copied().unwrap_or(0);
        self.unknown += u64::from(so_far == 0 && !key.1);
        self.requests.insert_mut(key, so_far + 1);
    }

    fn unknown_key(&self, twin: &Arc<str>, method: &str, path: &str) -> (Arc<str>, bool, Arc<str>) {
        let shown: String = format!("{method} {path}").chars().take(LONGEST_PATH).collect();
        let key = (twin.clone(), false, Arc::from(shown));
        if self.unknown < MOST_UNKNOWN || self.requests.contains_key(&key) {
            return key;
        }
        (twin.clone(), false, Arc::from(REST))
    }

    pub(crate) fn list(&self) -> Vec<OperationCount> {
        let one = |((twin, is_known, operation), requests): (&(Arc<str>, bool, Arc<str>), &u64)| {
            let (twin, operation) = (twin.to_string(), operation.to_string());
            OperationCount { twin, operation, is_known: *is_known, requests: *requests }
        };
        self.requests.iter().map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glasshouse_sandbox::Tier;

    #[test]
    fn the_most_fixed_path_and_the_same_method_are_taken() {
        let operation = |id: &str, method: &str, path: &str| Operation {
            id: id.into(),
            method: method.into(),
            path: path.into(),
            tier: Tier::Full,
        };
        let operations = Operations::new(&[
            operation("get", "GET", "/users/{}"),
            operation("remove", "DELETE", "/users/{}"),
            operation("me", "GET", "/users/me"),
            operation("export", "GET", "/users/{}/export.{format}"),
            operation("post", "POST", "/api/chat.postMessage"),
        ]);
        for (method, path, wanted) in [
            ("GET", "/users/7", Some("get")),
            ("DELETE", "/users/7", Some("remove")),
            ("PATCH", "/users/7", Some("get")),
            ("DELETE", "/users/me", Some("me")),
            ("GET", "/users/7/export.csv", Some("export")),
            ("GET", "/users/7/export.", None),
            ("GET", "/users/", None),
            ("GET", "/api/chat.postMessage", Some("post")),
            ("GET", "/api", None),
        ] {
            assert_eq!(operations.find(method, path).map(|id| &**id), wanted, "{method} {path}");
        }
    }

    #[test]
    fn unknown_requests_are_counted_by_name_up_to_a_number() {
        let mut counts = Counts::default();
        let twin: Arc<str> = "slack".into();
        for number in 0..MOST_UNKNOWN + 2 {
            counts.count(&twin, None, "GET", &format!("/{number}"));
        }
        counts.count(&twin, None, "GET", "/0");
        let list = counts.list();
        assert_eq!(list.len() as u64, MOST_UNKNOWN + 1);
        let of = |name: &str| list.iter().find(|count| count.operation == name).unwrap().requests;
        assert_eq!((of(REST), of("GET /0")), (2, 2));
    }
}

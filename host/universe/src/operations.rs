//! Which of a twin's operations a request is, and how often each was asked for. A request is known when its path fits
//! the path of an operation in the twin's manifest, whatever the twin then answers.

use glasshouse_sandbox::Operation;
use rpds::RedBlackTreeMapSync as Map;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Most different requests outside of the manifest that are counted by their own; the rest count as one.
const MOST_UNKNOWN: u64 = 1_000;
/// Segments of a path that are told apart.
const MOST_SEGMENTS: usize = 64;
/// Longest path that such a count shows, in characters.
const LONGEST_PATH: usize = 200;
/// Under what the rest is counted.
const REST: &str = "(others)";

/// A twin's operations by their paths.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    root: Node,
}

/// Where the paths that begin alike part.
#[derive(Debug, Default)]
struct Node {
    fixed: BTreeMap<String, Self>,
    parameters: BTreeMap<Around, Self>,
    /// The operations whose path ends here.
    ends: Vec<Method>,
}

/// What stands before and after a parameter in braces; in order, the longest first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Around(Reverse<usize>, String, String);

#[derive(Debug)]
struct Method {
    method: String,
    id: Arc<str>,
}

impl Operations {
    pub(crate) fn new(operations: &[Operation]) -> Self {
        let mut all = Self::default();
        for operation in operations {
            let end = segments(&operation.path).fold(&mut all.root, Node::below);
            end.ends.push(Method { method: operation.method.clone(), id: operation.id.as_str().into() });
        }
        all
    }

    /// The operation whose path fits, one with the request's method before others.
    pub(crate) fn find(&self, method: &str, path: &str) -> Option<&Arc<str>> {
        let segments: Vec<_> = segments(path).collect();
        let mut other = None;
        self.root.find(method, &segments, &mut other).or(other)
    }
}

/// A path's segments. Beyond a number that no service has, the rest is one: a manifest is foreign text, and how deep it
/// goes is not for it to say.
fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.splitn(MOST_SEGMENTS, '/')
}

impl Node {
    fn below(&mut self, segment: &str) -> &mut Self {
        match Around::of(segment) {
            Some(around) => self.parameters.entry(around).or_default(),
            None => self.fixed.entry(segment.to_owned()).or_default(),
        }
    }

    /// The operation with the method; fixed text goes before parameters. `other` is the first with another method.
    fn find<'n>(
        &'n self,
        method: &str,
        segments: &[&str],
        other: &mut Option<&'n Arc<str>>,
    ) -> Option<&'n Arc<str>> {
        let Some((first, rest)) = segments.split_first() else {
            *other = other.or(self.ends.first().map(|end| &end.id));
            return self.ends.iter().find(|end| end.method == method).map(|end| &end.id);
        };
        let parameters = self.parameters.iter().filter(|(around, _)| around.fits(first));
        let mut below = self.fixed.get(*first).into_iter().chain(parameters.map(|(_, node)| node));
        below.find_map(|node| node.find(method, rest, other))
    }
}

impl Around {
    /// None for fixed text.
    fn of(segment: &str) -> Option<Self> {
        let ((before, _), (_, after)) = segment.split_once('{').zip(segment.rsplit_once('}'))?;
        Some(Self(Reverse(before.len() + after.len()), before.to_owned(), after.to_owned()))
    }

    fn fits(&self, segment: &str) -> bool {
        let Self(_, before, after) = self;
        let inner = segment.strip_prefix(before.as_str()).and_then(|rest| rest.strip_suffix(after.as_str()));
        inner.is_some_and(|inner| !inner.is_empty())
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
    fn the_same_method_and_then_fixed_text_are_taken() {
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
            ("GET", "/users/me", Some("me")),
            ("DELETE", "/users/me", Some("remove")),
            ("PATCH", "/users/me", Some("me")),
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
    fn a_deep_manifest_is_no_danger_to_the_stack() {
        let path = "/a".repeat(200_000);
        let deep = Operation { id: "deep".into(), method: "GET".into(), path, tier: Tier::Full };
        let operations = Operations::new(std::slice::from_ref(&deep));
        assert_eq!(operations.find("GET", &deep.path).map(|id| &**id), Some("deep"));
        assert_eq!(operations.find("GET", "/a/a"), None);
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

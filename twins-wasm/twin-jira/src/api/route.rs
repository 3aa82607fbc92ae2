//! One operation: its address, and what answers it.

use twin_sdk::{Response, Tier};

use crate::errors::Error;

use super::Root;
use super::call::Call;

/// What answers an operation.
pub(super) type Run = fn(&mut Call<'_, '_>) -> Result<Response, Error>;

/// One operation.
pub(crate) struct Route {
    /// The service's name for it.
    pub id: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    pub(super) root: Root,
    /// Below the root; placeholders are in curly brackets.
    path: &'static str,
    /// Whether it is answered without a caller.
    pub(super) open: bool,
    /// How faithfully it is built.
    pub tier: Tier,
    pub(super) run: Run,
}

/// Operations whose addresses begin with the same few parts, so that a request passes over all others at once.
pub(crate) struct Family {
    /// The first parts of the addresses; empty for any.
    pub(super) heads: &'static [&'static str],
    /// The operations.
    pub routes: &'static [Route],
}

impl Family {
    /// Whether an address may be one of the family's.
    pub(super) fn may_have(&self, segments: &[String]) -> bool {
        let head = segments.first().map(String::as_str).unwrap_or_default();
        self.heads.is_empty() || self.heads.contains(&head)
    }
}

impl Route {
    /// The whole path, as the manifest shows it.
    pub(crate) fn template(&self) -> String {
        format!("{}{}", self.root.path(), self.path)
    }

    /// Whether an address is one of this operation's. Most are told apart by their first part, so that a request looks at
    /// the whole table in no time.
    pub(super) fn fits(&self, root: Root, segments: &[String]) -> bool {
        if root != self.root {
            return false;
        }
        let mut rest = Some(self.path);
        for segment in segments {
            let Some(path) = rest else { return false };
            let after = if path.starts_with('{') {
                path.split_once('}').map_or("", |(_, after)| after)
            } else {
                match path.strip_prefix(segment.as_str()) {
                    Some(after) => after,
                    None => return false,
                }
            };
            rest = if after.is_empty() { None } else { after.strip_prefix('/') };
            if rest.is_none() && !after.is_empty() {
                return false;
            }
        }
        rest.is_none()
    }

    /// How many parts of the path are not placeholders.
    pub(super) fn literals(&self) -> usize {
        self.path.split('/').filter(|part| !part.starts_with('{')).count()
    }

    /// The first part of the path.
    #[cfg(test)]
    pub(super) fn head(&self) -> &'static str {
        self.path.split('/').next().unwrap_or_default()
    }

    /// What the placeholders stand for.
    pub(super) fn params(&self, segments: &[String]) -> Vec<String> {
        let pairs = self.path.split('/').zip(segments).filter(|(part, _)| part.starts_with('{'));
        pairs.map(|(_, segment)| segment.clone()).collect()
    }
}

/// An operation that is built in full.
pub(super) const fn to(
    id: &'static str,
    method: &'static str,
    root: Root,
    path: &'static str,
    run: Run,
) -> Route {
    Route { id, method, root, path, open: false, tier: Tier::Full, run }
}

/// The same, for everybody.
pub(super) const fn open(
    id: &'static str,
    method: &'static str,
    root: Root,
    path: &'static str,
    run: Run,
) -> Route {
    Route { open: true, ..to(id, method, root, path, run) }
}

/// An operation that answers in the right shape and knows little of what stands behind it.
pub(super) const fn shape(
    id: &'static str,
    method: &'static str,
    root: Root,
    path: &'static str,
    run: Run,
) -> Route {
    Route { tier: Tier::Shape, ..to(id, method, root, path, run) }
}

/// A full operation of the platform API.
pub(super) const fn full(id: &'static str, method: &'static str, path: &'static str, run: Run) -> Route {
    to(id, method, Root::Platform, path, run)
}

/// An operation of the platform API that is there in shape alone.
pub(super) const fn outline(id: &'static str, method: &'static str, path: &'static str, run: Run) -> Route {
    shape(id, method, Root::Platform, path, run)
}

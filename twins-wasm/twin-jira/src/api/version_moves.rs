//! Versions in another order, and versions that become one.

use serde_json::json;
use twin_sdk::Response;

use crate::args::text;
use crate::entities::Version;
use crate::errors::Error;
use crate::state::{State, VERSIONS};
use crate::wire;

use super::call::Call;
use super::release::{find_version, retire, versions_in};
use super::route::{Family, Route, full};

/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["version"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("getVersionUnresolvedIssues", "GET", "version/{id}/unresolvedIssueCount", unresolved),
    full("mergeVersions", "PUT", "version/{id}/mergeto/{moveIssuesTo}", merge),
    full("moveVersion", "POST", "version/{id}/move", reorder),
];

/// `GET version/{}/unresolvedIssueCount`.
fn unresolved(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let version = find_version(call)?;
    let (mut all, mut open) = (0_u64, 0_u64);
    let mut issues = State::issues();
    while let Some(issue) = call.state.step(&mut issues)? {
        if issue.fix_versions.contains(&version.id) {
            all += 1;
            open += u64::from(issue.resolution.is_none());
        }
    }
    let address = call.wire.at(&format!("version/{}", version.id));
    Ok(wire::json(200, &json!({"self": address, "issuesUnresolvedCount": open, "issuesCount": all})))
}

/// `PUT version/{}/mergeto/{}`.
fn merge(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let version = find_version(call)?;
    let to = call.param(1).to_owned();
    let missing = || Error::message(404, format!("Could not find version for id '{to}'"));
    call.state.get(&VERSIONS, &to)?.ok_or_else(missing)?;
    retire(call, &version, Some(to.clone()), Some(to))
}

/// `POST version/{}/move`: behind another one, or by a word.
fn reorder(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let version = find_version(call)?;
    let mut order = versions_in(call, &version.project)?;
    let Some(place) = order.iter().position(|held| held.id == version.id) else {
        return Err(Error::bad_payload());
    };
    let moved: Version = order.remove(place);
    let after = text(&body, "after").map(|after| after.rsplit('/').next().unwrap_or_default().to_owned());
    let to = match (after, text(&body, "position").as_deref()) {
        (Some(after), None) => order.iter().position(|held| held.id == after).map(|at| at + 1),
        (None, Some("First")) => Some(0),
        (None, Some("Last")) => Some(order.len()),
        (None, Some("Earlier")) => Some(place.saturating_sub(1)),
        (None, Some("Later")) => Some((place + 1).min(order.len())),
        _ => None,
    };
    let to =
        to.ok_or_else(|| Error::message(400, "Either a valid 'after' or 'position' must be provided."))?;
    order.insert(to, moved);
    for (position, mut held) in (0..).zip(order) {
        held.position = Some(position);
        call.state.put(&VERSIONS, &held.id, &held)?;
    }
    let now = call.state.now();
    Ok(wire::json(200, &wire::version(&call.wire, &version, now)))
}

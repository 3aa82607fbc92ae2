//! Finds the operation that a request is for, and what all of them have in common: credential, addresses, errors.

mod archive;
mod attachment;
mod avatars;
mod board;
mod board_configuration;
mod bulk;
mod call;
mod catalogue;
mod categories;
mod changelog;
mod columns;
mod comment;
mod component;
mod connect;
mod create;
mod dashboard;
mod edit;
mod expressions;
mod field_configs;
mod field_contexts;
mod field_defaults;
mod field_options;
mod fields_admin;
mod filter;
mod filter_parts;
mod gadget;
mod group;
mod hook;
mod index;
mod issue;
mod issue_parts;
mod issue_properties;
mod issue_type_schemes;
mod issue_types;
mod jql_tools;
mod link;
mod notification_schemes;
mod oauth;
mod participation;
mod people;
mod permission_schemes;
mod permissions;
mod preferences;
mod priority_schemes;
mod project;
mod project_parts;
mod project_shown;
mod project_statuses;
mod property;
mod ranked;
mod release;
mod rendered;
mod resource;
mod role;
mod roles;
mod route;
mod routes;
mod screen_fields;
mod screen_schemes;
mod screens;
mod search;
mod security_levels;
mod security_schemes;
mod settings;
mod share;
mod site_settings;
mod sprint;
mod statuses;
mod task;
mod time_tracking;
mod trace;
mod transition;
mod type_screen_schemes;
mod ui_modifications;
mod user;
mod verbs;
mod version_moves;
mod workflow_drafts;
mod workflow_maps;
mod workflow_schemes;
mod workflow_steps;
mod workflows;
mod worklog;

use twin_sdk::{Host, Incoming, Level, Response, origin};

use crate::args::Query;
use crate::caller::caller;
use crate::entities::User;
use crate::errors::Error;
use crate::state::State;
use crate::wire::Wire;

use call::Call;
pub(crate) use group::group_id;
pub(crate) use index::FAMILIES;
pub(crate) use route::Route;

/// Answers a request.
pub(crate) fn answer(host: &mut dyn Host, incoming: &Incoming<'_>, url: &str) -> Response {
    let mut state = State::new(host);
    let mut account = None;
    let mut response = match dispatch(&mut state, incoming, url, &mut account) {
        Ok(response) => response,
        Err(error) => {
            let at = format!("{} {}", incoming.method(), incoming.path());
            if error.is_internal() {
                state.log(Level::Error, &format!("{at}: {error}"));
            }
            if matches!(error, Error::UnknownAddress { .. } | Error::WrongMethod) {
                state.log(Level::Warn, &format!("{at}: {error}"));
            }
            error.response()
        }
    };
    trace::traced(&mut response, incoming, account.as_deref(), state.now());
    response
}

/// The answer; `account` is told who calls, also where the answer is a refusal.
fn dispatch(
    state: &mut State<'_>,
    incoming: &Incoming<'_>,
    url: &str,
    account: &mut Option<String>,
) -> Result<Response, Error> {
    let (prefix, path) = split_cloud(state, incoming.path())?;
    let unknown = || Error::UnknownAddress { path: incoming.path().to_owned() };
    let (root, rest, version) = split_root(path).ok_or_else(unknown)?;
    let segments: Vec<String> = rest.split('/').filter(|part| !part.is_empty()).map(decoded).collect();
    let families = FAMILIES.iter().filter(|family| family.may_have(&segments));
    let routes = families.flat_map(|family| family.routes);
    let fitting: Vec<&Route> = routes.filter(|route| route.fits(root, &segments)).collect();
    let best = fitting.iter().map(|route| route.literals()).max().ok_or_else(unknown)?;
    let of_method = |route: &&&Route| route.method == incoming.method() && route.literals() == best;
    let any_of_method = |route: &&&Route| route.method == incoming.method();
    let route = fitting.iter().find(of_method).or_else(|| fitting.iter().find(any_of_method));
    let route = route.ok_or(Error::WrongMethod)?;
    let user = match caller(state, incoming)? {
        Some(user) => {
            *account = Some(user.account_id.clone());
            user
        }
        None if route.open => nobody(),
        None => return Err(Error::NoCredential),
    };
    let wire = Wire::of(incoming, origin(url), prefix, version);
    let query = Query::read(incoming);
    let params = route.params(&segments);
    let here = format!("{}{}", wire.base, after_origin(url, prefix));
    (route.run)(&mut Call { state, user, wire, incoming, query, params, here })
}

/// The path below `/ex/jira/CLOUD-ID`, by which apps reach the site through `api.atlassian.com`.
fn split_cloud<'p>(state: &mut State<'_>, path: &'p str) -> Result<(&'p str, &'p str), Error> {
    let Some(rest) = path.strip_prefix("/ex/jira/") else { return Ok(("", path)) };
    let end = rest.find('/').unwrap_or(rest.len());
    let id = rest.get(..end).unwrap_or_default();
    if id != state.site()?.cloud_id {
        return Err(Error::UnknownAddress { path: path.to_owned() });
    }
    let at = path.len() - rest.len() + end;
    Ok(path.split_at_checked(at).unwrap_or(("", path)))
}

/// The families of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Root {
    /// `/rest/api/2` and `/rest/api/3`, which differ in rich text alone.
    Platform,
    /// `/rest/agile/1.0`.
    Agile,
    /// `/rest/webhooks/1.0`.
    Webhooks,
    /// What is for Connect apps alone.
    Connect,
    /// Outside of any site.
    Accounts,
    /// Where people consent.
    Consent,
}

impl Root {
    /// What stands before the path, for the manifest.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Platform => "/rest/api/3/",
            Self::Agile => "/rest/agile/1.0/",
            Self::Webhooks => "/rest/webhooks/1.0/",
            Self::Connect => "/rest/atlassian-connect/1/",
            Self::Accounts => "/oauth/",
            Self::Consent => "/",
        }
    }
}

fn split_root(path: &str) -> Option<(Root, &str, &'static str)> {
    for (start, root, version) in [
        ("/rest/api/2/", Root::Platform, "2"),
        ("/rest/api/3/", Root::Platform, "3"),
        ("/rest/api/latest/", Root::Platform, "2"),
        ("/rest/agile/1.0/", Root::Agile, "2"),
        ("/rest/agile/latest/", Root::Agile, "2"),
        ("/rest/webhooks/1.0/", Root::Webhooks, "2"),
        ("/rest/webhooks/latest/", Root::Webhooks, "2"),
        ("/rest/atlassian-connect/1/", Root::Connect, "3"),
        ("/rest/atlassian-connect/latest/", Root::Connect, "3"),
        ("/oauth/", Root::Accounts, "3"),
    ] {
        if let Some(rest) = path.strip_prefix(start) {
            return Some((root, rest, version));
        }
    }
    (path == "/authorize").then_some((Root::Consent, "authorize", "3"))
}

fn after_origin<'u>(url: &'u str, prefix: &str) -> &'u str {
    let rest = url.get(origin(url).len()..).unwrap_or_default();
    rest.strip_prefix(prefix).unwrap_or(rest)
}

/// One part of a path with its percent-encoding undone; `+` stays.
fn decoded(part: &str) -> String {
    if !part.contains(['%', '&', '=']) {
        return part.to_owned();
    }
    let protected = part.replace('+', "%2B");
    form_urlencoded::parse(protected.as_bytes()).next().map(|(name, _)| name.into_owned()).unwrap_or_default()
}

fn nobody() -> User {
    User {
        account_id: String::new(),
        display_name: "Anonymous".to_owned(),
        email: String::new(),
        email_visible: false,
        active: true,
        time_zone: "Etc/UTC".to_owned(),
        account_type: "atlassian".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        assert_eq!(after_origin("https://a.example/ex/jira/1/rest?x=1", "/ex/jira/1"), "/rest?x=1");
        assert_eq!(split_root("/rest/api/2/issue/A-1"), Some((Root::Platform, "issue/A-1", "2")));
        assert_eq!(split_root("/browse/A-1"), None);
        assert_eq!(decoded("a%20b+c"), "a b+c");
    }

    #[test]
    fn operations_are_ordered_and_unique() {
        assert!(routes::ROUTES.is_sorted_by(|one, other| one.id < other.id));
        let all = || FAMILIES.iter().flat_map(|family| family.routes);
        let ids: std::collections::BTreeSet<&str> = all().map(|route| route.id).collect();
        assert_eq!(ids.len(), all().count());
        let places: std::collections::BTreeSet<_> =
            all().map(|route| (route.method, route.template())).collect();
        assert_eq!(places.len(), ids.len());
    }

    #[test]
    fn every_family_names_the_heads_of_its_addresses() {
        for family in FAMILIES.iter().filter(|family| !family.heads.is_empty()) {
            for route in family.routes {
                assert!(family.heads.contains(&route.head()), "{}", route.id);
            }
        }
    }
}

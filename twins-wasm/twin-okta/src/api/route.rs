//! Operations and how a request finds its own.

use twin_sdk::Reply;

use super::operations;
use super::resource::{Action, Resource};
use crate::call::Call;
use crate::errors::Error;

/// Who may call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Everybody.
    Open,
    /// The owner of an API token or of an access token with the scope of the path's family.
    Token,
}

/// What answers a call.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// A function of the operation's own.
    Own(fn(&mut Call<'_, '_>) -> Result<Reply, Error>),
    /// What all resources of that description do alike.
    Of(&'static Resource, Action),
}

impl Run {
    /// Answers a call.
    pub(crate) fn answer(self, call: &mut Call<'_, '_>) -> Result<Reply, Error> {
        match self {
            Self::Own(run) => run(call),
            Self::Of(resource, action) => resource.answer(action, call),
        }
    }
}

/// One operation of the service.
pub(crate) struct Operation {
    /// The service's own name for it.
    pub id: &'static str,
    /// Upper case.
    pub method: &'static str,
    /// With `{name}` for variable segments.
    pub path: &'static str,
    /// How many bytes of the path come before its first variable segment.
    fixed: usize,
    /// Who may call it.
    pub access: Access,
    /// Whether it only has the shape of the service's answer.
    pub shape_only: bool,
    /// What answers it.
    pub run: Run,
}

/// How many bytes come before the first variable segment.
const fn fixed(path: &str) -> usize {
    let (mut rest, mut count) = (path.as_bytes(), 0);
    loop {
        match rest {
            [] | [b'{', ..] => return count,
            [_, tail @ ..] => {
                rest = tail;
                count += 1;
            }
        }
    }
}

/// An operation with a function of its own.
pub(super) const fn own(
    id: &'static str,
    method: &'static str,
    path: &'static str,
    run: fn(&mut Call<'_, '_>) -> Result<Reply, Error>,
) -> Operation {
    Operation {
        id,
        method,
        path,
        fixed: fixed(path),
        access: Access::Token,
        shape_only: false,
        run: Run::Own(run),
    }
}

/// An operation that needs no token.
pub(super) const fn open(
    id: &'static str,
    method: &'static str,
    path: &'static str,
    run: fn(&mut Call<'_, '_>) -> Result<Reply, Error>,
) -> Operation {
    Operation {
        id,
        method,
        path,
        fixed: fixed(path),
        access: Access::Open,
        shape_only: false,
        run: Run::Own(run),
    }
}

/// An operation without the behaviour behind it.
pub(super) const fn shape(
    id: &'static str,
    method: &'static str,
    path: &'static str,
    run: fn(&mut Call<'_, '_>) -> Result<Reply, Error>,
) -> Operation {
    Operation {
        id,
        method,
        path,
        fixed: fixed(path),
        access: Access::Token,
        shape_only: true,
        run: Run::Own(run),
    }
}

/// An operation that resources share.
pub(super) const fn of(
    id: &'static str,
    method: &'static str,
    path: &'static str,
    resource: &'static Resource,
    action: Action,
) -> Operation {
    Operation {
        id,
        method,
        path,
        fixed: fixed(path),
        access: Access::Token,
        shape_only: false,
        run: Run::Of(resource, action),
    }
}

/// What a method and a path lead to.
pub(super) enum Match {
    /// An operation, and the variable segments of the path.
    Found(&'static Operation, Vec<String>),
    /// The path is known with other methods.
    OtherMethod,
    /// The path is not known.
    Nothing,
}

/// Finds the operation of a request: the one with the most fixed segments.
pub(super) fn find(method: &str, path: &str) -> Match {
    let path = path.trim_end_matches('/');
    let mut is_known = false;
    let mut best: Option<(&'static Operation, Vec<&str>)> = None;
    for operation in operations() {
        // Of hundreds few begin like the request.
        let begin = operation.path.as_bytes().get(..operation.fixed);
        if path.as_bytes().get(..operation.fixed) != begin {
            continue;
        }
        let Some(params) = params(operation.path, path) else { continue };
        is_known = true;
        let is_better = best.as_ref().is_none_or(|(_, found)| params.len() < found.len());
        if operation.method == method && is_better {
            best = Some((operation, params));
        }
    }
    match best {
        Some((operation, params)) => Match::Found(operation, params.into_iter().map(decoded).collect()),
        None if is_known => Match::OtherMethod,
        None => Match::Nothing,
    }
}

/// The variable segments of a path that a template fits.
fn params<'p>(template: &str, path: &'p str) -> Option<Vec<&'p str>> {
    let mut found = Vec::new();
    let mut wanted = template.split('/');
    let mut segments = path.split('/');
    loop {
        match (wanted.next(), segments.next()) {
            (None, None) => return Some(found),
            (Some(name), Some(segment)) if name.starts_with('{') && !segment.is_empty() => {
                found.push(segment)
            }
            (Some(name), Some(segment)) if name == segment => {}
            _ => return None,
        }
    }
}

/// A segment without percent-encoding; what is wrongly encoded stays as it is.
fn decoded(segment: &str) -> String {
    let mut bytes = Vec::with_capacity(segment.len());
    let mut rest = segment.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
        match (byte, digit(ahead.next()), digit(ahead.next())) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).unwrap_or_default());
                rest = ahead;
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The family of scopes that a path belongs to: `users` for `okta.users.read` and `okta.users.manage`.
pub(super) fn family(path: &str) -> &str {
    let rest = path.strip_prefix("/api/v1/").unwrap_or(path);
    if rest.starts_with("meta/schemas/user/linkedObjects") || rest.contains("/linkedObjects/") {
        return "linkedObjects";
    }
    if rest.starts_with("meta/") {
        let is_schema = rest.starts_with("meta/schemas");
        return if is_schema {
            "schemas"
        } else if rest.starts_with("meta/types") {
            "userTypes"
        } else {
            "uischemas"
        };
    }
    if path.starts_with("/oauth2/v1/clients/") || rest.contains("/roles/") || rest.ends_with("/roles") {
        return "roles";
    }
    match path.trim_start_matches('/').split('/').next().unwrap_or_default() {
        "attack-protection" => return "orgs",
        "integrations" => return "oauthIntegrations",
        "privileged-access" => return "serviceAccounts",
        "webauthn-registration" => return "users",
        _ => {}
    }
    match rest.split('/').next().unwrap_or_default() {
        "zones" => "networkZones",
        "mappings" => "profileMappings",
        "iam" => "roles",
        "org" => "orgs",
        "api-tokens" => "apiTokens",
        "device-assurances" => "deviceAssurance",
        "threats" => "threatInsights",
        "push-providers" => "pushProviders",
        "principal-rate-limits" => "principalRateLimits",
        "rate-limit-settings" => "rateLimits",
        "email-domains" => "emailDomains",
        "email-servers" => "emailServers",
        "hook-keys" => "inlineHooks",
        "realm-assignments" => "realmAssignments",
        "security-events-providers" => "securityEventsProviders",
        "device-posture-checks" => "devicePostureChecks",
        "identity-sources" => "identitySources",
        first => first,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_fixed_path_wins() {
        let Match::Found(operation, params) = find("GET", "/api/v1/users/ana%40fern.example/groups/") else {
            panic!("nothing found")
        };
        assert_eq!((operation.id, &*params[0]), ("listUserGroups", "ana@fern.example"));
        let Match::Found(operation, _) = find("GET", "/api/v1/groups/rules") else { panic!("nothing found") };
        assert_eq!(operation.id, "listGroupRules");
        assert!(matches!(find("PATCH", "/api/v1/users"), Match::OtherMethod));
        assert!(matches!(find("GET", "/api/v1/nothing"), Match::Nothing));
        assert_eq!(decoded("a%2Fb%zz%"), "a/b%zz%");
    }

    #[test]
    fn no_two_operations_have_the_same_place_or_id() {
        let mut places: Vec<_> = operations().map(|found| (found.method, shape_of(found.path))).collect();
        let mut ids: Vec<_> = operations().map(|found| found.id).collect();
        for (count, unique) in [
            (places.len(), {
                places.sort();
                places.dedup();
                places.len()
            }),
            (ids.len(), {
                ids.sort_unstable();
                ids.dedup();
                ids.len()
            }),
        ] {
            assert_eq!(count, unique);
        }
    }

    fn shape_of(path: &str) -> String {
        let segments = path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
        segments.collect::<Vec<_>>().join("/")
    }

    #[test]
    fn families_are_those_of_the_scopes() {
        for (path, expected) in [
            ("/api/v1/users/{userId}", "users"),
            ("/api/v1/zones", "networkZones"),
            ("/api/v1/meta/schemas/user/{schemaId}", "schemas"),
            ("/api/v1/meta/types/user", "userTypes"),
        ] {
            assert_eq!(family(path), expected);
        }
    }
}

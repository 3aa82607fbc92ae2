//! `/privileged-access/api/v1`: accounts that no person owns, of applications and of the org itself.

use serde_json::json;
use twin_sdk::Table;

use super::resource::{Action, PLAIN, Resource, require_text};
use super::route::{Operation, of};
use crate::documents::{Document, default, set, strings, text};
use crate::errors::Error;

const APPS: &str = "/privileged-access/api/v1/service-accounts";
const APP: &str = "/privileged-access/api/v1/service-accounts/{id}";
const OKTA: &str = "/privileged-access/api/v1/okta-service-accounts";
const OKTA_ONE: &str = "/privileged-access/api/v1/okta-service-accounts/{id}";

pub(super) const OPERATIONS: &[Operation] = &[
    of("listAppServiceAccounts", "GET", APPS, &OF_APPS, Action::List),
    of("createAppServiceAccount", "POST", APPS, &OF_APPS, Action::Create),
    of("getAppServiceAccount", "GET", APP, &OF_APPS, Action::Read),
    of("updateAppServiceAccount", "PATCH", APP, &OF_APPS, Action::Update),
    of("deleteAppServiceAccount", "DELETE", APP, &OF_APPS, Action::Delete),
    of("listOktaManagedUserAccounts", "GET", OKTA, &OF_OKTA, Action::List),
    of("createOktaManagedUserAccount", "POST", OKTA, &OF_OKTA, Action::Create),
    of("getOktaManagedUserAccount", "GET", OKTA_ONE, &OF_OKTA, Action::Read),
    of("updateOktaManagedUserAccount", "PATCH", OKTA_ONE, &OF_OKTA, Action::Update),
    of("deleteOktaManagedUserAccount", "DELETE", OKTA_ONE, &OF_OKTA, Action::Delete),
];

/// Accounts in applications.
static OF_APPS: Resource = Resource {
    noun: "AppServiceAccount",
    path: "/privileged-access/api/v1/service-accounts/{}",
    table: Table::new("app_service_accounts"),
    prefix: "psa",
    created: 201,
    make: |call, account, _| {
        for field in ["name", "containerOrn", "username"] {
            require_text(account, field)?;
        }
        own(account)?;
        if let Some(secret) = account.remove("password") {
            set(account, "_password", secret);
        }
        let orn = text(account, "containerOrn").to_owned();
        let app = orn.rsplit(':').next().unwrap_or_default().to_owned();
        let app = call
            .state
            .get(&crate::state::APPS, &app)?
            .ok_or_else(|| Error::not_found(&app, "AppInstance"))?;
        set(account, "containerInstanceName", text(&app, "label"));
        set(account, "containerGlobalName", text(&app, "name"));
        state_of(account);
        Ok(())
    },
    links: |_, _| Document::new(),
    ..PLAIN
};

/// Accounts of the org's own users.
static OF_OKTA: Resource = Resource {
    noun: "OktaUserServiceAccount",
    path: "/privileged-access/api/v1/okta-service-accounts/{}",
    table: Table::new("okta_service_accounts"),
    prefix: "psa",
    created: 201,
    make: |call, account, old| {
        require_text(account, "name")?;
        let user = require_text(account, "oktaUserId")?;
        let user = call.state.user(&user)?.ok_or_else(|| Error::not_found(&user, "User"))?;
        own(account)?;
        for (field, pointer) in [("username", "/login"), ("email", "/email")] {
            set(account, field, crate::documents::text_at(&user, "profile", pointer));
        }
        let id = text(&user, "id").to_owned();
        let others = call.state.all(&OF_OKTA.table, "")?;
        if old.is_none() && others.iter().any(|(_, other)| text(other, "oktaUserId") == id) {
            return Err(Error::field("oktaUserId", "The user is a service account already"));
        }
        state_of(account);
        Ok(())
    },
    links: |_, _| Document::new(),
    ..PLAIN
};

/// Owners are people or groups, not both.
fn own(account: &mut Document) -> Result<(), Error> {
    let (people, groups) = (strings(account.get("ownerUserIds")), strings(account.get("ownerGroupIds")));
    if people.is_empty() == groups.is_empty() {
        return Err(Error::invalid("owners", "Either ownerUserIds or ownerGroupIds has to be given"));
    }
    default(account, "ownerUserIds", json!([]));
    default(account, "ownerGroupIds", json!([]));
    default(account, "description", "");
    Ok(())
}

/// Nobody has taken the account into their keeping yet.
fn state_of(account: &mut Document) {
    default(account, "status", "NO_ISSUES");
    default(account, "statusDetail", "UNSECURED");
}

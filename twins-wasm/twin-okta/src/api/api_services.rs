//! `/integrations/api/v1/api-services`: services of the catalogue that call the org's API.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::client_credentials::CLIENT_SECRETS;
use super::resource::{Action, PLAIN, Resource, Stamps, require_text};
use super::route::{Operation, of, own};
use crate::call::{Call, one};
use crate::documents::{document, set, strings, text};
use crate::errors::Error;
use crate::wire;

const ALL: &str = "/integrations/api/v1/api-services";
const ONE: &str = "/integrations/api/v1/api-services/{id}";

pub(super) const OPERATIONS: &[Operation] = &[
    of("listApiServiceIntegrationInstances", "GET", ALL, &SERVICES, Action::List),
    own("createApiServiceIntegrationInstance", "POST", ALL, create),
    of("getApiServiceIntegrationInstance", "GET", ONE, &SERVICES, Action::Read),
    of("deleteApiServiceIntegrationInstance", "DELETE", ONE, &SERVICES, Action::Delete),
];

/// Services; each is a client of the org.
pub(super) static SERVICES: Resource = Resource {
    noun: "ApiServiceIntegrationInstance",
    path: "/integrations/api/v1/api-services/{}",
    table: Table::new("api_services"),
    prefix: "0oa",
    created: 201,
    stamps: Stamps::Absent,
    make: |call, service, _| {
        let kind = require_text(service, "type")?;
        let scopes = strings(service.get("grantedScopes"));
        if scopes.is_empty() {
            return Err(Error::field("grantedScopes", "The field cannot be left blank"));
        }
        if let Some(wrong) = scopes.iter().find(|scope| !scope.starts_with("okta.")) {
            return Err(Error::field("grantedScopes", &format!("The scope {wrong} is not valid")));
        }
        let now = call.state.stamp();
        service.retain(|name, _| matches!(name.as_str(), "type" | "grantedScopes" | "properties"));
        set(service, "name", kind.clone());
        set(service, "createdAt", now);
        set(service, "createdBy", call.caller.user.clone());
        set(service, "configGuideUrl", format!("https://okta.com/{kind}/configguide"));
        Ok(())
    },
    links: |place, service| {
        let client = format!("{}/oauth2/v1/clients/{}", place.origin, text(service, "id"));
        let logo = format!("{}/app/{}/logo", place.origin, text(service, "type"));
        document(json!({
            "self": wire::hinted(place.at, &["GET", "DELETE"]), "client": wire::hinted(&client, &["GET"]),
            "logo": {"name": "small", "href": logo, "hints": {"allow": ["GET"]}},
        }))
    },
    after: |call, service, action| match action {
        Action::Delete => Ok(call.state.clear(&CLIENT_SECRETS, &format!("{}/", text(service, "id")))?),
        _ => Ok(()),
    },
    ..PLAIN
};

/// The secret is shown once.
fn create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let (id, service) = SERVICES.add(call, "", body)?;
    let secret = super::client_credentials::first(call, &id)?;
    let mut view = document(SERVICES.view(call, &id, &service));
    set(&mut view, "clientSecret", secret);
    one(201, &Value::Object(view))
}

//! `/api/v1/apps`: applications. What belongs to a single one is in `app_parts`.

use serde_json::{Value, json};
use twin_sdk::Reply;

use super::app_build::{build, checked, credentials};
use super::app_parts::{GRANTS, REFRESH_TOKENS};
use super::client_credentials::CLIENT_SECRETS;
use super::cross_access::CROSS;
use super::csrs::CSRS;
use super::route::{Operation, own};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, default, document, set, text, text_at};
use crate::errors::{Code, Error};
use crate::search::{Dialect, Filter};
use crate::state::{APP_GROUPS, APP_USERS, APPS, Event, Target};
use crate::wire;

/// Where the end user's page of an application lies.
pub(super) const DASHBOARD: &str = "home";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listApplications", "GET", "/api/v1/apps", list),
    own("createApplication", "POST", "/api/v1/apps", create),
    own("getApplication", "GET", "/api/v1/apps/{appId}", read),
    own("replaceApplication", "PUT", "/api/v1/apps/{appId}", replace),
    own("deleteApplication", "DELETE", "/api/v1/apps/{appId}", delete),
    own("activateApplication", "POST", "/api/v1/apps/{appId}/lifecycle/activate", activate),
    own("deactivateApplication", "POST", "/api/v1/apps/{appId}/lifecycle/deactivate", deactivate),
];

const FILTERED: &[&str] = &["status", "name", "id", "user.id", "group.id", "credentials.signing.kid"];
/// The applications of the catalogue that the twin knows: name, sign-on mode, and whether people are provisioned.
pub(super) const CATALOGUE: &[(&str, &str, bool)] = &[
    ("bookmark", "BOOKMARK", false),
    ("oidc_client", "OPENID_CONNECT", false),
    ("okta_org2org", "SAML_2_0", true),
    ("saasure", "OPENID_CONNECT", false),
    ("okta_enduser", "OPENID_CONNECT", false),
    ("okta_browser_plugin", "OPENID_CONNECT", false),
    ("template_basic_auth", "BASIC_AUTH", false),
    ("template_sps", "SECURE_PASSWORD_STORE", false),
    ("template_swa", "BROWSER_PLUGIN", false),
    ("template_swa3field", "BROWSER_PLUGIN", false),
    ("template_wsfed", "WS_FEDERATION", false),
];

/// The last segment of the address at which people open an application.
pub(super) fn link_id(name: &str) -> &'static str {
    match name {
        "bookmark" => "2557",
        "okta_org2org" => "51975",
        "oidc_client" => "aln177a159h7Zf52X0g8",
        _ => "2",
    }
}

/// The picture of an application.
pub(super) fn logo(name: &str) -> String {
    let picture = if name == "bookmark" { "bookmark-app" } else { "default" };
    format!("https://ok12static.oktacdn.com/assets/img/logos/{picture}.png")
}

/// The application that the path names.
pub(super) fn named(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let id = call.param(0);
    call.state.get(&APPS, &id)?.ok_or_else(|| Error::not_found(&id, "AppInstance"))
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let filter = match call.query("filter") {
        Some(filter) => {
            let dialect = Dialect { operators: Dialect::NARROW, attributes: Some(FILTERED) };
            let parsed = Filter::parse(&filter, &dialect);
            Some(parsed.ok_or_else(|| Error::Search("Invalid filter expression.".to_owned()))?)
        }
        None => None,
    };
    if call.query("expand").is_some_and(|expand| !is_expansion(&expand)) {
        return Err(Error::invalid("RequestParams", "Expand query is malformed."));
    }
    let prefix = call.query("q").map(|q| q.to_lowercase());
    let page = call.page(&APPS, "", Lengths::USUAL, |state, app| {
        let begins = |prefix: &str| {
            ["name", "label"].iter().any(|field| text(app, field).to_lowercase().starts_with(prefix))
        };
        if !prefix.as_deref().is_none_or(begins) {
            return Ok(false);
        }
        let Some(filter) = &filter else { return Ok(true) };
        if !(filter.names("user.id") || filter.names("group.id")) {
            return Ok(filter.holds(app));
        }
        // Who has the application is no part of its document.
        let mut asked = app.clone();
        for (name, table) in [("user", &APP_USERS), ("group", &APP_GROUPS)] {
            let below = state.all(table, &format!("{}/", text(app, "id")))?;
            let ids: Vec<_> = below.iter().map(|(_, found)| json!({"id": text(found, "id")})).collect();
            set(&mut asked, name, ids);
        }
        Ok(filter.holds(&asked))
    })?;
    let mut items = Vec::with_capacity(page.items.len());
    for app in &page.items {
        items.push(view(call, app)?);
    }
    call.list(&items, page.next.as_deref(), Lengths::USUAL)
}

/// One user: `user/` and an id.
fn is_expansion(expand: &str) -> bool {
    expand.strip_prefix("user/").is_some_and(|id| !id.is_empty() && id.chars().all(char::is_alphanumeric))
}

/// An application with its links.
pub(super) fn view(call: &mut Call<'_, '_>, app: &Document) -> Result<Value, Error> {
    let (id, name, mode) = (text(app, "id"), text(app, "name"), text(app, "signOnMode"));
    let at = call.href(&format!("/api/v1/apps/{id}"));
    let org = call.state.org()?;
    let policy = |key: &str, own: &str| {
        let chosen = text(app, own);
        let id = if chosen.is_empty() { text(&org, key) } else { chosen };
        wire::bare(&call.href(&format!("/api/v1/policies/{id}")))
    };
    let home = call.href(&format!("/{DASHBOARD}/{name}/{id}/{}", link_id(name)));
    // There is a link for each one that people see.
    let shown =
        app.get("visibility").and_then(|visibility| visibility.get("appLinks")).and_then(Value::as_object);
    let app_links: Vec<_> = shown
        .into_iter()
        .flatten()
        .map(|(name, _)| json!({"name": name, "href": home, "type": "text/html"}))
        .collect();
    let mut links = document(json!({
        "uploadLogo": wire::hinted(&format!("{at}/logo"), &["POST"]),
        "appLinks": app_links,
        "profileEnrollment": policy("enrollmentPolicy", "_enrollmentPolicy"),
        "policies": wire::hinted(&format!("{at}/policies"), &["PUT"]),
        "groups": wire::bare(&format!("{at}/groups")),
        "logo": [{"name": "medium", "href": logo(name), "type": "image/png"}],
        "accessPolicy": policy("accessPolicy", "_accessPolicy"),
        "users": wire::bare(&format!("{at}/users")),
    }));
    if !text_at(app, "credentials", "/oauthClient/client_id").is_empty() {
        let secrets = json!([{"name": "secrets", "href": format!("{at}/credentials/secrets")}]);
        set(&mut links, "clientCredentials", secrets);
    }
    if mode == "SAML_2_0" {
        let metadata = json!({"href": format!("{at}/sso/saml/metadata"), "type": "application/xml"});
        set(&mut links, "metadata", metadata);
        let help = call.href(&format!("/app/{name}/{id}/setup/help/SAML_2_0/external-doc"));
        set(&mut links, "help", json!({"href": help, "type": "text/html"}));
    }
    wire::lifecycle(&mut links, app, &at, false);
    Ok(wire::linked(app, Value::Object(links)))
}

fn create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let limit = call.state.org()?.get("_appLimit").and_then(Value::as_u64);
    if limit.is_some_and(|limit| APPS.count(call.state.host) >= limit) {
        let problem = "Cannot create application instance. Maximum number of instances has been reached.";
        return Err(Error::invalid("generalSettings", problem));
    }
    let activate = call.flag("activate", true);
    let app = build(call, body, activate, None)?;
    call.state.put(&APPS, text(&app, "id"), &app)?;
    super::mappings::connect_app(call.state, &app)?;
    call.state.log(&Event::success(
        "application.lifecycle.create",
        "Create application",
        vec![Target::app(&app)],
    ))?;
    one(200, &view(call, &app)?)
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    one(200, &view(call, &app)?)
}

fn replace(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let old = named(call)?;
    let mut body = call.body()?;
    for name in ["name", "signOnMode"] {
        default(&mut body, name, text(&old, name));
    }
    let mut app = checked(call, body)?;
    if text(&app, "name") != text(&old, "name") {
        return Err(Error::field("name", "The name of an application cannot be changed"));
    }
    for (name, value) in &old {
        if name.starts_with('_') || matches!(name.as_str(), "id" | "orn" | "status" | "created") {
            set(&mut app, name, value.clone());
        }
    }
    credentials(call, &mut app, Some(&old))?;
    let now = call.state.stamp();
    set(&mut app, "lastUpdated", now);
    call.state.put(&APPS, text(&app, "id"), &app)?;
    call.state.log(&Event::success(
        "application.lifecycle.update",
        "Update application",
        vec![Target::app(&app)],
    ))?;
    one(200, &view(call, &app)?)
}

fn delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    if text(&app, "status") == "ACTIVE" {
        return Err(Code::DeleteActiveApp.into());
    }
    let id = text(&app, "id");
    call.state.remove_app(id)?;
    let below = format!("{id}/");
    for table in [&GRANTS, &REFRESH_TOKENS, &CROSS, &CSRS, &CLIENT_SECRETS] {
        call.state.clear(table, &below)?;
    }
    super::app_extras::forget(call.state, id)?;
    super::mappings::disconnect_app(call.state, id)?;
    call.state.log(&Event::success(
        "application.lifecycle.delete",
        "Delete application",
        vec![Target::app(&app)],
    ))?;
    Ok(nothing(204))
}

fn activate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn(call, "ACTIVE", ("application.lifecycle.activate", "Activate application"))
}

fn deactivate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    turn(call, "INACTIVE", ("application.lifecycle.deactivate", "Deactivate application"))
}

fn turn(call: &mut Call<'_, '_>, status: &str, (kind, message): (&str, &str)) -> Result<Reply, Error> {
    let mut app = named(call)?;
    let now = call.state.stamp();
    set(&mut app, "status", status);
    set(&mut app, "lastUpdated", now);
    call.state.put(&APPS, text(&app, "id"), &app)?;
    call.state.log(&Event::success(kind, message, vec![Target::app(&app)]))?;
    one(200, &json!({}))
}

/// Whether the application takes people from the org.
pub(super) fn provisions(app: &Document) -> bool {
    CATALOGUE.iter().any(|(name, _, provisions)| *provisions && *name == text(app, "name"))
}

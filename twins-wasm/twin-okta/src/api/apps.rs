//! `/api/v1/apps`: applications. What belongs to a single one is in `app_parts`.

use serde_json::{Value, json};
use twin_sdk::Reply;

use super::app_parts::{CROSS, GRANTS, REFRESH_TOKENS};
use super::csrs::CSRS;
use super::resource::require_text;
use super::route::{Operation, own};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, change, default, document, fill, object, set, text, text_at};
use crate::errors::{Code, Error};
use crate::keys;
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

/// A new application of a body, checked, with everything that the service fills in.
pub(crate) fn build(
    call: &mut Call<'_, '_>,
    body: Document,
    activate: bool,
    id: Option<String>,
) -> Result<Document, Error> {
    let mut app = checked(call, body)?;
    let now = call.state.stamp();
    let id = id.unwrap_or_else(|| call.state.mint("0oa"));
    let org = call.state.org_id("id")?;
    let orn = format!("orn:okta:idp:{org}:apps:{}:{id}", text(&app, "name"));
    set(&mut app, "orn", orn);
    set(&mut app, "id", id.clone());
    set(&mut app, "status", if activate { "ACTIVE" } else { "INACTIVE" });
    set(&mut app, "created", now.clone());
    set(&mut app, "lastUpdated", now);
    credentials(call, &mut app, None)?;
    Ok(app)
}

/// A body with what it leaves out, refused where it cannot be an application.
fn checked(call: &mut Call<'_, '_>, mut app: Document) -> Result<Document, Error> {
    app.retain(|name, _| {
        !name.starts_with('_') && !matches!(name.as_str(), "id" | "created" | "lastUpdated" | "orn")
    });
    require_text(&app, "label")?;
    let mode = text(&app, "signOnMode").to_owned();
    let name = match text(&app, "name") {
        "" => own_name(call, &app, &mode)?,
        name => name.to_owned(),
    };
    let known = CATALOGUE.iter().find(|(known, ..)| *known == name);
    match known {
        Some((_, usual, _)) => default(&mut app, "signOnMode", *usual),
        None if mode.is_empty() => return Err(Error::not_found(&name, "App")),
        None => {}
    }
    if text(&app, "signOnMode").is_empty() {
        set(&mut app, "signOnMode", known.map_or("", |(_, usual, _)| usual));
    }
    set(&mut app, "name", name.clone());
    require_settings(&app, &name)?;
    let link = if text(&app, "signOnMode") == "OPENID_CONNECT" {
        format!("{name}_link")
    } else {
        "login".to_owned()
    };
    let is_hidden = text(&app, "signOnMode") == "OPENID_CONNECT";
    let mut value = Value::Object(app);
    fill(
        &mut value,
        &json!({
            "accessibility": {"selfService": false, "errorRedirectUrl": null, "loginRedirectUrl": null},
            "visibility": {
                "autoLaunch": false, "autoSubmitToolbar": false, "hide": {"iOS": is_hidden, "web": is_hidden},
                "appLinks": {link: true},
            },
            "features": [],
            "credentials": {
                "userNameTemplate": {"template": "${source.login}", "type": "BUILT_IN"}, "signing": {},
            },
            "settings": {
                "app": {},
                "notifications": {
                    "vpn": {"network": {"connection": "DISABLED"}, "message": null, "helpUrl": null},
                },
                "manualProvisioning": false, "implicitAssignment": false,
                "notes": {"admin": null, "enduser": null}, "emOptInStatus": "NONE",
            },
        }),
    );
    let defaults = mode_defaults(&value);
    fill(&mut value, &defaults);
    Ok(document(value))
}

/// What belongs to a sign-on mode.
fn mode_defaults(app: &Value) -> Value {
    match app.get("signOnMode").and_then(Value::as_str) {
        Some("OPENID_CONNECT") => {
            let mut client = document(json!({
                "client_uri": null, "logo_uri": null, "redirect_uris": [], "response_types": ["code"],
                "grant_types": ["authorization_code"], "consent_method": "TRUSTED", "issuer_mode": "DYNAMIC",
                "idp_initiated_login": {"mode": "DISABLED", "default_scope": []}, "wildcard_redirect": "DISABLED",
                "dpop_bound_access_tokens": false,
            }));
            let grants = crate::documents::strings(app.pointer("/settings/oauthClient/grant_types"));
            if grants.iter().any(|grant| grant == "refresh_token") {
                set(&mut client, "refresh_token", json!({"rotation_type": "STATIC"}));
            }
            json!({
                "settings": {"oauthClient": client},
                "universalLogout": {
                    "status": "DISABLED", "supportType": "FULL", "identityStack": "NOT_SHARED",
                    "protocol": "GLOBAL_TOKEN_REVOCATION",
                },
            })
        }
        Some("SAML_2_0") => json!({
            "settings": {"signOn": {
                "defaultRelayState": null, "ssoAcsUrlOverride": null, "audienceOverride": null,
                "recipientOverride": null, "destinationOverride": null, "attributeStatements": [],
            }},
            "universalLogout": {"status": "UNSUPPORTED"},
        }),
        _ => json!({"universalLogout": {"status": "UNSUPPORTED"}}),
    }
}

/// The name of an application that is in no catalogue: the org's, the label and a number.
fn own_name(call: &mut Call<'_, '_>, app: &Document, mode: &str) -> Result<String, Error> {
    match mode {
        "" => Err(Error::field("name", "The field cannot be left blank")),
        "BOOKMARK" => Ok("bookmark".to_owned()),
        "OPENID_CONNECT" => Ok("oidc_client".to_owned()),
        "BASIC_AUTH" => Ok("template_basic_auth".to_owned()),
        "WS_FEDERATION" => Ok("template_wsfed".to_owned()),
        _ => {
            let word = |text: &str| -> String {
                text.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
            };
            let number = call.state.host.next_sequence("own apps");
            Ok(format!("{}_{}_{number}", word(&call.state.org_id("subdomain")?), word(text(app, "label"))))
        }
    }
}

fn require_settings(app: &Document, name: &str) -> Result<(), Error> {
    let setting = |pointer: &str| text_at(app, "settings", pointer);
    let required: &[&str] = match name {
        "bookmark" => &["url"],
        "template_basic_auth" => &["url", "authURL"],
        "okta_org2org" => &["baseUrl"],
        "template_wsfed" => &["realm", "wReplyURL"],
        "template_swa" => &["url"],
        _ => &[],
    };
    for field in required {
        if setting(&format!("/app/{field}")).is_empty() {
            return Err(Error::field(&format!("settings.app.{field}"), "The field cannot be left blank"));
        }
    }
    if text(app, "signOnMode") == "OPENID_CONNECT" {
        let kind = setting("/oauthClient/application_type");
        if !matches!(kind, "web" | "native" | "browser" | "service") && name == "oidc_client" {
            return Err(Error::field(
                "settings.oauthClient.application_type",
                "'application_type' is missing or unknown.",
            ));
        }
        let list = |field: &str| {
            let found = object(app, "settings").and_then(|settings| settings.get("oauthClient"));
            crate::documents::strings(found.and_then(|client| client.get(field)))
        };
        let needs_redirect =
            list("grant_types").iter().any(|grant| grant == "authorization_code" || grant == "implicit");
        if needs_redirect && list("redirect_uris").is_empty() {
            return Err(Error::field(
                "settings.oauthClient.redirect_uris",
                "At least one redirect URI is required.",
            ));
        }
    }
    Ok(())
}

/// The client's id and secret, and the key that assertions are signed with.
fn credentials(call: &mut Call<'_, '_>, app: &mut Document, old: Option<&Document>) -> Result<(), Error> {
    let mode = text(app, "signOnMode").to_owned();
    if !matches!(mode.as_str(), "OPENID_CONNECT" | "SAML_2_0" | "WS_FEDERATION") {
        return Ok(());
    }
    let kid = match keys::of(call.state, keys::ORG)?.into_iter().find(|key| key.status == "ACTIVE") {
        Some(key) => key.kid,
        None => keys::active(call.state, keys::ORG)?.kid,
    };
    let id = text(app, "id").to_owned();
    let secret = call.state.draw(64);
    let kept = |pointer: &str| {
        old.map(|old| text_at(old, "credentials", pointer).to_owned()).filter(|kept| !kept.is_empty())
    };
    let kept_secret = kept("/oauthClient/client_secret");
    change(app, "credentials", |found| {
        change(found, "signing", |signing| default(signing, "kid", kid));
        if mode != "OPENID_CONNECT" {
            return;
        }
        change(found, "oauthClient", |client| {
            default(client, "autoKeyRotation", true);
            default(client, "token_endpoint_auth_method", "client_secret_basic");
            default(client, "pkce_required", false);
            default(client, "client_id", kept("/oauthClient/client_id").unwrap_or(id));
            let method = text(client, "token_endpoint_auth_method");
            if matches!(method, "none" | "private_key_jwt") {
                client.remove("client_secret");
            } else {
                default(client, "client_secret", kept_secret.unwrap_or(secret));
            }
        });
    });
    Ok(())
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
    for table in [&GRANTS, &REFRESH_TOKENS, &CROSS, &CSRS] {
        call.state.clear(table, &below)?;
    }
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

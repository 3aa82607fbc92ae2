//! What a body makes an application: its name, what its sign-on mode asks for, and what the service fills in.

use serde_json::{Value, json};

use super::apps::CATALOGUE;
use super::resource::require_text;
use crate::call::Call;
use crate::documents::{Document, change, default, document, fill, object, set, text, text_at};
use crate::errors::{Code, Error};
use crate::keys;

/// Every way into an application. The service cannot read a body that names another.
const SIGN_ON_MODES: &[&str] = &[
    "AUTO_LOGIN",
    "BASIC_AUTH",
    "BOOKMARK",
    "BROWSER_PLUGIN",
    "OPENID_CONNECT",
    "SAML_1_1",
    "SAML_2_0",
    "SECURE_PASSWORD_STORE",
    "WS_FEDERATION",
];

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
pub(super) fn checked(call: &mut Call<'_, '_>, mut app: Document) -> Result<Document, Error> {
    app.retain(|name, _| {
        !name.starts_with('_') && !matches!(name.as_str(), "id" | "created" | "lastUpdated" | "orn")
    });
    require_text(&app, "label")?;
    let mode = text(&app, "signOnMode").to_owned();
    if !mode.is_empty() && !SIGN_ON_MODES.contains(&&*mode) {
        return Err(Code::Malformed.into());
    }
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
        // People fill in a form there, with what the org or they themselves know.
        Some("BASIC_AUTH" | "BROWSER_PLUGIN" | "SECURE_PASSWORD_STORE" | "AUTO_LOGIN") => json!({
            "credentials": {"scheme": "EDIT_USERNAME_AND_PASSWORD", "revealPassword": false},
            "universalLogout": {"status": "UNSUPPORTED"},
        }),
        Some("SAML_2_0") if app.pointer("/settings/signOn/ssoAcsUrl").is_some() => json!({
            "settings": {"signOn": {
                "defaultRelayState": null, "spIssuer": null, "requestCompressed": false, "attributeStatements": [],
                "inlineHooks": [], "allowMultipleAcsEndpoints": false, "acsEndpoints": [],
                "samlSignedRequestEnabled": false, "slo": {"enabled": false},
            }},
            "universalLogout": {"status": "UNSUPPORTED"},
        }),
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
pub(super) fn credentials(
    call: &mut Call<'_, '_>,
    app: &mut Document,
    old: Option<&Document>,
) -> Result<(), Error> {
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

//! Parts of an application that few have: groups that are pushed out, applications that it trusts, its picture and its
//! metadata.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::apps::{CATALOGUE, named, provisions};
use super::resource::require_text;
use super::route::{Operation, open, own};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, change, document, set, text};
use crate::errors::Error;
use crate::keys;
use crate::state::{APPS, GROUPS, State};
use crate::wire;

const PUSHES: &str = "/api/v1/apps/{appId}/group-push/mappings";
const PUSH: &str = "/api/v1/apps/{appId}/group-push/mappings/{mappingId}";
const ALLOWED: &str = "/api/v1/apps/{appId}/interclient-allowed-apps";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listGroupPushMappings", "GET", PUSHES, pushes),
    own("createGroupPushMapping", "POST", PUSHES, add_push),
    own("getGroupPushMapping", "GET", PUSH, push),
    own("updateGroupPushMapping", "PATCH", PUSH, change_push),
    own("deleteGroupPushMapping", "DELETE", PUSH, remove_push),
    own("listInterclientAllowedApplications", "GET", ALLOWED, allowed),
    own("createInterclientTrustMapping", "POST", ALLOWED, allow),
    own(
        "deleteInterclientTrustMapping",
        "DELETE",
        "/api/v1/apps/{appId}/interclient-allowed-apps/{allowedId}",
        disallow,
    ),
    own("listInterclientTargetApplications", "GET", "/api/v1/apps/{appId}/interclient-target-apps", targets),
    own("uploadApplicationLogo", "POST", "/api/v1/apps/{appId}/logo", upload_logo),
    own("previewSAMLmetadataForApplication", "GET", "/api/v1/apps/{appId}/sso/saml/metadata", saml_metadata),
    own(
        "getUserProvisioningConnectionJWKS",
        "GET",
        "/api/v1/apps/{appId}/connections/default/jwks",
        provisioning_keys,
    ),
    open(
        "verifyProvisioningConnectionForApplication",
        "POST",
        "/api/v1/apps/{appName}/{appId}/oauth2/callback",
        verify_connection,
    ),
];

/// Groups that are pushed out; the key is `APP/ID`.
static GROUP_PUSHES: Table<Document> = Table::new("group_pushes");
/// Which application may act for which; the key is `APP/ALLOWED APP`.
static TRUSTS: Table<Document> = Table::new("interclient_trusts");

/// Forgets what an application that is gone had.
pub(super) fn forget(state: &mut State<'_>, app: &str) -> Result<(), Error> {
    state.clear(&GROUP_PUSHES, &format!("{app}/"))?;
    for (key, trust) in state.all(&TRUSTS, "")? {
        if text(&trust, "appInstanceId") == app || text(&trust, "trustedAppInstanceId") == app {
            state.delete(&TRUSTS, &key);
        }
    }
    Ok(())
}

fn push_view(call: &Call<'_, '_>, app: &str, found: &Document) -> Value {
    let at = call.href(&format!("/api/v1/apps/{app}"));
    let group = |field: &str| wire::bare(&call.href(&format!("/api/v1/groups/{}", text(found, field))));
    wire::linked(
        found,
        json!({
            "app": wire::bare(&at), "sourceGroup": group("sourceGroupId"), "targetGroup": group("targetGroupId"),
            "self": wire::hinted(&format!("{at}/group-push/mappings/{}", text(found, "id")), &["GET", "PATCH", "DELETE"]),
        }),
    )
}

/// An application that groups can be pushed to.
fn pushing(call: &mut Call<'_, '_>) -> Result<String, Error> {
    let app = named(call)?;
    if provisions(&app) {
        return Ok(text(&app, "id").to_owned());
    }
    Err(Error::invalid("Provisioning is not supported.", "Provisioning is not supported."))
}

fn pushes(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    const LONG: Lengths = Lengths { usual: 100, most: 1_000 };
    let app = pushing(call)?;
    let (source, status) = (call.query("sourceGroupId"), call.query("status"));
    let page = call.page(&GROUP_PUSHES, &format!("{app}/"), LONG, |_, found| {
        let fits = |name: &str, wanted: &Option<String>| {
            wanted.as_deref().is_none_or(|wanted| text(found, name) == wanted)
        };
        Ok(fits("sourceGroupId", &source) && fits("status", &status))
    })?;
    let items: Vec<_> = page.items.iter().map(|found| push_view(call, &app, found)).collect();
    call.list(&items, page.next.as_deref(), LONG)
}

/// A group of the other service's own is named, or made with a name.
fn add_push(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = pushing(call)?;
    let body = call.body()?;
    let source = require_text(&body, "sourceGroupId")?;
    call.state.get(&GROUPS, &source)?.ok_or_else(|| Error::not_found(&source, "UserGroup"))?;
    let target = match (text(&body, "targetGroupId"), text(&body, "targetGroupName")) {
        ("", "") => return Err(Error::field("targetGroupName", "The field cannot be left blank")),
        ("", _) => call.state.mint("00g"),
        (id, _) => id.to_owned(),
    };
    let all = call.state.all(&GROUP_PUSHES, &format!("{app}/"))?;
    if all.iter().any(|(_, found)| text(found, "sourceGroupId") == source) {
        return Err(Error::field("sourceGroupId", "The group is already pushed to this application"));
    }
    let status = if text(&body, "status") == "INACTIVE" { "INACTIVE" } else { "ACTIVE" };
    let (now, id) = (call.state.stamp(), call.state.mint("gPm"));
    let found = document(json!({
        "id": id, "status": status, "sourceGroupId": source, "targetGroupId": target, "created": now,
        "lastUpdated": now, "lastPush": now, "errorSummary": "",
    }));
    call.state.put(&GROUP_PUSHES, &format!("{app}/{id}"), &found)?;
    one(201, &push_view(call, &app, &found))
}

fn push_named(call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
    let (app, id) = (pushing(call)?, call.param(1));
    let found = call.state.get(&GROUP_PUSHES, &format!("{app}/{id}"))?;
    Ok((app, found.ok_or_else(|| Error::not_found(&id, "GroupPushMapping"))?))
}

fn push(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (app, found) = push_named(call)?;
    one(200, &push_view(call, &app, &found))
}

fn change_push(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (app, mut found) = push_named(call)?;
    let body = call.body()?;
    let status = require_text(&body, "status")?;
    if !matches!(status.as_str(), "ACTIVE" | "INACTIVE") {
        return Err(Error::field("status", "The value must be one of ACTIVE, INACTIVE"));
    }
    let now = call.state.stamp();
    set(&mut found, "status", status);
    set(&mut found, "lastUpdated", now);
    call.state.put(&GROUP_PUSHES, &format!("{app}/{}", text(&found, "id")), &found)?;
    one(200, &push_view(call, &app, &found))
}

fn remove_push(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (app, found) = push_named(call)?;
    if text(&found, "status") == "ACTIVE" {
        return Err(Error::invalid("status", "The mapping has to be inactive before it is deleted"));
    }
    if call.query("deleteTargetGroup").is_none() {
        return Err(Error::invalid("deleteTargetGroup", "The 'deleteTargetGroup' parameter is required."));
    }
    call.state.delete(&GROUP_PUSHES, &format!("{app}/{}", text(&found, "id")));
    Ok(nothing(204))
}

fn allowed(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let found = call.state.all(&TRUSTS, &format!("{}/", text(&app, "id")))?;
    let ids: Vec<_> = found.iter().map(|(_, trust)| text(trust, "trustedAppInstanceId")).collect();
    Ok(Reply::json(200, &ids)?)
}

fn targets(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let found = call.state.all(&TRUSTS, "")?;
    let own = found.iter().filter(|(_, trust)| text(trust, "trustedAppInstanceId") == text(&app, "id"));
    let ids: Vec<_> = own.map(|(_, trust)| text(trust, "appInstanceId")).collect();
    Ok(Reply::json(200, &ids)?)
}

fn allow(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let body = call.body()?;
    let other = require_text(&body, "id")?;
    call.state.get(&APPS, &other)?.ok_or_else(|| Error::not_found(&other, "AppInstance"))?;
    let (now, id, org) = (call.state.stamp(), call.state.mint("itm"), call.state.org_id("id")?);
    let trust = document(json!({
        "id": id, "orgId": org, "appInstanceId": text(&app, "id"), "trustedAppInstanceId": other, "created": now,
        "lastUpdated": now, "lastUpdatedBy": call.caller.user,
    }));
    call.state.put(&TRUSTS, &format!("{}/{other}", text(&app, "id")), &trust)?;
    Ok(Reply::json(201, &[trust])?)
}

fn disallow(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (app, other) = (named(call)?, call.param(1));
    if call.state.delete(&TRUSTS, &format!("{}/{other}", text(&app, "id"))) {
        return Ok(nothing(204));
    }
    Err(Error::not_found(&other, "AppInstance"))
}

/// The picture itself is not kept, only that there is one.
fn upload_logo(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut app = named(call)?;
    if call.request.body.is_empty() {
        return Err(Error::field("file", "The field cannot be left blank"));
    }
    let id = call.state.mint("fs0");
    set(&mut app, "_logo", format!("https://ok12static.oktacdn.com/fs/bco/4/{id}"));
    call.state.put(&APPS, text(&app, "id"), &app)?;
    Ok(nothing(201))
}

/// What a service provider has to know, as XML.
fn saml_metadata(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    if text(&app, "signOnMode") != "SAML_2_0" {
        return Err(Error::invalid("signOnMode", "The application does not support SAML"));
    }
    let (id, name) = (text(&app, "id"), text(&app, "name"));
    let certified = keys::of(call.state, id)?.into_iter().find(|key| key.certificate.is_some());
    let key = match certified {
        Some(key) => key,
        None => keys::create_certified(call.state, id, 10 * 365 * crate::times::DAY)?,
    };
    let certificate = key.certificate.unwrap_or_default();
    let binding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP";
    let at = call.href(&format!("/app/{name}/{id}/sso/saml"));
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><md:EntityDescriptor entityID=\"http://www.okta.com/{id}\" \
         xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"><md:IDPSSODescriptor WantAuthnRequestsSigned=\"false\" \
         protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"><md:KeyDescriptor use=\"signing\">\
         <ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data><ds:X509Certificate>{certificate}\
         </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>\
         <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>\
         <md:SingleSignOnService Binding=\"{binding}-POST\" Location=\"{at}\"/>\
         <md:SingleSignOnService Binding=\"{binding}-Redirect\" Location=\"{at}\"/>\
         </md:IDPSSODescriptor></md:EntityDescriptor>"
    );
    Ok(Reply::of_type(200, "text/xml", body))
}

fn provisioning_keys(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let app = named(call)?;
    let key = keys::active(call.state, text(&app, "id"))?;
    one(200, &json!({"jwks": {"keys": [key.jwk()?]}}))
}

/// The other service's consent comes back with a code; the connection is on from then.
fn verify_connection(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (name, id) = (call.param(0), call.param(1));
    let app = call.state.get(&APPS, &id)?.filter(|app| text(app, "name") == name);
    let mut app = app.ok_or_else(|| Error::not_found(&id, "AppInstance"))?;
    if !CATALOGUE.iter().any(|(known, _, provisions)| *provisions && *known == name) {
        return Err(Error::invalid("Provisioning is not supported.", "Provisioning is not supported."));
    }
    change(&mut app, "_connection", |found| set(found, "status", "ENABLED"));
    call.state.put(&APPS, &id, &app)?;
    Ok(nothing(204))
}

//! What the org publishes below `/.well-known`, and what a brand may say there.

use serde_json::{Value, json};
use twin_sdk::Reply;

use super::authenticators::AUTHENTICATORS;
use super::brands::BRANDS;
use super::resource::require_object;
use super::route::{Operation, open, own};
use crate::call::{Call, one};
use crate::documents::{Document, document, set, text};
use crate::errors::Error;
use crate::wire;

const URIS: &str = "/api/v1/brands/{brandId}/well-known-uris";
const URI: &str = "/api/v1/brands/{brandId}/well-known-uris/{path}";
const CUSTOMIZED: &str = "/api/v1/brands/{brandId}/well-known-uris/{path}/customized";

pub(super) const OPERATIONS: &[Operation] = &[
    own("getAllWellKnownURIs", "GET", URIS, list),
    own("getRootBrandWellKnownURI", "GET", URI, read),
    own("getBrandWellKnownURI", "GET", CUSTOMIZED, customized),
    own("replaceBrandWellKnownURI", "PUT", CUSTOMIZED, replace),
    open("getWellknownOrgMetadata", "GET", "/.well-known/okta-organization", org),
    open("getAppleAppSiteAssociationWellKnownURI", "GET", "/.well-known/apple-app-site-association", apple),
    open("getAssetLinksWellKnownURI", "GET", "/.well-known/assetlinks.json", android),
    open("getWebAuthnWellKnownURI", "GET", "/.well-known/webauthn", passkeys),
    open("getWellknownSsfMetadata", "GET", "/.well-known/ssf-configuration", signals),
    open(
        "getWellKnownAppAuthenticatorConfiguration",
        "GET",
        "/.well-known/app-authenticator-configuration",
        app_authenticators,
    ),
];

/// What a brand can change.
const PATHS: &[&str] = &["apple-app-site-association", "assetlinks.json", "webauthn"];

/// The brand and the file that the path names.
fn located(call: &mut Call<'_, '_>) -> Result<(String, String), Error> {
    let (brand, _) = BRANDS.locate(call)?;
    let name = call.param(1);
    if PATHS.contains(&&*name) { Ok((brand, name)) } else { Err(Error::not_found(&name, "WellKnownUri")) }
}

fn said(call: &mut Call<'_, '_>, brand: &str, name: &str) -> Result<Value, Error> {
    let found = call.state.setting(&format!("well known/{brand}/{name}"))?.unwrap_or_default();
    let usual = if name == "assetlinks.json" { json!([]) } else { json!({}) };
    Ok(found.get("representation").cloned().unwrap_or(usual))
}

fn address(call: &Call<'_, '_>, brand: &str, name: &str) -> String {
    call.href(&format!("/api/v1/brands/{brand}/well-known-uris/{name}"))
}

fn customized_view(call: &mut Call<'_, '_>, brand: &str, name: &str) -> Result<Value, Error> {
    let at = format!("{}/customized", address(call, brand, name));
    let said = said(call, brand, name)?;
    Ok(json!({"representation": said, "_links": {"self": wire::hinted(&at, &["GET", "PUT"])}}))
}

fn links(call: &Call<'_, '_>, brand: &str, name: &str) -> Value {
    let at = address(call, brand, name);
    json!({
        "self": wire::hinted(&at, &["GET"]),
        "customized": wire::hinted(&format!("{at}/customized"), &["GET", "PUT"]),
    })
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, _) = BRANDS.locate(call)?;
    let (mut embedded, mut linked) = (Document::new(), Document::new());
    let own = call.href(&format!("/api/v1/brands/{brand}/well-known-uris"));
    set(&mut linked, "self", wire::hinted(&own, &["GET"]));
    for name in PATHS {
        let view = customized_view(call, &brand, name)?;
        set(&mut embedded, name, json!({"customized": view, "_links": links(call, &brand, name)}));
        set(&mut linked, name, wire::hinted(&address(call, &brand, name), &["GET"]));
    }
    one(200, &json!({"_embedded": embedded, "_links": linked}))
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name) = located(call)?;
    one(200, &json!({"_links": links(call, &brand, &name)}))
}

fn customized(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name) = located(call)?;
    one(200, &customized_view(call, &brand, &name)?)
}

fn replace(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name) = located(call)?;
    let body = call.body()?;
    if name == "assetlinks.json" {
        let is_list = body.get("representation").is_some_and(Value::is_array);
        if !is_list {
            return Err(Error::field("representation", "The field must be a list"));
        }
    } else {
        require_object(&body, "representation")?;
    }
    let kept = document(json!({"representation": body.get("representation")}));
    call.state.put_setting(&format!("well known/{brand}/{name}"), &kept)?;
    customized(call)
}

/// What the default brand says at the org's own host name.
fn of_default(call: &mut Call<'_, '_>, name: &str) -> Result<Value, Error> {
    let brand = call.state.org_id("brand")?;
    said(call, &brand, name)
}

fn apple(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut found = document(of_default(call, "apple-app-site-association")?);
    set(
        &mut found,
        "authsrv",
        json!({"apps": ["B7F62B65BN.com.okta.mobile", "B7F62B65BN.com.okta.mobile.auth-service-extension"]}),
    );
    one(200, &Value::Object(found))
}

fn android(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    one(200, &of_default(call, "assetlinks.json")?)
}

fn passkeys(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut found = document(of_default(call, "webauthn")?);
    crate::documents::default(&mut found, "origins", json!([call.origin]));
    one(200, &Value::Object(found))
}

fn org(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let org = call.state.org()?;
    one(
        200,
        &json!({
            "id": text(&org, "id"), "cell": "ok12", "pipeline": "idx",
            "settings": {"analyticsCollectionEnabled": false, "bugReportingEnabled": true, "omEnabled": false},
            "_links": {"organization": wire::bare(call.origin)},
        }),
    )
}

fn signals(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    one(
        200,
        &json!({
            "authorization_schemes": [{"spec_urn": "urn:ietf:rfc:6749"}],
            "configuration_endpoint": call.href("/api/v1/ssf/stream"), "default_subjects": "ALL",
            "delivery_methods_supported": ["urn:ietf:rfc:8935"], "issuer": call.origin,
            "jwks_uri": call.href("/oauth2/v1/keys"), "spec_version": "1_0-ID3",
            "verification_endpoint": call.href("/api/v1/ssf/stream/verification"),
        }),
    )
}

/// What the service's own application has to know before people enrol.
fn app_authenticators(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    if call.query("oauthClientId").is_none() {
        return Err(Error::invalid("oauthClientId", "The 'oauthClientId' parameter is required."));
    }
    let org = call.state.org_id("id")?;
    let mut views = Vec::new();
    for (_, found) in call.state.all(&AUTHENTICATORS.table, "")? {
        if text(&found, "type") != "app" || text(&found, "status") != "ACTIVE" {
            continue;
        }
        let keys = json!({"algorithms": ["RS256", "ES256"], "keyProtection": "ANY"});
        views.push(json!({
            "authenticatorId": text(&found, "id"), "orgId": org, "type": "app", "key": text(&found, "key"),
            "name": text(&found, "name"), "createdDate": text(&found, "created"),
            "lastUpdated": text(&found, "lastUpdated"), "settings": {"userVerification": "PREFERRED"},
            "supportedMethods": [{"type": "push", "status": "ACTIVE", "settings": keys}],
            "appAuthenticatorEnrollEndpoint": call.href("/idp/authenticators"),
        }));
    }
    Ok(Reply::json(200, &views)?)
}

//! Security keys that an org knows by their model, and the domain that they are bound to.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::authenticators::AUTHENTICATORS;
use super::resource::require_text;
use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, default, document, fill, set, text};
use crate::errors::Error;
use crate::wire;

const ALL: &str = "/api/v1/authenticators/{id}/aaguids";
const ONE: &str = "/api/v1/authenticators/{id}/aaguids/{aaguid}";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listAllCustomAAGUIDs", "GET", ALL, list),
    own("createCustomAAGUID", "POST", ALL, create),
    own("getCustomAAGUID", "GET", ONE, read),
    own("replaceCustomAAGUID", "PUT", ONE, replace),
    own("updateCustomAAGUID", "PATCH", ONE, update),
    own("deleteCustomAAGUID", "DELETE", ONE, delete),
    own(
        "verifyRpIdDomain",
        "POST",
        "/api/v1/authenticators/{id}/methods/{method}/verify-rp-id-domain",
        verify_domain,
    ),
];

/// Models; the key is `AUTHENTICATOR/AAGUID`.
static MODELS: Table<Document> = Table::new("aaguids");

/// The authenticator of the path, which has to be the one for security keys.
fn authenticator(call: &mut Call<'_, '_>) -> Result<String, Error> {
    let (id, found) = AUTHENTICATORS.locate(call)?;
    if text(&found, "key") == "webauthn" {
        return Ok(id);
    }
    Err(Error::invalid("authenticatorId", "The authenticator does not have models"))
}

fn view(call: &Call<'_, '_>, authenticator: &str, model: &Document) -> Value {
    let at = call.href(&format!("/api/v1/authenticators/{authenticator}/aaguids/{}", text(model, "aaguid")));
    wire::linked(model, json!({"self": wire::hinted(&at, &["GET", "PUT", "PATCH", "DELETE"])}))
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = authenticator(call)?;
    let found = call.state.all(&MODELS, &format!("{id}/"))?;
    let views: Vec<_> = found.iter().map(|(_, model)| view(call, &id, model)).collect();
    Ok(Reply::json(200, &views)?)
}

/// A UUID as text.
fn is_aaguid(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').map(str::len).collect();
    parts == [8, 4, 4, 4, 12] && text.chars().all(|found| found == '-' || found.is_ascii_hexdigit())
}

fn put(call: &mut Call<'_, '_>, authenticator: &str, model: &mut Document) -> Result<Reply, Error> {
    let mut traits = model.remove("authenticatorCharacteristics").unwrap_or_else(|| json!({}));
    fill(
        &mut traits,
        &json!({"platformAttached": false, "fipsCompliant": false, "hardwareProtected": false}),
    );
    set(model, "authenticatorCharacteristics", traits);
    default(model, "attestationRootCertificates", json!([]));
    default(model, "name", "");
    let key = format!("{authenticator}/{}", text(model, "aaguid"));
    call.state.put(&MODELS, &key, model)?;
    one(200, &view(call, authenticator, model))
}

fn create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = authenticator(call)?;
    let mut model = call.body()?;
    let aaguid = require_text(&model, "aaguid")?.to_lowercase();
    if !is_aaguid(&aaguid) {
        return Err(Error::field("aaguid", "The value is not a valid AAGUID"));
    }
    if call.state.get(&MODELS, &format!("{id}/{aaguid}"))?.is_some() {
        return Err(Error::field("aaguid", "The AAGUID already exists"));
    }
    set(&mut model, "aaguid", aaguid);
    put(call, &id, &mut model)
}

fn named(call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
    let (id, aaguid) = (authenticator(call)?, call.param(1).to_lowercase());
    let found = call.state.get(&MODELS, &format!("{id}/{aaguid}"))?;
    Ok((id, found.ok_or_else(|| Error::not_found(&aaguid, "CustomAAGUID"))?))
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, model) = named(call)?;
    one(200, &view(call, &id, &model))
}

fn replace(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, old) = named(call)?;
    let mut model = call.body()?;
    set(&mut model, "aaguid", text(&old, "aaguid"));
    put(call, &id, &mut model)
}

fn update(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, mut model) = named(call)?;
    let changes = call.body()?;
    for (name, value) in changes.into_iter().filter(|(name, _)| name != "aaguid") {
        set(&mut model, &name, value);
    }
    put(call, &id, &mut model)
}

fn delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, model) = named(call)?;
    call.state.delete(&MODELS, &format!("{id}/{}", text(&model, "aaguid")));
    Ok(nothing(204))
}

/// The twin asks no name server: the record is taken to be there.
fn verify_domain(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    authenticator(call)?;
    let method = call.param(1);
    if method != "webauthn" {
        return Err(Error::not_found(&method, "AuthenticatorMethod"));
    }
    let domain = document(json!({"verified": true}));
    call.state.put_setting("webauthn domain", &domain)?;
    Ok(nothing(204))
}

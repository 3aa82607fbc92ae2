//! Requests for certificates of applications and identity providers: a key is made, others certify it, and the
//! certificate that comes back is published.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::app_parts::key_view;
use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::certificate::{self, NAME_PARTS};
use crate::documents::{Document, document, object, strings, text};
use crate::errors::Error;
use crate::keys;
use crate::times;
use crate::wire;

const APP: &str = "/api/v1/apps/{appId}/credentials/csrs/{csrId}";
const IDP: &str = "/api/v1/idps/{idpId}/credentials/csrs/{csrId}";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listCsrsForApplication", "GET", "/api/v1/apps/{appId}/credentials/csrs", list),
    own("generateCsrForApplication", "POST", "/api/v1/apps/{appId}/credentials/csrs", generate),
    own("getCsrForApplication", "GET", APP, read),
    own("revokeCsrFromApplication", "DELETE", APP, revoke),
    own(
        "publishCsrFromApplication",
        "POST",
        "/api/v1/apps/{appId}/credentials/csrs/{csrId}/lifecycle/publish",
        publish,
    ),
    own("listCsrsForIdentityProvider", "GET", "/api/v1/idps/{idpId}/credentials/csrs", list),
    own("generateCsrForIdentityProvider", "POST", "/api/v1/idps/{idpId}/credentials/csrs", generate),
    own("getCsrForIdentityProvider", "GET", IDP, read),
    own("revokeCsrForIdentityProvider", "DELETE", IDP, revoke),
    own(
        "publishCsrForIdentityProvider",
        "POST",
        "/api/v1/idps/{idpId}/credentials/csrs/{csrId}/lifecycle/publish",
        publish,
    ),
];

/// Requests that wait; the key is `OWNER/ID`.
pub(super) static CSRS: Table<Document> = Table::new("csrs");
/// How long a certified key is used.
const LIFE: u64 = 10 * 365 * times::DAY;

/// Whose requests the path names: the id, and the address above them.
fn owner(call: &mut Call<'_, '_>) -> Result<(String, String), Error> {
    let (kind, id) = if call.incoming.path().starts_with("/api/v1/idps/") {
        ("idps", super::idps::IDPS.locate(call)?.0)
    } else {
        ("apps", text(&super::apps::named(call)?, "id").to_owned())
    };
    let at = call.href(&format!("/api/v1/{kind}/{id}/credentials"));
    Ok((id, at))
}

fn view(csr: &Document, at: &str) -> Value {
    let at = format!("{at}/csrs/{}", text(csr, "id"));
    wire::linked(
        csr,
        json!({
            "self": wire::hinted(&at, &["GET", "DELETE"]),
            "publish": wire::hinted(&format!("{at}/lifecycle/publish"), &["POST"]),
        }),
    )
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (owner, at) = owner(call)?;
    let found = call.state.all(&CSRS, &format!("{owner}/"))?;
    let views: Vec<_> = found.iter().map(|(_, csr)| view(csr, &at)).collect();
    Ok(Reply::json(200, &views)?)
}

fn generate(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (owner, at) = owner(call)?;
    let body = call.body()?;
    let subject =
        object(&body, "subject").ok_or_else(|| Error::field("subject", "The field cannot be left blank"))?;
    let name = NAME_PARTS
        .iter()
        .map(|(part, kind)| (*kind, text(subject, part).to_owned()))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    let hosts = strings(body.get("subjectAltNames").and_then(|names| names.get("dnsNames")));
    if hosts.iter().any(|host| !host.is_ascii()) {
        return Err(Error::field("subjectAltNames.dnsNames", "The names must be ASCII"));
    }
    let key = keys::create(call.state, &owner, keys::REQUESTED, LIFE)?;
    let der = certificate::request(&key, &name, &hosts)?;
    let csr = document(json!({
        "id": key.kid, "created": times::stamp(key.created), "csr": data_encoding::BASE64.encode(&der), "kty": "RSA",
    }));
    call.state.put(&CSRS, &format!("{owner}/{}", key.kid), &csr)?;
    let location = format!("{at}/csrs/{}", key.kid);
    Ok(one(201, &view(&csr, &at))?.header("location", location))
}

/// The request that the path names, its key in the table, and the address above it.
fn named(call: &mut Call<'_, '_>) -> Result<(String, Document, String), Error> {
    let (owner, at) = owner(call)?;
    let id = call.param(1);
    let key = format!("{owner}/{id}");
    let csr = call.state.get(&CSRS, &key)?.ok_or_else(|| Error::not_found(&id, "CSR"))?;
    Ok((key, csr, at))
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (_, csr, at) = named(call)?;
    one(200, &view(&csr, &at))
}

fn revoke(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (key, csr, _) = named(call)?;
    call.state.delete(&CSRS, &key);
    if let Some(key) = keys::find(call.state, text(&csr, "id"))? {
        keys::remove(call.state, &key);
    }
    Ok(nothing(204))
}

/// The body is a certificate: DER, base64 of it, or PEM.
fn publish(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (place, csr, at) = named(call)?;
    let refused = |problem: &str| Error::field("certificate", problem);
    let der = der_of(&call.request.body).ok_or_else(|| refused("The certificate cannot be read"))?;
    let key = keys::find(call.state, text(&csr, "id"))?;
    let key = key.ok_or_else(|| Error::not_found(text(&csr, "id"), "CSR"))?;
    if certificate::modulus(&der) != Some(&*key.modulus()?) {
        return Err(refused("The certificate does not match the CSR"));
    }
    call.state.delete(&CSRS, &place);
    let key = keys::publish(call.state, key, &der)?;
    let location = format!("{at}/keys/{}", key.kid);
    Ok(one(201, &key_view(&key)?)?.header("location", location))
}

fn der_of(body: &[u8]) -> Option<Vec<u8>> {
    if body.first() == Some(&0x30) {
        return Some(body.to_vec());
    }
    let lines = std::str::from_utf8(body).ok()?.lines().filter(|line| !line.starts_with("-----"));
    let text: String = lines.flat_map(str::chars).filter(|found| !found.is_whitespace()).collect();
    data_encoding::BASE64.decode(text.as_bytes()).ok().filter(|der| !der.is_empty())
}

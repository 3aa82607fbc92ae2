//! `/api/v1/domains`: the host names of the org's pages. Every org has one of the service's own.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::brands::BRANDS;
use super::resource::require_text;
use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, document, set, text};
use crate::errors::Error;
use crate::wire;

const ONE: &str = "/api/v1/domains/{domainId}";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listCustomDomains", "GET", "/api/v1/domains", list),
    own("createCustomDomain", "POST", "/api/v1/domains", create),
    own("getCustomDomain", "GET", ONE, read),
    own("replaceCustomDomain", "PUT", ONE, replace),
    own("deleteCustomDomain", "DELETE", ONE, delete),
    own("upsertCertificate", "PUT", "/api/v1/domains/{domainId}/certificate", certify),
    own("verifyDomain", "POST", "/api/v1/domains/{domainId}/verify", verify),
];

/// Host names of the org's own; the key is the id.
static DOMAINS: Table<Document> = Table::new("domains");
/// What nobody owns (RFC 2606) and what is the service's own.
const PROHIBITED: &[&str] = &[
    "example.com",
    "example.net",
    "example.org",
    "okta.com",
    "oktapreview.com",
    "okta-emea.com",
    "localhost",
];

/// The host name that every org has.
fn default_domain(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    let org = call.state.org()?;
    let brand = text(&org, "brand");
    let allow = &["GET", "PUT", "DELETE"];
    Ok(json!({
        "id": "default", "domain": format!("{}.okta.com", text(&org, "subdomain")),
        "certificateSourceType": "OKTA_MANAGED", "validationStatus": "COMPLETED", "brandId": brand,
        "_links": {
            "self": wire::hinted(&call.href("/api/v1/domains/default"), &["GET"]),
            "brand": wire::hinted(&call.href(&format!("/api/v1/brands/{brand}")), allow),
        },
    }))
}

fn view(call: &Call<'_, '_>, domain: &Document) -> Value {
    let at = call.href(&format!("/api/v1/domains/{}", text(domain, "id")));
    let brand = call.href(&format!("/api/v1/brands/{}", text(domain, "brandId")));
    wire::linked(
        domain,
        json!({
            "self": wire::hinted(&at, &["GET", "PUT", "DELETE"]), "verify": wire::hinted(&format!("{at}/verify"), &["POST"]),
            "certificate": wire::hinted(&format!("{at}/certificate"), &["PUT"]),
            "brand": wire::hinted(&brand, &["GET", "PUT", "DELETE"]),
        }),
    )
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut all = vec![default_domain(call)?];
    for (_, domain) in call.state.all(&DOMAINS, "")? {
        all.push(view(call, &domain));
    }
    one(200, &json!({"domains": all}))
}

/// The host names of a brand.
pub(super) fn of_brand(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, _) = BRANDS.locate(call)?;
    let mut all = Vec::new();
    if call.state.org_id("brand")? == brand {
        all.push(default_domain(call)?);
    }
    for (_, domain) in call.state.all(&DOMAINS, "")? {
        if text(&domain, "brandId") == brand {
            all.push(view(call, &domain));
        }
    }
    one(200, &json!({"domains": all}))
}

/// The host name of the path; the default one cannot be changed.
fn named(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let id = call.param(0);
    if id == "default" {
        return Err(Error::invalid("id", "This operation is not supported for this domain"));
    }
    call.state.get(&DOMAINS, &id)?.ok_or_else(|| Error::not_found(&id, "Domain"))
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    if call.param(0) == "default" {
        return one(200, &default_domain(call)?);
    }
    let domain = named(call)?;
    one(200, &view(call, &domain))
}

fn is_host(name: &str) -> bool {
    let parts: Vec<_> = name.split('.').collect();
    let is_part = |part: &&str| {
        !part.is_empty() && part.chars().all(|found| found.is_ascii_alphanumeric() || found == '-')
    };
    parts.len() > 1 && parts.iter().all(is_part)
}

fn create(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let name = require_text(&body, "domain")?.to_lowercase();
    if PROHIBITED.iter().any(|known| name == *known || name.ends_with(&format!(".{known}"))) {
        return Err(Error::field("domain", "Prohibited custom domain name."));
    }
    if !is_host(&name) {
        return Err(Error::field("domain", "Invalid custom domain name."));
    }
    let source = require_text(&body, "certificateSourceType")?;
    if !matches!(source.as_str(), "MANUAL" | "OKTA_MANAGED") {
        return Err(Error::field("certificateSourceType", "The value must be one of MANUAL, OKTA_MANAGED"));
    }
    if call.state.all(&DOMAINS, "")?.iter().any(|(_, other)| text(other, "domain") == name) {
        return Err(Error::field(
            "domain",
            "An object with this field already exists in the current organization",
        ));
    }
    let (id, proof) = (call.state.mint("OcD"), call.state.draw(32).to_lowercase());
    let org = call.state.org()?;
    let domain = document(json!({
        "id": id, "domain": name, "certificateSourceType": source, "validationStatus": "NOT_STARTED",
        "brandId": text(&org, "brand"),
        "dnsRecords": [
            {"fqdn": format!("_oktaverification.{name}"), "recordType": "TXT", "values": [proof],
                "expiration": "never"},
            {"fqdn": name, "recordType": "CNAME",
                "values": [format!("{}.customdomains.okta.com", text(&org, "subdomain"))], "expiration": null},
        ],
    }));
    call.state.put(&DOMAINS, &id, &domain)?;
    one(200, &view(call, &domain))
}

fn replace(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut domain = named(call)?;
    let body = call.body()?;
    let brand = require_text(&body, "brandId")?;
    call.state.get(&BRANDS.table, &brand)?.ok_or_else(|| Error::not_found(&brand, "Brand"))?;
    set(&mut domain, "brandId", brand);
    call.state.put(&DOMAINS, text(&domain, "id"), &domain)?;
    one(200, &view(call, &domain))
}

fn delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let domain = named(call)?;
    call.state.delete(&DOMAINS, text(&domain, "id"));
    Ok(nothing(204))
}

fn certify(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut domain = named(call)?;
    let body = call.body()?;
    for field in ["certificate", "certificateChain", "privateKey", "type"] {
        if field != "certificateChain" {
            require_text(&body, field)?;
        }
    }
    if text(&domain, "validationStatus") == "NOT_STARTED" {
        return Err(Error::invalid("id", "The domain has to be verified before a certificate is uploaded"));
    }
    let name = text(&domain, "domain").to_owned();
    let (print, end) = (call.state.draw(64).to_lowercase(), call.state.now());
    let end = crate::times::stamp(end.saturating_add(365 * crate::times::DAY));
    set(
        &mut domain,
        "publicCertificate",
        json!({"subject": format!("CN={name}"), "fingerprint": print, "expiration": end}),
    );
    set(&mut domain, "validationStatus", "COMPLETED");
    call.state.put(&DOMAINS, text(&domain, "id"), &domain)?;
    Ok(nothing(204))
}

/// The twin asks no name server: the records are taken to be there.
fn verify(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut domain = named(call)?;
    let is_managed = text(&domain, "certificateSourceType") == "OKTA_MANAGED";
    set(&mut domain, "validationStatus", if is_managed { "COMPLETED" } else { "VERIFIED" });
    call.state.put(&DOMAINS, text(&domain, "id"), &domain)?;
    one(200, &view(call, &domain))
}

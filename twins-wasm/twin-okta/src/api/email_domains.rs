//! `/api/v1/email-domains` and `/api/v1/email-servers`: where the org's mails come from.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::brands::BRANDS;
use super::resource::{Action, PLAIN, Resource, Stamps, require_text};
use super::route::{Operation, of, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, default, set, text};
use crate::errors::Error;

const DOMAIN: &str = "/api/v1/email-domains/{id}";
const SERVER: &str = "/api/v1/email-servers/{id}";

pub(super) const OPERATIONS: &[Operation] = &[
    of("listEmailDomains", "GET", "/api/v1/email-domains", &DOMAINS, Action::List),
    of("createEmailDomain", "POST", "/api/v1/email-domains", &DOMAINS, Action::Create),
    of("getEmailDomain", "GET", DOMAIN, &DOMAINS, Action::Read),
    of("replaceEmailDomain", "PUT", DOMAIN, &DOMAINS, Action::Replace),
    of("deleteEmailDomain", "DELETE", DOMAIN, &DOMAINS, Action::Delete),
    own("verifyEmailDomain", "POST", "/api/v1/email-domains/{id}/verify", verify),
    own("listEmailServers", "GET", "/api/v1/email-servers", servers),
    of("createEmailServer", "POST", "/api/v1/email-servers", &SERVERS, Action::Create),
    of("getEmailServer", "GET", SERVER, &SERVERS, Action::Read),
    of("updateEmailServer", "PATCH", SERVER, &SERVERS, Action::Update),
    of("deleteEmailServer", "DELETE", SERVER, &SERVERS, Action::Delete),
    own("testEmailServer", "POST", "/api/v1/email-servers/{id}/test", test),
];

/// The names that senders of mails have.
static DOMAINS: Resource = Resource {
    noun: "EmailDomain",
    path: "/api/v1/email-domains/{}",
    table: Table::new("email_domains"),
    prefix: "OeD",
    stamps: Stamps::Absent,
    make: make_domain,
    links: |_, _| Document::new(),
    ..PLAIN
};

fn make_domain(call: &mut Call<'_, '_>, domain: &mut Document, old: Option<&Document>) -> Result<(), Error> {
    for field in ["displayName", "userName"] {
        require_text(domain, field)?;
    }
    if let Some(old) = old {
        for field in ["domain", "validationStatus", "dnsValidationRecords", "validationSubdomain", "brandId"]
        {
            set(domain, field, old.get(field).cloned().unwrap_or_default());
        }
        return Ok(());
    }
    let name = require_text(domain, "domain")?;
    let brand = require_text(domain, "brandId")?;
    call.state.get(&BRANDS.table, &brand)?.ok_or_else(|| Error::not_found(&brand, "Brand"))?;
    if call.state.all(&DOMAINS.table, "")?.iter().any(|(_, other)| text(other, "domain") == name) {
        return Err(Error::field(
            "domain",
            "An object with this field already exists in the current organization",
        ));
    }
    default(domain, "validationSubdomain", "mail");
    let below = format!("{}.{name}", text(domain, "validationSubdomain"));
    let proof = call.state.draw(32).to_lowercase();
    set(
        domain,
        "dnsValidationRecords",
        json!([
            {"recordType": "TXT", "fqdn": format!("_oktaverification.{name}"), "verificationValue": proof},
            {"recordType": "CNAME", "fqdn": below, "verificationValue": "u1.wl.sendgrid.net"},
            {"recordType": "CNAME", "fqdn": format!("t02._domainkey.{name}"),
                "verificationValue": "t02.domainkey.u1.wl.sendgrid.net"},
        ]),
    );
    set(domain, "validationStatus", "NOT_STARTED");
    Ok(())
}

/// The twin asks no name server: the records are taken to be there.
fn verify(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, mut domain) = DOMAINS.locate(call)?;
    set(&mut domain, "validationStatus", "VERIFIED");
    call.state.put(&DOMAINS.table, &id, &domain)?;
    one(200, &DOMAINS.view(call, &id, &domain))
}

/// Servers of the org's own that mails go through.
static SERVERS: Resource = Resource {
    noun: "EmailServer",
    path: "/api/v1/email-servers/{}",
    table: Table::new("email_servers"),
    prefix: "oes",
    created: 201,
    stamps: Stamps::Absent,
    make: |_, server, old| {
        for field in ["alias", "host"] {
            require_text(server, field)?;
        }
        if server.get("port").and_then(Value::as_u64).is_none_or(|port| port == 0 || port > 65_535) {
            return Err(Error::field("port", "The value must be between 1 and 65535"));
        }
        default(server, "enabled", false);
        default(server, "username", Value::Null);
        match server.remove("password") {
            Some(secret) => set(server, "_password", secret),
            None if old.is_none() && text(server, "authType") != "OAUTH" => {
                return Err(Error::field("password", "The field cannot be left blank"));
            }
            None => {}
        }
        default(server, "authType", "BASIC");
        Ok(())
    },
    links: |_, _| Document::new(),
    ..PLAIN
};

fn servers(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let all = call.state.all(&SERVERS.table, "")?;
    let views: Vec<_> = all.iter().map(|(id, server)| SERVERS.view(call, id, server)).collect();
    one(200, &json!({"email-servers": views}))
}

fn test(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    SERVERS.locate(call)?;
    let body = call.body()?;
    for field in ["from", "to"] {
        require_text(&body, field)?;
    }
    Ok(nothing(204))
}

//! Rate limits as an administrator sets them: how clients share them, and what one token or client may use.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::{Action, PLAIN, Resource, Stamps, require_text};
use super::route::{Operation, of, own};
use crate::call::{Call, Lengths, one};
use crate::documents::{Document, default, document, set, text};
use crate::errors::Error;
use crate::search::{Dialect, Filter};
use crate::state::TOKENS;

const NOTICES: &str = "/api/v1/rate-limit-settings/admin-notifications";
const WARNING: &str = "/api/v1/rate-limit-settings/warning-threshold";

pub(super) const OPERATIONS: &[Operation] = &[
    own("getRateLimitSettingsPerClient", "GET", "/api/v1/rate-limit-settings/per-client", per_client),
    own("replaceRateLimitSettingsPerClient", "PUT", "/api/v1/rate-limit-settings/per-client", set_per_client),
    own("getRateLimitSettingsAdminNotifications", "GET", NOTICES, notices),
    own("replaceRateLimitSettingsAdminNotifications", "PUT", NOTICES, set_notices),
    own("getRateLimitSettingsWarningThreshold", "GET", WARNING, warning),
    own("replaceRateLimitSettingsWarningThreshold", "PUT", WARNING, set_warning),
    own("listPrincipalRateLimitEntities", "GET", "/api/v1/principal-rate-limits", principals),
    own("createPrincipalRateLimitEntity", "POST", "/api/v1/principal-rate-limits", create_principal),
    of("getPrincipalRateLimitEntity", "GET", "/api/v1/principal-rate-limits/{id}", &PRINCIPALS, Action::Read),
    of(
        "replacePrincipalRateLimitEntity",
        "PUT",
        "/api/v1/principal-rate-limits/{id}",
        &PRINCIPALS,
        Action::Replace,
    ),
];

/// Shares of a rate limit.
pub(crate) static PRINCIPALS: Resource = Resource {
    noun: "PrincipalRateLimit",
    path: "/api/v1/principal-rate-limits/{}",
    table: Table::new("principal_rate_limits"),
    prefix: "prl",
    stamps: Stamps::Dates(false),
    make: |call, share, old| {
        default(share, "defaultPercentage", 50);
        default(share, "defaultConcurrencyPercentage", 50);
        for field in ["principalId", "principalType"] {
            if let Some(old) = old {
                set(share, field, text(old, field));
            }
        }
        set(share, "orgId", call.state.org_id("id")?);
        Ok(())
    },
    links: |_, _| Document::new(),
    ..PLAIN
};

fn per_client(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut found = call.state.setting("per client")?.unwrap_or_default();
    default(&mut found, "defaultMode", "ENFORCE");
    one(200, &Value::Object(found))
}

fn set_per_client(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let mode = require_text(&body, "defaultMode")?;
    if !matches!(mode.as_str(), "ENFORCE" | "DISABLE" | "PREVIEW") {
        return Err(Error::field("defaultMode", "The mode must be one of ENFORCE, DISABLE, PREVIEW"));
    }
    let mut kept = document(json!({"defaultMode": mode}));
    if let Some(overrides) = body.get("useCaseModeOverrides").filter(|found| !found.is_null()) {
        set(&mut kept, "useCaseModeOverrides", overrides.clone());
    }
    call.state.put_setting("per client", &kept)?;
    per_client(call)
}

fn notices(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut found = call.state.setting("limit notices")?.unwrap_or_default();
    default(&mut found, "notificationsEnabled", true);
    one(200, &Value::Object(found))
}

fn set_notices(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let on = body.get("notificationsEnabled").and_then(Value::as_bool);
    let on = on.ok_or_else(|| Error::field("notificationsEnabled", "The field cannot be left blank"))?;
    call.state.put_setting("limit notices", &document(json!({"notificationsEnabled": on})))?;
    notices(call)
}

fn warning(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let mut found = call.state.setting("limit warning")?.unwrap_or_default();
    default(&mut found, "warningThreshold", 90);
    one(200, &Value::Object(found))
}

fn set_warning(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let share =
        body.get("warningThreshold").and_then(Value::as_u64).filter(|share| (30..=90).contains(share));
    let share =
        share.ok_or_else(|| Error::field("warningThreshold", "The value must be between 30 and 90"))?;
    call.state.put_setting("limit warning", &document(json!({"warningThreshold": share})))?;
    warning(call)
}

/// The list has to be asked for by the type of principal.
fn principals(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let missing = || {
        let problem =
            "The provided filter parameter did not contain the required attribute filter \"principalType\"";
        Error::invalid("principalRateLimitMediated", problem)
    };
    let filter = call.query("filter").ok_or_else(missing)?;
    let dialect = Dialect { operators: Dialect::NARROW, attributes: Some(&["principalType", "principalId"]) };
    let refused = || Error::Search("Invalid filter expression.".to_owned());
    let filter = Filter::parse(&filter, &dialect).ok_or_else(refused)?;
    if !filter.names("principalType") {
        return Err(missing());
    }
    let page = call.page(&PRINCIPALS.table, "", Lengths::USUAL, |_, share| Ok(filter.holds(share)))?;
    let items: Vec<_> =
        page.items.iter().map(|share| PRINCIPALS.view(call, text(share, "_key"), share)).collect();
    call.list(&items, page.next.as_deref(), Lengths::USUAL)
}

fn create_principal(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let id = require_text(&body, "principalId")?;
    match text(&body, "principalType") {
        "SSWS_TOKEN" => {
            call.state.get(&TOKENS, &id)?.ok_or_else(|| Error::not_found(&id, "Token"))?;
        }
        "OAUTH_CLIENT" => {
            let found = super::oauth::app_of_client(call.state, &id)?;
            found.ok_or_else(|| Error::not_found(&id, "PublicClientApp"))?;
        }
        _ => return Err(Error::field("principalType", "The type must be one of SSWS_TOKEN, OAUTH_CLIENT")),
    }
    if call.state.all(&PRINCIPALS.table, "")?.iter().any(|(_, share)| text(share, "principalId") == id) {
        return Err(Error::Invalid { about: "principalRateLimitMediated".to_owned(), causes: Vec::new() });
    }
    let (key, share) = PRINCIPALS.add(call, "", body)?;
    one(200, &PRINCIPALS.view(call, &key, &share))
}

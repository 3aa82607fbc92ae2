//! Webhooks: those of administrators under `/rest/webhooks/1.0`, and dynamic ones of apps, which end after 30 days.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{text, texts};
use crate::entities::Webhook;
use crate::errors::Error;
use crate::jql;
use crate::state::WEBHOOKS;
use crate::webhooks::expiry;
use crate::wire;

use super::call::Call;

/// How long a dynamic webhook lives, in milliseconds.
const LIFE: u64 = 30 * 24 * 3_600 * 1_000;
/// What a dynamic webhook may be about.
const DYNAMIC: &[&str] = &[
    "jira:issue_created",
    "jira:issue_updated",
    "jira:issue_deleted",
    "comment_created",
    "comment_updated",
    "comment_deleted",
    "issue_property_set",
    "issue_property_deleted",
];
/// What an administrator's webhook may be about, beside those.
const STATIC: &[&str] = &[
    "worklog_created",
    "worklog_updated",
    "worklog_deleted",
    "issuelink_created",
    "issuelink_deleted",
    "attachment_created",
    "attachment_deleted",
    "project_created",
    "project_updated",
    "project_deleted",
    "jira:version_created",
    "jira:version_updated",
    "jira:version_deleted",
    "jira:version_released",
    "jira:version_unreleased",
    "sprint_created",
    "sprint_updated",
    "sprint_deleted",
    "sprint_started",
    "sprint_closed",
    "user_created",
    "user_updated",
    "user_deleted",
    "board_created",
    "board_updated",
    "board_deleted",
    "board_configuration_changed",
];
/// How many dynamic webhooks one caller may have.
const MOST: usize = 100;
/// The section of an administrator's webhook in which its filter stands.
const SECTION: &str = "issue-related-events-section";

/// `POST webhook`.
pub(super) fn register(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let url = text(&body, "url").ok_or_else(|| Error::message(400, "The webhook URL must be specified."))?;
    check_url(&url)?;
    let given = body.get("webhooks").and_then(Value::as_array).filter(|given| !given.is_empty());
    let given = given.ok_or_else(|| Error::message(400, "At least one webhook must be specified."))?.clone();
    let mut results = Vec::new();
    for hook in &given {
        match dynamic(call, &url, hook)? {
            Ok(hook) => {
                call.state.put(&WEBHOOKS, &hook.id, &hook)?;
                results.push(json!({"createdWebhookId": hook.id.parse::<u64>().unwrap_or_default()}));
            }
            Err(problem) => results.push(json!({"errors": [problem]})),
        }
    }
    Ok(wire::json(200, &json!({"webhookRegistrationResult": results})))
}

/// A dynamic webhook, or why it cannot be one.
fn dynamic(call: &mut Call<'_, '_>, url: &str, given: &Value) -> Result<Result<Webhook, String>, Error> {
    let events = texts(given.get("events"));
    if events.is_empty() {
        return Ok(Err("At least one event must be specified.".to_owned()));
    }
    if let Some(unknown) = events.iter().find(|event| !DYNAMIC.contains(&event.as_str())) {
        return Ok(Err(format!("The event '{unknown}' is not supported.")));
    }
    let jql = given.get("jqlFilter").and_then(Value::as_str).unwrap_or_default();
    if let Err(problem) = jql::check(call.state, jql, &call.user.account_id)? {
        return Ok(Err(format!("The JQL filter is invalid: {problem}")));
    }
    if mine(call)?.len() >= MOST {
        return Ok(Err(format!("A user can register at most {MOST} webhooks.")));
    }
    let now = call.state.now();
    Ok(Ok(Webhook {
        id: call.state.next_id("webhook")?,
        name: String::new(),
        url: url.to_owned(),
        events,
        jql: jql.to_owned(),
        enabled: true,
        secret: None,
        exclude_body: false,
        fields: texts(given.get("fieldIdsFilter")),
        expires: Some(now.saturating_add(LIFE)),
        owner: call.me().to_owned(),
        updated: now,
    }))
}

fn check_url(url: &str) -> Result<(), Error> {
    let is_web = url.starts_with("https://") || url.starts_with("http://");
    if is_web && url.len() <= 2_048 {
        return Ok(());
    }
    Err(Error::message(400, format!("The URL '{url}' is not a valid webhook URL.")))
}

/// The caller's dynamic webhooks that have not ended.
fn mine(call: &mut Call<'_, '_>) -> Result<Vec<Webhook>, Error> {
    let (now, me) = (call.state.now(), call.me().to_owned());
    let hooks = call.state.all(&WEBHOOKS)?.into_iter();
    Ok(hooks.filter(|hook| hook.owner == me && hook.expires.is_some_and(|end| end > now)).collect())
}

/// `GET webhook`.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let hooks = mine(call)?;
    let shown = hooks.iter().map(|hook| {
        let mut shown = json!({
            "id": hook.id.parse::<u64>().unwrap_or_default(),
            "url": hook.url,
            "jqlFilter": hook.jql,
            "events": hook.events,
            "expirationDate": expiry(hook),
        });
        if !hook.fields.is_empty()
            && let Some(shown) = shown.as_object_mut()
        {
            shown.insert("fieldIdsFilter".to_owned(), json!(hook.fields));
        }
        shown
    });
    let shown: Vec<Value> = shown.collect();
    call.page(&shown)
}

/// `DELETE webhook`.
pub(super) fn remove(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let ids = texts(body.get("webhookIds"));
    for hook in mine(call)?.iter().filter(|hook| ids.contains(&hook.id)) {
        call.state.delete(&WEBHOOKS, &hook.id);
    }
    Ok(twin_sdk::Reply::of_json_text(202, "").build())
}

/// `PUT webhook/refresh`.
pub(super) fn refresh(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let ids = texts(body.get("webhookIds"));
    let expires = call.state.now().saturating_add(LIFE);
    let mut shown = None;
    for mut hook in mine(call)?.into_iter().filter(|hook| ids.contains(&hook.id)) {
        hook.expires = Some(expires);
        call.state.put(&WEBHOOKS, &hook.id, &hook)?;
        shown = expiry(&hook);
    }
    Ok(wire::json(200, &json!({"expirationDate": shown})))
}

/// `GET /rest/webhooks/1.0/webhook`.
pub(super) fn admin_list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut shown = Vec::new();
    for hook in call.state.all(&WEBHOOKS)?.into_iter().filter(|hook| hook.expires.is_none()) {
        shown.push(admin_shown(call, &hook)?);
    }
    Ok(wire::json(200, &json!(shown)))
}

fn admin_shown(call: &mut Call<'_, '_>, hook: &Webhook) -> Result<Value, Error> {
    let owner = call.state.user(&hook.owner)?.map(|user| user.display_name);
    Ok(json!({
        "name": hook.name,
        "url": hook.url,
        "excludeBody": hook.exclude_body,
        "filters": {SECTION: hook.jql},
        "events": hook.events,
        "enabled": hook.enabled,
        "isSigned": hook.secret.is_some(),
        "self": format!("{}/rest/webhooks/1.0/webhook/{}", call.wire.base, hook.id),
        "lastUpdatedUser": hook.owner,
        "lastUpdatedDisplayName": owner,
        "lastUpdated": hook.updated,
    }))
}

/// `POST /rest/webhooks/1.0/webhook`.
pub(super) fn admin_create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let id = call.state.next_id("webhook")?;
    let hook = admin_read(call, &body, id, None)?;
    call.state.put(&WEBHOOKS, &hook.id, &hook)?;
    Ok(wire::json(201, &admin_shown(call, &hook)?))
}

/// An administrator's webhook; what an update leaves out stays as it was.
fn admin_read(
    call: &mut Call<'_, '_>,
    body: &Map<String, Value>,
    id: String,
    held: Option<Webhook>,
) -> Result<Webhook, Error> {
    let problem = |message: &str| Error::Plain { status: 400, body: json!({"messages": [{"key": message}]}) };
    let name = text(body, "name").or_else(|| held.as_ref().map(|hook| hook.name.clone()));
    let url = text(body, "url").or_else(|| held.as_ref().map(|hook| hook.url.clone()));
    let name = name.ok_or_else(|| problem("Webhook name is required"))?;
    let url = url.ok_or_else(|| problem("Webhook URL is required"))?;
    check_url(&url)?;
    let events = match body.get("events") {
        Some(events) => texts(Some(events)),
        None => held.as_ref().map(|hook| hook.events.clone()).unwrap_or_default(),
    };
    let is_known = |event: &&String| DYNAMIC.contains(&event.as_str()) || STATIC.contains(&event.as_str());
    if let Some(unknown) = events.iter().find(|event| !is_known(event)) {
        return Err(problem(&format!("Unknown webhook event: {unknown}")));
    }
    let given = body.get("filters").and_then(|filters| filters.get(SECTION)).and_then(Value::as_str);
    let jql =
        given.map(str::to_owned).or_else(|| held.as_ref().map(|hook| hook.jql.clone())).unwrap_or_default();
    if let Err(message) = jql::check(call.state, &jql, &call.user.account_id)? {
        return Err(problem(&message));
    }
    let flag = |name: &str| body.get(name).and_then(Value::as_bool);
    Ok(Webhook {
        id,
        name,
        url,
        events,
        jql,
        enabled: flag("enabled").or_else(|| held.as_ref().map(|hook| hook.enabled)).unwrap_or(true),
        secret: text(body, "secret").or_else(|| held.as_ref().and_then(|hook| hook.secret.clone())),
        exclude_body: flag("excludeBody").or_else(|| held.map(|hook| hook.exclude_body)).unwrap_or(false),
        fields: Vec::new(),
        expires: None,
        owner: call.me().to_owned(),
        updated: call.state.now(),
    })
}

fn admin_find(call: &mut Call<'_, '_>) -> Result<Webhook, Error> {
    let id = call.param(0).to_owned();
    let missing = || Error::Plain { status: 404, body: json!({"messages": [{"key": "Webhook not found"}]}) };
    call.state.get(&WEBHOOKS, &id)?.filter(|hook| hook.expires.is_none()).ok_or_else(missing)
}

/// `GET /rest/webhooks/1.0/webhook/{}`.
pub(super) fn admin_get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let hook = admin_find(call)?;
    Ok(wire::json(200, &admin_shown(call, &hook)?))
}

/// `PUT /rest/webhooks/1.0/webhook/{}`.
pub(super) fn admin_update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let held = admin_find(call)?;
    let hook = admin_read(call, &body, held.id.clone(), Some(held))?;
    call.state.put(&WEBHOOKS, &hook.id, &hook)?;
    Ok(wire::json(200, &admin_shown(call, &hook)?))
}

/// `DELETE /rest/webhooks/1.0/webhook/{}`.
pub(super) fn admin_delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let hook = admin_find(call)?;
    call.state.delete(&WEBHOOKS, &hook.id);
    Ok(wire::empty())
}

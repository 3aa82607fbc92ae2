//! What the site is made of: its server, fields, types, priorities, statuses, resolutions and labels.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use twin_sdk::{Response, digest_id};

use crate::args::text;
use crate::entities::{Field, IssueType, Priority, Resolution};
use crate::errors::Error;
use crate::fields::catalogue::{SYSTEM, System};
use crate::moment;
use crate::state::{FIELDS, ISSUE_TYPES, PRIORITIES, RESOLUTIONS, STATUSES, State};
use crate::wire::{self, CATEGORIES};

use super::call::Call;

/// `GET serverInfo`: open to everybody.
pub(super) fn server(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let site = call.state.site()?;
    let base = &call.wire.base;
    Ok(wire::json(
        200,
        &json!({
            "baseUrl": base,
            "displayUrl": base,
            "displayUrlServicedeskHelpCenter": base,
            "displayUrlCSMHelpSeeker": base,
            "displayUrlConfluence": base,
            "version": "1001.0.0-SNAPSHOT",
            "versionNumbers": [1001, 0, 0],
            "deploymentType": "Cloud",
            "buildNumber": site.build_number,
            "buildDate": site.build_date,
            "serverTime": moment::show(call.state.now()),
            "scmInfo": digest_id("", &format!("build {}", site.build_number), 40).to_lowercase(),
            "serverTitle": site.title,
            "defaultLocale": {"locale": "en_US"},
            "serverTimeZone": "Etc/UTC",
        }),
    ))
}

/// `GET field`.
pub(super) fn fields(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut shown: Vec<Value> = SYSTEM.iter().map(system_field).collect();
    shown.push(json!({
        "id": "issuekey", "key": "issuekey", "name": "Key", "custom": false, "orderable": false, "navigable": true,
        "searchable": false, "clauseNames": ["id", "issue", "issuekey", "key"],
    }));
    shown.extend(call.state.all(&FIELDS)?.iter().map(custom_field));
    Ok(wire::json(200, &json!(shown)))
}

fn system_field(field: &System) -> Value {
    json!({
        "id": field.id, "key": field.id, "name": field.name, "custom": false,
        "orderable": !field.operations.is_empty(), "navigable": field.navigable,
        "searchable": !field.clauses.is_empty(), "clauseNames": field.clauses, "schema": field.schema(),
    })
}

fn custom_field(field: &Field) -> Value {
    json!({
        "id": field.id, "key": field.id, "name": field.name, "untranslatedName": field.name, "custom": true,
        "orderable": true, "navigable": true, "searchable": true, "clauseNames": field.clauses(),
        "schema": field.schema(),
    })
}

/// `GET field/search`.
pub(super) fn search_fields(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let kinds = call.query.list("type");
    let ids = call.query.list("id");
    let needle = call.query.text("query").unwrap_or_default().to_lowercase();
    let mut shown = Vec::new();
    let fits = |custom: bool, id: &str, name: &str| {
        let kind = if custom { "custom" } else { "system" };
        (kinds.is_empty() || kinds.iter().any(|wanted| wanted == kind))
            && (ids.is_empty() || ids.iter().any(|wanted| wanted == id))
            && name.to_lowercase().contains(&needle)
    };
    for field in SYSTEM.iter().filter(|field| fits(false, field.id, field.name)) {
        shown.push(json!({"id": field.id, "key": field.id, "name": field.name, "schema": field.schema(), "description": ""}));
    }
    for field in call.state.all(&FIELDS)?.iter().filter(|field| fits(true, &field.id, &field.name)) {
        shown.push(json!({
            "id": field.id, "key": field.id, "name": field.name, "schema": field.schema(),
            "description": field.description, "isLocked": false,
        }));
    }
    call.page(&shown)
}

/// `POST field`.
pub(super) fn create_field(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let name = text(&body, "name").ok_or_else(|| Error::field("name", "The name is required."))?;
    let kind = text(&body, "type").ok_or_else(|| Error::field("type", "The type is required."))?;
    if !kind.contains(':') {
        return Err(Error::field("type", format!("The type '{kind}' is not a known custom field type.")));
    }
    let number = call.state.next_id("field")?;
    let field = Field {
        id: format!("customfield_{number}"),
        name,
        kind,
        description: text(&body, "description").unwrap_or_default(),
        issue_types: Vec::new(),
        options: Vec::new(),
        default: None,
    };
    call.state.put(&FIELDS, &field.id, &field)?;
    Ok(wire::json(201, &custom_field(&field)))
}

/// `GET issuetype`.
pub(super) fn issue_types(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let kinds = call.state.all(&ISSUE_TYPES)?;
    let shown: Vec<Value> = kinds.iter().map(|kind| shown_kind(call, kind)).collect();
    Ok(wire::json(200, &json!(shown)))
}

/// A type of issue by itself.
pub(super) fn shown_kind(call: &Call<'_, '_>, kind: &IssueType) -> Value {
    let mut shown = wire::issue_type(&call.wire, kind);
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("untranslatedName".to_owned(), json!(kind.name));
    }
    shown
}

/// `GET issuetype/{}`.
pub(super) fn issue_type(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let id = call.param(0).to_owned();
    let kind = call.state.get(&ISSUE_TYPES, &id)?;
    let kind = kind.ok_or_else(|| Error::message(404, "Issue type with given id not found."))?;
    Ok(wire::json(200, &shown_kind(call, &kind)))
}

/// `GET priority`.
pub(super) fn priorities(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let shown: Vec<Value> =
        call.state.priorities()?.iter().map(|found| priority_shown(call, found, None)).collect();
    Ok(wire::json(200, &json!(shown)))
}

/// A priority by itself.
pub(super) fn priority_shown(call: &Call<'_, '_>, priority: &Priority, usual: Option<bool>) -> Value {
    let mut shown = wire::priority(&call.wire, priority);
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("statusColor".to_owned(), json!(priority.color));
        shown.insert("description".to_owned(), json!(priority.description));
        shown.extend(usual.map(|usual| ("isDefault".to_owned(), json!(usual))));
    }
    shown
}

/// `GET priority/{}`.
pub(super) fn priority(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let id = call.param(0).to_owned();
    let found = call.state.get(&PRIORITIES, &id)?;
    let found = found.ok_or_else(|| Error::message(404, "The priority was not found."))?;
    Ok(wire::json(200, &priority_shown(call, &found, None)))
}

/// `GET status`.
pub(super) fn statuses(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let shown: Vec<Value> =
        call.state.all(&STATUSES)?.iter().map(|found| wire::status(&call.wire, found)).collect();
    Ok(wire::json(200, &json!(shown)))
}

/// `GET status/{}`, by id or name.
pub(super) fn status(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let all = call.state.all(&STATUSES)?;
    let found = all.iter().find(|status| status.id == name || status.name.eq_ignore_ascii_case(&name));
    let found = found.ok_or_else(|| Error::message(404, format!("The status '{name}' was not found.")))?;
    Ok(wire::json(200, &wire::status(&call.wire, found)))
}

/// `GET statuscategory`.
pub(super) fn categories(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let shown: Vec<Value> = CATEGORIES.iter().map(|(key, ..)| wire::category(&call.wire, key)).collect();
    Ok(wire::json(200, &json!(shown)))
}

/// A resolution by itself.
pub(super) fn resolution_shown(call: &Call<'_, '_>, resolution: &Resolution) -> Value {
    wire::resolution(&call.wire, resolution)
}

/// `GET resolution`.
pub(super) fn resolutions(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let all = call.state.resolutions()?;
    let shown: Vec<Value> = all.iter().map(|found| wire::resolution(&call.wire, found)).collect();
    Ok(wire::json(200, &json!(shown)))
}

/// `GET resolution/{}`.
pub(super) fn resolution(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let id = call.param(0).to_owned();
    let found = call.state.get(&RESOLUTIONS, &id)?;
    let found =
        found.ok_or_else(|| Error::message(404, format!("The resolution with id '{id}' does not exist")))?;
    Ok(wire::json(200, &wire::resolution(&call.wire, &found)))
}

/// `GET label`: every label in use, ordered.
pub(super) fn labels(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut labels = BTreeSet::new();
    let mut issues = State::issues();
    while let Some(issue) = call.state.step(&mut issues)? {
        labels.extend(issue.labels);
    }
    let labels: Vec<Value> = labels.into_iter().map(Value::String).collect();
    call.page(&labels)
}

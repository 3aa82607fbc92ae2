//! The options of custom fields that offer a choice, and those of fields that apps bring along.

use serde_json::{Map, Value, json};
use twin_sdk::{Reply, Response};

use crate::args::{scalar, text, texts};
use crate::entities::{Choice, Field};
use crate::errors::Error;
use crate::kept::{Kind, id_of, number, text_of};
use crate::state::FIELDS;
use crate::wire;

use super::call::Call;
use super::edit;
use super::field_contexts::{context, is_global};
use super::ranked::place;
use super::resource::extend;

/// Whether an option belongs to a context; those without one belong to the global context.
fn is_in(choice: &Choice, context: &Value) -> bool {
    match &choice.context {
        Some(id) => *id == id_of(context),
        None => is_global(context),
    }
}

fn shown(choice: &Choice) -> Value {
    json!({"id": choice.id, "value": choice.value, "disabled": choice.disabled})
}

/// `GET customFieldOption/{}`.
pub(super) fn by_id(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let id = call.param(0).to_owned();
    let fields = call.state.all(&FIELDS)?;
    let found = fields.iter().flat_map(|field| &field.options).find(|choice| choice.id == id);
    let found = found.ok_or_else(|| Error::message(404, "The custom field option was not found."))?;
    let address = call.wire.at(&format!("customFieldOption/{id}"));
    Ok(wire::json(200, &json!({"self": address, "value": found.value})))
}

/// `GET field/{}/context/{}/option`.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (field, context) = context(call)?;
    let wanted = call.query.text("optionId").map(str::to_owned);
    let options = field.options.iter().filter(|choice| is_in(choice, &context));
    let options = options.filter(|choice| wanted.as_ref().is_none_or(|id| *id == choice.id));
    let all: Vec<Value> = options.map(shown).collect();
    call.page(&all)
}

fn given(call: &Call<'_, '_>) -> Result<Vec<Value>, Error> {
    let options = call.object()?.get("options").and_then(Value::as_array).cloned().unwrap_or_default();
    if options.is_empty() || options.len() > 1_000 {
        return Err(Error::message(400, "Between 1 and 1000 options must be provided."));
    }
    Ok(options)
}

/// A value that no other option of the context has.
fn value_of(field: &Field, context: &Value, given: &Value, own: &str) -> Result<Option<String>, Error> {
    let Some(value) = given.get("value").and_then(scalar) else { return Ok(None) };
    if value.chars().count() > 255 {
        return Err(Error::message(400, "The option value cannot be longer than 255 characters."));
    }
    let is_same = |choice: &Choice| is_in(choice, context) && choice.id != own && choice.value == value;
    if field.options.iter().any(is_same) {
        return Err(Error::message(
            400,
            format!("The option value '{value}' is already used in the context."),
        ));
    }
    Ok(Some(value))
}

/// `POST field/{}/context/{}/option`.
pub(super) fn create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (mut field, context) = context(call)?;
    let mut made = Vec::new();
    for given in given(call)? {
        let value = value_of(&field, &context, &given, "")?;
        let value = value.ok_or_else(|| Error::message(400, "The option value is required."))?;
        let choice = Choice {
            id: next_id(call)?,
            value,
            disabled: given.get("disabled") == Some(&json!(true)),
            context: (!is_global(&context)).then(|| id_of(&context)),
        };
        made.push(shown(&choice));
        field.options.push(choice);
    }
    call.state.put(&FIELDS, &field.id, &field)?;
    Ok(wire::json(200, &json!({"options": made})))
}

/// An id behind those of all options that a fixture may have named.
fn next_id(call: &mut Call<'_, '_>) -> Result<String, Error> {
    for field in call.state.all(&FIELDS)? {
        for choice in &field.options {
            call.state.claim_id("option", &choice.id)?;
        }
    }
    Ok(call.state.next_id("option")?)
}

fn missing() -> Error {
    Error::message(404, "The option was not found in the custom field context.")
}

/// `PUT field/{}/context/{}/option`.
pub(super) fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (mut field, context) = context(call)?;
    let mut changed = Vec::new();
    for given in given(call)? {
        let id = text_of(&given, "id");
        let value = value_of(&field, &context, &given, &id)?;
        let found = field.options.iter_mut().find(|choice| choice.id == id && is_in(choice, &context));
        let choice = found.ok_or_else(missing)?;
        if let Some(value) = value {
            choice.value = value;
        }
        if let Some(disabled) = given.get("disabled").and_then(Value::as_bool) {
            choice.disabled = disabled;
        }
        changed.push(shown(choice));
    }
    call.state.put(&FIELDS, &field.id, &field)?;
    Ok(wire::json(200, &json!({"options": changed})))
}

/// `PUT field/{}/context/{}/option/move`.
pub(super) fn reorder(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (mut field, _) = context(call)?;
    let body = call.object()?;
    let mut order: Vec<String> = field.options.iter().map(|choice| choice.id.clone()).collect();
    let ids = texts(body.get("customFieldOptionIds"));
    place(&mut order, &ids, text(&body, "after").as_deref(), text(&body, "position").as_deref())?;
    field.options.sort_by_key(|choice| order.iter().position(|id| *id == choice.id));
    call.state.put(&FIELDS, &field.id, &field)?;
    Ok(wire::empty())
}

/// Whether an issue has an option in a field.
fn is_used(call: &mut Call<'_, '_>, field: &str, option: &str) -> Result<bool, Error> {
    edit::any(call, |issue| texts(issue.custom.get(field)).iter().any(|id| id == option))
}

/// `DELETE field/{}/context/{}/option/{}`.
pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (mut field, context) = context(call)?;
    let id = call.param(2).to_owned();
    if !field.options.iter().any(|choice| choice.id == id && is_in(choice, &context)) {
        return Err(missing());
    }
    if is_used(call, &field.id, &id)? {
        return Err(Error::message(400, "The option cannot be deleted because it is used by an issue."));
    }
    field.options.retain(|choice| choice.id != id);
    call.state.put(&FIELDS, &field.id, &field)?;
    Ok(wire::empty())
}

/// Options of fields that apps bring along.
static APP_OPTIONS: Kind = Kind::empty("app_field_options");

/// The key of an app's field has the app's key before it.
fn app_field(call: &mut Call<'_, '_>) -> Result<String, Error> {
    call.admin("access options of issue fields of apps")?;
    let key = call.param(0).to_owned();
    if key.contains("__") {
        Ok(key)
    } else {
        Err(Error::message(404, "The field was not found or is not a field of an app."))
    }
}

fn shown_app(option: &Value, whole: bool) -> Value {
    let mut shown = json!({
        "id": number(&id_of(option)), "value": option.get("value"), "properties": option.get("properties"),
    });
    if whole {
        extend(&mut shown, json!({"config": option.get("config")}));
    }
    shown
}

fn app_options(call: &mut Call<'_, '_>, field: &str) -> Result<Vec<Value>, Error> {
    let mut all = APP_OPTIONS.all(call.state)?;
    all.retain(|option| text_of(option, "_field") == field);
    Ok(all)
}

/// `GET field/{}/option`.
pub(super) fn app_list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let field = app_field(call)?;
    let all: Vec<Value> = app_options(call, &field)?.iter().map(|option| shown_app(option, true)).collect();
    call.page(&all)
}

/// `GET field/{}/option/suggestions/...`.
pub(super) fn app_suggestions(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let field = app_field(call)?;
    let all: Vec<Value> = app_options(call, &field)?.iter().map(|option| shown_app(option, false)).collect();
    call.page(&all)
}

fn app_option(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    let field = app_field(call)?;
    let id = call.param(1).to_owned();
    let found = app_options(call, &field)?.into_iter().find(|option| id_of(option) == id);
    found.ok_or_else(|| Error::message(404, "The issue field option was not found."))
}

/// `GET field/{}/option/{}`.
pub(super) fn app_get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let option = app_option(call)?;
    Ok(wire::json(200, &shown_app(&option, true)))
}

fn fill_app(option: &mut Value, body: &Map<String, Value>) -> Result<(), Error> {
    let value = text(body, "value").ok_or_else(|| Error::message(400, "The option value is required."))?;
    extend(option, json!({"value": value}));
    for name in ["properties", "config"] {
        if let Some(given) = body.get(name) {
            extend(option, json!({name: given}));
        }
    }
    Ok(())
}

/// `POST field/{}/option`.
pub(super) fn app_create(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let field = app_field(call)?;
    let body = call.object()?;
    let id = app_options(call, &field)?
        .iter()
        .filter_map(|held| id_of(held).parse::<u64>().ok())
        .max()
        .unwrap_or_default()
        + 1;
    let config = json!({"scope": {"projects": [], "global": {}}, "attributes": []});
    let mut option = json!({"id": id.to_string(), "_field": field, "properties": {}, "config": config});
    fill_app(&mut option, &body)?;
    APP_OPTIONS.put(call.state, &option)?;
    Ok(wire::json(200, &shown_app(&option, true)))
}

/// `PUT field/{}/option/{}`.
pub(super) fn app_update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut option = app_option(call)?;
    let body = call.object()?;
    fill_app(&mut option, &body)?;
    APP_OPTIONS.put(call.state, &option)?;
    Ok(wire::json(200, &shown_app(&option, true)))
}

/// `DELETE field/{}/option/{}`.
pub(super) fn app_delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let option = app_option(call)?;
    APP_OPTIONS.remove(call.state, &id_of(&option))?;
    Ok(Reply::empty(204).build())
}

/// `DELETE field/{}/option/{}/issue`: no issue has such an option, so that nothing is replaced.
pub(super) fn app_replace(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    app_option(call)?;
    super::task::see(
        call,
        "Deselect issue field option",
        json!({"modifiedIssues": [], "unmodifiedIssues": []}),
    )
}

//! Custom fields, where somebody changes, trashes or removes them; and the table of all that belongs to fields.

use serde_json::{Value, json};
use twin_sdk::{Reply, Response};

use crate::args::{scalar, text};
use crate::entities::Field;
use crate::errors::Error;
use crate::kept::{Kind, id_of, text_of};
use crate::moment;
use crate::state::FIELDS;
use crate::wire;

use super::call::Call;
use super::route::{Family, Route, full, outline};
use super::{edit, field_contexts as contexts, field_defaults as defaults, field_options as options, task};

/// Fields in the trash, and how long they stay there.
static TRASH: Kind = Kind::empty("trashed_fields");
const KEPT_MS: u64 = 60 * 24 * 3_600 * 1_000;

const CONTEXT: &str = "field/{fieldId}/context/{contextId}";
const OPTION: &str = "field/{fieldId}/context/{contextId}/option";
const APP_OPTION: &str = "field/{fieldKey}/option/{optionId}";
/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["app", "customFieldOption", "field"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full(
        "addIssueTypesToContext",
        "PUT",
        "field/{fieldId}/context/{contextId}/issuetype",
        contexts::add_types,
    ),
    full(
        "assignProjectsToCustomFieldContext",
        "PUT",
        "field/{fieldId}/context/{contextId}/project",
        contexts::add_projects,
    ),
    full("createCustomFieldContext", "POST", "field/{fieldId}/context", contexts::create),
    full("createCustomFieldOption", "POST", OPTION, options::create),
    outline("createIssueFieldOption", "POST", "field/{fieldKey}/option", options::app_create),
    full("deleteCustomField", "DELETE", "field/{id}", delete),
    full("deleteCustomFieldContext", "DELETE", CONTEXT, contexts::delete),
    full(
        "deleteCustomFieldOption",
        "DELETE",
        "field/{fieldId}/context/{contextId}/option/{optionId}",
        options::delete,
    ),
    outline("deleteIssueFieldOption", "DELETE", APP_OPTION, options::app_delete),
    outline("getAllIssueFieldOptions", "GET", "field/{fieldKey}/option", options::app_list),
    full("getContextsForField", "GET", "field/{fieldId}/context", contexts::list),
    full("getContextsForFieldDeprecated", "GET", "field/{fieldId}/contexts", contexts::list_briefly),
    outline(
        "getCustomFieldConfiguration",
        "GET",
        "app/field/{fieldIdOrKey}/context/configuration",
        defaults::configurations,
    ),
    full(
        "getCustomFieldContextsForProjectsAndIssueTypes",
        "POST",
        "field/{fieldId}/context/mapping",
        contexts::resolve,
    ),
    full("getCustomFieldOption", "GET", "customFieldOption/{id}", options::by_id),
    full("getDefaultValues", "GET", "field/{fieldId}/context/defaultValue", defaults::defaults),
    outline("getIssueFieldOption", "GET", APP_OPTION, options::app_get),
    full(
        "getIssueTypeMappingsForContexts",
        "GET",
        "field/{fieldId}/context/issuetypemapping",
        contexts::types,
    ),
    full("getOptionsForContext", "GET", OPTION, options::list),
    full("getProjectContextMapping", "GET", "field/{fieldId}/context/projectmapping", contexts::projects),
    outline(
        "getSelectableIssueFieldOptions",
        "GET",
        "field/{fieldKey}/option/suggestions/edit",
        options::app_suggestions,
    ),
    full("getTrashedFieldsPaginated", "GET", "field/search/trashed", trashed),
    outline(
        "getVisibleIssueFieldOptions",
        "GET",
        "field/{fieldKey}/option/suggestions/search",
        options::app_suggestions,
    ),
    full(
        "removeCustomFieldContextFromProjects",
        "POST",
        "field/{fieldId}/context/{contextId}/project/remove",
        contexts::remove_projects,
    ),
    full(
        "removeIssueTypesFromContext",
        "POST",
        "field/{fieldId}/context/{contextId}/issuetype/remove",
        contexts::remove_types,
    ),
    full(
        "reorderCustomFieldOptions",
        "PUT",
        "field/{fieldId}/context/{contextId}/option/move",
        options::reorder,
    ),
    outline(
        "replaceIssueFieldOption",
        "DELETE",
        "field/{fieldKey}/option/{optionId}/issue",
        options::app_replace,
    ),
    full("restoreCustomField", "POST", "field/{id}/restore", restore),
    full("setDefaultValues", "PUT", "field/{fieldId}/context/defaultValue", defaults::set_defaults),
    full("trashCustomField", "POST", "field/{id}/trash", trash),
    full("updateCustomField", "PUT", "field/{fieldId}", update),
    outline(
        "updateCustomFieldConfiguration",
        "PUT",
        "app/field/{fieldIdOrKey}/context/configuration",
        defaults::set_configurations,
    ),
    full("updateCustomFieldContext", "PUT", CONTEXT, contexts::update),
    full("updateCustomFieldOption", "PUT", OPTION, options::update),
    outline("updateCustomFieldValue", "PUT", "app/field/{fieldIdOrKey}/value", set_value),
    outline("updateIssueFieldOption", "PUT", APP_OPTION, options::app_update),
    outline("updateMultipleCustomFieldValues", "POST", "app/field/value", set_values),
];

/// The field that the first placeholder names, where it may be changed: those of the product are locked.
fn own(call: &mut Call<'_, '_>) -> Result<Field, Error> {
    let field = contexts::field(call)?;
    if field.kind.starts_with("com.pyxis.greenhopper") {
        return Err(Error::message(400, "The custom field is locked and cannot be changed."));
    }
    Ok(field)
}

/// `PUT field/{}`.
fn update(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut field = own(call)?;
    let body = call.object()?;
    if let Some(name) = text(&body, "name") {
        if name.chars().count() > 255 {
            return Err(Error::message(400, "The custom field name cannot be longer than 255 characters."));
        }
        field.name = name;
    }
    if let Some(description) = body.get("description").and_then(Value::as_str) {
        description.clone_into(&mut field.description);
    }
    call.state.put(&FIELDS, &field.id, &field)?;
    Ok(wire::empty())
}

/// Writes a field into the trash; its values stay in the issues.
fn to_trash(call: &mut Call<'_, '_>, field: &Field) -> Result<(), Error> {
    let now = call.state.now();
    let document = json!({"id": field.id, "field": serde_json::to_value(field)?, "by": call.me(), "at": now});
    TRASH.put(call.state, &document)?;
    call.state.delete(&FIELDS, &field.id);
    Ok(())
}

/// `POST field/{}/trash`.
fn trash(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let field = own(call)?;
    to_trash(call, &field)?;
    Ok(Reply::of_json_text(200, "{}").build())
}

fn in_trash(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    call.admin("access trashed custom fields")?;
    let id = call.param(0).to_owned();
    TRASH
        .get(call.state, &id)?
        .ok_or_else(|| Error::message(404, "The custom field was not found in the trash."))
}

fn field_in(trashed: &Value) -> Result<Field, Error> {
    Ok(serde_json::from_value(trashed.get("field").cloned().unwrap_or_default())?)
}

/// `POST field/{}/restore`.
fn restore(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let held = in_trash(call)?;
    let field = field_in(&held)?;
    call.state.put(&FIELDS, &field.id, &field)?;
    TRASH.remove(call.state, &field.id)?;
    Ok(Reply::of_json_text(200, "{}").build())
}

/// `DELETE field/{}`: for good, from the trash or from the site.
fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("delete custom fields")?;
    let id = call.param(0).to_owned();
    if TRASH.get(call.state, &id)?.is_none() {
        let field = own(call)?;
        call.state.delete(&FIELDS, &field.id);
    }
    TRASH.remove(call.state, &id)?;
    task::see(call, &format!("Delete custom field {id}"), json!(""))
}

/// `GET field/search/trashed`.
fn trashed(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access trashed custom fields")?;
    let (ids, needle) = (call.query.list("id"), call.query.text("query").unwrap_or_default().to_lowercase());
    let mut all = Vec::new();
    for held in TRASH.all(call.state)? {
        let field = field_in(&held)?;
        if (!ids.is_empty() && !ids.contains(&field.id)) || !field.name.to_lowercase().contains(&needle) {
            continue;
        }
        let at = held.get("at").and_then(Value::as_u64).unwrap_or_default();
        all.push(json!({
            "id": id_of(&held), "key": field.id, "name": field.name, "schema": field.schema(),
            "description": field.description, "trashedDate": moment::show(at),
            "trashedBy": call.shown_user(&text_of(&held, "by"))?,
            "plannedDeletionDate": moment::show(at.saturating_add(KEPT_MS)),
        }));
    }
    call.page(&all)
}

/// Sets a field of issues, as the app that brought it along may.
fn assign(call: &mut Call<'_, '_>, id: &str, update: &Value) -> Result<(), Error> {
    let field = call.state.get(&FIELDS, id)?;
    let field = field.ok_or_else(|| Error::message(404, "The custom field was not found."))?;
    if call.user.account_type != "app" {
        return Err(Error::message(
            403,
            "Only the app that provides the custom field can update its values.",
        ));
    }
    let issues = update.get("issueIds").and_then(Value::as_array).cloned().unwrap_or_default();
    for issue in issues.iter().filter_map(scalar) {
        let before = call.state.issue(&issue)?.ok_or_else(Error::no_issue)?;
        let project = edit::project_of(call, &before)?;
        let mut after = before.clone();
        let mut refused = edit::Refused::new();
        let value = update.get("value").cloned().unwrap_or_default();
        edit::set(call, &project, &mut after, &field.id, &value, &mut refused)?;
        if !refused.is_empty() {
            return Err(Error::fields(refused));
        }
        edit::save(call, &before, after, Vec::new(), "issue_updated")?;
    }
    Ok(())
}

/// `PUT app/field/{}/value`.
fn set_value(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let id = call.param(0).to_owned();
    let body = call.object()?;
    let updates = body.get("updates").and_then(Value::as_array);
    for update in updates.ok_or_else(|| Error::message(400, "The updates are required."))? {
        assign(call, &id, update)?;
    }
    Ok(wire::empty())
}

/// `POST app/field/value`.
fn set_values(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let updates = body.get("updates").and_then(Value::as_array);
    for update in updates.ok_or_else(|| Error::message(400, "The updates are required."))? {
        assign(call, &text_of(update, "customField"), update)?;
    }
    Ok(wire::empty())
}

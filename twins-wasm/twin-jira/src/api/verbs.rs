//! The verbs of `update`: add, remove, set.

use serde_json::{Map, Value, json};

use crate::entities::{Issue, Project};
use crate::errors::Error;
use crate::fields::catalogue;
use crate::fields::input::{self, Input, Unfit};
use crate::state::FIELDS;

use super::call::Call;
use super::edit::{Extras, Refused, keep, set};

/// The lists whose items an update may add and remove one by one.
const LISTS: &[&str] = &["labels", "components", "fixVersions", "versions"];

/// Applies the verbs of an update. What does not belong to the issue's own fields is returned.
pub(super) fn update(
    call: &mut Call<'_, '_>,
    project: &Project,
    issue: &mut Issue,
    update: &Map<String, Value>,
    screen: &[String],
    refused: &mut Refused,
) -> Result<Extras, Error> {
    let mut extras = Extras::default();
    for (id, operations) in update {
        let Some(operations) = operations.as_array() else {
            refused.insert(id.clone(), "data was not an array".to_owned());
            continue;
        };
        for operation in operations {
            let Some((verb, value)) = operation.as_object().and_then(|fields| fields.iter().next()) else {
                refused.insert(id.clone(), "data was not an object".to_owned());
                continue;
            };
            match (id.as_str(), verb.as_str()) {
                ("comment", "add") => extras.comments.push(value.clone()),
                ("worklog", "add") => extras.worklogs.push(value.clone()),
                ("issuelinks", "add") => extras.links.push(value.clone()),
                _ if !screen.iter().any(|known| known == id) => {
                    refused.insert(id.clone(), input::unknown(id));
                }
                (_, "set") | ("timetracking", "edit") => set(call, project, issue, id, value, refused)?,
                (list, "add" | "remove") if LISTS.contains(&list) => {
                    let read = alter(call, project, issue, list, verb, value);
                    keep(id, read, refused)?;
                }
                (custom, "add" | "remove") if custom.starts_with("customfield_") => {
                    alter_custom(call, project, issue, custom, verb, value, refused)?;
                }
                _ => return Err(unsupported(call, id, verb)?),
            }
        }
    }
    Ok(extras)
}

/// The refusal of a verb that a field does not know.
fn unsupported(call: &mut Call<'_, '_>, id: &str, verb: &str) -> Result<Error, Error> {
    let (name, known) = match catalogue::system(id) {
        Some(system) => (system.name.to_owned(), system.operations),
        None => {
            let field = call.state.get(&FIELDS, id)?;
            let known = field.as_ref().map_or(&[][..], |field| field.operations());
            (field.map_or_else(|| id.to_owned(), |field| field.name), known)
        }
    };
    let message = format!(
        "Field with id '{id}' and name '{name}' does not support operation '{verb}' Supported operation(s) are: '{}'",
        known.join(",")
    );
    Ok(Error::message(400, message))
}

/// Adds or removes one item of a list.
fn alter(
    call: &mut Call<'_, '_>,
    project: &Project,
    issue: &mut Issue,
    list: &str,
    verb: &str,
    value: &Value,
) -> Result<(), Unfit> {
    let documents = call.wire.documents();
    let held = match list {
        "labels" => input::label(value)?,
        _ => Input { state: call.state, project, documents }.reference(value, list)?,
    };
    let items = match list {
        "labels" => &mut issue.labels,
        "components" => &mut issue.components,
        "fixVersions" => &mut issue.fix_versions,
        _ => &mut issue.versions,
    };
    items.retain(|item| *item != held);
    if verb == "add" {
        items.push(held);
    }
    if list == "labels" {
        items.sort();
    }
    Ok(())
}

/// The same for a custom field that holds a list: the whole list is set again.
fn alter_custom(
    call: &mut Call<'_, '_>,
    project: &Project,
    issue: &mut Issue,
    id: &str,
    verb: &str,
    value: &Value,
    refused: &mut Refused,
) -> Result<(), Error> {
    let mut alone = issue.clone();
    alone.custom.remove(id);
    set(call, project, &mut alone, id, &json!([value]), refused)?;
    let Some(Value::Array(read)) = alone.custom.get(id) else { return Ok(()) };
    let held = issue.custom.entry(id.to_owned()).or_insert_with(|| json!([]));
    if let Value::Array(items) = held {
        items.retain(|item| !read.contains(item));
        if verb == "add" {
            items.extend(read.iter().cloned());
        }
    }
    Ok(())
}

//! What new issues have in a custom field, and what apps configure, by context.

use serde_json::{Value, json};
use twin_sdk::Response;

use crate::args::{scalar, texts};
use crate::entities::Field;
use crate::errors::Error;
use crate::fields::catalogue::Family as Form;
use crate::kept::{id_of, text_of};
use crate::wire;

use super::call::Call;
use super::field_contexts::{CONTEXTS, field, is_global, keep, of, wanted};
use super::resource::extend;

/// The name of a default's form, and the member that holds it.
fn form(field: &Field) -> Option<(&'static str, &'static str)> {
    Some(match field.family() {
        Form::Select => ("option.single", "optionId"),
        Form::MultiSelect => ("option.multiple", "optionIds"),
        Form::User => ("single.user.select", "accountId"),
        Form::MultiUser => ("multi.user.select", "accountIds"),
        Form::Number => ("float", "number"),
        Form::Date => ("datepicker", "date"),
        Form::DateTime => ("datetimepicker", "dateTime"),
        Form::Labels => ("labels", "labels"),
        Form::RichText => ("textarea", "text"),
        Form::Text if field.kind.ends_with(":url") => ("url", "url"),
        Form::Text => ("textfield", "text"),
        _ => return None,
    })
}

/// `GET field/{}/context/defaultValue`.
pub(super) fn defaults(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let field = field(call)?;
    let mut all = Vec::new();
    for context in wanted(call)? {
        let held = context.get("_default").filter(|held| !held.is_null()).cloned();
        let of_field = || {
            let (kind, member) = form(&field)?;
            let value = field.default.clone().filter(|_| is_global(&context))?;
            let value = value.get("wiki").cloned().unwrap_or(value);
            Some(json!({"type": kind, member: value}))
        };
        if let Some(mut shown) = held.or_else(of_field) {
            extend(&mut shown, json!({"contextId": id_of(&context)}));
            all.push(shown);
        }
    }
    call.page(&all)
}

/// `PUT field/{}/context/defaultValue`.
pub(super) fn set_defaults(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let field = field(call)?;
    let body = call.object()?;
    let (kind, member) =
        form(&field).ok_or_else(|| Error::message(400, "The custom field has no default value."))?;
    for given in body.get("defaultValues").and_then(Value::as_array).into_iter().flatten() {
        if text_of(given, "type") != kind {
            return Err(Error::message(
                400,
                format!("The default value of the custom field must be of type '{kind}'."),
            ));
        }
        let id = text_of(given, "contextId");
        let found = of(call, &field)?.into_iter().find(|context| id_of(context) == id);
        let mut context =
            found.ok_or_else(|| Error::message(404, "The custom field context was not found."))?;
        let value = given.get(member).cloned().filter(|value| !value.is_null());
        let options = texts(value.as_ref());
        let is_option = |id: &String| field.options.iter().any(|option| option.id == *id);
        if member.starts_with("option") && !options.iter().all(is_option) {
            return Err(Error::message(404, "The option was not found in the custom field context."));
        }
        let kept = value.as_ref().map(|value| json!({"type": kind, member: value}));
        extend(&mut context, json!({"_default": kept}));
        let mut field = field.clone();
        if is_global(&context) {
            let is_rich = field.family() == Form::RichText;
            field.default = value.map(|value| if is_rich { json!({"wiki": value}) } else { value });
        }
        keep(call, field, &context)?;
    }
    Ok(wire::empty())
}

/// `GET app/field/{}/context/configuration`.
pub(super) fn configurations(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let all: Vec<Value> = wanted(call)?
        .iter()
        .map(|context| {
            let held = |name: &str| context.get(name).cloned();
            let id = id_of(context);
            json!({"id": id, "fieldContextId": id, "configuration": held("_configuration"), "schema": held("_schema")})
        })
        .collect();
    call.page(&all)
}

/// `PUT app/field/{}/context/configuration`.
pub(super) fn set_configurations(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let field = field(call)?;
    let body = call.object()?;
    for given in body.get("configurations").and_then(Value::as_array).into_iter().flatten() {
        let id = ["fieldContextId", "id"].iter().find_map(|name| given.get(*name).and_then(scalar));
        let found = of(call, &field)?.into_iter().find(|context| Some(id_of(context)) == id);
        let mut context =
            found.ok_or_else(|| Error::message(404, "The custom field context was not found."))?;
        extend(
            &mut context,
            json!({"_configuration": given.get("configuration"), "_schema": given.get("schema")}),
        );
        CONTEXTS.put(call.state, &context)?;
    }
    Ok(twin_sdk::Reply::of_json_text(200, "{}").build())
}

//! The fields of an issue as people read them: rich text as HTML, moments and days in words.

use serde_json::{Map, Value, json};

use crate::entities::{Issue, Rich};
use crate::errors::Error;
use crate::fields::catalogue::Family;
use crate::moment;
use crate::state::{COMMENTS, FIELDS, WORKLOGS};

use super::call::Call;

/// What `renderedFields` holds for the fields that are shown; everything that has no other form is null.
pub(super) fn fields(
    call: &mut Call<'_, '_>,
    issue: &Issue,
    shown: &Map<String, Value>,
) -> Result<Value, Error> {
    let mut rendered = Map::new();
    for (id, value) in shown {
        let value = match id.as_str() {
            "description" => html(issue.description.as_ref()),
            "environment" => html(issue.environment.as_ref()),
            "comment" => comments(call, issue, value)?,
            "worklog" => worklogs(call, issue, value)?,
            "created" | "updated" | "resolutiondate" => moment_of(value),
            "duedate" => value.as_str().map_or(Value::Null, |day| json!(moment::day_for_people(day))),
            "timetracking" => value.clone(),
            custom if custom.starts_with("customfield_") => custom_field(call, issue, custom, value)?,
            _ => Value::Null,
        };
        rendered.insert(id.clone(), value);
    }
    Ok(Value::Object(rendered))
}

fn html(text: Option<&Rich>) -> Value {
    json!(text.map(Rich::html).unwrap_or_default())
}

fn moment_of(value: &Value) -> Value {
    let ms = value.as_str().and_then(moment::parse);
    ms.map_or(Value::Null, |ms| json!(moment::for_people(ms)))
}

fn custom_field(call: &mut Call<'_, '_>, issue: &Issue, id: &str, value: &Value) -> Result<Value, Error> {
    let Some(field) = call.state.get(&FIELDS, id)? else { return Ok(Value::Null) };
    Ok(match field.family() {
        Family::RichText => {
            let held = issue.custom.get(id).cloned().unwrap_or_default();
            html(serde_json::from_value::<Rich>(held).ok().as_ref())
        }
        Family::DateTime => moment_of(value),
        Family::Date => value.as_str().map_or(Value::Null, |day| json!(moment::day_for_people(day))),
        _ => Value::Null,
    })
}

fn comments(call: &mut Call<'_, '_>, issue: &Issue, page: &Value) -> Result<Value, Error> {
    let held = call.state.of_issue(&COMMENTS, &issue.id)?;
    let texts = held.iter().map(|comment| ("body", Some(comment.body.html())));
    Ok(rendered_page(page, "comments", texts))
}

fn worklogs(call: &mut Call<'_, '_>, issue: &Issue, page: &Value) -> Result<Value, Error> {
    let held = call.state.of_issue(&WORKLOGS, &issue.id)?;
    let texts = held.iter().map(|worklog| ("comment", worklog.comment.as_ref().map(Rich::html)));
    Ok(rendered_page(page, "worklogs", texts))
}

/// A page of comments or logged work, with the texts as HTML.
fn rendered_page(
    page: &Value,
    list: &str,
    texts: impl Iterator<Item = (&'static str, Option<String>)>,
) -> Value {
    let mut page = page.clone();
    let items = page.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten();
    for (item, (name, text)) in items.zip(texts) {
        let Some(item) = item.as_object_mut() else { continue };
        item.extend(text.map(|text| (name.to_owned(), json!(text))));
        for name in ["created", "updated", "started"] {
            if let Some(held) = item.get_mut(name) {
                *held = moment_of(held);
            }
        }
    }
    page
}

//! Notification schemes: who is told of what. They are kept, and nobody is sent any mail.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::scalar;
use crate::entities::Project;
use crate::errors::Error;
use crate::kept::{Kind, id_of, text_of};
use crate::wire;

use super::call::Call;
use super::resource::{self, Done, Form, Listed, Resource, Spec, extend, find, may_write, of_id};
use super::route::{Family, Route, full};
use super::settings::{self, Scheme};
use super::site_settings::EVENTS;

/// The scheme of every new project.
const DEFAULT: &str = "10000";
const HOLDERS: &[&str] = &[
    "AllWatchers",
    "CurrentAssignee",
    "ComponentLead",
    "CurrentUser",
    "EmailAddress",
    "Group",
    "GroupCustomField",
    "ProjectLead",
    "ProjectRole",
    "Reporter",
    "User",
    "UserCustomField",
];
static SCHEMES: Kind = Kind::given("notification_schemes", |_| {
    let told = |(event, at): (u64, u64)| {
        let kinds = ["CurrentAssignee", "Reporter", "AllWatchers"];
        let notifications = kinds
            .into_iter()
            .zip(at * 3..)
            .map(|(kind, id)| json!({"id": 10_000 + id, "notificationType": kind}));
        json!({"event": event, "notifications": notifications.collect::<Vec<Value>>()})
    };
    let events = (1..=17).zip(0..).map(told);
    Ok(vec![json!({
        "id": DEFAULT, "name": "Default Notification Scheme", "description": "",
        "_events": events.collect::<Vec<Value>>(),
    })])
});

const ONE: &str = "notificationscheme/{id}";
/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["notificationscheme"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("addNotifications", "PUT", "notificationscheme/{id}/notification", add),
    full("createNotificationScheme", "POST", "notificationscheme", resource::create::<Schemes>),
    full(
        "deleteNotificationScheme",
        "DELETE",
        "notificationscheme/{notificationSchemeId}",
        resource::delete::<Schemes>,
    ),
    full("getNotificationScheme", "GET", ONE, resource::get::<Schemes>),
    full("getNotificationSchemeToProjectMappings", "GET", "notificationscheme/project", mappings),
    full("getNotificationSchemes", "GET", "notificationscheme", resource::list::<Schemes>),
    full(
        "removeNotificationFromNotificationScheme",
        "DELETE",
        "notificationscheme/{notificationSchemeId}/notification/{notificationId}",
        remove,
    ),
    full("updateNotificationScheme", "PUT", ONE, resource::update::<Schemes>),
];

/// Notification schemes.
pub(super) struct Schemes;

impl Resource for Schemes {
    const SPEC: Spec = Spec {
        kind: &SCHEMES,
        noun: "notification scheme",
        fields: &[
            ("name", Form::Name(255)),
            ("description", Form::Text(4_000)),
            ("notificationSchemeEvents", Form::List),
        ],
        numeric: true,
        path: Some("notificationscheme"),
        hidden: false,
        taken: 400,
        listed: Listed::Page,
        created: Done::Id(201, "id"),
        updated: Done::Nothing,
    };

    fn shown(call: &mut Call<'_, '_>, document: &Value) -> Result<Value, Error> {
        let expand = call.query.list("expand");
        let mut shown = resource::shown::<Self>(call, document);
        extend(&mut shown, json!({"expand": "notificationSchemeEvents,user,group,projectRole,field,all"}));
        if expand.iter().any(|part| ["all", "notificationSchemeEvents"].contains(&part.as_str())) {
            let events: Vec<Value> = events_of(document).iter().map(shown_event).collect();
            extend(&mut shown, json!({"notificationSchemeEvents": events}));
        }
        Ok(shown)
    }

    fn checked(call: &mut Call<'_, '_>, document: &mut Map<String, Value>) -> Result<(), Error> {
        if let Some(Value::Array(given)) = document.remove("notificationSchemeEvents") {
            let events = read_events(call, Vec::new(), &given)?;
            document.insert("_events".to_owned(), json!(events));
        }
        Ok(())
    }

    fn removable(call: &mut Call<'_, '_>, document: &Value) -> Result<(), Error> {
        settings::unused::<Self>(call, document)
    }
}

impl Scheme for Schemes {
    const SETTING: &'static str = "notificationScheme";

    fn usual(_: &mut Call<'_, '_>, _: &Project) -> Result<String, Error> {
        Ok(DEFAULT.to_owned())
    }
}

fn events_of(scheme: &Value) -> Vec<Value> {
    scheme.get("_events").and_then(Value::as_array).cloned().unwrap_or_default()
}

fn shown_event(held: &Value) -> Value {
    let id = held.get("event").and_then(Value::as_u64).unwrap_or_default();
    let name = EVENTS.iter().find(|(known, _)| *known == id).map_or("Generic Event", |(_, name)| name);
    json!({"event": {"id": id, "name": name, "description": ""}, "notifications": held.get("notifications")})
}

/// The events of a scheme with those of a body beside them.
fn read_events(
    call: &mut Call<'_, '_>,
    mut events: Vec<Value>,
    given: &[Value],
) -> Result<Vec<Value>, Error> {
    for part in given {
        let id = part.get("event").and_then(|event| event.get("id")).and_then(scalar).unwrap_or_default();
        let known = EVENTS.iter().find(|(known, _)| known.to_string() == id);
        let (id, _) =
            known.ok_or_else(|| Error::message(404, format!("The event with ID {id} was not found.")))?;
        let at = events.iter().position(|held| held.get("event") == Some(&json!(id)));
        let held = at.map(|at| events.remove(at));
        let mut notifications = held.as_ref().map(notifications_of).unwrap_or_default();
        for one in notifications_of(part) {
            notifications.push(read_notification(call, &one)?);
        }
        events.push(json!({"event": id, "notifications": notifications}));
    }
    events.sort_by_key(|held| held.get("event").and_then(Value::as_u64));
    Ok(events)
}

fn notifications_of(event: &Value) -> Vec<Value> {
    event.get("notifications").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// Who is told of an event, as it is kept.
fn read_notification(call: &mut Call<'_, '_>, given: &Value) -> Result<Value, Error> {
    let kind = text_of(given, "notificationType");
    if !HOLDERS.contains(&kind.as_str()) {
        return Err(Error::message(400, format!("The notification type '{kind}' is not valid.")));
    }
    let number = call.state.next_id_above("notification", 10_200)?;
    let mut kept = json!({"id": number, "notificationType": kind});
    if let Some(parameter) = given.get("parameter").and_then(scalar) {
        extend(&mut kept, json!({"parameter": parameter, "recipient": parameter}));
    }
    Ok(kept)
}

/// `PUT notificationscheme/{}/notification`.
fn add(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let body = call.object()?;
    let mut scheme = find::<Schemes>(call, 0)?;
    let given = body.get("notificationSchemeEvents").and_then(Value::as_array).cloned().unwrap_or_default();
    if given.is_empty() {
        return Err(Error::message(400, "The notification scheme events are required."));
    }
    let events = read_events(call, events_of(&scheme), &given)?;
    extend(&mut scheme, json!({"_events": events}));
    SCHEMES.put(call.state, &scheme)?;
    Ok(wire::empty())
}

/// `DELETE notificationscheme/{}/notification/{}`.
fn remove(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let mut scheme = find::<Schemes>(call, 0)?;
    let id = call.param(1).to_owned();
    let mut was_there = false;
    let mut events = events_of(&scheme);
    for held in &mut events {
        let Some(list) = held.get_mut("notifications").and_then(Value::as_array_mut) else { continue };
        let before = list.len();
        list.retain(|one| id_of(one) != id);
        was_there |= list.len() < before;
    }
    if !was_there {
        return Err(Error::message(404, "The notification was not found in the notification scheme."));
    }
    extend(&mut scheme, json!({"_events": events}));
    SCHEMES.put(call.state, &scheme)?;
    Ok(wire::empty())
}

/// `GET notificationscheme/project`.
fn mappings(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let ids = call.query.list("notificationSchemeId");
    let mut all = Vec::new();
    for group in settings::grouped::<Schemes>(call)? {
        let scheme = group.get(Schemes::SETTING).map(id_of).unwrap_or_default();
        if ids.is_empty() || ids.contains(&scheme) {
            let projects = group.get("projectIds").and_then(Value::as_array).cloned().unwrap_or_default();
            let pairs = projects.into_iter();
            all.extend(pairs.map(|project| json!({"notificationSchemeId": scheme, "projectId": project})));
        }
    }
    call.page(&all)
}

/// `GET project/{}/notificationscheme`.
pub(super) fn of_project(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let id = settings::scheme_of::<Schemes>(call, &project)?;
    let scheme = of_id::<Schemes>(call, &id)?;
    Ok(wire::json(200, &Schemes::shown(call, &scheme)?))
}

//! What the site says of itself, and the settings that it has once.

use serde_json::{Value, json};
use twin_sdk::Response;

use crate::args::text;
use crate::errors::Error;
use crate::kept::{Kind, number};
use crate::state::{GROUPS, USERS};
use crate::wire;

use super::call::Call;
use super::resource::extend;
use super::route::{Family, Route, full, outline};
use super::time_tracking;

/// Settings by name; what nobody changed is as in the code.
static SITE_SETTINGS: Kind = Kind::empty("site_settings");

/// The operations.
pub(super) const FAMILY: Family = Family {
    heads: &[
        "announcementBanner",
        "application-properties",
        "applicationrole",
        "auditing",
        "configuration",
        "data-policy",
        "events",
        "instance",
        "license",
    ],
    routes: ROUTES,
};
const ROUTES: &[Route] = &[
    full("getAdvancedSettings", "GET", "application-properties/advanced-settings", advanced),
    full("getAllApplicationRoles", "GET", "applicationrole", roles),
    full("getApplicationProperty", "GET", "application-properties", properties),
    full("getApplicationRole", "GET", "applicationrole/{key}", role),
    full(
        "getApproximateApplicationLicenseCount",
        "GET",
        "license/approximateLicenseCount/product/{applicationKey}",
        seats,
    ),
    full("getApproximateLicenseCount", "GET", "license/approximateLicenseCount", seats),
    outline("getAuditRecords", "GET", "auditing/record", audit),
    full(
        "getAvailableTimeTrackingImplementations",
        "GET",
        "configuration/timetracking/list",
        time_tracking::trackers,
    ),
    full("getBanner", "GET", "announcementBanner", banner),
    full("getConfiguration", "GET", "configuration", time_tracking::configuration),
    full("getEvents", "GET", "events", events),
    full("getLicense", "GET", "instance/license", license),
    outline("getPolicies", "GET", "data-policy/project", project_policies),
    outline("getPolicy", "GET", "data-policy", policy),
    full(
        "getSelectedTimeTrackingImplementation",
        "GET",
        "configuration/timetracking",
        time_tracking::tracker,
    ),
    full(
        "getSharedTimeTrackingConfiguration",
        "GET",
        "configuration/timetracking/options",
        time_tracking::tracking,
    ),
    full("selectTimeTrackingImplementation", "PUT", "configuration/timetracking", time_tracking::set_tracker),
    full("setApplicationProperty", "PUT", "application-properties/{id}", set_property),
    full("setBanner", "PUT", "announcementBanner", set_banner),
    full(
        "setSharedTimeTrackingConfiguration",
        "PUT",
        "configuration/timetracking/options",
        time_tracking::set_tracking,
    ),
];

/// The names of events, by id.
pub(super) const EVENTS: &[(u64, &str)] = &[
    (1, "Issue Created"),
    (2, "Issue Updated"),
    (3, "Issue Assigned"),
    (4, "Issue Resolved"),
    (5, "Issue Closed"),
    (6, "Issue Commented"),
    (7, "Issue Reopened"),
    (8, "Issue Deleted"),
    (9, "Issue Moved"),
    (10, "Work Logged On Issue"),
    (11, "Work Started On Issue"),
    (12, "Work Stopped On Issue"),
    (13, "Generic Event"),
    (14, "Issue Comment Edited"),
    (15, "Issue Worklog Updated"),
    (16, "Issue Worklog Deleted"),
    (17, "Issue Comment Deleted"),
];

/// The properties of the site that can be changed: key, name, type, what it is at first.
const PROPERTIES: &[(&str, &str, &str, &str)] = &[
    ("jira.attachment.number.of.zip.entries", "Number of entries to show in a ZIP file", "uint", "30"),
    ("jira.clone.prefix", "The prefix added to the Summary field of cloned issues", "string", "CLONE -"),
    ("jira.comment.collapsing.minimum.hidden", "Minimum number of hidden comments", "uint", "4"),
    ("jira.date.picker.java.format", "Date picker format (Java)", "string", "d/MMM/yy"),
    ("jira.date.picker.javascript.format", "Date picker format (Javascript)", "string", "%e/%b/%y"),
    ("jira.date.time.picker.java.format", "Date time picker format (Java)", "string", "dd/MMM/yy h:mm a"),
    ("jira.issue.actions.order", "Order of actions", "enum", "asc"),
    ("jira.lf.date.complete", "Date/Time Format", "string", "dd/MMM/yy h:mm a"),
    ("jira.lf.date.dmy", "Day Format", "string", "dd/MMM/yy"),
    ("jira.lf.date.relativize", "Use relative dates", "boolean", "true"),
    ("jira.table.cols.subtasks", "Columns of subtasks", "string", "issuetype, status, assignee, progress"),
    ("jira.title", "Title", "string", "Jira"),
    ("jira.view.issue.links.sort.order", "Sort order of links", "string", "type, status, priority"),
];

/// A setting: what it is at first, with what was set.
pub(super) fn held(call: &mut Call<'_, '_>, name: &str, usual: Value) -> Result<Value, Error> {
    let mut held = usual;
    if let Some(kept) = SITE_SETTINGS.get(call.state, name)? {
        extend(&mut held, kept);
    }
    if let Some(held) = held.as_object_mut() {
        held.remove("id");
    }
    Ok(held)
}

/// Keeps a setting.
pub(super) fn keep(call: &mut Call<'_, '_>, name: &str, mut value: Value) -> Result<(), Error> {
    extend(&mut value, json!({"id": name}));
    Ok(SITE_SETTINGS.put(call.state, &value)?)
}

fn the_banner(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    let usual = json!({"message": "", "isDismissible": false, "isEnabled": false, "visibility": "public"});
    let mut banner = held(call, "banner", usual)?;
    let hash = banner.get("message").map(|message| twin_sdk::digest_id("", &message.to_string(), 9));
    extend(&mut banner, json!({"hashId": hash}));
    Ok(banner)
}

/// `GET announcementBanner`.
fn banner(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access the announcement banner")?;
    let banner = the_banner(call)?;
    Ok(wire::json(200, &banner))
}

/// `PUT announcementBanner`.
fn set_banner(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("update the announcement banner")?;
    let body = call.object()?;
    let mut banner = the_banner(call)?;
    for name in ["message", "visibility", "isDismissible", "isEnabled"] {
        let Some(given) = body.get(name).filter(|given| !given.is_null()) else { continue };
        let fits = match name {
            "message" => given.is_string(),
            "visibility" => ["public", "private"].contains(&given.as_str().unwrap_or_default()),
            _ => given.is_boolean(),
        };
        if !fits {
            return Err(Error::message(400, format!("The value of '{name}' is not valid.")));
        }
        extend(&mut banner, json!({name: given}));
    }
    if let Some(banner) = banner.as_object_mut() {
        banner.remove("hashId");
    }
    keep(call, "banner", banner)?;
    Ok(wire::empty())
}

fn shown_property(call: &mut Call<'_, '_>, property: &(&str, &str, &str, &str)) -> Result<Value, Error> {
    let (key, name, kind, usual) = property;
    let held = held(call, key, json!({"value": usual}))?;
    Ok(json!({
        "id": key, "key": key, "value": held.get("value"), "name": name, "desc": "", "type": kind,
        "defaultValue": usual,
    }))
}

/// `GET application-properties`, by key, or by a pattern of keys.
fn properties(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let key = call.query.text("key").map(str::to_owned);
    let filter = call.query.text("keyFilter").unwrap_or_default().replace(".*", "").to_lowercase();
    if let Some(key) = key {
        let found = PROPERTIES.iter().find(|(known, ..)| *known == key);
        let missing = || Error::message(404, format!("No application property with key '{key}' found."));
        let shown = shown_property(call, found.ok_or_else(missing)?)?;
        return Ok(wire::json(200, &shown));
    }
    let mut all = Vec::new();
    for property in PROPERTIES.iter().filter(|(key, ..)| key.contains(&filter)) {
        all.push(shown_property(call, property)?);
    }
    Ok(wire::json(200, &json!(all)))
}

/// `GET application-properties/advanced-settings`.
fn advanced(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access advanced settings")?;
    let mut all = Vec::new();
    for property in PROPERTIES {
        all.push(shown_property(call, property)?);
    }
    Ok(wire::json(200, &json!(all)))
}

/// `PUT application-properties/{}`.
fn set_property(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("set application properties")?;
    let key = call.param(0).to_owned();
    let found = PROPERTIES.iter().find(|(known, ..)| *known == key);
    let found = found
        .ok_or_else(|| Error::message(404, format!("No application property with key '{key}' found.")))?;
    let value = text(&call.object()?, "value").unwrap_or_default();
    let fits = match found.2 {
        "uint" => value.parse::<u64>().is_ok(),
        "boolean" => value.parse::<bool>().is_ok(),
        "enum" => ["asc", "desc"].contains(&value.as_str()),
        _ => true,
    };
    if !fits {
        return Err(Error::message(
            400,
            format!("The value '{value}' is not valid for the property '{key}'."),
        ));
    }
    keep(call, &key, json!({"value": value}))?;
    let shown = shown_property(call, found)?;
    Ok(wire::json(200, &shown))
}

fn the_role(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    let groups = call.state.all(&GROUPS)?;
    let names: Vec<&str> = groups.iter().map(|group| group.name.as_str()).collect();
    let details: Vec<Value> = groups.iter().map(|group| super::group::name_shown(call, group)).collect();
    let users = call.state.all(&USERS)?;
    let count = users.iter().filter(|user| user.active && user.account_type == "atlassian").count();
    Ok(json!({
        "key": "jira-software", "name": "Jira Software", "groups": names, "groupDetails": details,
        "defaultGroups": [], "defaultGroupsDetails": [], "selectedByDefault": true, "defined": true,
        "numberOfSeats": -1, "remainingSeats": -1, "userCount": count,
        "userCountDescription": format!("{count} users"), "hasUnlimitedSeats": true, "platform": false,
    }))
}

/// `GET applicationrole`.
fn roles(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access application roles")?;
    let role = the_role(call)?;
    Ok(wire::json(200, &json!([role])))
}

/// `GET applicationrole/{}`.
fn role(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access application roles")?;
    if call.param(0) != "jira-software" {
        return Err(Error::message(404, "The application role was not found."));
    }
    let role = the_role(call)?;
    Ok(wire::json(200, &role))
}

/// `GET license/approximateLicenseCount`, of the site or of a product.
fn seats(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access licenses")?;
    let role = the_role(call)?;
    Ok(wire::json(200, &json!({"key": "license", "value": role.get("userCount").map(Value::to_string)})))
}

/// `GET auditing/record`: the twin keeps no audit log.
fn audit(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access the audit records")?;
    let (offset, limit) = (call.query.number("offset", 0)?, call.query.number("limit", 1_000)?.min(1_000));
    Ok(wire::json(200, &json!({"offset": offset, "limit": limit, "total": 0, "records": []})))
}

/// `GET events`.
fn events(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("access events")?;
    let all = EVENTS.iter().map(|(id, name)| json!({"id": id, "name": name}));
    Ok(wire::json(200, &json!(all.collect::<Vec<Value>>())))
}

/// `GET instance/license`.
fn license(_: &mut Call<'_, '_>) -> Result<Response, Error> {
    Ok(wire::json(200, &json!({"applications": [{"id": "jira-software", "plan": "PAID"}]})))
}

/// `GET data-policy`.
fn policy(_: &mut Call<'_, '_>) -> Result<Response, Error> {
    Ok(wire::json(200, &json!({"anyContentBlocked": false})))
}

/// `GET data-policy/project`.
fn project_policies(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let mut all = Vec::new();
    for id in call.query.list("ids") {
        let project = call.project(&id)?;
        all.push(json!({"id": number(&project.id), "dataPolicy": {"anyContentBlocked": false}}));
    }
    Ok(wire::json(200, &json!({"projectDataPolicies": all})))
}

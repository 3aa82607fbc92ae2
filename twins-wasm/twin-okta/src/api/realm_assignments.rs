//! `/api/v1/realm-assignments`: which realm people come into, and what it takes to move those who are there.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::catalog::REALMS;
use super::resource::{Action, Lifecycle, PLAIN, Resource, require_object, require_text};
use super::route::{Operation, of, own};
use crate::call::{Call, Lengths, one};
use crate::documents::{Document, default, document, set, text, text_at};
use crate::errors::Error;
use crate::state::USERS;

const ALL: &str = "/api/v1/realm-assignments";
const ONE: &str = "/api/v1/realm-assignments/{id}";
const RUNS: &str = "/api/v1/realm-assignments/operations";

pub(super) const OPERATIONS: &[Operation] = &[
    of("listRealmAssignments", "GET", ALL, &ASSIGNMENTS, Action::List),
    of("createRealmAssignment", "POST", ALL, &ASSIGNMENTS, Action::Create),
    own("listRealmAssignmentOperations", "GET", RUNS, runs),
    own("executeRealmAssignment", "POST", RUNS, run),
    of("getRealmAssignment", "GET", ONE, &ASSIGNMENTS, Action::Read),
    of("replaceRealmAssignment", "PUT", ONE, &ASSIGNMENTS, Action::Replace),
    of("deleteRealmAssignment", "DELETE", ONE, &ASSIGNMENTS, Action::Delete),
    of(
        "activateRealmAssignment",
        "POST",
        "/api/v1/realm-assignments/{id}/lifecycle/activate",
        &ASSIGNMENTS,
        Action::Activate,
    ),
    of(
        "deactivateRealmAssignment",
        "POST",
        "/api/v1/realm-assignments/{id}/lifecycle/deactivate",
        &ASSIGNMENTS,
        Action::Deactivate,
    ),
];

/// Rules; they are inactive at birth.
static ASSIGNMENTS: Resource = Resource {
    noun: "RealmAssignment",
    path: "/api/v1/realm-assignments/{}",
    table: Table::new("realm_assignments"),
    prefix: "rul",
    created: 201,
    lifecycle: Lifecycle::Nothing(204),
    make: make_assignment,
    links: |place, _| document(json!({"self": {"rel": "self", "href": place.at, "method": "GET"}})),
    may_delete: |found| {
        if text(found, "status") == "ACTIVE" {
            return Err(Error::invalid("status", "An active realm assignment cannot be deleted"));
        }
        Ok(())
    },
    ..PLAIN
};

fn make_assignment(
    call: &mut Call<'_, '_>,
    found: &mut Document,
    old: Option<&Document>,
) -> Result<(), Error> {
    require_text(found, "name")?;
    require_object(found, "actions")?;
    let realm = text_at(found, "actions", "/assignUserToRealm/realmId").to_owned();
    call.state.get(&REALMS.table, &realm)?.ok_or_else(|| Error::not_found(&realm, "Realm"))?;
    require_object(found, "conditions")?;
    let others = call.state.all(&ASSIGNMENTS.table, "")?;
    let last = others.iter().filter_map(|(_, other)| other.get("priority")?.as_u64()).max();
    default(found, "priority", last.unwrap_or(0) + 1);
    default(found, "domains", json!([]));
    set(found, "isDefault", false);
    if old.is_none() {
        set(found, "status", "INACTIVE");
    }
    Ok(())
}

/// Executions; the key is the id.
static RUN: Table<Document> = Table::new("realm_assignment_runs");

fn runs(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let page = call.page(&RUN, "", Lengths::USUAL, |_, _| Ok(true))?;
    let items: Vec<_> = page.items.into_iter().map(Value::Object).collect();
    call.list(&items, page.next.as_deref(), Lengths::USUAL)
}

/// The execution is over at once; users are not held apart by realm in the twin.
fn run(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    let id = require_text(&body, "assignmentId")?;
    let found = call.state.get(&ASSIGNMENTS.table, &id)?;
    let found = found.ok_or_else(|| Error::not_found(&id, "RealmAssignment"))?;
    let realm = text_at(&found, "actions", "/assignUserToRealm/realmId").to_owned();
    let name = call.state.get(&REALMS.table, &realm)?;
    let name = name.map(|realm| text_at(&realm, "profile", "/name").to_owned()).unwrap_or_default();
    let (now, run) = (call.state.stamp(), call.state.mint("rre"));
    let users = USERS.count(call.state.host);
    let done = document(json!({
        "id": run, "type": "realm:assignment", "status": "COMPLETED", "created": now, "started": now,
        "completed": now, "realmId": realm, "realmName": name, "numUserMoved": users,
        "assignmentOperation": {"configuration": {
            "id": id, "name": text(&found, "name"), "conditions": found.get("conditions"),
            "actions": found.get("actions"),
        }},
        "_links": {"self": {"rel": "self", "href": call.href(RUNS), "method": "GET"}},
    }));
    call.state.put(&RUN, &run, &done)?;
    one(201, &Value::Object(done))
}

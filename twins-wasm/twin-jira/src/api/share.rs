//! Whom filters and dashboards are shared with.

use serde_json::{Value, json};

use crate::args::scalar;
use crate::errors::Error;
use crate::state::GROUPS;
use crate::wire;

use super::call::Call;

/// A member of a permission, or of the object in it that names whom it is about.
fn named(value: &Value, flat: &str, object: &str, member: &str) -> Option<String> {
    value.get(flat).or_else(|| value.get(object)?.get(member)).and_then(scalar)
}

/// A permission as it is kept: its type and whom it is about, as ids.
pub(super) fn read(call: &mut Call<'_, '_>, value: &Value) -> Result<Value, Error> {
    let wrong = |message: String| Err(Error::message(400, message));
    let kind = value.get("type").and_then(Value::as_str).unwrap_or_default();
    let mut kept = json!({"id": id(call)?, "type": kind});
    let about = match kind {
        "global" | "loggedin" | "authenticated" => return Ok(kept),
        "project" | "projectRole" => {
            let name =
                named(value, "projectId", "project", "id").or_else(|| named(value, "", "project", "key"));
            let Some(project) = call.state.project(&name.unwrap_or_default())? else {
                return wrong("The project of the share permission does not exist.".to_owned());
            };
            let role = named(value, "projectRoleId", "role", "id");
            if kind == "projectRole" && role.is_none() {
                return wrong("The share permission needs a project role.".to_owned());
            }
            json!({"project": project.id, "role": role, "type": "project"})
        }
        "group" => {
            let id = named(value, "groupId", "group", "groupId");
            let name = named(value, "groupname", "group", "name");
            let groups = call.state.all(&GROUPS)?;
            let found = groups
                .iter()
                .find(|group| Some(&group.id) == id.as_ref() || Some(&group.name) == name.as_ref());
            let Some(group) = found else {
                return wrong(format!("The group '{}' does not exist.", id.or(name).unwrap_or_default()));
            };
            json!({"group": group.id})
        }
        "user" => {
            let id = named(value, "accountId", "user", "accountId").unwrap_or_default();
            if call.state.user(&id)?.is_none() {
                return wrong(format!("The user with account id '{id}' does not exist."));
            }
            json!({"user": id})
        }
        other => return wrong(format!("The share permission type '{other}' is not valid.")),
    };
    super::resource::extend(&mut kept, about);
    Ok(kept)
}

fn id(call: &mut Call<'_, '_>) -> Result<u64, Error> {
    Ok(call.state.next_id("share permission")?.parse().unwrap_or_default())
}

/// A list of permissions, as it is kept.
pub(super) fn read_all(call: &mut Call<'_, '_>, values: &[Value]) -> Result<Vec<Value>, Error> {
    values.iter().map(|value| read(call, value)).collect()
}

/// A permission as the service shows it.
pub(super) fn shown(call: &mut Call<'_, '_>, kept: &Value) -> Result<Value, Error> {
    let mut shown = json!({"id": kept.get("id"), "type": kept.get("type")});
    let of = |name: &str| kept.get(name).and_then(scalar);
    if let Some(project) = of("project")
        && let Some(project) = call.state.project(&project)?
    {
        super::resource::extend(&mut shown, json!({"project": wire::project_ref(&call.wire, &project)}));
    }
    if let Some(role) = of("role")
        && let Some(role) = super::roles::find(call, &role)?
    {
        super::resource::extend(&mut shown, json!({"role": super::roles::brief(call, &role)}));
    }
    if let Some(group) = of("group")
        && let Some(group) = call.state.get(&GROUPS, &group)?
    {
        let group = super::group::name_shown(call, &group);
        super::resource::extend(&mut shown, json!({"group": group}));
    }
    if let Some(user) = of("user") {
        let user = call.shown_user(&user)?;
        super::resource::extend(&mut shown, json!({"user": user}));
    }
    Ok(shown)
}

/// All of them.
pub(super) fn shown_all(call: &mut Call<'_, '_>, kept: &[Value]) -> Result<Vec<Value>, Error> {
    kept.iter().map(|kept| shown(call, kept)).collect()
}

/// Whether permissions are about the caller. Everybody on the site sees every project.
pub(super) fn include(call: &mut Call<'_, '_>, kept: &[Value]) -> Result<bool, Error> {
    let me = call.me().to_owned();
    for permission in kept {
        let of = |name: &str| permission.get(name).and_then(scalar);
        let included = match of("type").as_deref() {
            Some("user") => of("user").as_ref() == Some(&me),
            Some("group") => {
                let group = call.state.get(&GROUPS, &of("group").unwrap_or_default())?;
                group.is_some_and(|group| group.members.contains(&me))
            }
            _ => true,
        };
        if included {
            return Ok(true);
        }
    }
    Ok(false)
}

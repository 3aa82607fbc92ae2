//! Permission schemes, their grants, and who may do what. Grants are kept and not enforced: on the twin's site everybody
//! may do everything but administer it.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{scalar, text};
use crate::entities::Project;
use crate::errors::Error;
use crate::kept::{Kind, id_of, number, text_of};
use crate::state::{GROUPS, PROJECTS, State};
use crate::wire;

use super::call::Call;
use super::issue_parts::ids_in;
use super::resource::{self, Done, Form, Listed, Resource, Spec, extend, find, may_write, of_id};
use super::route::{Family, Route, full};
use super::settings::{self, Scheme};
use super::{group, permissions};

/// The scheme of every new project; its grants are numbered from here.
const DEFAULT: &str = "0";
const FIRST_GRANT: u64 = 10_100;
static SCHEMES: Kind = Kind::given("permission_schemes", |_| {
    let grants = permissions::of_projects()
        .zip(FIRST_GRANT..)
        .map(|(key, id)| json!({"id": id, "holder": {"type": "applicationRole"}, "permission": key}));
    Ok(vec![json!({
        "id": DEFAULT, "name": "Default Permission Scheme",
        "description": "This is the default Permission Scheme. Any new projects that are created will be assigned this scheme.",
        "permissions": grants.collect::<Vec<Value>>(),
    })])
});

/// What holds a permission.
const HOLDERS: &[&str] = &[
    "anyone",
    "applicationRole",
    "assignee",
    "group",
    "groupCustomField",
    "projectLead",
    "projectRole",
    "reporter",
    "sd.customer.portal.only",
    "user",
    "userCustomField",
];

const ONE: &str = "permissionscheme/{schemeId}";
const GRANTS: &str = "permissionscheme/{schemeId}/permission";
const GRANT: &str = "permissionscheme/{schemeId}/permission/{permissionId}";
/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["permissions", "permissionscheme"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("createPermissionGrant", "POST", GRANTS, add_grant),
    full("createPermissionScheme", "POST", "permissionscheme", resource::create::<Schemes>),
    full("deletePermissionScheme", "DELETE", ONE, resource::delete::<Schemes>),
    full("deletePermissionSchemeEntity", "DELETE", GRANT, remove_grant),
    full("getAllPermissionSchemes", "GET", "permissionscheme", resource::list::<Schemes>),
    full("getBulkPermissions", "POST", "permissions/check", check),
    full("getPermissionScheme", "GET", ONE, get),
    full("getPermissionSchemeGrant", "GET", GRANT, grant),
    full("getPermissionSchemeGrants", "GET", GRANTS, grants),
    full("getPermittedProjects", "POST", "permissions/project", permitted),
    full("updatePermissionScheme", "PUT", ONE, resource::update::<Schemes>),
];

/// Permission schemes.
pub(super) struct Schemes;

impl Resource for Schemes {
    const SPEC: Spec = Spec {
        kind: &SCHEMES,
        noun: "permission scheme",
        fields: &[("name", Form::Name(255)), ("description", Form::Text(4_000)), ("permissions", Form::List)],
        numeric: true,
        path: Some("permissionscheme"),
        hidden: false,
        taken: 400,
        listed: Listed::Under("permissionSchemes"),
        created: Done::Whole(201),
        updated: Done::Whole(200),
    };

    fn shown(call: &mut Call<'_, '_>, document: &Value) -> Result<Value, Error> {
        let expand = call.query.list("expand");
        let wanted = expand.iter().any(|part| {
            ["permissions", "all", "user", "group", "projectRole", "field"].contains(&part.as_str())
        });
        let mut shown = resource::shown::<Self>(call, document);
        let is_write = call.incoming.method() != "GET";
        if let Some(members) = shown.as_object_mut() {
            members.remove("permissions");
            members.insert("expand".to_owned(), json!("permissions,user,group,projectRole,field,all"));
        }
        if wanted || is_write {
            let grants: Vec<Value> =
                grants_of(document).iter().map(|grant| shown_grant(call, &id_of(document), grant)).collect();
            extend(&mut shown, json!({"permissions": grants}));
        }
        Ok(shown)
    }

    fn checked(call: &mut Call<'_, '_>, document: &mut Map<String, Value>) -> Result<(), Error> {
        let mut grants = Vec::new();
        for given in document.get("permissions").and_then(Value::as_array).cloned().unwrap_or_default() {
            grants.push(read_grant(call, &given)?);
        }
        document.insert("permissions".to_owned(), json!(grants));
        Ok(())
    }

    fn removable(call: &mut Call<'_, '_>, document: &Value) -> Result<(), Error> {
        if id_of(document) == DEFAULT {
            return Err(Error::message(400, "The default permission scheme cannot be deleted."));
        }
        settings::unused::<Self>(call, document)
    }
}

impl Scheme for Schemes {
    const SETTING: &'static str = "permissionScheme";

    fn usual(_: &mut Call<'_, '_>, _: &Project) -> Result<String, Error> {
        Ok(DEFAULT.to_owned())
    }
}

fn grants_of(scheme: &Value) -> Vec<Value> {
    scheme.get("permissions").and_then(Value::as_array).cloned().unwrap_or_default()
}

fn shown_grant(call: &Call<'_, '_>, scheme: &str, grant: &Value) -> Value {
    let mut shown = grant.clone();
    let address = call.wire.at(&format!("permissionscheme/{scheme}/permission/{}", id_of(grant)));
    extend(&mut shown, json!({"self": address}));
    shown
}

/// A grant as it is kept; one that is kept already stays as it is.
fn read_grant(call: &mut Call<'_, '_>, given: &Value) -> Result<Value, Error> {
    let permission = text_of(given, "permission");
    if !permissions::is_of_project(&permission) {
        return Err(Error::message(400, format!("The permission '{permission}' is not valid.")));
    }
    let holder = given.get("holder").cloned().unwrap_or_default();
    let kind = text_of(&holder, "type");
    if !HOLDERS.contains(&kind.as_str()) {
        return Err(Error::message(400, format!("The holder type '{kind}' is not valid.")));
    }
    let parameter = holder.get("parameter").or_else(|| holder.get("value")).and_then(scalar);
    let mut kept = json!({"type": kind});
    if let Some(parameter) = parameter {
        let value = match kind.as_str() {
            "group" => {
                let groups = call.state.all(&GROUPS)?;
                let found = groups.into_iter().find(|group| group.name == parameter || group.id == parameter);
                let missing = || Error::message(400, format!("The group '{parameter}' does not exist."));
                found.ok_or_else(missing)?.id
            }
            "user" if call.state.user(&parameter)?.is_none() => {
                return Err(Error::message(400, format!("The user '{parameter}' does not exist.")));
            }
            "projectRole" if super::roles::find(call, &parameter)?.is_none() => {
                return Err(Error::message(400, format!("The project role '{parameter}' does not exist.")));
            }
            _ => parameter.clone(),
        };
        extend(&mut kept, json!({"parameter": parameter, "value": value, "expand": kind}));
    } else if ["group", "groupCustomField", "projectRole", "user", "userCustomField"].contains(&kind.as_str())
    {
        return Err(Error::message(400, format!("The holder type '{kind}' needs a parameter.")));
    }
    let id = match given.get("id").and_then(Value::as_u64) {
        Some(id) => id,
        None => call.state.next_id_above("permission grant", 10_200)?,
    };
    Ok(json!({"id": id, "holder": kept, "permission": permission}))
}

/// `GET permissionscheme/{}`.
fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    resource::get::<Schemes>(call)
}

/// `GET permissionscheme/{}/permission`.
fn grants(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let scheme = find::<Schemes>(call, 0)?;
    let all: Vec<Value> =
        grants_of(&scheme).iter().map(|grant| shown_grant(call, &id_of(&scheme), grant)).collect();
    Ok(wire::json(200, &json!({"permissions": all, "expand": "user,group,projectRole,field,all"})))
}

fn find_grant(call: &mut Call<'_, '_>) -> Result<(Value, Value), Error> {
    let scheme = find::<Schemes>(call, 0)?;
    let id = call.param(1).to_owned();
    let found = grants_of(&scheme).into_iter().find(|grant| id_of(grant) == id);
    let found = found.ok_or_else(|| Error::message(404, "The permission grant was not found."))?;
    Ok((scheme, found))
}

/// `GET permissionscheme/{}/permission/{}`.
fn grant(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (scheme, grant) = find_grant(call)?;
    Ok(wire::json(200, &shown_grant(call, &id_of(&scheme), &grant)))
}

/// `POST permissionscheme/{}/permission`.
fn add_grant(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let mut body = call.object()?;
    body.remove("id");
    let mut scheme = find::<Schemes>(call, 0)?;
    let grant = read_grant(call, &Value::Object(body))?;
    let mut grants = grants_of(&scheme);
    let is_same = |held: &Value| {
        held.get("holder") == grant.get("holder") && held.get("permission") == grant.get("permission")
    };
    if grants.iter().any(is_same) {
        return Err(Error::message(400, "The permission grant already exists."));
    }
    grants.push(grant.clone());
    extend(&mut scheme, json!({"permissions": grants}));
    SCHEMES.put(call.state, &scheme)?;
    Ok(wire::json(201, &shown_grant(call, &id_of(&scheme), &grant)))
}

/// `DELETE permissionscheme/{}/permission/{}`.
fn remove_grant(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let (mut scheme, grant) = find_grant(call)?;
    let mut grants = grants_of(&scheme);
    grants.retain(|held| id_of(held) != id_of(&grant));
    extend(&mut scheme, json!({"permissions": grants}));
    SCHEMES.put(call.state, &scheme)?;
    Ok(wire::empty())
}

/// `GET project/{}/permissionscheme`.
pub(super) fn of_project(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let id = settings::scheme_of::<Schemes>(call, &project)?;
    let scheme = of_id::<Schemes>(call, &id)?;
    Ok(wire::json(200, &Schemes::shown(call, &scheme)?))
}

/// `PUT project/{}/permissionscheme`.
pub(super) fn assign(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    may_write::<Schemes>(call)?;
    let id = text(&call.object()?, "id").unwrap_or_default();
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let scheme = of_id::<Schemes>(call, &id)?;
    settings::put::<Schemes>(call, &project, &scheme)?;
    Ok(wire::json(200, &resource::shown::<Schemes>(call, &scheme)))
}

/// `POST permissions/check`.
fn check(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let who = text(&body, "accountId").unwrap_or_else(|| call.me().to_owned());
    if who != call.me() {
        call.admin("check the permissions of other users")?;
    }
    let is_admin = group::administers(call, &who)?;
    let may = |key: &str| is_admin || !key.starts_with("ADMINISTER");
    let listed = |value: &Value| {
        let keys = value.get("permissions").and_then(Value::as_array).cloned().unwrap_or_default();
        keys.iter().filter_map(scalar).collect::<Vec<String>>()
    };
    let mut shown = Vec::new();
    for part in body.get("projectPermissions").and_then(Value::as_array).into_iter().flatten() {
        let members = part.as_object().cloned().unwrap_or_default();
        let mut issues = Vec::new();
        for id in ids_in(&members, "issues") {
            issues.extend(call.state.issue(&id)?.map(|issue| number(&issue.id)));
        }
        let mut projects = Vec::new();
        for id in ids_in(&members, "projects") {
            projects.extend(call.state.get(&PROJECTS, &id)?.map(|project| number(&project.id)));
        }
        for key in listed(part) {
            unknown(&key)?;
            let (issues, projects) =
                if may(&key) { (&issues[..], &projects[..]) } else { (&[][..], &[][..]) };
            shown.push(json!({"permission": key, "issues": issues, "projects": projects}));
        }
    }
    let mut global = Vec::new();
    for key in
        body.get("globalPermissions").and_then(Value::as_array).into_iter().flatten().filter_map(scalar)
    {
        unknown(&key)?;
        if may(&key) {
            global.push(key);
        }
    }
    Ok(wire::json(200, &json!({"projectPermissions": shown, "globalPermissions": global})))
}

fn unknown(key: &str) -> Result<(), Error> {
    if permissions::is_permission(key) {
        Ok(())
    } else {
        Err(Error::message(400, format!("Unrecognized permission: {key}")))
    }
}

/// `POST permissions/project`: the projects in which the caller has all permissions of a list.
fn permitted(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let keys = ids_in(&body, "permissions");
    for key in &keys {
        unknown(key)?;
    }
    let may = group::may_administer(call)? || !keys.iter().any(|key| key.starts_with("ADMINISTER"));
    let state: &mut State<'_> = call.state;
    let projects = if may { state.all(&PROJECTS)? } else { Vec::new() };
    let shown: Vec<Value> =
        projects.iter().map(|project| json!({"id": number(&project.id), "key": project.key})).collect();
    Ok(wire::json(200, &json!({"projects": shown})))
}

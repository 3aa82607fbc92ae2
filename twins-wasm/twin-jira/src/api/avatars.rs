//! Pictures of projects, types of issue and priorities.

use data_encoding::BASE64;
use serde_json::{Value, json};
use twin_sdk::{Reply, Response};

use crate::errors::Error;
use crate::kept::{Kind, id_of, text_of};
use crate::state::{ISSUE_TYPES, PRIORITIES};
use crate::wire;

use super::call::Call;
use super::resource::extend;
use super::route::{Family, Route, full, outline};

/// Uploaded pictures.
static AVATARS: Kind = Kind::empty("avatars");
/// The largest picture, in bytes.
const LARGEST: usize = 1_048_576;
/// The pictures that the site brings along, by what they are of.
const SYSTEM: &[(&str, std::ops::RangeInclusive<u64>)] = &[
    ("issuetype", 10_300..=10_323),
    ("priority", 10_600..=10_604),
    ("project", 10_400..=10_424),
    ("user", 10_500..=10_523),
];
/// What stands for every picture of the site.
const DRAWING: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"48\" height=\"48\"><rect width=\"48\" height=\"48\" rx=\"6\" fill=\"#4c9aff\"/></svg>";

/// The operations on pictures that have addresses of their own.
pub(super) const FAMILY: Family = Family { heads: &["avatar", "universal_avatar"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("deleteAvatar", "DELETE", "universal_avatar/type/{type}/owner/{owningObjectId}/avatar/{id}", delete),
    full("getAllSystemAvatars", "GET", "avatar/{type}/system", system),
    outline("getAvatarImageByID", "GET", "universal_avatar/view/type/{type}/avatar/{id}", image),
    outline("getAvatarImageByOwner", "GET", "universal_avatar/view/type/{type}/owner/{entityId}", of_owner),
    outline("getAvatarImageByType", "GET", "universal_avatar/view/type/{type}", usual_image),
    full("getAvatars", "GET", "universal_avatar/type/{type}/owner/{entityId}", list),
    full("storeAvatar", "POST", "universal_avatar/type/{type}/owner/{entityId}", store),
];

/// What a picture belongs to.
struct Owner {
    kind: String,
    id: String,
    /// The id of the picture in use.
    selected: Option<String>,
}

/// The ids of the site's own pictures of a kind.
fn range(kind: &str) -> Result<std::ops::RangeInclusive<u64>, Error> {
    let found = SYSTEM.iter().find(|(known, _)| *known == kind);
    let unknown = || Error::message(404, format!("The avatar type '{kind}' is not valid."));
    found.map(|(_, range)| range.clone()).ok_or_else(unknown)
}

fn shown(call: &Call<'_, '_>, kind: &str, id: &str, owner: Option<&str>, selected: Option<&str>) -> Value {
    let at = |size: &str| call.wire.at(&format!("universal_avatar/view/type/{kind}/avatar/{id}?size={size}"));
    let mut shown = json!({
        "id": id, "isSystemAvatar": owner.is_none(), "isSelected": selected == Some(id),
        "isDeletable": owner.is_some(),
        "urls": {"16x16": at("xsmall"), "24x24": at("small"), "32x32": at("medium"), "48x48": at("large")},
    });
    if let Some(owner) = owner {
        extend(&mut shown, json!({"owner": owner}));
    }
    shown
}

fn system_shown(call: &Call<'_, '_>, kind: &str, selected: Option<&str>) -> Result<Vec<Value>, Error> {
    Ok(range(kind)?.map(|id| shown(call, kind, &id.to_string(), None, selected)).collect())
}

/// `GET avatar/{}/system`.
fn system(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let kind = call.param(0).to_owned();
    let all = system_shown(call, &kind, None)?;
    Ok(wire::json(200, &json!({"system": all})))
}

/// The owner that the first two placeholders name.
fn owner(call: &mut Call<'_, '_>) -> Result<Owner, Error> {
    let (kind, id) = (call.param(0).to_owned(), call.param(1).to_owned());
    range(&kind)?;
    let missing = || Error::message(404, format!("The {kind} '{id}' was not found."));
    let selected = match kind.as_str() {
        "project" => Some(call.project(&id)?.avatar.to_string()),
        "issuetype" => {
            let held = call.state.get(&ISSUE_TYPES, &id)?.ok_or_else(missing)?;
            held.avatar.map(|avatar| avatar.to_string())
        }
        "priority" => {
            call.state.get(&PRIORITIES, &id)?.ok_or_else(missing)?;
            None
        }
        _ => return Err(missing()),
    };
    Ok(Owner { kind, id, selected })
}

fn all_of(call: &mut Call<'_, '_>, owner: &Owner) -> Result<Response, Error> {
    let system = system_shown(call, &owner.kind, owner.selected.as_deref())?;
    let mut custom = Vec::new();
    for avatar in AVATARS.all(call.state)? {
        if text_of(&avatar, "kind") == owner.kind && text_of(&avatar, "owner") == owner.id {
            let selected = owner.selected.as_deref();
            custom.push(shown(call, &owner.kind, &id_of(&avatar), Some(&owner.id), selected));
        }
    }
    Ok(wire::json(200, &json!({"system": system, "custom": custom})))
}

/// `GET universal_avatar/type/{}/owner/{}`.
fn list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let owner = owner(call)?;
    all_of(call, &owner)
}

/// The body of an upload: a picture and nothing else.
fn upload(call: &mut Call<'_, '_>, owner: &Owner) -> Result<Response, Error> {
    call.admin("load avatars")?;
    let token = call.incoming.header("x-atlassian-token").unwrap_or_default();
    if !["no-check", "nocheck"].iter().any(|known| token.eq_ignore_ascii_case(known)) {
        return Err(Error::Forged);
    }
    let kind = call.incoming.header("content-type").unwrap_or_default().to_owned();
    let content = call.incoming.bytes();
    if !kind.starts_with("image/") || content.is_empty() {
        return Err(Error::message(400, "The image is not of a supported type, or there is none."));
    }
    if content.len() > LARGEST {
        return Err(Error::message(400, "The image is too large."));
    }
    let id = AVATARS.next_id(call.state)?;
    let avatar = json!({
        "id": id, "kind": owner.kind, "owner": owner.id, "type": kind, "content": BASE64.encode(content),
    });
    AVATARS.put(call.state, &avatar)?;
    Ok(wire::json(201, &shown(call, &owner.kind, &id, Some(&owner.id), None)))
}

/// `POST universal_avatar/type/{}/owner/{}`.
fn store(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let owner = owner(call)?;
    upload(call, &owner)
}

/// `POST issuetype/{}/avatar2`.
pub(super) fn of_issue_type(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.params.insert(0, "issuetype".to_owned());
    store(call)
}

/// `POST project/{}/avatar2`.
pub(super) fn of_project(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let id = call.project(&name)?.id;
    call.params = vec!["project".to_owned(), id];
    store(call)
}

/// `GET project/{}/avatars`.
pub(super) fn project_list(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?;
    let owner =
        Owner { kind: "project".to_owned(), id: project.id, selected: Some(project.avatar.to_string()) };
    all_of(call, &owner)
}

/// `PUT project/{}/avatar`.
pub(super) fn project_select(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let name = call.param(0).to_owned();
    let mut project = call.project(&name)?;
    let id = crate::args::text(&body, "id").unwrap_or_default();
    let number = id.parse::<u64>().unwrap_or_default();
    let is_own = AVATARS.get(call.state, &id)?.is_some_and(|held| text_of(&held, "owner") == project.id);
    if !is_own && !range("project")?.contains(&number) {
        return Err(Error::message(404, format!("The avatar with id '{id}' was not found.")));
    }
    project.avatar = number;
    call.state.put_project(&project)?;
    Ok(wire::empty())
}

/// `DELETE project/{}/avatar/{}`.
pub(super) fn project_delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let name = call.param(0).to_owned();
    let project = call.project(&name)?.id;
    call.params = vec!["project".to_owned(), project, call.param(1).to_owned()];
    delete(call)
}

/// `DELETE universal_avatar/type/{}/owner/{}/avatar/{}`.
fn delete(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let owner = owner(call)?;
    call.admin("delete avatars")?;
    let id = call.param(2).to_owned();
    let held = AVATARS.get(call.state, &id)?;
    let is_own = |held: &Value| text_of(held, "kind") == owner.kind && text_of(held, "owner") == owner.id;
    if !held.as_ref().is_some_and(is_own) {
        return Err(Error::message(404, format!("The avatar with id '{id}' was not found.")));
    }
    AVATARS.remove(call.state, &id)?;
    Ok(wire::empty())
}

fn drawing() -> Response {
    Reply::of_type(200, "image/svg+xml", DRAWING).build()
}

/// `GET universal_avatar/view/type/{}`.
fn usual_image(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    range(call.param(0))?;
    Ok(drawing())
}

/// `GET universal_avatar/view/type/{}/owner/{}`.
fn of_owner(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    owner(call)?;
    Ok(drawing())
}

/// `GET universal_avatar/view/type/{}/avatar/{}`: what was uploaded, or the drawing that stands for all of the site's.
fn image(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (range, id) = (range(call.param(0))?, call.param(1).to_owned());
    if let Some(held) = AVATARS.get(call.state, &id)? {
        let content = BASE64.decode(text_of(&held, "content").as_bytes()).unwrap_or_default();
        return Ok(Reply::of_type(200, &text_of(&held, "type"), content).build());
    }
    if id.parse().is_ok_and(|id| range.contains(&id)) {
        return Ok(drawing());
    }
    Err(Error::message(404, format!("The avatar with id '{id}' was not found.")))
}

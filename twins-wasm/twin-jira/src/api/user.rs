//! People: the caller, one person, and searches.

use serde_json::{Value, json};
use twin_sdk::Response;

use crate::entities::User;
use crate::errors::Error;
use crate::state::{GROUPS, USERS};
use crate::wire;

use super::call::Call;

/// The page size of a search that names none.
const PAGE: usize = 50;

/// `GET myself`.
pub(super) fn myself(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let me = call.user.clone();
    Ok(wire::json(200, &detailed(call, &me)?))
}

/// `GET user`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let id = call.query.text("accountId").or_else(|| call.query.text("username")).map(str::to_owned);
    let id = id.ok_or_else(|| Error::message(400, "The query parameter 'accountId' is required."))?;
    let user = call.state.user(&id)?;
    let user = user.ok_or_else(|| {
        Error::message(404, "Specified user does not exist or you do not have required permissions")
    })?;
    Ok(wire::json(200, &detailed(call, &user)?))
}

/// A person with groups.
pub(super) fn detailed(call: &mut Call<'_, '_>, user: &User) -> Result<Value, Error> {
    let mut shown = wire::user(&call.wire, user, &call.user.account_id);
    let groups = call.state.all(&GROUPS)?;
    let groups: Vec<Value> = groups
        .iter()
        .filter(|group| group.members.contains(&user.account_id))
        .map(|group| super::group::name_shown(call, group))
        .collect();
    let expand = call.query.list("expand");
    if let Some(shown) = shown.as_object_mut() {
        let items = |wanted: &str, items: Vec<Value>| {
            let shown = if expand.iter().any(|part| part == wanted) { items.clone() } else { Vec::new() };
            json!({"size": items.len(), "items": shown})
        };
        shown.insert("locale".to_owned(), json!("en_US"));
        shown.insert("groups".to_owned(), items("groups", groups));
        shown.insert("applicationRoles".to_owned(), items("applicationRoles", Vec::new()));
        shown.insert("expand".to_owned(), json!("groups,applicationRoles"));
    }
    Ok(shown)
}

/// Whether a query fits a person: the account id, or the beginning of the address or of a word of the name.
pub(super) fn fits(user: &User, query: &str) -> bool {
    let query = query.to_lowercase();
    let name = user.display_name.to_lowercase();
    user.account_id == query
        || name.starts_with(&query)
        || name.split_whitespace().any(|word| word.starts_with(&query))
        || user.email.to_lowercase().starts_with(&query)
}

/// One page of people, as a bare list.
pub(super) fn listed(call: &mut Call<'_, '_>, users: &[User]) -> Result<Response, Error> {
    let start = call.query.number("startAt", 0)?;
    let most = call.query.number("maxResults", PAGE)?;
    let page = users.iter().skip(start).take(most);
    let shown: Vec<Value> = page.map(|user| wire::user(&call.wire, user, &call.user.account_id)).collect();
    Ok(wire::json(200, &json!(shown)))
}

/// `GET user/search`.
pub(super) fn search(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let query = call.query.text("query").or_else(|| call.query.text("username")).map(str::to_owned);
    let id = call.query.text("accountId").map(str::to_owned);
    if query.is_none() && id.is_none() && call.query.text("property").is_none() {
        return Err(Error::message(
            400,
            "The query parameter 'query', 'accountId' or 'property' is required.",
        ));
    }
    let users = call.state.all(&USERS)?.into_iter();
    let users = users.filter(|user| user.active && id.as_ref().is_none_or(|id| *id == user.account_id));
    let users: Vec<User> =
        users.filter(|user| query.as_deref().is_none_or(|query| fits(user, query))).collect();
    listed(call, &users)
}

/// `GET users/search`: everybody.
pub(super) fn all(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let users = call.state.all(&USERS)?;
    listed(call, &users)
}

/// `GET user/assignable/search`: people, and no apps.
pub(super) fn assignable(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let (project, issue) =
        (call.query.text("project"), call.query.text("issueKey").or_else(|| call.query.text("issueId")));
    match (project.map(str::to_owned), issue.map(str::to_owned)) {
        (Some(project), _) => drop(call.project(&project)?),
        (None, Some(issue)) => drop(call.state.find_issue(&issue)?.ok_or_else(Error::no_issue)?),
        (None, None) => {
            return Err(Error::message(
                400,
                "Either the 'project' or the 'issueKey' query parameter must be specified.",
            ));
        }
    }
    let query =
        call.query.text("query").or_else(|| call.query.text("username")).unwrap_or_default().to_owned();
    let id = call.query.text("accountId").map(str::to_owned);
    let users = call.state.all(&USERS)?.into_iter();
    let users = users.filter(|user| user.active && user.account_type == "atlassian");
    let users =
        users.filter(|user| id.as_ref().is_none_or(|id| *id == user.account_id) && fits(user, &query));
    let users: Vec<User> = users.collect();
    listed(call, &users)
}

/// `GET user/bulk`.
pub(super) fn bulk(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let ids = call.query.repeated("accountId").to_vec();
    if ids.is_empty() {
        return Err(Error::message(400, "The query parameter 'accountId' is required."));
    }
    let mut shown = Vec::new();
    for id in &ids {
        if let Some(user) = call.state.user(id)? {
            shown.push(wire::user(&call.wire, &user, &call.user.account_id));
        }
    }
    call.page(&shown)
}

/// `GET user/groups`.
pub(super) fn groups(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let id = call.query.required("accountId")?.to_owned();
    let groups = call.state.all(&GROUPS)?;
    let of_user = groups.iter().filter(|group| group.members.contains(&id));
    let shown: Vec<Value> = of_user.map(|group| super::group::name_shown(call, group)).collect();
    Ok(wire::json(200, &json!(shown)))
}

//! What helps to write queries: completion, and queries made safe for others.

use serde_json::{Value, json};
use twin_sdk::Response;

use crate::args::texts;
use crate::errors::Error;
use crate::jql;
use crate::kept::text_of;
use crate::state::{COMPONENTS, ISSUE_TYPES, PROJECTS, STATUSES, State, USERS, VERSIONS};
use crate::wire;

use super::call::Call;
use super::resource::extend;
use super::route::{Family, Route, full, outline};
use super::search;

/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["jql"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("getAutoCompletePost", "POST", "jql/autocompletedata", search::reference),
    full("getFieldAutoCompleteForQueryString", "GET", "jql/autocompletedata/suggestions", suggest),
    outline("getPrecomputations", "GET", "jql/function/computation", precomputations),
    full("migrateQueries", "POST", "jql/pdcleaner", migrate),
    full("sanitiseJqlQueries", "POST", "jql/sanitize", sanitize),
];

/// The values that a field can be completed with: what stands in the query, and what people see.
fn values(call: &mut Call<'_, '_>, field: &str) -> Result<Vec<(String, String)>, Error> {
    let same = |name: String| (name.clone(), name);
    let state: &mut State<'_> = call.state;
    Ok(match field.to_lowercase().as_str() {
        "project" => {
            let all = state.all(&PROJECTS)?.into_iter();
            all.map(|project| (project.key.clone(), format!("{} ({})", project.name, project.key))).collect()
        }
        "issuetype" | "type" => state.all(&ISSUE_TYPES)?.into_iter().map(|kind| same(kind.name)).collect(),
        "status" => state.all(&STATUSES)?.into_iter().map(|status| same(status.name)).collect(),
        "priority" => state.priorities()?.into_iter().map(|priority| same(priority.name)).collect(),
        "resolution" => state.resolutions()?.into_iter().map(|resolution| same(resolution.name)).collect(),
        "component" => state.all(&COMPONENTS)?.into_iter().map(|component| same(component.name)).collect(),
        "fixversion" | "affectedversion" => {
            state.all(&VERSIONS)?.into_iter().map(|version| same(version.name)).collect()
        }
        "assignee" | "reporter" | "creator" | "watcher" | "voter" => {
            let all = state.all(&USERS)?.into_iter().filter(|user| user.active);
            all.map(|user| (user.account_id, user.display_name)).collect()
        }
        "labels" => {
            let (mut labels, mut issues) = (Vec::new(), State::issues());
            while let Some(issue) = state.step(&mut issues)? {
                labels.extend(issue.labels);
            }
            labels.sort();
            labels.dedup();
            labels.into_iter().map(same).collect()
        }
        _ => return Err(Error::message(400, format!("The field '{field}' does not offer suggestions."))),
    })
}

/// `GET jql/autocompletedata/suggestions`: what begins as the value does, that part in bold.
fn suggest(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let field = call.query.required("fieldName")?.to_owned();
    let typed = call.query.text("fieldValue").unwrap_or_default().to_lowercase();
    let mut all = Vec::new();
    for (value, shown) in values(call, &field)? {
        if value.to_lowercase().starts_with(&typed) || shown.to_lowercase().starts_with(&typed) {
            let quoted = if value.contains(' ') { format!("\"{value}\"") } else { value };
            all.push(json!({"value": quoted, "displayName": shown}));
        }
    }
    all.truncate(15);
    Ok(wire::json(200, &json!({"results": all})))
}

/// `GET jql/function/computation`: functions of apps, of which the site has none.
fn precomputations(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.page(&[])
}

/// `POST jql/pdcleaner`: people are account ids on this site, so that queries stay as they are.
fn migrate(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let queries = texts(call.object()?.get("queryStrings"));
    for query in &queries {
        if let Err(problem) = jql::parse(query) {
            return Err(Error::message(400, problem));
        }
    }
    Ok(wire::json(200, &json!({"queryStrings": queries, "queriesWithUnknownUsers": []})))
}

/// `POST jql/sanitize`: everybody sees every project, so that nothing has to be hidden.
fn sanitize(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    call.admin("sanitize JQL queries")?;
    let body = call.object()?;
    let given = body.get("queries").and_then(Value::as_array).filter(|queries| !queries.is_empty());
    let mut all = Vec::new();
    for part in given.ok_or_else(|| Error::message(400, "At least one query must be provided."))? {
        let query = text_of(part, "query");
        let account = part.get("accountId").and_then(Value::as_str).map(str::to_owned);
        if let Some(id) = &account
            && call.state.user(id)?.is_none()
        {
            return Err(Error::message(400, format!("The user with account id '{id}' does not exist.")));
        }
        let mut shown = json!({"initialQuery": query});
        match jql::check(call.state, &query, account.as_deref().unwrap_or_default())? {
            Ok(()) => extend(&mut shown, json!({"sanitizedQuery": query})),
            Err(problem) => extend(&mut shown, json!({"errors": {"errorMessages": [problem], "errors": {}}})),
        }
        if let Some(account) = account {
            extend(&mut shown, json!({"accountId": account}));
        }
        all.push(shown);
    }
    Ok(wire::json(200, &json!({"queries": all})))
}

//! Searching: `search/jql`, counts, and what clients ask about the language itself.

use std::borrow::Cow;

use serde_json::{Value, json};
use twin_sdk::{Binding, Response};

use crate::args::texts;
use crate::entities::Issue;
use crate::errors::Error;
use crate::fields::show::EXPANDABLE;
use crate::fields::wanted::Wanted;
use crate::jql::{self, Hit, Query, Search};
use crate::state::FIELDS;
use crate::text::Text;
use crate::wire;

use super::call::Call;
use super::issue::expanded;

/// The page size of a search that names none, and the most it may have: more when ids alone are asked for.
const PAGE: usize = 50;
const MOST: usize = 100;
const MOST_IDS: usize = 5_000;

/// What a search asks for, from query or body.
struct Asked {
    jql: String,
    most: usize,
    token: Option<String>,
    fields: Vec<String>,
    expand: Vec<String>,
    properties: Vec<String>,
    reconciled: Vec<String>,
}

/// `GET search/jql`.
pub(super) fn get(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let asked = Asked {
        jql: call.query.text("jql").unwrap_or_default().to_owned(),
        most: call.query.number("maxResults", PAGE)?,
        token: call.query.text("nextPageToken").map(str::to_owned),
        fields: call.query.list("fields"),
        expand: call.query.list("expand"),
        properties: call.query.list("properties"),
        reconciled: call.query.list("reconcileIssues"),
    };
    answer(call, &asked)
}

/// `POST search/jql`.
pub(super) fn post(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let expand = match body.get("expand") {
        Some(Value::String(list)) => list.split(',').map(|part| part.trim().to_owned()).collect(),
        other => texts(other),
    };
    let most = match body.get("maxResults") {
        None | Some(Value::Null) => PAGE,
        Some(given) => {
            given.as_u64().and_then(|most| usize::try_from(most).ok()).ok_or_else(Error::bad_payload)?
        }
    };
    let asked = Asked {
        jql: body.get("jql").and_then(Value::as_str).unwrap_or_default().to_owned(),
        most,
        token: body.get("nextPageToken").and_then(Value::as_str).map(str::to_owned),
        fields: texts(body.get("fields")),
        expand,
        properties: texts(body.get("properties")),
        reconciled: texts(body.get("reconcileIssues")),
    };
    answer(call, &asked)
}

fn answer(call: &mut Call<'_, '_>, asked: &Asked) -> Result<Response, Error> {
    let query = read(&asked.jql)?;
    if query.condition.is_none() {
        let message =
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.";
        return Err(Error::message(400, message));
    }
    let wanted = Wanted::read(&asked.fields, "id");
    let most = asked.most.max(1).min(if wanted.is_id_only() { MOST_IDS } else { MOST });
    let binding = Binding::new("search/jql", call.me(), &[("jql", &asked.jql)]);
    let caller = call.me().to_owned();
    let search = Search { query: &query, caller: &caller, reconciled: &asked.reconciled };
    let found = jql::search(call.state, &search)?;
    let start = match &asked.token {
        None => 0,
        Some(token) => {
            let position = binding
                .read(token)
                .map_err(|_| Error::message(400, "The provided nextPageToken is not valid."))?;
            resume(&found, &position)
        }
    };
    let page = found.get(start..).unwrap_or_default();
    let page = page.get(..most).unwrap_or(page);
    let end = start.saturating_add(page.len());
    let mut out = Text::default();
    out.open(b'{');
    out.pair("isLast", &(end >= found.len()))?;
    out.member("issues");
    shown(call, &mut out, page, &wanted, asked)?;
    if end < found.len() {
        let last = page.last().map(|issue| issue.id.as_str()).unwrap_or_default();
        out.pair("nextPageToken", &binding.mint(&format!("{end}/{last}")))?;
    }
    out.close(b'}');
    Ok(wire::text(200, out.into_bytes()))
}

/// Behind the issue that the page before ended with; where that is gone, as far in as that page reached.
fn resume(found: &[Hit], position: &str) -> usize {
    let (count, last) = position.split_once('/').unwrap_or((position, ""));
    let after = found.iter().position(|issue| issue.id == last).map(|at| at + 1);
    after.or_else(|| count.parse().ok()).unwrap_or_default()
}

/// The issues of a page, with what is asked for of them.
fn shown(
    call: &mut Call<'_, '_>,
    out: &mut Text,
    page: &[Hit],
    wanted: &Wanted,
    asked: &Asked,
) -> Result<(), Error> {
    let is_plain = asked.expand.is_empty() && asked.properties.is_empty();
    out.open(b'[');
    if is_plain {
        let mut show = call.show();
        for hit in page {
            out.item();
            if wanted.is_id_only() {
                out.open(b'{');
                out.pair("id", &hit.id)?;
                out.close(b'}');
            } else {
                let issue = show.whole(hit)?;
                show.write(out, &issue, wanted)?;
            }
        }
    } else {
        for hit in page {
            let issue = hit.whole(call.state)?.ok_or_else(Error::no_issue)?;
            let issue = expanded(call, &issue, wanted, &asked.expand, &asked.properties)?;
            out.item();
            out.value(&issue)?;
        }
    }
    out.close(b']');
    Ok(())
}

fn read(text: &str) -> Result<Query, Error> {
    jql::parse(text).map_err(|problem| Error::message(400, problem))
}

/// What a query finds for the caller, in its order.
pub(super) fn hits(call: &mut Call<'_, '_>, text: &str) -> Result<Vec<Hit>, Error> {
    let query = read(text)?;
    let caller = call.me().to_owned();
    jql::search(call.state, &Search { query: &query, caller: &caller, reconciled: &[] })
}

/// Every issue of a query for the caller, in its order.
pub(super) fn find(call: &mut Call<'_, '_>, text: &str) -> Result<Vec<Issue>, Error> {
    let mut issues = Vec::new();
    for hit in hits(call, text)? {
        issues.extend(hit.whole(call.state)?.map(Cow::into_owned));
    }
    Ok(issues)
}

/// One page of issues as the older searches and the Agile API answer.
pub(super) fn page_of(call: &mut Call<'_, '_>, found: &[Hit]) -> Result<Response, Error> {
    let start = call.query.number("startAt", 0)?;
    let most = call.query.number("maxResults", PAGE)?.min(MOST);
    let wanted = call.wanted("*navigable");
    let expand = call.query.list("expand");
    let mut issues = Vec::new();
    for hit in found.iter().skip(start).take(most) {
        let issue = hit.whole(call.state)?.ok_or_else(Error::no_issue)?;
        issues.push(Value::Object(expanded(call, &issue, &wanted, &expand, &[])?));
    }
    Ok(wire::json(
        200,
        &json!({
            "expand": EXPANDABLE, "startAt": start, "maxResults": most, "total": found.len(), "issues": issues,
        }),
    ))
}

/// `search`: gone.
pub(super) fn removed(_: &mut Call<'_, '_>) -> Result<Response, Error> {
    Err(Error::message(
        410,
        "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046",
    ))
}

/// `POST search/approximate-count`.
pub(super) fn count(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let text = body.get("jql").and_then(Value::as_str).unwrap_or_default().to_owned();
    if read(&text)?.condition.is_none() {
        let message =
            "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.";
        return Err(Error::message(400, message));
    }
    let found = hits(call, &text)?;
    Ok(wire::json(200, &json!({"count": found.len()})))
}

/// `POST jql/parse`.
pub(super) fn parse(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let queries = texts(body.get("queries"));
    let validates = call.query.text("validation").unwrap_or("strict") != "none";
    let caller = call.me().to_owned();
    let mut shown = Vec::new();
    for text in &queries {
        shown.push(match jql::parse(text) {
            Err(problem) => json!({"query": text, "errors": [problem]}),
            Ok(query) => {
                let problem = if validates { jql::check(call.state, text, &caller)?.err() } else { None };
                match problem {
                    Some(problem) => json!({"query": text, "errors": [problem]}),
                    None => json!({"query": text, "structure": jql::structure(&query)}),
                }
            }
        });
    }
    Ok(wire::json(200, &json!({"queries": shown})))
}

/// `POST jql/match`: which of some issues each query finds.
pub(super) fn matched(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let body = call.object()?;
    let ids = texts(body.get("issueIds"));
    let mut matches = Vec::new();
    for text in texts(body.get("jqls")) {
        matches.push(match hits(call, &text) {
            Ok(found) => {
                let numbers = found.iter().filter(|issue| ids.contains(&issue.id));
                let numbers: Vec<u64> = numbers.filter_map(|issue| issue.id.parse().ok()).collect();
                json!({"matchedIssues": numbers, "errors": []})
            }
            Err(Error::Refused { messages, .. }) => json!({"matchedIssues": [], "errors": messages}),
            Err(error) => return Err(error),
        });
    }
    Ok(wire::json(200, &json!({"matches": matches})))
}

/// `GET jql/autocompletedata`.
pub(super) fn reference(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let custom = call.state.all(&FIELDS)?;
    Ok(wire::json(200, &jql::reference(&custom)))
}

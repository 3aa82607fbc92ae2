//! What the site sends of its own accord: which webhooks want to know of an event, and what they are told.

use serde_json::{Map, Value, json};
use twin_sdk::{Header, Level, Request, Retry, hmac_sha256_hex};

use crate::entities::{Change, Comment, Issue, Link, Project, Sprint, User, Version, Webhook, Worklog};
use crate::errors::Error;
use crate::fields::show::Show;
use crate::fields::wanted::Wanted;
use crate::jql;
use crate::moment;
use crate::state::{State, WEBHOOKS};
use crate::wire::{self, Wire};

/// How long the service waits for an answer, in nanoseconds.
const TIMEOUT: u64 = 20_000_000_000;
/// A delivery that is not taken is sent up to five more times, ten minutes apart: the service waits 5 to 15.
const WAITS: [u64; 5] = [600_000_000_000; 5];

/// What happened to an issue; an update carries the name of its kind.
pub(crate) enum Event<'e> {
    Created,
    Updated(&'e str),
    Deleted,
}

/// Tells of an issue.
pub(crate) fn issue(
    state: &mut State<'_>,
    wire: &Wire,
    user: &User,
    event: Event<'_>,
    issue: &Issue,
    change: Option<&Change>,
) -> Result<(), Error> {
    let (name, kind) = match event {
        Event::Created => ("jira:issue_created", Some("issue_created")),
        Event::Updated(kind) => ("jira:issue_updated", Some(kind)),
        Event::Deleted => ("jira:issue_deleted", None),
    };
    let hooks = wanted(state, name, Some(issue), change)?;
    if hooks.is_empty() {
        return Ok(());
    }
    let mut body = Map::from_iter([
        ("user".to_owned(), wire::user(wire, user, &user.account_id)),
        ("issue".to_owned(), Value::Object(whole(state, wire, issue, user)?)),
    ]);
    if let Some(kind) = kind {
        body.insert("issue_event_type_name".to_owned(), json!(kind));
    }
    if let Some(change) = change {
        body.insert("changelog".to_owned(), json!({"id": change.id, "items": change.items}));
    }
    send(state, &hooks, name, body, Some(issue))
}

/// Tells of a comment.
pub(crate) fn comment(
    state: &mut State<'_>,
    wire: &Wire,
    user: &User,
    name: &str,
    issue: &Issue,
    comment: &Comment,
) -> Result<(), Error> {
    let hooks = wanted(state, name, Some(issue), None)?;
    if hooks.is_empty() {
        return Ok(());
    }
    let wire = plain(wire);
    let fields = ["summary", "issuetype", "project", "assignee", "priority", "status"].map(str::to_owned);
    let mut show = Show::new(state, &wire, &user.account_id);
    let mut shown = show.issue(issue, &Wanted::read(&fields, ""))?;
    shown.remove("expand");
    let body = Map::from_iter([
        ("comment".to_owned(), show.tree(|show, out| show.comment(out, comment, None))?),
        ("issue".to_owned(), Value::Object(shown)),
    ]);
    send(state, &hooks, name, body, Some(issue))
}

/// Tells of logged work.
pub(crate) fn worklog(
    state: &mut State<'_>,
    wire: &Wire,
    name: &str,
    worklog: &Worklog,
) -> Result<(), Error> {
    let issue = state.issue(&worklog.issue)?;
    let hooks = wanted(state, name, issue.as_ref(), None)?;
    if hooks.is_empty() {
        return Ok(());
    }
    let body = Map::from_iter([(
        "worklog".to_owned(),
        Show::new(state, &plain(wire), &worklog.author).tree(|show, out| show.worklog(out, worklog))?,
    )]);
    send(state, &hooks, name, body, issue.as_ref())
}

/// Tells of a link between issues.
pub(crate) fn link(state: &mut State<'_>, name: &str, link: &Link) -> Result<(), Error> {
    let number = |id: &str| id.parse::<u64>().unwrap_or_default();
    let shown = json!({
        "id": number(&link.id), "sourceIssueId": number(&link.inward), "destinationIssueId": number(&link.outward),
        "issueLinkTypeId": number(&link.kind), "systemLink": false,
    });
    about(state, name, "issueLink", shown)
}

/// Tells of a project.
pub(crate) fn project(
    state: &mut State<'_>,
    wire: &Wire,
    name: &str,
    project: &Project,
) -> Result<(), Error> {
    let shown = wire::project_ref(&plain(wire), project);
    about(state, name, "project", shown)
}

/// Tells of a version.
pub(crate) fn version(
    state: &mut State<'_>,
    wire: &Wire,
    name: &str,
    version: &Version,
) -> Result<(), Error> {
    let now = state.now();
    let shown = wire::version(&plain(wire), version, now);
    about(state, name, "version", shown)
}

/// Tells of a sprint.
pub(crate) fn sprint(state: &mut State<'_>, name: &str, sprint: &Sprint) -> Result<(), Error> {
    about(state, name, "sprint", wire::sprint_ref(sprint))
}

fn about(state: &mut State<'_>, name: &str, what: &str, shown: Value) -> Result<(), Error> {
    let hooks = wanted(state, name, None, None)?;
    if hooks.is_empty() {
        return Ok(());
    }
    send(state, &hooks, name, Map::from_iter([(what.to_owned(), shown)]), None)
}

/// Webhooks speak version 2: rich text is wiki markup.
fn plain(wire: &Wire) -> Wire {
    Wire { base: wire.base.clone(), version: "2" }
}

fn whole(
    state: &mut State<'_>,
    wire: &Wire,
    issue: &Issue,
    user: &User,
) -> Result<Map<String, Value>, Error> {
    let wanted = Wanted::read(&["*all".to_owned(), "-comment".to_owned(), "-worklog".to_owned()], "*all");
    let mut shown = Show::new(state, &plain(wire), &user.account_id).issue(issue, &wanted)?;
    shown.remove("expand");
    Ok(shown)
}

/// The webhooks that want to know of an event.
fn wanted(
    state: &mut State<'_>,
    name: &str,
    issue: Option<&Issue>,
    change: Option<&Change>,
) -> Result<Vec<Webhook>, Error> {
    let now = state.now();
    let mut hooks = Vec::new();
    for hook in state.all(&WEBHOOKS)? {
        let is_live = hook.enabled && hook.expires.is_none_or(|end| end > now);
        if !is_live || !hook.events.iter().any(|event| event == name) || !changed(&hook, change) {
            continue;
        }
        let matches = match issue {
            Some(issue) if !hook.jql.trim().is_empty() => jql::matches(state, &hook.jql, issue, &hook.owner)?,
            _ => true,
        };
        if matches {
            hooks.push(hook);
        }
    }
    Ok(hooks)
}

fn changed(hook: &Webhook, change: Option<&Change>) -> bool {
    let Some(change) = change.filter(|_| !hook.fields.is_empty()) else { return true };
    change.items.iter().any(|item| item.field_id.as_ref().is_some_and(|id| hook.fields.contains(id)))
}

fn send(
    state: &mut State<'_>,
    hooks: &[Webhook],
    name: &str,
    mut body: Map<String, Value>,
    issue: Option<&Issue>,
) -> Result<(), Error> {
    body.insert("timestamp".to_owned(), json!(state.now()));
    body.insert("webhookEvent".to_owned(), json!(name));
    for hook in hooks {
        let mut body = body.clone();
        if hook.expires.is_some() {
            body.insert("matchedWebhookIds".to_owned(), json!([hook.id.parse::<u64>().unwrap_or_default()]));
        }
        let text = if hook.exclude_body { String::new() } else { Value::Object(body).to_string() };
        let request = request(state, hook, text, issue)?;
        let retry = Retry {
            waits: WAITS.to_vec(),
            timeout: TIMEOUT,
            number_header: Some("x-atlassian-webhook-retry".to_owned()),
            reason_header: None,
        };
        if let Err(error) = state.emit(&request, &retry) {
            state.log(Level::Error, &format!("webhook {}: {error:?}", hook.id));
        }
    }
    Ok(())
}

fn request(
    state: &mut State<'_>,
    hook: &Webhook,
    body: String,
    issue: Option<&Issue>,
) -> Result<Request, Error> {
    let identifier = format!("{:016x}{:016x}", state.random(), state.random());
    let field = |name: &str, value: String| Header { name: name.to_owned(), value };
    let mut headers = vec![
        field("content-type", "application/json; charset=UTF-8".to_owned()),
        field("user-agent", "Atlassian Webhook HTTP Client".to_owned()),
        field("x-atlassian-webhook-identifier", identifier),
        field("x-atlassian-webhook-flow", "Primary".to_owned()),
    ];
    if let Some(secret) = &hook.secret {
        let digest = hmac_sha256_hex(secret.as_bytes(), &[body.as_bytes()]);
        headers.push(field("x-hub-signature", format!("sha256={digest}")));
    }
    let mut url = hook.url.clone();
    if let Some(issue) = issue {
        let project = state.project(&issue.project)?.map(|project| project.key).unwrap_or_default();
        for (name, value) in [
            ("${issue.id}", &issue.id),
            ("${issue.key}", &issue.key),
            ("${project.id}", &issue.project),
            ("${project.key}", &project),
        ] {
            url = url.replace(name, value);
        }
    }
    Ok(Request { method: "POST".to_owned(), url, headers, body: body.into_bytes() })
}

/// When a webhook of an app ends, as the service writes it.
pub(crate) fn expiry(hook: &Webhook) -> Option<String> {
    hook.expires.map(moment::show)
}

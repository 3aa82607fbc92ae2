//! The part of Jira's API that the desk needs.

use plugin_sdk::{Request, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::config::JiraConfig;
use crate::failure::Failure;
use crate::ticket::Ticket;
use crate::wire::{Attempt, Effort, Wire, header, shown};

/// On every issue of the desk's.
pub(crate) const LABEL: &str = "access-desk";
/// The key of the property that holds the ticket.
const PROPERTY: &str = "access-desk";
const PAGE: u64 = 50;
/// How long a new issue may be unknown to the search, in seconds.
const INDEXING: u64 = 10;

/// Where a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Waiting,
    Granted,
    Declined,
    Ended,
}

impl Status {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Waiting => "Waiting",
            Self::Granted => "Granted",
            Self::Declined => "Declined",
            Self::Ended => "Ended",
        }
    }
}

/// Jira as the holder of the desk's token sees it.
pub(crate) struct Jira<'w, 'a> {
    pub(crate) wire: &'w mut Wire<'a>,
    pub(crate) config: &'w JiraConfig,
}

/// An issue of the desk's.
#[derive(Debug, Deserialize)]
pub(crate) struct Issue {
    /// For example `DESK-12`.
    pub(crate) key: String,
    fields: Fields,
    #[serde(default)]
    properties: Properties,
    #[serde(default)]
    transitions: Vec<Transition>,
}

#[derive(Debug, Deserialize)]
struct Fields {
    status: Named,
}

#[derive(Debug, Deserialize)]
struct Named {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
struct Properties {
    #[serde(default, rename = "access-desk")]
    ticket: Value,
}

#[derive(Debug, Deserialize)]
struct Transition {
    id: String,
    to: Named,
}

impl Issue {
    pub(crate) fn is(&self, status: Status) -> bool {
        self.fields.status.name == status.name()
    }

    /// The desk's record; none where somebody else made the issue.
    pub(crate) fn ticket(&self) -> Option<Ticket> {
        Ticket::deserialize(&self.properties.ticket).ok()
    }
}

/// The text of a document, a line a paragraph.
fn plain(document: &Value) -> String {
    let mut lines = String::new();
    collect(document, &mut lines);
    lines
}

fn collect(node: &Value, lines: &mut String) {
    lines.push_str(node.get("text").and_then(Value::as_str).unwrap_or_default());
    for child in node.get("content").and_then(Value::as_array).into_iter().flatten() {
        collect(child, lines);
    }
    if node.get("type").and_then(Value::as_str) == Some("paragraph") {
        lines.push('\n');
    }
}

impl Jira<'_, '_> {
    /// The issue with a key.
    pub(crate) fn issue(&mut self, key: &str) -> Result<Issue, Failure> {
        let path = format!("issue/{key}?fields=status&properties={PROPERTY}&expand=transitions");
        self.read(&self.request("GET", &path, None))
    }

    /// What an issue says to people.
    pub(crate) fn description(&mut self, key: &str) -> Result<String, Failure> {
        let issue: Value =
            self.read(&self.request("GET", &format!("issue/{key}?fields=description"), None))?;
        Ok(issue.pointer("/fields/description").map(plain).unwrap_or_default())
    }

    /// The open issue with a label, if there is one.
    pub(crate) fn open(&mut self, label: &str) -> Result<Option<Issue>, Failure> {
        let jql = format!(
            "project = {} AND labels = \"{label}\" AND status in (Waiting, Granted) ORDER BY key",
            self.config.project
        );
        Ok(self.search(&jql)?.into_iter().next())
    }

    /// Every open issue of the desk's.
    pub(crate) fn all_open(&mut self) -> Result<Vec<Issue>, Failure> {
        let jql = format!(
            "project = {} AND labels = {LABEL} AND status in (Waiting, Granted) ORDER BY key",
            self.config.project
        );
        self.search(&jql)
    }

    /// Opens an issue, once: where an attempt broke, the search tells whether it was done.
    pub(crate) fn create(
        &mut self,
        summary: &str,
        text: &[String],
        ticket: &Ticket,
    ) -> Result<String, Failure> {
        let label = Ticket::label(&ticket.person.okta, &ticket.group.id);
        let body = json!({
            "fields": {
                "project": {"key": self.config.project}, "issuetype": {"name": "Task"},
                "summary": summary, "description": document(text), "labels": [LABEL, label],
            },
            "properties": [{"key": PROPERTY, "value": ticket}],
        });
        let request = self.request("POST", "issue", Some(&body));
        let mut effort = Effort::default();
        loop {
            match self.wire.attempt(&request, &mut effort)? {
                Attempt::Answer(response) => return Ok(parsed::<Created>(&request, &response)?.key),
                Attempt::Unclear => {
                    self.wire.wait(INDEXING);
                    if let Some(issue) = self.open(&label)? {
                        return Ok(issue.key);
                    }
                }
            }
        }
    }

    /// Keeps the desk's record with an issue.
    pub(crate) fn keep(&mut self, key: &str, ticket: &Ticket) -> Result<(), Failure> {
        let body = json!(ticket);
        let request = self.request("PUT", &format!("issue/{key}/properties/{PROPERTY}"), Some(&body));
        let response = self.wire.send(&request)?;
        done(&request, &response)
    }

    /// Adds a comment, once: where an attempt broke, the comments tell whether it was done.
    pub(crate) fn comment(&mut self, key: &str, text: &str) -> Result<(), Failure> {
        let body = json!({"body": document(&[text.to_owned()])});
        let request = self.request("POST", &format!("issue/{key}/comment"), Some(&body));
        let mut effort = Effort::default();
        loop {
            match self.wire.attempt(&request, &mut effort)? {
                Attempt::Answer(response) => return done(&request, &response),
                Attempt::Unclear if self.has_comment(key, text)? => return Ok(()),
                Attempt::Unclear => {}
            }
        }
    }

    /// Whether an issue has this comment.
    pub(crate) fn has_comment(&mut self, key: &str, text: &str) -> Result<bool, Failure> {
        let comments: Comments = self.read(&self.request("GET", &format!("issue/{key}/comment"), None))?;
        Ok(comments.comments.iter().any(|comment| plain(&comment.body).trim_end() == text))
    }

    /// Moves an issue, with a comment: one request, so that there is neither without the other.
    pub(crate) fn move_to(&mut self, issue: &Issue, status: Status, comment: &str) -> Result<(), Failure> {
        let step = issue.transitions.iter().find(|step| step.to.name == status.name());
        let missing = || Failure::NoStep { issue: issue.key.clone(), status: status.name() };
        let step = step.ok_or_else(missing)?;
        let body = json!({
            "transition": {"id": step.id},
            "update": {"comment": [{"add": {"body": document(&[comment.to_owned()])}}]},
        });
        let request = self.request("POST", &format!("issue/{}/transitions", issue.key), Some(&body));
        let mut effort = Effort::default();
        loop {
            match self.wire.attempt(&request, &mut effort)? {
                Attempt::Answer(response) => return done(&request, &response),
                Attempt::Unclear if self.issue(&issue.key)?.is(status) => return Ok(()),
                Attempt::Unclear => {}
            }
        }
    }

    fn search(&mut self, jql: &str) -> Result<Vec<Issue>, Failure> {
        let mut issues = Vec::new();
        let mut next: Option<String> = None;
        loop {
            let mut body = json!({
                "jql": jql, "maxResults": PAGE, "fields": ["status"], "properties": [PROPERTY],
                "expand": "transitions",
            });
            if let (Some(token), Some(fields)) = (next, body.as_object_mut()) {
                fields.insert("nextPageToken".to_owned(), token.into());
            }
            let mut page: Page = self.read(&self.request("POST", "search/jql", Some(&body)))?;
            issues.append(&mut page.issues);
            next = page.next_page_token;
            if next.is_none() {
                return Ok(issues);
            }
        }
    }

    fn read<T: DeserializeOwned>(&mut self, request: &Request) -> Result<T, Failure> {
        let response = self.wire.send(request)?;
        parsed(request, &response)
    }

    fn request(&self, method: &str, path: &str, body: Option<&Value>) -> Request {
        Request {
            method: method.to_owned(),
            url: format!("{}/rest/api/3/{path}", self.config.url),
            headers: vec![
                header("authorization", &format!("Bearer {}", self.config.token)),
                header("accept", "application/json"),
                header("content-type", "application/json"),
            ],
            body: body.map(|body| body.to_string().into_bytes()).unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
struct Created {
    key: String,
}

#[derive(Deserialize)]
struct Comments {
    comments: Vec<Comment>,
}

#[derive(Deserialize)]
struct Comment {
    body: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    issues: Vec<Issue>,
    #[serde(default)]
    next_page_token: Option<String>,
}

/// Text as Jira keeps it: a paragraph each.
fn document(paragraphs: &[String]) -> Value {
    let paragraph = |text: &String| json!({"type": "paragraph", "content": [{"type": "text", "text": text}]});
    let content: Vec<Value> = paragraphs.iter().map(paragraph).collect();
    json!({"type": "doc", "version": 1, "content": content})
}

fn done(request: &Request, response: &Response) -> Result<(), Failure> {
    if (200..300).contains(&response.status) {
        return Ok(());
    }
    Err(Failure::Refused { what: shown(request), code: response.status.to_string() })
}

fn parsed<T: DeserializeOwned>(request: &Request, response: &Response) -> Result<T, Failure> {
    done(request, response)?;
    serde_json::from_slice(&response.body).map_err(|source| Failure::Body { what: shown(request), source })
}

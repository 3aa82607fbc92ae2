//! The part of Slack's Web API that the desk needs.

use plugin_sdk::{Request, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::config::SlackConfig;
use crate::failure::Failure;
use crate::thread::{EVENT_TYPE, Mark, Message, Thread};
use crate::wire::{Attempt, Effort, Wire, header};

/// Slack recommends no more than 200 items a page.
const PAGE: &str = "200";

/// Slack as the desk's bot sees it.
pub(crate) struct Slack<'w, 'a> {
    pub(crate) wire: &'w mut Wire<'a>,
    pub(crate) config: &'w SlackConfig,
}

/// A member of the workspace, in the parts that matter here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Account {
    /// `U` and more.
    pub id: String,
    /// As it is shown.
    pub real_name: String,
    /// Whether it is closed.
    pub deleted: bool,
    /// Whether it is no person.
    pub is_bot: bool,
    /// Whether it is a guest in several channels.
    pub is_restricted: bool,
    /// Whether it is a guest in one channel.
    pub is_ultra_restricted: bool,
    /// What it says of itself.
    pub profile: Profile,
}

/// The profile of an account.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Its address; none for bots.
    pub email: Option<String>,
}

impl Account {
    /// Whether it is an active person's.
    pub(crate) fn is_person(&self) -> bool {
        !self.deleted && !self.is_bot
    }

    /// Whether it is a guest's.
    pub(crate) fn is_guest(&self) -> bool {
        self.is_restricted || self.is_ultra_restricted
    }
}

/// What a message of the desk says and where.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Post<'p> {
    pub(crate) channel: &'p str,
    pub(crate) thread: &'p str,
    pub(crate) desk: &'p str,
    pub(crate) text: &'p str,
    pub(crate) mark: &'p Mark,
}

impl Slack<'_, '_> {
    /// A whole thread.
    pub(crate) fn thread(&mut self, channel: &str, ts: &str, desk: &str) -> Result<Thread, Failure> {
        let mut messages: Vec<Message> = Vec::new();
        let mut cursor = String::new();
        loop {
            let mut fields =
                vec![("channel", channel), ("ts", ts), ("include_all_metadata", "true"), ("limit", PAGE)];
            if !cursor.is_empty() {
                fields.push(("cursor", &cursor));
            }
            let mut body = self.call("conversations.replies", &fields)?;
            messages.append(&mut take(&mut body, "conversations.replies", "messages")?);
            match body.pointer("/response_metadata/next_cursor").and_then(Value::as_str) {
                Some(next) if !next.is_empty() => cursor = next.to_owned(),
                _ => return Ok(Thread { desk: desk.to_owned(), messages }),
            }
        }
    }

    /// A member.
    pub(crate) fn account(&mut self, id: &str) -> Result<Account, Failure> {
        take(&mut self.call("users.info", &[("user", id)])?, "users.info", "user")
    }

    /// The member with an e-mail address, if there is one.
    pub(crate) fn account_of(&mut self, email: &str) -> Result<Option<Account>, Failure> {
        let method = "users.lookupByEmail";
        match self.call(method, &[("email", email)]) {
            Err(Failure::Refused { code, .. }) if code == "users_not_found" => Ok(None),
            answer => take(&mut answer?, method, "user").map(Some),
        }
    }

    /// Writes in a thread, once: where an attempt broke, the thread tells whether it was done.
    pub(crate) fn reply(&mut self, post: Post<'_>) -> Result<(), Failure> {
        let body = json!({
            "channel": post.channel, "thread_ts": post.thread, "text": post.text,
            "metadata": {"event_type": EVENT_TYPE, "event_payload": post.mark},
        });
        let method = "chat.postMessage";
        let request = self.request(method, "application/json; charset=utf-8", body.to_string());
        let mut effort = Effort::default();
        loop {
            match self.wire.attempt(&request, &mut effort)? {
                Attempt::Answer(response) => return accepted(method, &response).map(|_| ()),
                Attempt::Unclear if self.thread(post.channel, post.thread, post.desk)?.has(post.mark) => {
                    return Ok(());
                }
                Attempt::Unclear => {}
            }
        }
    }

    fn call(&mut self, method: &str, fields: &[(&str, &str)]) -> Result<Value, Failure> {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let request = self.request(method, "application/x-www-form-urlencoded", form);
        accepted(method, &self.wire.send(&request)?)
    }

    fn request(&self, method: &str, content_type: &str, body: String) -> Request {
        Request {
            method: "POST".to_owned(),
            url: format!("https://slack.com/api/{method}"),
            headers: vec![
                header("authorization", &format!("Bearer {}", self.config.token)),
                header("content-type", content_type),
            ],
            body: body.into_bytes(),
        }
    }
}

/// The body of an answer, which is one with `"ok": true`.
fn accepted(method: &str, response: &Response) -> Result<Value, Failure> {
    let body: Value = serde_json::from_slice(&response.body)
        .map_err(|source| Failure::Body { what: method.to_owned(), source })?;
    if body.get("ok") == Some(&Value::Bool(true)) {
        return Ok(body);
    }
    let code = body.get("error").and_then(Value::as_str).unwrap_or("unknown_error").to_owned();
    Err(Failure::Refused { what: method.to_owned(), code })
}

fn take<T: DeserializeOwned>(body: &mut Value, method: &str, key: &str) -> Result<T, Failure> {
    let value = body.get_mut(key).map(Value::take).unwrap_or_default();
    serde_json::from_value(value).map_err(|source| Failure::Body { what: method.to_owned(), source })
}

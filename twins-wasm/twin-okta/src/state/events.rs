//! The System Log, and the event hooks that hear of it.

use serde_json::{Value, json};
use twin_sdk::{Header, Request, Retry, Table};

use super::{Context, State};
use crate::documents::{Document, document, object, set, strings, text, text_at};
use crate::errors::Error;
use crate::ids;
use crate::times;

/// The System Log; the key is the time in nanoseconds, 20 digits, and a number that rises.
pub(crate) static LOGS: Table<Document> = Table::new("logs");
/// Event hooks; the key is the id.
pub(crate) static EVENT_HOOKS: Table<Document> = Table::new("event_hooks");

/// The event types that the twin logs, for hooks to name.
pub(crate) const EVENT_TYPES: &[&str] = &[
    "application.lifecycle.activate",
    "application.lifecycle.create",
    "application.lifecycle.deactivate",
    "application.lifecycle.delete",
    "application.lifecycle.update",
    "application.user_membership.add",
    "application.user_membership.remove",
    "application.user_membership.update",
    "group.application_assignment.add",
    "group.application_assignment.remove",
    "group.lifecycle.create",
    "group.lifecycle.delete",
    "group.profile.update",
    "group.user_membership.add",
    "group.user_membership.remove",
    "policy.lifecycle.activate",
    "policy.lifecycle.create",
    "policy.lifecycle.deactivate",
    "policy.lifecycle.delete",
    "policy.lifecycle.update",
    "user.account.expire_password",
    "user.account.lock",
    "user.account.privilege.grant",
    "user.account.privilege.revoke",
    "user.account.reset_password",
    "user.account.unlock",
    "user.account.update_password",
    "user.account.update_profile",
    "user.account.update_secret_question_answer",
    "user.lifecycle.activate",
    "user.lifecycle.create",
    "user.lifecycle.deactivate",
    "user.lifecycle.delete.initiated",
    "user.lifecycle.reactivate",
    "user.lifecycle.suspend",
    "user.lifecycle.unsuspend",
    "user.mfa.factor.activate",
    "user.mfa.factor.deactivate",
    "user.mfa.factor.reset_all",
    "user.session.end",
    "user.session.start",
];

/// How long the service takes to send an event, how long it waits for an answer, and when it tries once more.
const DELAY: u64 = times::seconds(1);
const TIMEOUT: u64 = times::seconds(3);
const SECOND_ATTEMPT: u64 = times::seconds(3);

/// Something that an event is about.
pub(crate) struct Target {
    /// For example `User`.
    pub kind: &'static str,
    /// Its id.
    pub id: String,
    /// A login or the like.
    pub alternate_id: String,
    /// For people.
    pub display_name: String,
}

impl Target {
    /// A user.
    pub(crate) fn user(user: &Document) -> Self {
        let part = |name: &str| text_at(user, "profile", name);
        Self {
            kind: "User",
            id: text(user, "id").to_owned(),
            alternate_id: part("/login").to_owned(),
            display_name: format!("{} {}", part("/firstName"), part("/lastName")),
        }
    }

    /// A group.
    pub(crate) fn group(group: &Document) -> Self {
        Self {
            kind: "UserGroup",
            id: text(group, "id").to_owned(),
            alternate_id: "unknown".to_owned(),
            display_name: text_at(group, "profile", "/name").to_owned(),
        }
    }

    /// An application.
    pub(crate) fn app(app: &Document) -> Self {
        Self {
            kind: "AppInstance",
            id: text(app, "id").to_owned(),
            alternate_id: text(app, "label").to_owned(),
            display_name: text(app, "label").to_owned(),
        }
    }

    /// Anything else that has a name or a label.
    pub(crate) fn other(kind: &'static str, document: &Document) -> Self {
        let label = text(document, "label");
        let name = if label.is_empty() { text(document, "name") } else { label };
        Self {
            kind,
            id: text(document, "id").to_owned(),
            alternate_id: "unknown".to_owned(),
            display_name: name.to_owned(),
        }
    }
}

/// What happened.
pub(crate) struct Event<'e> {
    /// For example `user.lifecycle.create`.
    pub kind: &'e str,
    /// For people.
    pub message: &'e str,
    /// `SUCCESS` or `FAILURE`, and why it failed.
    pub outcome: (&'e str, Option<&'e str>),
    /// What it is about.
    pub targets: Vec<Target>,
}

impl<'e> Event<'e> {
    /// Something that went well.
    pub(crate) fn success(kind: &'e str, message: &'e str, targets: Vec<Target>) -> Self {
        Self { kind, message, outcome: ("SUCCESS", None), targets }
    }
}

impl State<'_> {
    /// Writes an event into the System Log and sends it to the hooks that ask for it. While a world is seeded nothing
    /// is logged.
    pub(crate) fn log(&mut self, event: &Event<'_>) -> Result<(), Error> {
        if self.context.request.is_empty() {
            return Ok(());
        }
        let entry = self.entry(event);
        let number = self.host.next_sequence("logs");
        let key = format!("{:020}-{number:012}", self.host.now());
        self.put(&LOGS, &key, &entry)?;
        for (_, hook) in self.all(&EVENT_HOOKS, "")? {
            let items = hook.get("events").and_then(|events| events.get("items"));
            let is_live =
                text(&hook, "status") == "ACTIVE" && text(&hook, "verificationStatus") == "VERIFIED";
            if is_live && strings(items).iter().any(|item| item == event.kind) {
                self.send(&hook, &entry)?;
            }
        }
        Ok(())
    }

    /// Sends the one-time challenge that a hook's receiver has to echo.
    pub(crate) fn challenge(&mut self, hook: &Document) -> Result<String, Error> {
        let challenge = self.draw(40);
        let mut request = hook_request(hook, "GET", Vec::new());
        let header = Header { name: "x-okta-verification-challenge".to_owned(), value: challenge.clone() };
        request.headers.push(header);
        let retry = Retry { waits: Vec::new(), timeout: TIMEOUT, number_header: None, reason_header: None };
        self.host.emit(&request, 0, &retry).map_err(Error::Delivery)?;
        Ok(challenge)
    }

    fn send(&mut self, hook: &Document, entry: &Document) -> Result<(), Error> {
        let now = self.stamp();
        let event_id = ids::uuid(self.host);
        let envelope = json!({
            "eventType": "com.okta.event_hook",
            "eventTypeVersion": "1.0",
            "cloudEventsVersion": "0.1",
            "source": format!("{}/api/v1/eventHooks/{}", text(hook, "_origin"), text(hook, "id")),
            "eventId": event_id,
            "data": {"events": [entry]},
            "eventTime": now,
            "contentType": "application/json",
        });
        let request = hook_request(hook, "POST", serde_json::to_vec(&envelope)?);
        let retry =
            Retry { waits: vec![SECOND_ATTEMPT], timeout: TIMEOUT, number_header: None, reason_header: None };
        self.host.emit(&request, DELAY, &retry).map_err(Error::Delivery)
    }

    fn entry(&mut self, event: &Event<'_>) -> Document {
        let uuid = ids::uuid(self.host);
        let published = times::fine_stamp(self.host.now());
        let context = self.context.clone();
        let targets: Vec<Value> = event
            .targets
            .iter()
            .map(|target| {
                json!({
                    "id": target.id, "type": target.kind, "alternateId": target.alternate_id,
                    "displayName": target.display_name, "detailEntry": null,
                })
            })
            .collect();
        let (result, reason) = event.outcome;
        document(json!({
            "uuid": uuid,
            "published": published,
            "eventType": event.kind,
            "version": "0",
            "severity": if result == "SUCCESS" { "INFO" } else { "WARN" },
            "legacyEventType": null,
            "displayMessage": event.message,
            "actor": actor(&context),
            "client": {
                "userAgent": {"rawUserAgent": context.user_agent, "os": "Unknown", "browser": "UNKNOWN"},
                "zone": "null", "device": "Unknown", "id": null, "ipAddress": context.ip,
                "geographicalContext": null,
            },
            "device": null,
            "authenticationContext": {
                "authenticationProvider": null, "credentialProvider": null, "credentialType": null,
                "issuer": null, "interface": null, "authenticationStep": 0, "rootSessionId": context.request,
                "externalSessionId": context.request,
            },
            "outcome": {"result": result, "reason": reason},
            "target": targets,
            "transaction": {"type": "WEB", "id": context.request, "detail": {}},
            "debugContext": {"debugData": {"requestId": context.request, "requestUri": context.path,
                "url": context.path}},
            "securityContext": {
                "asNumber": null, "asOrg": null, "isp": null, "domain": null, "isProxy": null,
            },
            "request": {"ipChain": [{
                "ip": context.ip, "geographicalContext": null, "version": "V4", "source": null,
            }]},
        }))
    }
}

/// Who acts, as the System Log shows it.
fn actor(context: &Context) -> Value {
    let Some(user) = &context.user else {
        let id = if context.client.is_empty() { "unknown" } else { &context.client };
        return json!({
            "id": id, "type": "PublicClientApp", "alternateId": "unknown", "displayName": "unknown",
            "detailEntry": null,
        });
    };
    let profile = |pointer: &str| text_at(user, "profile", pointer);
    json!({
        "id": text(user, "id"), "type": "User", "alternateId": profile("/login"),
        "displayName": format!("{} {}", profile("/firstName"), profile("/lastName")), "detailEntry": null,
    })
}

/// A request to a hook's receiver, with the headers that its channel asks for.
fn hook_request(hook: &Document, method: &str, body: Vec<u8>) -> Request {
    let config = object(hook, "channel").and_then(|channel| object(channel, "config"));
    let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
    if method == "POST" {
        headers.push(("content-type".to_owned(), "application/json".to_owned()));
    }
    let mut add = |name: Option<&Value>, value: Option<&Value>| {
        if let (Some(name), Some(value)) = (name.and_then(Value::as_str), value.and_then(Value::as_str)) {
            headers.push((name.to_lowercase(), value.to_owned()));
        }
    };
    let own = config.and_then(|config| config.get("headers")).and_then(Value::as_array);
    for header in own.into_iter().flatten() {
        add(header.get("key"), header.get("value"));
    }
    let scheme = config.and_then(|config| config.get("authScheme"));
    add(scheme.and_then(|scheme| scheme.get("key")), hook.get("_secret"));
    Request {
        method: method.to_owned(),
        url: config.map(|config| text(config, "uri").to_owned()).unwrap_or_default(),
        headers: headers.into_iter().map(|(name, value)| Header { name, value }).collect(),
        body,
    }
}

/// Moves the secret of a hook's channel out of what clients see.
pub(crate) fn hide_secret(hook: &mut Document) {
    let Some(Value::Object(channel)) = hook.get_mut("channel") else { return };
    let Some(Value::Object(config)) = channel.get_mut("config") else { return };
    let Some(Value::Object(scheme)) = config.get_mut("authScheme") else { return };
    if let Some(secret) = scheme.remove("value") {
        set(hook, "_secret", secret);
    }
}

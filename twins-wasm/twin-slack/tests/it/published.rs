//! What the service's reference says of its methods holds for all of them: no token, a wrong one, a missing argument
//! and unknown ids give a code that the method documents, and nothing that the twin lacks looks as if it had worked.

use std::collections::BTreeSet;

use serde_json::Value;
use twin_sdk::Twin;
use twin_slack::Slack;

use crate::workspace::Workspace;

/// The codes that every method may answer with; the reference tells them once.
const COMMON: &[&str] = &[
    "account_inactive",
    "invalid_arguments",
    "invalid_auth",
    "missing_scope",
    "not_allowed_token_type",
    "not_authed",
    "ratelimited",
    "token_expired",
    "token_revoked",
    "unknown_method",
];

const SCOPES: &[&str] = &[
    "app_configurations:read",
    "app_configurations:write",
    "assistant:write",
    "bookmarks:read",
    "bookmarks:write",
    "calls:read",
    "calls:write",
    "channels:history",
    "channels:join",
    "channels:manage",
    "channels:read",
    "channels:write",
    "channels:write.invites",
    "channels:write.topic",
    "chat:write",
    "dnd:read",
    "dnd:write",
    "emoji:read",
    "files:read",
    "files:write",
    "groups:history",
    "groups:read",
    "groups:write",
    "identity:read",
    "im:history",
    "im:read",
    "im:write",
    "links:write",
    "mpim:history",
    "mpim:read",
    "mpim:write",
    "pins:read",
    "pins:write",
    "reactions:read",
    "reactions:write",
    "reminders:read",
    "reminders:write",
    "remote_files:read",
    "remote_files:share",
    "remote_files:write",
    "search:read",
    "stars:read",
    "stars:write",
    "team.billing:read",
    "team.preferences:read",
    "team:read",
    "usergroups:read",
    "usergroups:write",
    "users.profile:read",
    "users.profile:write",
    "users:read",
    "users:read.email",
    "users:write",
];

struct Published {
    name: &'static str,
    required: Vec<&'static str>,
    optional: Vec<&'static str>,
    codes: BTreeSet<&'static str>,
}

fn published() -> Vec<Published> {
    let lines = include_str!("published.txt").lines().filter(|line| !line.starts_with('#'));
    let read = |line: &'static str| {
        let parts: Vec<&str> = line.split('|').collect();
        let words = |part: usize| parts[part].split_whitespace().collect::<Vec<_>>();
        let codes = words(3).into_iter().chain(COMMON.iter().copied()).collect();
        Published { name: words(0)[0], required: words(1), optional: words(2), codes }
    };
    lines.map(read).collect()
}

fn workspace() -> Workspace {
    let scopes = SCOPES.iter().map(|scope| format!("\"{scope}\"")).collect::<Vec<_>>().join(",");
    Workspace::new(&format!(
        r#"{{
            "rate_limits": false,
            "tokens": {{"xoxb-all": {{"user": "U0BOT", "scopes": [{scopes}]}}, "xoxp-all": {{"user": "U0ANA", "scopes": [{scopes}]}}}},
            "users": [{{"id": "U0BOT", "name": "bot", "is_bot": true}}, {{"id": "U0ANA", "name": "ana"}}],
            "channels": [{{"id": "C0OPEN", "name": "open", "members": ["U0ANA", "U0BOT"]}}]
        }}"#
    ))
}

/// An argument of the right form that names nothing that there is.
fn unknown(argument: &str) -> String {
    match argument {
        "channel" | "channels" | "channel_id" | "channel_ids" | "target_channel" => "C0NOWHERE0",
        "user" | "users" | "user_id" | "user_ids" => "U0NOBODY00",
        "file" | "canvas_id" | "list_id" => "F0NOTHING0",
        "ts" | "timestamp" | "thread_ts" | "message_ts" | "latest" | "oldest" => "1700000000.000100",
        "post_at" => "1767610800",
        "limit" | "count" | "page" | "length" | "num_minutes" => "5",
        "files" => "[{\"id\": \"F0NOTHING0\"}]",
        "view" => "{\"type\":\"modal\",\"title\":{\"type\":\"plain_text\",\"text\":\"a\"},\"blocks\":[]}",
        "presence" => "auto",
        "type" => "link",
        "link" | "external_url" => "https://example.com/",
        "name" => "nothing",
        "time" => "in 5 minutes",
        "usergroup" => "S0NOTHING0",
        "cursor" => "dGVhbTpD",
        "types" => "public_channel",
        "profile" => "{\"title\": \"a\"}",
        "manifest" => "{\"display_information\":{\"name\":\"a\"}}",
        "emoji" | "icon_emoji" => ":tada:",
        "snippet_type" => "text",
        "metadata" => "{\"event_type\":\"a\",\"event_payload\":{}}",
        "unfurls" => "{\"https://example.com/\": {}}",
        "blocks" | "attachments" => "[]",
        _ if argument.starts_with("is_") || argument.starts_with("include_") => "true",
        _ => "nothing",
    }
    .to_owned()
}

fn call(workspace: &mut Workspace, token: &str, method: &str, arguments: &[&str]) -> Value {
    let values: Vec<_> = arguments.iter().map(|argument| (*argument, unknown(argument))).collect();
    let form: Vec<_> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    workspace.call(token, method, &form)
}

fn built() -> BTreeSet<String> {
    Slack::describe().operations.into_iter().map(|operation| operation.id).collect()
}

#[test]
fn the_reference_is_whole() {
    let published = published();
    assert_eq!(published.len(), 322);
    let names: Vec<_> = published.iter().map(|method| method.name).collect();
    assert_eq!(names, include_str!("../../src/api/published.txt").lines().collect::<Vec<_>>());
}

#[test]
fn a_call_without_a_token_or_with_a_wrong_one_is_refused_as_documented() {
    let mut workspace = workspace();
    for method in published() {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let response = workspace.send("POST", &format!("/api/{}", method.name), &headers, "a=b");
        let nobody: Value = serde_json::from_slice(&response.body).unwrap();
        let stranger = call(&mut workspace, "xoxb-wrong", method.name, &[]);
        for answer in [nobody, stranger] {
            let code = answer["error"].as_str();
            let open = answer["ok"] == true && method.name == "api.test";
            assert!(
                open || code.is_some_and(|code| method.codes.contains(code)),
                "{}: {answer}",
                method.name
            );
        }
    }
}

#[test]
fn a_missing_argument_is_refused_as_documented() {
    let mut failures = Vec::new();
    for method in published() {
        for missing in &method.required {
            let rest: Vec<_> = method.required.iter().copied().filter(|name| name != missing).collect();
            for token in ["xoxb-all", "xoxp-all"] {
                let answer = call(&mut workspace(), token, method.name, &rest);
                let code = answer["error"].as_str().unwrap_or("ok");
                if !method.codes.contains(code) {
                    failures.push(format!("{} without {missing}: {code}", method.name));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn unknown_ids_are_refused_as_documented() {
    let mut failures = Vec::new();
    for method in published() {
        let all: Vec<_> = method.required.iter().chain(&method.optional).copied().collect();
        let sets = method.optional.iter().map(|one| [&method.required[..], &[*one]].concat());
        for arguments in sets.chain([method.required.clone(), all.clone()]) {
            for token in ["xoxb-all", "xoxp-all"] {
                let answer = call(&mut workspace(), token, method.name, &arguments);
                let documented = answer["error"].as_str().is_some_and(|code| method.codes.contains(code));
                // `api.test` says what it is told to say.
                if answer["ok"] != true && !documented && method.name != "api.test" {
                    failures.push(format!("{} {arguments:?}: {}", method.name, answer["error"]));
                }
            }
        }
    }
    failures.dedup();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn what_is_not_built_is_never_done() {
    let (mut workspace, built) = (workspace(), built());
    let mut missing = 0;
    for method in published().iter().filter(|method| !built.contains(method.name)) {
        let all: Vec<_> = method.required.iter().chain(&method.optional).copied().collect();
        let answer = call(&mut workspace, "xoxp-all", method.name, &all);
        assert_eq!(
            (&answer["ok"], &answer["error"]),
            (&false.into(), &"unknown_method".into()),
            "{}",
            method.name
        );
        missing += 1;
    }
    let warned = workspace.host.lines.iter().filter(|(_, line)| line.contains("the twin does not")).count();
    assert_eq!((warned, missing + built.len()), (missing, 322));
}

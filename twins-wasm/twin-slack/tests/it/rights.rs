//! What scopes, guests and limits allow, in a workspace made for that.

use serde_json::{Value, json};

use crate::workspace::Workspace;

const FIXTURE: &str = r#"{
    "tokens": {
        "xoxb-free": {"user": "UBOT", "scopes": ["chat:write", "chat:write.public", "chat:write.customize", "reactions:write", "channels:history"]},
        "xoxp-guest": {"user": "UGUEST", "scopes": ["chat:write", "reactions:write", "channels:read", "channels:history"]},
        "xoxp-ana": {"user": "UANA", "scopes": ["chat:write", "reactions:write", "im:read"]}
    },
    "users": [
        {"id": "UBOT", "name": "robin", "is_bot": true},
        {"id": "UGUEST", "name": "guest", "is_restricted": true},
        {"id": "UANA", "name": "ana"},
        {"id": "UGONE", "name": "gone", "deleted": true}
    ],
    "channels": [
        {"id": "COPEN", "name": "open", "members": ["UANA"]},
        {"id": "CALL", "name": "all", "members": ["UBOT", "UGUEST", "UANA"]}
    ],
    "messages": [{"channel": "CALL", "ts": "1767600000.000100", "user": "UANA", "text": "React to me."}]
}"#;

fn react(workspace: &mut Workspace, token: &str, name: &str) -> Value {
    let form = [("channel", "CALL"), ("timestamp", "1767600000.000100"), ("name", name)];
    workspace.call(token, "reactions.add", &form)
}

#[test]
fn one_member_has_23_reactions_and_one_message_50_emoji() {
    let mut workspace = Workspace::new(FIXTURE);
    for (token, names) in [("xoxb-free", 0..23), ("xoxp-guest", 23..46), ("xoxp-ana", 46..50)] {
        for name in names {
            assert_eq!(react(&mut workspace, token, &format!("emoji{name}")), json!({"ok": true}));
        }
    }
    assert_eq!(react(&mut workspace, "xoxb-free", "emoji24")["error"], "too_many_reactions");
    assert_eq!(react(&mut workspace, "xoxp-ana", "emoji50")["error"], "too_many_emoji");
    assert_eq!(react(&mut workspace, "xoxp-ana", "emoji0")["ok"], true);
    let history = workspace.call("xoxb-free", "conversations.history", &[("channel", "CALL")]);
    let first = &history["messages"][0]["reactions"][0];
    assert_eq!(*first, json!({"name": "emoji0", "users": ["UBOT", "UANA"], "count": 2}));
}

#[test]
fn a_scope_opens_public_channels_to_a_bots_posts_and_no_more() {
    let mut workspace = Workspace::new(FIXTURE);
    let posted = workspace.call("xoxb-free", "chat.postMessage", &[("channel", "open"), ("text", "Hi")]);
    assert_eq!(posted["channel"], "COPEN");
    let read = workspace.call("xoxb-free", "conversations.history", &[("channel", "COPEN")]);
    assert_eq!(read["error"], "not_in_channel");
}

#[test]
fn a_scope_lets_a_bot_choose_its_name() {
    let mut workspace = Workspace::new(FIXTURE);
    let form = [("channel", "CALL"), ("text", "Hi"), ("username", "Robin"), ("icon_emoji", ":robot_face:")];
    let message = &workspace.call("xoxb-free", "chat.postMessage", &form)["message"];
    assert_eq!(message["username"], "Robin");
    assert_eq!(
        (&message["subtype"], &message["icons"]),
        (&json!("bot_message"), &json!({"emoji": ":robot_face:"}))
    );
}

#[test]
fn guests_know_of_their_own_channels_alone() {
    let mut workspace = Workspace::new(FIXTURE);
    let listed = workspace.call("xoxp-guest", "conversations.list", &[]);
    assert_eq!(listed["channels"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["channels"][0]["id"], "CALL");
    let hidden = workspace.call("xoxp-guest", "conversations.info", &[("channel", "COPEN")]);
    assert_eq!(hidden["error"], "channel_not_found");
}

#[test]
fn a_direct_message_tells_that_its_other_side_is_deactivated() {
    let mut workspace = Workspace::new(FIXTURE);
    workspace.call("xoxp-ana", "chat.postMessage", &[("channel", "UGONE"), ("text", "Hi")]);
    let listed = workspace.call("xoxp-ana", "conversations.list", &[("types", "im")]);
    assert_eq!(
        (&listed["channels"][0]["user"], &listed["channels"][0]["is_user_deleted"]),
        (&json!("UGONE"), &json!(true))
    );
}

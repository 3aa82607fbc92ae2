//! Files: an address, the bytes, the word that they are there, in either order of the last two.

use serde_json::{Value, json};

use crate::workspace::{Workspace, json as json_of};

const FIXTURE: &str = r#"{
    "tokens": {
        "xoxb-bot": {"user": "U0BOT", "scopes": ["files:write", "files:read", "chat:write", "channels:history", "channels:read"]},
        "xoxp-ben": {"user": "U0BEN", "scopes": ["files:read", "files:write"]}
    },
    "users": [{"id": "U0BOT", "name": "robin", "is_bot": true}, {"id": "U0BEN", "name": "ben", "is_restricted": true}],
    "channels": [{"id": "C0OPEN", "name": "open", "members": ["U0BOT"]}]
}"#;

fn begin(workspace: &mut Workspace, length: &str) -> (String, String) {
    let form = [("filename", "notes.txt"), ("length", length)];
    let answer = workspace.call("xoxb-bot", "files.getUploadURLExternal", &form);
    let url = answer["upload_url"].as_str().unwrap_or_else(|| panic!("{answer}"));
    let path = url.strip_prefix("https://files.slack.com").unwrap().to_owned();
    (answer["file_id"].as_str().unwrap().to_owned(), path)
}

fn complete(workspace: &mut Workspace, id: &str) -> Value {
    let files = json!([{"id": id, "title": "Notes"}]).to_string();
    let form = [("files", &*files), ("channel_id", "C0OPEN"), ("initial_comment", "Here")];
    workspace.call("xoxb-bot", "files.completeUploadExternal", &form)
}

fn shared(workspace: &mut Workspace) -> Value {
    workspace.call("xoxb-bot", "conversations.history", &[("channel", "C0OPEN")])["messages"].clone()
}

#[test]
fn a_fixture_may_say_what_the_next_upload_is_given() {
    let upcoming =
        r#""upcoming_uploads": {"notes.txt": [{"file_id": "F0NOTES00", "ticket": "address-of-notes"}]}"#;
    let fixture = FIXTURE.replacen('{', &format!("{{{upcoming},"), 1);
    let mut workspace = Workspace::new(&fixture);
    let given = |id: &str, path: &str| (id.to_owned(), path.to_owned());
    assert_eq!(begin(&mut workspace, "3"), given("F0NOTES00", "/upload/v1/address-of-notes"));
    let (id, path) = begin(&mut workspace, "3");
    assert!(id != "F0NOTES00" && path != "/upload/v1/address-of-notes", "{id} {path}");
}

#[test]
fn bytes_then_word_shares_the_file() {
    let mut workspace = Workspace::new(FIXTURE);
    let (id, path) = begin(&mut workspace, "10");
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(workspace.send("POST", &path, &kind, "too short").status, 400);
    let response = workspace.send("POST", &path, &kind, "one\ntwo\n\n\n");
    assert_eq!((response.status, &*response.body), (200, &b"OK - 10"[..]));
    let answer = complete(&mut workspace, &id);
    assert_eq!(
        (&answer["files"][0]["title"], &answer["files"][0]["mimetype"]),
        (&json!("Notes"), &json!(""))
    );
    let messages = shared(&mut workspace);
    assert_eq!((&messages[0]["text"], &messages[0]["files"][0]["id"]), (&json!("Here"), &json!(id)));
    let info = workspace.call("xoxb-bot", "files.info", &[("file", &id)]);
    assert_eq!((&info["file"]["filetype"], &info["content"]), (&json!("text"), &json!("one\ntwo\n\n\n")));
    assert_eq!(info["file"]["channels"], json!(["C0OPEN"]));
    assert_eq!(complete(&mut workspace, &id)["error"], "file_not_found");
    let hidden = workspace.call("xoxp-ben", "files.info", &[("file", &id)]);
    assert_eq!(hidden["error"], "file_not_found");

    let private = info["file"]["url_private"].as_str().unwrap();
    let path = private.strip_prefix("https://files.slack.com").unwrap();
    let bytes = workspace.send("GET", path, &[("authorization", "Bearer xoxb-bot")], "");
    assert_eq!(bytes.body, b"one\ntwo\n\n\n");
    assert_eq!(workspace.send("GET", path, &[], "").status, 302);

    assert_eq!(workspace.call("xoxb-bot", "files.list", &[("types", "snippets")])["paging"]["total"], 1);
    assert_eq!(workspace.call("xoxb-bot", "files.list", &[("types", "images")])["paging"]["total"], 0);
    assert_eq!(workspace.call("xoxb-bot", "files.delete", &[("file", &id)])["ok"], true);
    assert_eq!(shared(&mut workspace)[0]["files"][0]["mode"], "tombstone");
}

#[test]
fn word_then_bytes_shares_the_file_when_they_come() {
    let mut workspace = Workspace::new(FIXTURE);
    let (id, path) = begin(&mut workspace, "3");
    assert_eq!(complete(&mut workspace, &id)["files"][0]["size"], 3);
    assert_eq!(shared(&mut workspace), json!([]));
    let kind = [("content-type", "multipart/form-data; boundary=x")];
    let body = "--x\r\nContent-Disposition: form-data; name=\"filename\"; filename=\"a.txt\"\r\n\r\nabc\r\n--x--\r\n";
    assert_eq!(workspace.send("POST", &path, &kind, body).status, 200);
    assert_eq!(shared(&mut workspace)[0]["files"][0]["title"], "Notes");
}

#[test]
fn a_client_at_a_door_finds_the_bytes_there() {
    let mut workspace = Workspace::new(FIXTURE);
    let (id, path) = begin(&mut workspace, "3");
    let kind = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(workspace.send("POST", &path, &kind, "abc").status, 200);
    assert_eq!(complete(&mut workspace, &id)["ok"], true);
    let door = [
        ("authorization", "Bearer xoxb-bot"),
        ("x-forwarded-host", "127.0.0.1:8080"),
        ("x-forwarded-proto", "http"),
    ];
    let info = json_of(&workspace.send("GET", &format!("/api/files.info?file={id}"), &door, ""));
    let download = info["file"]["url_private_download"].as_str().unwrap_or_else(|| panic!("{info}"));
    let path = download.strip_prefix("http://127.0.0.1:8080").unwrap();
    assert_eq!(workspace.send("GET", path, &door, "").body, b"abc");
}

#[test]
fn the_way_in_one_call_ended_in_november_2025() {
    let form = [("channels", "C0OPEN"), ("content", "abc"), ("filename", "a.txt")];
    let mut late = Workspace::new(FIXTURE);
    assert_eq!(late.call("xoxb-bot", "files.upload", &form)["error"], "method_deprecated");
    let mut workspace = Workspace::new(FIXTURE);
    workspace.host.now = 1_740_000_000_000_000_000;
    let answer = workspace.call("xoxb-bot", "files.upload", &form);
    assert_eq!((&answer["file"]["name"], &answer["file"]["size"]), (&json!("a.txt"), &json!(3)));
    assert_eq!(shared(&mut workspace)[0]["files"][0]["name"], "a.txt");
}

#[test]
fn an_unknown_address_takes_nothing() {
    let mut workspace = Workspace::new(FIXTURE);
    assert_eq!(
        workspace.send("POST", "/upload/v1/nothing", &[("content-type", "text/plain")], "abc").status,
        404
    );
}

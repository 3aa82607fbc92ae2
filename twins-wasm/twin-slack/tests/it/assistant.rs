//! What an app shows in a thread, as its table holds it.

use serde_json::{Value, json};
use twin_sdk::Host as _;

use crate::workspace::{FIXTURE, Workspace};

fn thread(workspace: &mut Workspace, ts: &str) -> Value {
    let document = workspace.host.get("assistant_threads", &format!("C0WELCOME/{ts}/U0SPROUT")).unwrap();
    serde_json::from_slice(&document).unwrap()
}

fn post(workspace: &mut Workspace, token: &str, form: &[(&str, &str)]) -> String {
    let form = [&[("channel", "C0WELCOME"), ("text", "Which weeds?")], form].concat();
    workspace.call(token, "chat.postMessage", &form)["ts"].as_str().unwrap().to_owned()
}

#[test]
fn the_apps_own_reply_clears_its_status_and_nothing_else() {
    let mut workspace = Workspace::new(FIXTURE);
    let ts = post(&mut workspace, "xoxp-full", &[]);
    let place = [("channel_id", "C0WELCOME"), ("thread_ts", &*ts)];
    let status = [("status", "is thinking"), ("loading_messages", "Digging,Weeding")];
    workspace.call("xoxb-full", "assistant.threads.setStatus", &[&place[..], &status].concat());
    workspace.call("xoxb-full", "assistant.threads.setTitle", &[&place[..], &[("title", "Weeds")]].concat());
    let busy = json!({"status": "is thinking", "loading_messages": ["Digging", "Weeding"], "title": "Weeds"});
    assert_eq!(thread(&mut workspace, &ts), busy);
    post(&mut workspace, "xoxp-full", &[("thread_ts", &ts)]);
    post(&mut workspace, "xoxb-full", &[]);
    assert_eq!(thread(&mut workspace, &ts), busy, "neither another's reply nor a message beside the thread");
    post(&mut workspace, "xoxb-full", &[("thread_ts", &ts)]);
    assert_eq!(thread(&mut workspace, &ts), json!({"status": "", "title": "Weeds"}));
}

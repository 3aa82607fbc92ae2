//! From consent to tokens, and to their end.

use serde_json::{Value, json};

use crate::workspace::{FIXTURE, Workspace, header};

fn code(workspace: &mut Workspace) -> String {
    let target =
        "/oauth/v2/authorize?client_id=1.2&scope=chat:write,channels:read&user_scope=search:read&state=s%20t";
    let response = workspace.send("GET", target, &[], "");
    let location = header(&response, "location").unwrap().to_owned();
    assert_eq!(response.status, 302);
    let query = location.strip_prefix("https://garden.example/back?code=").unwrap();
    query.strip_suffix("&state=s+t").unwrap().to_owned()
}

fn access(workspace: &mut Workspace, more: &[(&str, &str)]) -> Value {
    let form: Vec<_> =
        [("client_id", "1.2"), ("client_secret", "sprout")].iter().chain(more).copied().collect();
    workspace.call("", "oauth.v2.access", &form)
}

#[test]
fn a_code_becomes_tokens_once_and_they_rotate() {
    let mut workspace = Workspace::new(FIXTURE);
    let code = code(&mut workspace);
    let wrong = access(&mut workspace, &[("code", &code), ("redirect_uri", "https://evil.example/")]);
    assert_eq!(wrong["error"], "bad_redirect_uri");
    let granted = access(&mut workspace, &[("code", &code)]);
    assert_eq!(
        (&granted["token_type"], &granted["scope"]),
        (&json!("bot"), &json!("chat:write,channels:read"))
    );
    assert_eq!(
        (&granted["bot_user_id"], &granted["authed_user"]["id"]),
        (&json!("U0SPROUT"), &json!("U0ANA"))
    );
    assert_eq!(granted["expires_in"], 43_200);
    assert_eq!(access(&mut workspace, &[("code", &code)])["error"], "invalid_code");

    let token = granted["access_token"].as_str().unwrap().to_owned();
    assert_eq!(workspace.call(&token, "auth.test", &[])["user"], "sprout");
    workspace.host.now += 43_200_000_000_000;
    assert_eq!(workspace.call(&token, "auth.test", &[])["error"], "token_expired");
    let refresh =
        [("grant_type", "refresh_token"), ("refresh_token", granted["refresh_token"].as_str().unwrap())];
    let renewed = access(&mut workspace, &refresh);
    let token = renewed["access_token"].as_str().unwrap().to_owned();
    assert_eq!(workspace.call(&token, "auth.test", &[])["user"], "sprout");
    assert_eq!(access(&mut workspace, &refresh)["error"], "invalid_refresh_token");

    let uninstall = [("client_id", "1.2"), ("client_secret", "sprout")];
    assert_eq!(workspace.call(&token, "apps.uninstall", &uninstall)["ok"], true);
    assert_eq!(workspace.call(&token, "auth.test", &[])["error"], "token_revoked");
}

#[test]
fn a_code_is_good_for_ten_minutes() {
    let mut workspace = Workspace::new(FIXTURE);
    let code = code(&mut workspace);
    workspace.host.now += 600_000_000_000;
    assert_eq!(access(&mut workspace, &[("code", &code)])["error"], "invalid_code");
}

#[test]
fn nobody_is_sent_to_a_strange_address() {
    let mut workspace = Workspace::new(FIXTURE);
    for target in [
        "/oauth/v2/authorize?client_id=1.2&scope=chat:write&redirect_uri=https%3A%2F%2Fevil.example%2F",
        "/oauth/v2/authorize?client_id=9.9&scope=chat:write",
        "/oauth/v2/authorize?client_id=1.2",
    ] {
        assert_eq!(workspace.send("GET", target, &[], "").status, 400, "{target}");
    }
}

#[test]
fn an_app_comes_from_a_manifest_and_proves_its_address() {
    let mut workspace = Workspace::new(FIXTURE);
    let manifest = json!({
        "display_information": {"name": "Mole"},
        "features": {"slash_commands": [{"command": "/dig", "url": "https://mole.example/dig"}]},
        "oauth_config": {"scopes": {"bot": ["chat:write"]}, "redirect_urls": ["https://mole.example/"]},
        "settings": {"event_subscriptions": {"request_url": "https://mole.example/events", "bot_events": ["app_mention"]}},
    });
    let text = manifest.to_string();
    let made = workspace.call("xoxp-full", "apps.manifest.create", &[("manifest", &text)]);
    let (_, request, _) = workspace.host.emitted.remove(0);
    let asked: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!((&*request.url, &asked["type"]), ("https://mole.example/events", &json!("url_verification")));
    let app = made["app_id"].as_str().unwrap();
    let exported = workspace.call("xoxp-full", "apps.manifest.export", &[("app_id", app)]);
    assert_eq!(exported["manifest"]["features"]["slash_commands"], manifest["features"]["slash_commands"]);
    let nameless = workspace.call("xoxp-full", "apps.manifest.validate", &[("manifest", "{}")]);
    assert_eq!(
        (&nameless["error"], &nameless["errors"][0]["pointer"]),
        (&json!("invalid_manifest"), &json!("/display_information"))
    );
}

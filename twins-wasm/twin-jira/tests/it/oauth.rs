//! Apps that get their tokens by OAuth 2.0.

use serde_json::{Value, json};
use twin_sdk::Twin;

use crate::site::{FIXTURE, Site, header, json as json_of};

const SITE: &str = "/ex/jira/0f3a1c52-7d64-4c0e-9a53-2f1f6f7d9b10/rest/api/3/myself";

/// Where consent leads: the parameters that the app is sent back with, by name.
fn consent(site: &mut Site, more: &str) -> Vec<(String, String)> {
    let query = format!(
        "audience=api.atlassian.com&client_id=garden-app&redirect_uri=https%3A%2F%2Fgarden.example%2Fback&state=s1&prompt=consent{more}"
    );
    let response = site.send("GET", &format!("/authorize?{query}"), &[], "");
    assert_eq!(response.status, 302);
    let back = header(&response, "location").unwrap().strip_prefix("https://garden.example/back?").unwrap();
    form_urlencoded::parse(back.as_bytes()).into_owned().collect()
}

fn code(site: &mut Site, scope: &str) -> String {
    let back = consent(site, &format!("&response_type=code&scope={scope}"));
    assert_eq!(back[1], ("state".to_owned(), "s1".to_owned()));
    assert_eq!(back[0].0, "code");
    back[0].1.clone()
}

fn token(site: &mut Site, body: &Value) -> (u16, Value) {
    let kind = [("content-type", "application/json")];
    let response = site.send("POST", "/oauth/token", &kind, &body.to_string());
    (response.status, json_of(&response))
}

fn exchange(site: &mut Site, code: &str) -> (u16, Value) {
    let body = json!({
        "grant_type": "authorization_code", "client_id": "garden-app", "client_secret": "garden-secret",
        "code": code, "redirect_uri": "https://garden.example/back",
    });
    token(site, &body)
}

fn refresh(site: &mut Site, refresh_token: &Value) -> (u16, Value) {
    let body = json!({
        "grant_type": "refresh_token", "client_id": "garden-app", "client_secret": "garden-secret",
        "refresh_token": refresh_token,
    });
    token(site, &body)
}

fn status(site: &mut Site, path: &str, token: &Value) -> u16 {
    let credential = format!("Bearer {}", token.as_str().unwrap());
    site.send("GET", path, &[("authorization", &credential)], "").status
}

#[test]
fn a_code_is_good_once_and_its_token_for_an_hour() {
    let mut site = Site::new(FIXTURE);
    let code = code(&mut site, "read%3Ajira-work");
    let (answered, body) = exchange(&mut site, &code);
    assert_eq!(answered, 200);
    assert_eq!(
        (&body["token_type"], &body["expires_in"], &body["scope"], body.get("refresh_token")),
        (&json!("Bearer"), &json!(3600), &json!("read:jira-work"), None)
    );
    assert_eq!(status(&mut site, SITE, &body["access_token"]), 200);
    let credential = format!("Bearer {}", body["access_token"].as_str().unwrap());
    let sites = site.send("GET", "/oauth/token/accessible-resources", &[("authorization", &credential)], "");
    assert_eq!(json_of(&sites)[0]["scopes"], json!(["read:jira-work"]));
    let again = exchange(&mut site, &code);
    let refusal = json!({"error": "invalid_grant", "error_description": "Invalid authorization code"});
    assert_eq!(again, (403, refusal));
    site.host.now += 3_600_000_000_000;
    assert_eq!(status(&mut site, SITE, &body["access_token"]), 401);
}

#[test]
fn a_refresh_token_changes_with_every_use() {
    let mut site = Site::new(FIXTURE);
    let code = code(&mut site, "read%3Ajira-work%20offline_access");
    let first = exchange(&mut site, &code).1;
    let (answered, second) = refresh(&mut site, &first["refresh_token"]);
    assert_eq!(answered, 200);
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    assert_eq!(status(&mut site, SITE, &second["access_token"]), 200);
    let refusal = json!({"error": "invalid_grant", "error_description": "Unknown or invalid refresh token."});
    assert_eq!(refresh(&mut site, &first["refresh_token"]), (403, refusal));
    site.host.now += 91 * 86_400 * 1_000_000_000;
    assert_eq!(refresh(&mut site, &second["refresh_token"]).0, 403);
}

#[test]
fn a_service_account_needs_no_consent() {
    let mut site = Site::new(FIXTURE);
    let asked = |id: &str, secret: &str| json!({"grant_type": "client_credentials", "client_id": id, "client_secret": secret});
    let (answered, body) = token(&mut site, &asked("garden-robot", "robot-secret"));
    assert_eq!((answered, &body["scope"]), (200, &json!("read:jira-work")));
    assert_eq!(status(&mut site, SITE, &body["access_token"]), 200);
    assert_eq!(token(&mut site, &asked("garden-robot", "wrong")).1["error"], "access_denied");
    assert_eq!(token(&mut site, &asked("garden-app", "garden-secret")).1["error"], "unauthorized_client");
}

#[test]
fn what_does_not_fit_is_refused() {
    let mut site = Site::new(FIXTURE);
    let strange = consent(&mut site, "&response_type=code&scope=fly%3Aaway");
    assert_eq!(strange[0], ("error".to_owned(), "invalid_scope".to_owned()));
    let implicit = consent(&mut site, "&response_type=token&scope=read%3Ajira-work");
    assert_eq!(implicit[0].1, "unsupported_response_type");
    let elsewhere =
        "/authorize?client_id=garden-app&redirect_uri=https%3A%2F%2Fevil.example&response_type=code";
    assert_eq!(site.send("GET", elsewhere, &[], "").status, 400);
    assert_eq!(site.send("GET", "/authorize?client_id=nobody", &[], "").status, 400);
    let late = code(&mut site, "read%3Ajira-work");
    site.host.now += 300_000_000_000;
    assert_eq!(exchange(&mut site, &late).0, 403);
    let body = json!({"grant_type": "password", "client_id": "garden-app", "client_secret": "garden-secret"});
    assert_eq!(token(&mut site, &body).1["error"], "unsupported_grant_type");
    let twice = FIXTURE.replacen("garden-robot", "garden-app", 1);
    let error = twin_jira::Jira::seed(&mut twin_sdk::testing::MemoryHost::default(), "", &twice).unwrap_err();
    assert!(error.to_string().contains("apps[1]: garden-app is there twice"), "{error}");
}

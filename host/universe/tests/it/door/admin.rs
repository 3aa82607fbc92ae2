//! The admin door.

use super::{Doors, doors, doors_with, exchange, slack_world, twin};
use glasshouse_universe::Places;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpStream;

impl Doors {
    async fn admin_bytes(&self, method: &str, path: &str, body: impl Into<Bytes>) -> (StatusCode, Bytes) {
        let stream = TcpStream::connect(self.admin).await.unwrap();
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
        let driving = tokio::spawn(connection);
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", self.admin.to_string())
            .header("authorization", format!("Bearer {}", self.token))
            .body(Full::new(body.into()))
            .unwrap();
        let (head, body) = sender.send_request(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        driving.abort();
        (head.status, body)
    }

    pub(super) async fn admin(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let (status, bytes) = self.admin_bytes(method, path, body.to_owned()).await;
        (status.as_u16(), serde_json::from_slice(&bytes).unwrap())
    }

    /// The document of an admin request that is done.
    pub(super) async fn done(&self, method: &str, path: &str, body: &str) -> Value {
        let (status, document) = self.admin(method, path, body).await;
        assert_eq!(status, 200, "{method} {path}: {document}");
        document
    }

    pub(super) async fn post(&self, words: &str) {
        let form = format!("channel=general&text={words}");
        let (_, body) = self.plain("POST", "/api/chat.postMessage", &form).await.unwrap();
        assert!(body.contains("\"ok\":true"), "{body}");
    }

    /// Whether a message with these words stands in the world.
    async fn has(&self, words: &str) -> bool {
        self.done("GET", "/state?twin=slack&table=messages", "").await.to_string().contains(words)
    }
}

#[tokio::test]
async fn only_the_token_opens_it() {
    let doors = doors().await;
    let ask = async |token: &str| {
        let head = format!(
            "POST /reset?token={token} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
            doors.admin
        );
        exchange(doors.admin, &head).await
    };
    let right = ask(&doors.token).await;
    assert!(right.starts_with("HTTP/1.1 200") && right.contains("\"restored\":\"seeded\""), "{right}");
    for wrong in ["", "wrong", &doors.token[1..]] {
        let answer = ask(wrong).await;
        assert!(answer.starts_with("HTTP/1.1 401") && answer.contains("next_step"), "{answer}");
    }
    let rebound = format!(
        "POST /reset?token={} HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n",
        doors.token
    );
    assert!(exchange(doors.admin, &rebound).await.starts_with("HTTP/1.1 403"));
}

#[tokio::test]
async fn a_reset_restores_the_seeded_world() {
    let doors = doors().await;
    doors.post("onlyhere").await;
    let changes = doors.done("GET", "/diff", "").await;
    assert!(changes["changes"].to_string().contains("onlyhere"), "{changes}");
    doors.done("POST", "/reset", "").await;
    assert!(!doors.has("onlyhere").await);
    assert_eq!(doors.done("GET", "/diff", "").await["changes"], json!([]));
    doors.post("again").await;
    assert!(doors.has("again").await);
}

#[tokio::test]
async fn points_are_kept_and_gone_back_to_by_name() {
    let doors = doors().await;
    doors.post("first").await;
    doors.done("POST", "/fork?name=one", "").await;
    doors.post("second").await;
    let changes = doors.done("GET", "/diff?from=one", "").await["changes"].to_string();
    assert!(changes.contains("second") && !changes.contains("first"), "{changes}");
    doors.done("POST", "/restore?name=one", "").await;
    assert!(doors.has("first").await && !doors.has("second").await);
    doors.done("DELETE", "/points?name=one", "").await;
    let (status, refusal) = doors.admin("POST", "/restore?name=one", "").await;
    assert_eq!((status, refusal["error"].as_str()), (404, Some("there is no point `one`")));
    for (name, wanted) in [("seeded", 400), ("", 400), ("a%2Fb", 400)] {
        assert_eq!(doors.admin("POST", &format!("/fork?name={name}"), "").await.0, wanted, "{name}");
    }
}

#[tokio::test]
async fn a_world_goes_into_a_file_and_comes_back() {
    let doors = doors().await;
    doors.post("filed").await;
    let (status, file) = doors.admin_bytes("GET", "/snapshot", "").await;
    assert_eq!(status, 200);
    doors.done("POST", "/reset", "").await;
    assert!(!doors.has("filed").await);
    let (status, said) = doors.admin_bytes("POST", "/load", file.clone()).await;
    assert_eq!(status, 200, "{said:?}");
    assert!(doors.has("filed").await);
    let broken = file.slice(..file.len() / 2);
    let (status, _) = doors.admin_bytes("POST", "/load", broken).await;
    assert_eq!(status, 400);
    assert!(doors.has("filed").await);
}

#[tokio::test]
async fn state_is_shown_table_by_table_and_page_by_page() {
    let doors = doors().await;
    let tables = doors.done("GET", "/state", "").await;
    let users = tables["twins"]["slack"]["users"].as_u64().unwrap();
    let first = doors.done("GET", "/state?twin=slack&table=users&limit=2", "").await;
    assert_eq!(first["documents"].as_object().unwrap().len(), 2);
    let next = first["next"].as_str().unwrap();
    let rest = doors.done("GET", &format!("/state?twin=slack&table=users&from={next}"), "").await;
    assert_eq!(rest["documents"].as_object().unwrap().len() as u64, users - 2);
    assert_eq!(rest["next"], Value::Null);
    for path in ["/state?twin=jira", "/state?twin=slack&table=none", "/state?twin=slack&table=users&limit=0"]
    {
        assert!(doors.admin("GET", path, "").await.1["next_step"].is_string(), "{path}");
    }
}

#[tokio::test]
async fn a_driven_clock_moves_when_it_is_told() {
    let doors = doors().await;
    let before = doors.done("GET", "/clock", "").await;
    assert_eq!((&before["mode"], &before["time"]), (&json!("driven"), &json!("2026-01-05T09:00:00Z")));
    let after = doors.done("POST", "/clock", r#"{"advance": "90m"}"#).await;
    assert_eq!(after["time"], "2026-01-05T10:30:00Z");
    let after = doors.done("POST", "/clock", r#"{"to": "2026-01-05T11:00:00Z"}"#).await;
    assert_eq!(after["time"], "2026-01-05T11:00:00Z");
    for (body, wanted) in [
        (r#"{"to": "2026-01-05T10:00:00Z"}"#, 400),
        (r#"{"advance": "soon"}"#, 400),
        (r#"{"forward": "5m"}"#, 400),
        (r#"{"mode": "real", "advance": "5m"}"#, 409),
    ] {
        assert_eq!(doors.admin("POST", "/clock", body).await.0, wanted, "{body}");
    }
    assert_eq!(doors.done("POST", "/clock", r#"{"mode": "real"}"#).await["mode"], "real");
    let driven = doors.done("POST", "/clock", r#"{"mode": "driven", "advance": "1h"}"#).await;
    assert_eq!(driven["mode"], "driven");
}

#[tokio::test]
async fn faults_are_injected_until_they_are_cleared() {
    let doors = doors().await;
    let plan = "schema = \"faults/1\"\n[[fault]]\noperation = \"auth.test\"\nkind = \"rate_limit\"\nduration = \"30s\"\n";
    doors.done("PUT", "/faults", plan).await;
    assert_eq!(doors.plain("POST", "/api/auth.test", "").await.unwrap().0, 429);
    assert_eq!(doors.plain("POST", "/api/users.list", "").await.unwrap().0, 200);
    let seen = doors.done("GET", "/faults", "").await;
    assert_eq!(seen["injected"].as_array().unwrap().len(), 1, "{seen}");
    doors.done("PUT", "/faults", r#"{"fault": [{"kind": "cut"}]}"#).await;
    assert!(doors.plain("POST", "/api/auth.test", "").await.is_err());
    doors.done("DELETE", "/faults", "").await;
    assert_eq!(doors.plain("POST", "/api/auth.test", "").await.unwrap().0, 200);
    let (status, refusal) = doors.admin("PUT", "/faults", "[[fault]]\nkind = \"rude\"\n").await;
    assert_eq!(status, 400);
    assert!(refusal["error"].as_str().unwrap().contains("faults.toml:"), "{refusal}");
    let (status, refusal) =
        doors.admin("PUT", "/faults", r#"{"fault": [{"twin": "slcak", "kind": "cut"}]}"#).await;
    assert_eq!((status, &refusal["next_step"]), (400, &json!("one of: slack")), "{refusal}");
}

#[tokio::test]
async fn the_log_counts_what_the_twins_do_not_have() {
    let doors = doors().await;
    doors.plain("POST", "/api/auth.test", "").await.unwrap();
    doors.plain("POST", "/api/admin.users.list?token=secret", "").await.unwrap();
    exchange(doors.proxy, "CONNECT evil.example:443 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    let log = doors.done("GET", "/log", "").await;
    assert_eq!((&log["counted"]["total"], &log["unknown_operations"]), (&json!(2), &json!(1)), "{log}");
    assert_eq!(log["counted"]["unknown_hosts"], json!({ "evil.example": 1 }));
    assert!(log["counted"]["warnings"]["slack"].to_string().contains("admin.users.list"), "{log}");
    assert_eq!(log["requests"][1]["url"], "https://slack.com/api/admin.users.list");
    let later = doors.done("GET", "/log?after=1", "").await;
    assert_eq!(later["requests"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn clients_of_twins_take_no_place_from_it() {
    let twins = [twin("twin-slack")];
    // The two doors to twins wait for their next client with these.
    let doors = doors_with(&twins, slack_world(&twins), None, Places::new(2)).await;
    let _silent = [doors.plain, doors.proxy].map(|door| std::net::TcpStream::connect(door).unwrap());
    for _ in 0..3 {
        doors.done("GET", "/clock", "").await;
    }
}

#[tokio::test]
async fn what_is_not_there_is_refused_with_what_is() {
    let doors = doors().await;
    let (status, refusal) = doors.admin("GET", "/world", "").await;
    assert_eq!(status, 404);
    assert!(refusal["next_step"].as_str().unwrap().contains("POST /reset"), "{refusal}");
    let (status, refusal) = doors.admin("GET", "/reset", "").await;
    assert_eq!((status, &refusal["next_step"]), (405, &json!("use POST")));
    assert_eq!(
        doors.done("GET", "/", "").await["twins"]["slack"]["hosts"],
        json!(["slack.com", "*.slack.com"])
    );
    assert_eq!(doors.done("GET", "/deliveries", "").await, json!({ "pending": [], "made": [] }));
}

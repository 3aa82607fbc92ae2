//! Events to a receiver outside, over TCP.

use super::{Doors, START, doors_of, exchange, twin};
use glasshouse_model::Seed;
use glasshouse_universe::{Outside, TrialClock, Universe, World};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;

/// Doors onto the demo workspace with an app whose events go to an address; deliveries may go to those allowed.
async fn workspace(events: &str, allowed: &str) -> Doors {
    let twins = [twin("twin-slack")];
    let demo = include_str!("../../../../../twins-wasm/twin-slack/fixtures/demo.json");
    let mut fixture: Value = serde_json::from_str(demo).unwrap();
    fixture["apps"] = json!([{
        "bot": "U0SPROUT", "signing_secret": "greenhouse",
        "events_url": events, "events": ["message.channels"],
    }]);
    let clock = TrialClock::driven_from(START);
    let mut universe = Universe::open(&twins, World::empty(START), Seed(1), clock).unwrap();
    universe.seed("slack", "", &fixture.to_string()).unwrap();
    let outside = Outside::new(&[allowed.to_owned()], Handle::current()).unwrap();
    doors_of(&twins, universe.close(), Some(outside)).await
}

/// A request with these words in it, and the connection on which its answer is awaited.
async fn request_with(listener: &TcpListener, words: &str) -> (String, TcpStream) {
    let (mut stream, _): (TcpStream, _) = listener.accept().await.unwrap();
    let mut request = String::new();
    while !request.contains(words) {
        let mut bytes = [0; 4096];
        let count = stream.read(&mut bytes).await.unwrap();
        request.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
    (request, stream)
}

/// Answers one request, and returns it.
async fn receive(listener: TcpListener) -> String {
    let (request, mut stream) = request_with(&listener, "event_callback").await;
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await.unwrap();
    request
}

/// The first attempt that the record tells of.
async fn first_made(doors: &Doors) -> Value {
    loop {
        let deliveries = doors.done("GET", "/deliveries", "").await;
        if let Some(made) = deliveries["made"].get(0) {
            return made["delivery"].clone();
        }
    }
}

#[tokio::test]
async fn an_event_goes_to_the_address_that_is_allowed() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/slack/events", listener.local_addr().unwrap());
    let doors = workspace(&url, &url).await;
    doors.post("outward").await;
    let pending = doors.done("GET", "/deliveries", "").await["pending"].clone();
    assert_eq!((&pending[0]["url"], &pending[0]["due"]), (&json!(url), &json!("2026-01-05T09:00:00.1Z")));
    let received = tokio::spawn(receive(listener));
    doors.done("POST", "/clock", r#"{"advance": "1s"}"#).await;
    let request = received.await.unwrap();
    assert!(request.starts_with("POST /slack/events HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("x-slack-signature: v0=") && request.contains("outward"), "{request}");
    let made = first_made(&doors).await;
    assert_eq!((&made["to"], &made["outcome"]), (&json!("subject"), &json!({ "answered": 200 })), "{made}");
}

#[tokio::test]
async fn an_event_under_way_belongs_to_the_world_that_sent_it() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/slack/events", listener.local_addr().unwrap());
    let doors = workspace(&url, &url).await;
    doors.post("outward").await;
    doors.done("POST", "/clock", r#"{"advance": "1s"}"#).await;
    let (_, connection) = request_with(&listener, "event_callback").await;
    doors.done("POST", "/fork?name=under-way", "").await;
    doors.done("POST", "/reset", "").await;
    drop(connection);
    let made = first_made(&doors).await;
    assert!(made["outcome"]["broke"].is_string(), "{made}");
    assert_eq!(doors.done("GET", "/deliveries", "").await["pending"], json!([]));
    doors.done("POST", "/restore?name=under-way", "").await;
    let pending = doors.done("GET", "/deliveries", "").await["pending"].clone();
    assert_eq!((&pending[0]["url"], &pending[0]["attempt"]), (&json!(url), &json!(1)), "{pending}");
}

#[tokio::test]
async fn a_receiver_that_says_nothing_is_sent_it_again_for_being_late() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let outside = Outside::new(std::slice::from_ref(&url), Handle::current()).unwrap();
    let doors = doors_of(&[twin("emitting-twin")], World::empty(START), Some(outside)).await;
    let emit = format!(
        "GET /emit HTTP/1.1\r\nhost: x\r\nto: {url}\r\nwaits: 1000000000\r\nconnection: close\r\n\r\n"
    );
    assert!(exchange(doors.plain, &emit).await.starts_with("HTTP/1.1 200"));
    doors.done("POST", "/clock", r#"{"advance": "1s"}"#).await;
    let (first, _silent) = request_with(&listener, "\r\n\r\n").await;
    assert!(!first.contains("x-retry"), "{first}");
    first_made(&doors).await;
    doors.done("POST", "/clock", r#"{"advance": "1s"}"#).await;
    let (second, _silent) = request_with(&listener, "\r\n\r\n").await;
    assert!(second.contains("x-retry-num: 1") && second.contains("x-retry-reason: http_timeout"), "{second}");
}

#[tokio::test]
async fn an_event_to_any_other_address_is_undeliverable() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/slack/events", listener.local_addr().unwrap());
    let doors = workspace(&url, &format!("{url}/deeper")).await;
    doors.post("inward").await;
    doors.done("POST", "/clock", r#"{"advance": "1s"}"#).await;
    let made = first_made(&doors).await;
    let why = made["outcome"]["undeliverable"].as_str().unwrap();
    assert!(why.contains(&url) && why.contains("--deliver"), "{made}");
    assert_eq!(made["to"], Value::Null);
}

//! Events to a receiver outside, over TCP.

use super::{Doors, START, doors_of, twin};
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

/// Answers one request, and returns it.
async fn receive(listener: TcpListener) -> String {
    let (mut stream, _): (TcpStream, _) = listener.accept().await.unwrap();
    let mut request = String::new();
    while !request.contains("event_callback") {
        let mut bytes = [0; 4096];
        let count = stream.read(&mut bytes).await.unwrap();
        request.push_str(&String::from_utf8_lossy(&bytes[..count]));
    }
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

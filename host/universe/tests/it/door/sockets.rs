//! Sockets of clients outside, over TCP: the demo workspace has an app that is told over them.

use super::proxy::tls;
use super::{Doors, START, doors, doors_of, twin};
use crate::{request, slack_world};
use futures_util::{SinkExt as _, StreamExt as _};
use glasshouse_model::{Happening, Seed};
use glasshouse_universe::{TrialClock, Universe};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

const ADDRESS: &str = "wss://wss-primary.slack.com/app/";

/// A client of the app at its socket.
struct Client<S>(WebSocketStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    /// The next message; pings are left aside.
    async fn read(&mut self) -> Value {
        loop {
            match self.0.next().await.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    async fn say(&mut self, message: &Value) {
        self.0.send(Message::text(message.to_string())).await.unwrap();
    }

    async fn acknowledge(&mut self, envelope: &Value) {
        self.say(&json!({"envelope_id": envelope["envelope_id"]})).await;
    }

    /// How the other side closed it.
    async fn closed(&mut self) -> CloseCode {
        loop {
            match self.0.next().await.unwrap().unwrap() {
                Message::Close(frame) => return frame.unwrap().code,
                Message::Ping(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

impl Doors {
    /// The address of a socket, for the app of the demo.
    async fn address(&self) -> String {
        let (_, body) = self.plain_as("xapp-demo", "POST", "/api/apps.connections.open", "").await;
        let opened: Value = serde_json::from_str(&body).unwrap();
        opened["url"].as_str().unwrap_or_else(|| panic!("{opened}")).to_owned()
    }

    /// A client at the plain door that has been greeted.
    async fn client(&self) -> (Client<TcpStream>, Value) {
        let url = self.address().await;
        let stream = TcpStream::connect(self.plain).await.unwrap();
        let (socket, _) = client_async(url, stream).await.unwrap();
        let mut client = Client(socket);
        let hello = client.read().await;
        (client, hello)
    }

    async fn advance(&self, span: &str) {
        self.done("POST", "/clock", &json!({ "advance": span }).to_string()).await;
    }

    async fn open_sockets(&self) -> Value {
        self.done("GET", "/sockets", "").await["open"].clone()
    }

    /// Attempts to deliver, as soon as there are that many: attempt and outcome.
    async fn made(&self, count: usize) -> Vec<(u64, Value)> {
        loop {
            let deliveries = self.done("GET", "/deliveries", "").await;
            let made = deliveries["made"].as_array().unwrap();
            if made.len() >= count {
                let one = |made: &Value| {
                    let delivery = &made["delivery"];
                    assert_eq!(delivery["to"], "socket", "{made}");
                    (delivery["attempt"].as_u64().unwrap(), delivery["outcome"].clone())
                };
                return made.iter().map(one).collect();
            }
        }
    }
}

#[tokio::test]
async fn an_event_goes_to_the_client_and_is_taken_when_it_is_acknowledged() {
    let doors = doors().await;
    let (mut client, hello) = doors.client().await;
    assert_eq!((&hello["type"], &hello["num_connections"]), (&json!("hello"), &json!(1)), "{hello}");
    doors.post("outward").await;
    doors.advance("1s").await;
    let envelope = client.read().await;
    assert_eq!((&envelope["type"], &envelope["retry_attempt"]), (&json!("events_api"), &json!(0)));
    assert_eq!(envelope["payload"]["event"]["text"], "outward");
    assert_eq!(doors.open_sockets().await[0]["unacknowledged"], 1);
    client.acknowledge(&envelope).await;
    assert_eq!(doors.made(1).await, [(1, json!({ "answered": 200 }))]);
    doors.advance("10m").await;
    assert_eq!(doors.made(1).await.len(), 1, "what is taken is not sent again");
    let log = doors.done("GET", "/log", "").await["requests"].to_string();
    assert!(log.contains("\"door\":\"socket\""), "{log}");
}

#[tokio::test]
async fn what_is_not_acknowledged_in_three_seconds_is_sent_again_and_says_so() {
    let doors = doors().await;
    let (mut client, _) = doors.client().await;
    doors.post("again").await;
    doors.advance("100ms").await;
    let first = client.read().await;
    doors.advance("3s").await;
    assert_eq!(doors.open_sockets().await[0]["unacknowledged"], 1, "three seconds are in time");
    doors.advance("200ms").await;
    let second = client.read().await;
    assert_eq!((&second["retry_attempt"], &second["retry_reason"]), (&json!(1), &json!("timeout")));
    assert_eq!((&second["envelope_id"], &second["payload"]), (&first["envelope_id"], &first["payload"]));
    // However far the clock is moved at once: nobody is late with what was not sent.
    doors.advance("10m").await;
    assert_eq!(client.read().await["retry_attempt"], 2);
    doors.advance("10m").await;
    let last = client.read().await;
    assert_eq!(last["retry_attempt"], 3);
    client.acknowledge(&last).await;
    let late = json!({ "broke": "the client did not acknowledge it in time" });
    let wanted = [(1, late.clone()), (2, late.clone()), (3, late), (4, json!({ "answered": 200 }))];
    assert_eq!(doors.made(4).await, wanted);
}

#[tokio::test]
async fn without_a_client_an_event_waits_for_its_next_attempt() {
    let doors = doors().await;
    doors.post("early").await;
    doors.advance("1s").await;
    doors.advance("1s").await;
    let made = doors.made(2).await;
    assert!(made[0].1["broke"].as_str().unwrap().contains("no client"), "{made:?}");
    let (mut client, _) = doors.client().await;
    doors.advance("1m").await;
    let third = client.read().await;
    assert_eq!((&third["retry_attempt"], &third["retry_reason"]), (&json!(2), &json!("connection_failed")));
    // A client that goes away has not taken it.
    client.0.close(None).await.unwrap();
    assert!(doors.made(3).await[2].1["broke"].as_str().unwrap().contains("closed its socket"));
    assert_eq!(doors.open_sockets().await, json!([]));
}

#[tokio::test]
async fn clients_of_one_app_take_turns() {
    let doors = doors().await;
    let (mut one, _) = doors.client().await;
    let (mut two, hello) = doors.client().await;
    assert_eq!(hello["num_connections"], 2);
    for words in ["a", "b", "c", "d"] {
        doors.post(words).await;
    }
    doors.advance("1s").await;
    let texts = async |client: &mut Client<TcpStream>| {
        let (first, second) = (client.read().await, client.read().await);
        [first, second].map(|envelope| envelope["payload"]["event"]["text"].as_str().unwrap().to_owned())
    };
    assert_eq!(
        (texts(&mut one).await, texts(&mut two).await),
        (["a", "c"].map(Into::into), ["b", "d"].map(Into::into))
    );
}

#[tokio::test]
async fn the_eleventh_client_of_an_app_is_sent_away() {
    let doors = doors().await;
    let mut clients = Vec::new();
    for _ in 0..10 {
        clients.push(doors.client().await.0);
    }
    let (mut eleventh, refusal) = doors.client().await;
    assert_eq!((&refusal["type"], &refusal["reason"]), (&json!("disconnect"), &json!("too_many_websockets")));
    assert_eq!(eleventh.closed().await, CloseCode::Normal);
    assert_eq!(doors.open_sockets().await.as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn a_client_reaches_its_socket_through_the_proxy_under_its_real_name() {
    let doors = doors().await;
    let stream = tls(&doors, "slack.com", "http/1.1").await;
    let mut opening = super::form("POST", "/api/apps.connections.open", "");
    opening.headers_mut().insert("host", "slack.com".parse().unwrap());
    opening.headers_mut().insert("authorization", "Bearer xapp-demo".parse().unwrap());
    let (_, body) = super::send1(stream, opening).await.unwrap();
    let opened: Value = serde_json::from_str(&body).unwrap();
    let url = opened["url"].as_str().unwrap();
    assert!(url.starts_with("wss://wss-primary.slack.com/link/?ticket="), "{url}");
    let stream = tls(&doors, "wss-primary.slack.com", "http/1.1").await;
    let (socket, _) = client_async(url, stream).await.unwrap();
    let mut client = Client(socket);
    assert_eq!(client.read().await["type"], "hello");
    doors.post("tunnelled").await;
    doors.advance("1s").await;
    let envelope = client.read().await;
    assert_eq!(envelope["payload"]["event"]["text"], "tunnelled");
    client.acknowledge(&envelope).await;
    assert_eq!(doors.made(1).await, [(1, json!({ "answered": 200 }))]);
}

#[tokio::test]
async fn whoever_asks_for_a_socket_wrongly_gets_an_answer_and_none() {
    let doors = doors().await;
    let url = doors.address().await;
    let path = url.split_once("/link").unwrap().1;
    let ask = async |path: &str, fields: &str| {
        let head =
            format!("GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n{fields}\r\n", doors.plain);
        super::exchange(doors.plain, &head).await
    };
    let incomplete = "upgrade: websocket\r\nsec-websocket-version: 13\r\n";
    assert!(ask(&format!("/link{path}"), incomplete).await.starts_with("HTTP/1.1 400"));
    assert!(ask(&format!("/link{path}"), "").await.starts_with("HTTP/1.1 400"));
    let refused = |result: Result<_, Error>| match result {
        Err(Error::Http(response)) => response.status().as_u16(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("a socket was opened"),
    };
    let connect = async |path: &str| {
        let stream = TcpStream::connect(doors.plain).await.unwrap();
        client_async(format!("ws://{}{path}", doors.plain), stream).await
    };
    assert_eq!(refused(connect("/link/?ticket=made-up").await), 403);
    assert_eq!(refused(connect("/api/auth.test").await), 200, "a method is no socket");
    assert_eq!(doors.open_sockets().await, json!([]));
    // The ticket was not used up by those who asked without one.
    doors.client().await;
}

#[tokio::test]
async fn nobody_outside_speaks_for_a_client() {
    let doors = doors().await;
    let (mut client, _) = doors.client().await;
    doors.post("kept").await;
    doors.advance("1s").await;
    let envelope = client.read().await;
    let id = envelope["envelope_id"].as_str().unwrap();
    let address = doors.open_sockets().await[0]["address"].as_str().unwrap().to_owned();
    let path = address.strip_prefix("wss://wss-primary.slack.com").unwrap();
    assert!(address.starts_with(ADDRESS), "{address}");
    let forged = format!("{{\"envelope_id\":\"{id}\"}}");
    let (status, _) = doors.plain("POST", path, &forged).await.unwrap();
    assert_eq!(status, 404);
    assert_eq!(doors.open_sockets().await[0]["unacknowledged"], 1);
}

#[tokio::test]
async fn the_admin_door_has_clients_told_to_go() {
    let doors = doors().await;
    let (mut client, _) = doors.client().await;
    assert_eq!(doors.done("POST", "/dismiss?twin=slack&reason=warning", "").await["told"], 1);
    let warning = client.read().await;
    assert_eq!((&warning["type"], &warning["reason"]), (&json!("disconnect"), &json!("warning")));
    assert_eq!(doors.open_sockets().await.as_array().unwrap().len(), 1, "a warning ends nothing");
    assert_eq!(doors.done("POST", "/dismiss", "").await["told"], 1);
    assert_eq!(client.read().await["reason"], "refresh_requested");
    assert_eq!(client.closed().await, CloseCode::Normal);
    assert_eq!(doors.done("POST", "/dismiss", "").await["told"], 0);
    let (status, refusal) = doors.admin("POST", "/dismiss?twin=nobody", "").await;
    assert_eq!((status, &refusal["next_step"]), (400, &json!("twins: slack")));
}

#[tokio::test]
async fn a_world_that_is_taken_up_has_no_sockets_and_sends_what_was_under_way() {
    let doors = doors().await;
    let (mut client, _) = doors.client().await;
    doors.post("under-way").await;
    doors.advance("1s").await;
    let envelope = client.read().await;
    doors.done("POST", "/fork?name=one", "").await;
    client.acknowledge(&envelope).await;
    doors.made(1).await;
    doors.done("POST", "/restore?name=one", "").await;
    assert_eq!(client.closed().await, CloseCode::Restart);
    let (mut client, hello) = doors.client().await;
    assert_eq!(hello["num_connections"], 1);
    doors.advance("1s").await;
    assert_eq!(client.read().await["envelope_id"], envelope["envelope_id"]);
}

#[tokio::test]
async fn a_message_that_is_too_large_ends_its_socket() {
    let doors = doors().await;
    let (mut client, _) = doors.client().await;
    let large = Message::text("a".repeat(1024 * 1024 + 1));
    // The door may have closed while it is still being sent.
    let _ = client.0.send(large).await;
    while let Some(Ok(_)) = client.0.next().await {}
    while doors.open_sockets().await != json!([]) {}
    let (mut other, _) = doors.client().await;
    other.say(&json!("still served")).await;
    assert_eq!(doors.open_sockets().await.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn pings_are_answered_and_frames_without_a_mask_are_not() {
    let doors = doors().await;
    let (mut client, _) = doors.client().await;
    client.0.send(Message::Ping("here".into())).await.unwrap();
    loop {
        match client.0.next().await.unwrap().unwrap() {
            Message::Pong(bytes) => {
                assert_eq!(&bytes[..], b"here");
                break;
            }
            Message::Ping(_) => {}
            other => panic!("{other:?}"),
        }
    }
    // A whole text frame, which only a server may send so.
    client.0.get_mut().write_all(&[0x81, 0x02, b'h', b'i']).await.unwrap();
    while let Some(Ok(_)) = client.0.next().await {}
    while doors.open_sockets().await != json!([]) {}
}

#[test]
fn in_a_trial_nobody_can_hold_a_socket() {
    let twins = [twin("twin-slack")];
    let clock = TrialClock::virtual_from(START, crate::HOUR);
    let mut universe = Universe::open(&twins, slack_world(&twins), Seed(2), clock).unwrap();
    let mut opening = request("POST", "https://slack.com/api/apps.connections.open", "");
    opening.headers[0].value = "Bearer xapp-demo".into();
    let refused = universe.send(Some(0), &opening).unwrap().answer.unwrap();
    assert!(String::from_utf8_lossy(&refused.body).contains("forbidden_team"));
    assert!(universe.take_log().iter().any(|line| line.line.message.contains("`inbound`")));
    let post = request("POST", "https://slack.com/api/chat.postMessage", "channel=general&text=hi");
    universe.send(Some(1), &post).unwrap();
    universe.advance(crate::HOUR / 2).unwrap();
    let outcomes: Vec<_> = universe
        .take_happenings()
        .into_iter()
        .map(|(_, happening)| match happening {
            Happening::Delivery(delivery) => format!("{:?}", delivery.outcome),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(outcomes.len(), 1, "{outcomes:?}");
    assert!(outcomes[0].starts_with("Undeliverable") && outcomes[0].contains("trial"), "{outcomes:?}");
    // Nobody in a trial asks at the address of sockets.
    let forged = request("POST", &format!("{ADDRESS}A0"), "");
    assert!(universe.send(Some(2), &forged).unwrap().answer.is_err());
}

#[tokio::test]
async fn a_door_that_closes_says_goodbye() {
    let twins = [twin("twin-slack")];
    let doors = doors_of(&twins, slack_world(&twins), None).await;
    let (mut client, _) = doors.client().await;
    let closing = doors.universe.clone();
    let closing = tokio::spawn(async move { closing.close_sockets().await });
    assert_eq!(client.read().await["reason"], "refresh_requested");
    client.closed().await;
    while let Some(Ok(_)) = client.0.next().await {}
    closing.await.unwrap();
    assert_eq!(doors.open_sockets().await, json!([]));
}

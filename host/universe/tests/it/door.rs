//! The plain door, over TCP.

use super::{open, slack_world, twin};
use glasshouse_universe::{Door, Link};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn with_door<T>(use_it: impl AsyncFnOnce(SocketAddr) -> T) -> T {
    let twins = [twin("twin-slack")];
    let world = slack_world(&twins);
    let door =
        Door::open("127.0.0.1:0".parse().unwrap(), "slack.com", Link::new(open(&twins, world)), |_| {});
    let door = door.await.unwrap();
    let address = door.address().unwrap();
    tokio::select! {
        () = door.serve() => panic!("the door closed by itself"),
        result = use_it(address) => result,
    }
}

async fn exchange(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_client_reaches_the_twin() {
    let request = "POST /api/auth.test HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer xoxb-demo\r\n\
                   content-length: 0\r\nconnection: close\r\n\r\n";
    let answer = with_door(async |address| exchange(address, request).await).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("\"ok\":true"), "{answer}");
}

#[tokio::test]
async fn a_malformed_request_is_refused_and_the_door_stays_open() {
    with_door(async |address| {
        let answer = exchange(address, "NONSENSE\r\n\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
        let good = "GET /api/auth.test HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let answer = exchange(address, good).await;
        assert!(answer.contains("not_authed"), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn an_announced_body_that_is_too_large_is_refused() {
    let head =
        "POST /api/auth.test HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\nconnection: close\r\n\r\n";
    let answer = with_door(async |address| exchange(address, head).await).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

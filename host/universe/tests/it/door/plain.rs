//! A twin's own port.

use super::{doors, exchange, form, send2};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn a_client_reaches_the_twin_in_both_versions_of_http() {
    let doors = doors().await;
    let (status, body) = doors.plain("POST", "/api/auth.test", "").await.unwrap();
    assert_eq!(status, 200);
    assert!(body.contains("\"ok\":true"), "{body}");
    let stream = TcpStream::connect(doors.plain).await.unwrap();
    let url = format!("http://{}/api/auth.test", doors.plain);
    let (status, body) = send2(stream, form("POST", &url, "")).await;
    assert_eq!(status, 200);
    assert!(body.contains("\"ok\":true"), "{body}");
}

#[tokio::test]
async fn a_malformed_request_is_refused_and_the_door_stays_open() {
    let doors = doors().await;
    let answer = exchange(doors.plain, "NONSENSE\r\n\r\n").await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    let good = "GET /api/auth.test HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answer = exchange(doors.plain, good).await;
    assert!(answer.contains("not_authed"), "{answer}");
    for odd in ["OPTIONS *", "GET http://x?a=b"] {
        let odd = format!("{odd} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let answer = exchange(doors.plain, &odd).await;
        assert!(answer.contains("unknown_method"), "{answer}");
    }
}

#[tokio::test]
async fn an_announced_body_that_is_too_large_is_refused() {
    let head =
        "POST /api/auth.test HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\nconnection: close\r\n\r\n";
    let answer = exchange(doors().await.plain, head).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let head = format!("GET / HTTP/1.1\r\nhost: x\r\nx-long: {}\r\n\r\n", "a".repeat(80 * 1024));
    let mut stream = TcpStream::connect(doors().await.plain).await.unwrap();
    // The door may close before it has read everything.
    let _ = stream.write_all(head.as_bytes()).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 431"), "{}", String::from_utf8_lossy(&answer));
}

/// With tokio's time paused, waits pass as soon as nothing else can happen.
#[tokio::test(start_paused = true)]
async fn whoever_says_nothing_or_not_enough_is_let_go() {
    let doors = doors().await;
    for (door, said) in [
        (doors.plain, ""),
        (doors.plain, "GET /api/auth.test HT"),
        (doors.plain, "PRI * HTTP/2.0\r\n"),
        (
            doors.plain,
            "POST /api/auth.test HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\nconnection: close\r\n\r\nhalf",
        ),
        (doors.proxy, ""),
        (doors.proxy, "CONNECT slack.com:443 HTTP/1.1\r\nhost: slack.com:443\r\n\r\n"),
        (doors.admin, "GET "),
    ] {
        let mut stream = TcpStream::connect(door).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // Ends at all: what it ends with differs.
        let _ = stream.read_to_end(&mut answer).await;
    }
}

#[tokio::test]
async fn a_plain_door_has_nothing_of_its_own() {
    let doors = doors().await;
    for path in ["/reset", "/snapshot", "/"] {
        let (status, body) = doors.plain("POST", &format!("{path}?token={}", doors.token), "").await.unwrap();
        assert!(!body.contains("next_step") && !body.contains("restored"), "{path}: {status} {body}");
    }
    let (_, body) = doors.plain("POST", "/api/auth.test", "").await.unwrap();
    assert!(body.contains("\"ok\":true"), "{body}");
}

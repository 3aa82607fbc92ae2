//! The proxy to the real host names.

use super::{Doors, doors, exchange, form, send1, send2};
use hyper::StatusCode;
use rustls::crypto::ring;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

/// A tunnel, or the status line that refuses it.
async fn tunnel(doors: &Doors, target: &str) -> Result<TcpStream, String> {
    let mut stream = TcpStream::connect(doors.proxy).await.unwrap();
    let connect = format!("CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n\r\n");
    stream.write_all(connect.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    let line = head.lines().next().unwrap();
    if line.starts_with("HTTP/1.1 200") { Ok(stream) } else { Err(line.to_owned()) }
}

/// TLS through a tunnel, as a client does it that trusts the authority and nothing else.
pub(super) async fn tls(doors: &Doors, host: &'static str, protocol: &str) -> TlsStream<TcpStream> {
    let stream = tunnel(doors, &format!("{host}:443")).await.unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(doors.authority.clone()).unwrap();
    let provider = Arc::new(ring::default_provider());
    let mut client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    client.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    let name = ServerName::try_from(host).unwrap();
    TlsConnector::from(Arc::new(client)).connect(name, stream).await.unwrap()
}

#[tokio::test]
async fn a_client_reaches_the_twin_under_its_real_name_in_both_versions_of_http() {
    let doors = doors().await;
    let stream = tls(&doors, "slack.com", "http/1.1").await;
    let mut request = form("POST", "/api/auth.test", "");
    request.headers_mut().insert("host", "slack.com".parse().unwrap());
    let (status, body) = send1(stream, request).await.unwrap();
    assert_eq!(status, 200);
    assert!(body.contains("\"ok\":true"), "{body}");

    let stream = tls(&doors, "fern.slack.com", "h2").await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    let (status, body) = send2(stream, form("POST", "https://fern.slack.com/api/auth.test", "")).await;
    assert_eq!(status, 200);
    assert!(body.contains("\"ok\":true"), "{body}");
}

#[tokio::test]
async fn a_tunnel_answers_for_its_own_host_alone() {
    let doors = doors().await;
    let stream = tls(&doors, "slack.com", "http/1.1").await;
    let mut request = form("POST", "/api/auth.test", "");
    request.headers_mut().insert("host", "files.slack.com".parse().unwrap());
    let (status, body) = send1(stream, request).await.unwrap();
    assert_eq!(status, StatusCode::MISDIRECTED_REQUEST);
    assert!(body.contains("this tunnel leads to `slack.com`"), "{body}");
}

#[tokio::test]
async fn other_hosts_and_ports_are_refused_with_the_hosts_that_are_there() {
    let doors = doors().await;
    for (target, wanted) in [
        (
            "evil.example:443",
            "HTTP/1.1 403 no twin answers for `evil.example`; known hosts: slack.com, *.slack.com",
        ),
        (
            "127.0.0.1:443",
            "HTTP/1.1 403 no twin answers for `127.0.0.1`; known hosts: slack.com, *.slack.com",
        ),
        ("slack.com:25", "HTTP/1.1 403 twins answer on port 443, not on that of `slack.com:25`"),
    ] {
        assert_eq!(tunnel(&doors, target).await.unwrap_err(), wanted);
    }
}

#[tokio::test]
async fn requests_in_the_clear_go_through_and_those_for_the_proxy_itself_do_not() {
    let doors = doors().await;
    let request = |target: &str| {
        format!(
            "GET {target} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer xoxb-demo\r\nconnection: close\r\n\r\n"
        )
    };
    for target in ["http://slack.com/api/auth.test", "https://slack.com/api/auth.test"] {
        let answer = exchange(doors.proxy, &request(target)).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"ok\":true"), "{answer}");
    }
    let answer = exchange(doors.proxy, &request("http://evil.example/")).await;
    assert!(answer.starts_with("HTTP/1.1 403") && answer.contains("slack.com"), "{answer}");
    let answer = exchange(doors.proxy, &request("ftp://slack.com/api/auth.test")).await;
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("http and https"), "{answer}");
    let answer = exchange(doors.proxy, &request("/api/auth.test")).await;
    assert!(answer.starts_with("HTTP/1.1 400") && answer.contains("HTTPS_PROXY"), "{answer}");
}

#[tokio::test]
async fn a_client_that_speaks_no_tls_in_its_tunnel_is_let_go() {
    let doors = doors().await;
    let mut stream = tunnel(&doors, "slack.com:443").await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
}

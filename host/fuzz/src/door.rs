//! A connection to a plain door, without its socket: what a client sends, read by the door's own server, answered by
//! the Slack twin, sent as the door sends it.

use crate::twins::slack_world;
use glasshouse_universe::fuzzing::{Answer, inward, mark, outward, wish};
use http_body_util::{BodyExt, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use std::cell::RefCell;
use std::convert::Infallible;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use twin_sdk::Twin;
use twin_sdk::testing::MemoryHost;
use twin_slack::Slack;

/// Most bytes of a body; a door takes more.
const LARGEST_BODY: usize = 64 * 1024;
/// Bytes that the connection holds in each direction.
const PIPE: usize = 64 * 1024;

/// All that a client ever sends on one connection.
pub fn door(bytes: &[u8]) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().build().expect("a runtime without any driver");
    let answers = runtime.block_on(exchange(bytes));
    assert!(answers.is_empty() || answers.starts_with(b"HTTP/1."), "an answer without a status line");
}

async fn exchange(bytes: &[u8]) -> Vec<u8> {
    let host = RefCell::new(slack_world());
    let (mut client, server) = tokio::io::duplex(PIPE);
    let service = service_fn(|request| answer(&host, request));
    let serving = async {
        // The connection's own errors are the client's.
        let _ = http1::Builder::new().serve_connection(TokioIo::new(server), service).await;
    };
    let sending = async {
        let mut answers = Vec::new();
        let (mut reads, mut writes) = tokio::io::split(&mut client);
        let write = async {
            let _ = writes.write_all(bytes).await;
            let _ = writes.shutdown().await;
        };
        let (_, _) = tokio::join!(write, reads.read_to_end(&mut answers));
        answers
    };
    tokio::join!(serving, sending).1
}

async fn answer(
    host: &RefCell<MemoryHost>,
    mut request: hyper::Request<Incoming>,
) -> Result<Answer, Infallible> {
    let wish = match wish(&mut request) {
        Ok(wish) => wish,
        Err(refused) => return Ok(*refused),
    };
    let (head, body) = request.into_parts();
    let body = match Limited::new(body, LARGEST_BODY).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => Bytes::new(),
    };
    let mut seen = inward(&head, &body, "slack.com");
    if wish.is_some() {
        mark(&mut seen);
    }
    let header =
        |header: glasshouse_sandbox::Header| twin_sdk::Header { name: header.name, value: header.value };
    let request = twin_sdk::Request {
        method: seen.method,
        url: seen.url,
        headers: seen.headers.into_iter().map(header).collect(),
        body: seen.body,
    };
    let said = Slack::handle(&mut *host.borrow_mut(), &request);
    if said.status == 101 {
        return Ok(wish.expect("no twin opens a socket for whoever asked for none"));
    }
    let header =
        |header: twin_sdk::Header| glasshouse_sandbox::Header { name: header.name, value: header.value };
    let answer = outward(glasshouse_sandbox::Response {
        status: said.status,
        headers: said.headers.into_iter().map(header).collect(),
        body: said.body,
    });
    assert!(answer.status() != hyper::StatusCode::BAD_GATEWAY, "the twin's answer cannot be sent");
    Ok(answer)
}

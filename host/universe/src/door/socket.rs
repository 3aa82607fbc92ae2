//! WebSockets at the doors: a request that asks for one goes to the twin as any other, and where the twin opens it, the
//! connection carries messages from then on (RFC 6455). What is a socket, and what goes over it, only the twin says.

use super::exchange::{Answer, CutOff, text};
use super::open::{Held, OpenUniverse};
use super::record::Way;
use crate::sockets::{Closing, LARGEST_MESSAGE, Outgoing};
use futures_util::{SinkExt as _, StreamExt as _};
use glasshouse_sandbox::{Header, Request};
use hyper::StatusCode;
use hyper::header::UPGRADE;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::create_response_with_body;
use tokio_tungstenite::tungstenite::protocol::frame::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

/// How often a client is pinged. One that is there answers, so its connection is never silent for long; some clients
/// leave when no ping comes within half a minute.
const PING: Duration = Duration::from_secs(10);
/// How long a client may take to agree that a socket is closed.
const CLOSING: Duration = Duration::from_secs(5);
/// Bytes that each direction of a socket buffers.
const BUFFER: usize = 16 * 1024;
const WEBSOCKET: &str = "websocket";

/// A client's wish for a socket, checked.
pub(crate) struct Wish {
    upgraded: OnUpgrade,
    /// What grants it.
    pub(crate) accept: Answer,
}

/// Where a granted socket waits until its connection has sent the answer that grants it.
#[derive(Default)]
pub(super) struct Granting(Mutex<Option<Socket>>);

/// A socket that is granted.
pub(super) struct Socket {
    upgraded: OnUpgrade,
    held: Held,
    universe: OpenUniverse,
}

/// The wish for a socket that a request is, if it is one.
///
/// # Errors
/// The answer that refuses it: its header fields are not those of such a wish.
pub(crate) fn wish<B>(request: &mut hyper::Request<B>) -> Result<Option<Wish>, Box<Answer>> {
    let mut upgrades = request.headers().get_all(UPGRADE).iter();
    if !upgrades.any(|value| value.as_bytes().eq_ignore_ascii_case(WEBSOCKET.as_bytes())) {
        return Ok(None);
    }
    match create_response_with_body(request, Default::default) {
        Ok(accept) => Ok(Some(Wish { upgraded: hyper::upgrade::on(request), accept })),
        Err(why) => Err(Box::new(text(StatusCode::BAD_REQUEST, &format!("no WebSocket: {why}")))),
    }
}

impl Wish {
    /// Marks the request as the twin sees it.
    pub(crate) fn mark(request: &mut Request) {
        request.headers.push(Header { name: UPGRADE.as_str().to_owned(), value: WEBSOCKET.to_owned() });
    }
}

/// Asks the twin. What it opens, where that was wished for, waits for the connection.
pub(super) async fn ask(
    wish: Option<Wish>,
    universe: &OpenUniverse,
    way: Way,
    mut request: Request,
    granting: &Granting,
) -> Result<Answer, CutOff> {
    let Some(Wish { upgraded, accept }) = wish else { return universe.answer(way, request).await };
    Wish::mark(&mut request);
    let (answer, held) = universe.open_socket(way, request).await?;
    let Some(held) = held else { return Ok(answer) };
    let socket = Socket { upgraded, held, universe: universe.clone() };
    *granting.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(socket);
    Ok(accept)
}

impl Granting {
    pub(super) fn take(&self) -> Option<Socket> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Socket {
    /// Carries messages until one of both sides closes.
    pub(super) async fn serve(self) {
        let Self { upgraded, mut held, universe } = self;
        if let Ok(connection) = upgraded.await {
            let config = WebSocketConfig::default()
                .read_buffer_size(BUFFER)
                .write_buffer_size(0)
                .max_write_buffer_size(2 * LARGEST_MESSAGE)
                .max_message_size(Some(LARGEST_MESSAGE))
                .max_frame_size(Some(LARGEST_MESSAGE));
            let socket =
                WebSocketStream::from_raw_socket(TokioIo::new(connection), Role::Server, Some(config));
            carry(socket.await, &mut held, &universe).await;
        }
        universe.hang_up(held.opened.number).await;
    }
}

async fn carry<S>(mut socket: WebSocketStream<S>, held: &mut Held, universe: &OpenUniverse)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut pings = tokio::time::interval(PING);
    pings.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let closing = loop {
        tokio::select! {
            heard = socket.next() => {
                let message = match heard {
                    Some(Ok(Message::Text(text))) => text.as_bytes().to_vec(),
                    Some(Ok(Message::Binary(bytes))) => bytes.to_vec(),
                    // Pings are answered by the library; a closing client is answered with the next read.
                    Some(Ok(_)) => continue,
                    Some(Err(_)) | None => return,
                };
                if universe.hear(held.opened.number, message).await.is_err() {
                    break Closing::Away;
                }
            }
            outgoing = held.opened.outgoing.recv() => match outgoing {
                Some(Outgoing::Message(text, _part)) => {
                    if socket.send(Message::text(text)).await.is_err() {
                        return;
                    }
                }
                Some(Outgoing::Close(why)) => break why,
                None => break Closing::Slow,
            },
            _ = pings.tick() => {
                if socket.send(Message::Ping(Default::default())).await.is_err() {
                    return;
                }
            }
        }
    };
    close(socket, closing).await;
}

/// Tells the client, and waits a little for its agreement.
async fn close<S: AsyncRead + AsyncWrite + Unpin>(mut socket: WebSocketStream<S>, why: Closing) {
    let (code, reason) = match why {
        Closing::Done => (CloseCode::Normal, ""),
        Closing::Restart => (CloseCode::Restart, "another world was taken up"),
        Closing::Away => (CloseCode::Away, "the door is closed"),
        Closing::Slow => (CloseCode::Policy, "too many messages wait to be read"),
    };
    let frame = CloseFrame { code, reason: reason.into() };
    let agreed = async {
        if socket.close(Some(frame)).await.is_ok() {
            while let Some(Ok(_)) = socket.next().await {}
        }
    };
    // A client that does not agree is left.
    let _ = tokio::time::timeout(CLOSING, agreed).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::TrialClock;
    use crate::sockets::Sockets;
    use crate::universe::Universe;
    use crate::world::World;
    use glasshouse_model::Seed;

    fn asks(fields: &[(&str, &str)]) -> Result<bool, StatusCode> {
        let mut request = hyper::Request::builder().uri("/link");
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let wish = wish(&mut request.body(()).unwrap());
        wish.map(|wish| wish.is_some()).map_err(|answer| answer.status())
    }

    #[test]
    fn a_wish_for_a_socket_is_told_from_other_requests_and_checked() {
        let whole = [
            ("upgrade", "WebSocket"),
            ("connection", "keep-alive, Upgrade"),
            ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        assert_eq!(asks(&whole), Ok(true));
        assert_eq!(asks(&[]), Ok(false));
        assert_eq!(asks(&[("upgrade", "h2c"), ("connection", "upgrade")]), Ok(false));
        for left_out in 1..whole.len() {
            let rest: Vec<_> = whole.iter().copied().enumerate().filter(|(at, _)| *at != left_out).collect();
            let rest: Vec<_> = rest.into_iter().map(|(_, field)| field).collect();
            assert_eq!(asks(&rest), Err(StatusCode::BAD_REQUEST), "without {}", whole[left_out].0);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_client_is_pinged_and_told_when_it_does_not_read_what_it_is_sent() {
        let universe = Universe::open(&[], World::empty(0), Seed(1), TrialClock::driven_from(0)).unwrap();
        let universe = OpenUniverse::start(universe, &[], None, |_| {}).unwrap();
        let mut sockets = Sockets::default();
        let mut held = Held::new(sockets.open("a".into(), "wss://a.example/".to_owned()));
        let (near, far) = tokio::io::duplex(1024);
        let door = WebSocketStream::from_raw_socket(near, Role::Server, None).await;
        let carrying = tokio::spawn(async move { carry(door, &mut held, &universe).await });
        let mut client = WebSocketStream::from_raw_socket(far, Role::Client, None).await;
        let began = tokio::time::Instant::now();
        for pings in 0..3 {
            assert!(matches!(client.next().await, Some(Ok(Message::Ping(_)))));
            assert_eq!(began.elapsed(), pings * PING);
        }
        // What is handed over no more ends the socket.
        sockets.close(1);
        let Some(Ok(Message::Close(Some(frame)))) = client.next().await else { panic!("no goodbye") };
        assert_eq!(frame.code, CloseCode::Policy);
        while let Some(Ok(_)) = client.next().await {}
        carrying.await.unwrap();
    }

    /// The worked example of RFC 6455, 1.3.
    #[test]
    fn what_grants_it_proves_that_the_wish_was_read() {
        let mut request = hyper::Request::builder()
            .header("upgrade", "websocket")
            .header("connection", "Upgrade")
            .header("sec-websocket-version", "13")
            .header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
            .body(())
            .unwrap();
        let accept = wish(&mut request).unwrap().unwrap().accept;
        assert_eq!(accept.status(), StatusCode::SWITCHING_PROTOCOLS);
        assert_eq!(accept.headers()["sec-websocket-accept"], "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }
}

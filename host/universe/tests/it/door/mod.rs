//! The doors, over TCP: all of them onto one small Slack workspace.

mod admin;
mod outside;
mod plain;
mod proxy;
mod sockets;

use super::{START, slack_world, twin};
use glasshouse_model::Seed;
use glasshouse_universe::{
    AdminDoor, Authority, OpenUniverse, Outside, Places, PlainDoor, ProxyDoor, TrialClock, Twin, Universe,
    World,
};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::{http1, http2};
use hyper::{Request, StatusCode, body::Bytes};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::CertificateDer;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Doors that are open until this value is dropped.
struct Doors {
    plain: SocketAddr,
    proxy: SocketAddr,
    admin: SocketAddr,
    token: String,
    authority: CertificateDer<'static>,
    universe: OpenUniverse,
    _serving: JoinSet<()>,
}

/// Doors onto the demo workspace.
async fn doors() -> Doors {
    let twins = [twin("twin-slack")];
    let world = slack_world(&twins);
    doors_of(&twins, world, None).await
}

/// Doors onto a workspace whose time stands until it is moved.
async fn doors_of(twins: &[Arc<Twin>], world: World, outside: Option<Outside>) -> Doors {
    doors_with(twins, world, outside, Places::default()).await
}

/// The same with so many places for connections.
async fn doors_with(twins: &[Arc<Twin>], world: World, outside: Option<Outside>, places: Places) -> Doors {
    let universe = Universe::open(twins, world, Seed(2), TrialClock::driven_from(START)).unwrap();
    let universe = OpenUniverse::start(universe, twins, outside, |_| {}).unwrap();
    let hosts = twins[0].manifest().hosts.iter().map(String::as_str);
    let authority = Authority::new(hosts).unwrap();
    let certificate = authority.certificate().clone();
    let free = "127.0.0.1:0".parse().unwrap();
    let plain = PlainDoor::open(free, &twins[0], universe.clone(), &places).await.unwrap();
    let proxy = ProxyDoor::open(free, authority, universe.clone(), &places).await.unwrap();
    let admin = AdminDoor::open(0, universe.clone()).await.unwrap();
    let mut doors = Doors {
        plain: plain.address().unwrap(),
        proxy: proxy.address().unwrap(),
        admin: admin.address().unwrap(),
        token: admin.token().to_owned(),
        authority: certificate,
        universe,
        _serving: JoinSet::new(),
    };
    doors._serving.spawn(plain.serve());
    doors._serving.spawn(proxy.serve());
    doors._serving.spawn(admin.serve());
    doors
}

/// Sends bytes as they stand, and returns all that comes back until the other side closes.
async fn exchange(address: SocketAddr, bytes: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// A request with the demo's token, and a form for a body.
fn form(method: &str, url: &str, body: &str) -> Request<Full<Bytes>> {
    Request::builder()
        .method(method)
        .uri(url)
        .header("authorization", "Bearer xoxb-demo")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Full::new(Bytes::from(body.to_owned())))
        .unwrap()
}

/// One request over HTTP/1.1; an error where the connection breaks.
async fn send1<S>(stream: S, request: Request<Full<Bytes>>) -> Result<(StatusCode, String), hyper::Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let driving = tokio::spawn(connection);
    let (head, body) = sender.send_request(request).await?.into_parts();
    let body = body.collect().await?.to_bytes();
    driving.abort();
    Ok((head.status, String::from_utf8(body.to_vec()).unwrap()))
}

/// One request over HTTP/2.
async fn send2<S>(stream: S, request: Request<Full<Bytes>>) -> (StatusCode, String)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    let driving = tokio::spawn(connection);
    let (head, body) = sender.send_request(request).await.unwrap().into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    driving.abort();
    (head.status, String::from_utf8(body.to_vec()).unwrap())
}

impl Doors {
    /// One request at the twin's own door.
    async fn plain(
        &self,
        method: &str,
        path: &str,
        body: &str,
    ) -> Result<(StatusCode, String), hyper::Error> {
        self.plain_with("xoxb-demo", method, path, body).await
    }

    /// The same with another token.
    async fn plain_as(&self, token: &str, method: &str, path: &str, body: &str) -> (StatusCode, String) {
        self.plain_with(token, method, path, body).await.unwrap()
    }

    async fn plain_with(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: &str,
    ) -> Result<(StatusCode, String), hyper::Error> {
        let stream = TcpStream::connect(self.plain).await.unwrap();
        let mut request = form(method, path, body);
        request.headers_mut().insert("host", self.plain.to_string().parse().unwrap());
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        send1(stream, request).await
    }
}

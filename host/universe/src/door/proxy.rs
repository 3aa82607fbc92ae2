//! The door for real host names: a proxy that opens tunnels (RFC 9110, 9.3.6) to the hosts that twins answer for, and
//! is itself their end, with certificates of its own authority. No byte that it gets leaves this machine.

use super::DoorError;
use super::authority::Authority;
use super::connection::{self, LARGEST_HEAD, Respond};
use super::exchange::{Answer, CutOff, LARGEST_BODY, inward, text, whole_body};
use super::listener::{Listener, Places};
use super::open::OpenUniverse;
use super::patience::{GREETING_TIMEOUT, Patient};
use super::record::Way;
use super::socket::{self, Granting};
use hyper::body::Incoming;
use hyper::ext::ReasonPhrase;
use hyper::header::HOST;
use hyper::http::uri::Authority as Address;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

const HTTPS: u16 = 443;
const HTTP: u16 = 80;

/// An open proxy to all twins.
pub struct ProxyDoor {
    listener: Listener,
    proxy: Proxy,
}

#[derive(Clone)]
struct Proxy {
    universe: OpenUniverse,
    authority: Arc<Authority>,
}

impl ProxyDoor {
    /// Listens for all twins of the universe, with certificates of this authority.
    ///
    /// # Errors
    /// [`DoorError::Listen`] where the address is taken.
    pub async fn open(
        address: SocketAddr,
        authority: Authority,
        universe: OpenUniverse,
        places: &Places,
    ) -> Result<Self, DoorError> {
        let listener = Listener::bind(address, places).await?;
        Ok(Self { listener, proxy: Proxy { universe, authority: Arc::new(authority) } })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system's, where the socket is gone.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.address()
    }

    /// Serves until the future is dropped; open tunnels end with it.
    pub async fn serve(self) {
        let proxy = self.proxy;
        self.listener.serve(|stream| proxy.clone().connection(stream)).await;
    }
}

/// A tunnel that was granted and is opened when its connection has sent the answer that grants it.
struct Tunnel {
    opened: OnUpgrade,
    host: String,
}

impl Proxy {
    async fn connection(self, stream: TcpStream) {
        let granted = Arc::new(Mutex::new(None));
        let service = service_fn(|request| {
            let (proxy, granted) = (self.clone(), granted.clone());
            async move { proxy.respond(request, &granted).await }
        });
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(GREETING_TIMEOUT).max_buf_size(LARGEST_HEAD);
        let served = http.serve_connection(TokioIo::new(Patient::new(stream)), service).with_upgrades().await;
        let tunnel = granted.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let (Ok(()), Some(tunnel)) = (served, tunnel) {
            self.tunnel(tunnel).await;
        }
    }

    async fn respond(
        self,
        request: hyper::Request<Incoming>,
        granted: &Mutex<Option<Tunnel>>,
    ) -> Result<Answer, CutOff> {
        if request.method() == Method::CONNECT {
            return Ok(self.connect(request, granted));
        }
        let (head, body) = request.into_parts();
        let Some(address) = head.uri.authority() else {
            let way =
                "this is the proxy of the twins, not a twin: set it as HTTPS_PROXY, or use a twin's own door";
            return Ok(text(StatusCode::BAD_REQUEST, way));
        };
        // Some clients send requests for https to a proxy as they stand, without a tunnel.
        let (scheme, port) = match head.uri.scheme_str() {
            Some("https") => ("https", HTTPS),
            None | Some("http") => ("http", HTTP),
            Some(_) => return Ok(text(StatusCode::BAD_REQUEST, "twins answer http and https")),
        };
        let host = match self.known(address, port) {
            Ok(host) => host,
            Err(refused) => return Ok(*refused),
        };
        let body = match whole_body(body, LARGEST_BODY).await {
            Ok(body) => body,
            Err(refused) => return Ok(*refused),
        };
        let request = inward(&head, &body, scheme, &host, None);
        self.universe.answer(Way::Proxy, request).await
    }

    fn connect(self, request: hyper::Request<Incoming>, granted: &Mutex<Option<Tunnel>>) -> Answer {
        let Some(address) = request.uri().authority() else {
            return text(StatusCode::BAD_REQUEST, "CONNECT needs a host and a port");
        };
        match self.known(address, HTTPS) {
            Ok(host) => {
                let opened = hyper::upgrade::on(request);
                *granted.lock().unwrap_or_else(PoisonError::into_inner) = Some(Tunnel { opened, host });
                Answer::default()
            }
            Err(refused) => *refused,
        }
    }

    /// The host, where a twin answers for it on that port.
    fn known(&self, address: &Address, port: u16) -> Result<String, Box<Answer>> {
        let host = address.host().trim_end_matches('.').to_ascii_lowercase();
        if address.port_u16().unwrap_or(port) != port {
            return Err(Box::new(refused(&format!(
                "twins answer on port {port}, not on that of `{address}`"
            ))));
        }
        self.universe.knows(&host).map_err(|unknown| Box::new(refused(&unknown)))?;
        Ok(host)
    }

    async fn tunnel(self, Tunnel { opened, host }: Tunnel) {
        // What fails from here on is the client's: it went away, or does not trust the certificate.
        let (Ok(stream), Ok(tls)) = (opened.await, self.authority.server(&host)) else { return };
        let handshake = TlsAcceptor::from(tls).accept(TokioIo::new(stream));
        let Ok(Ok(stream)) = tokio::time::timeout(GREETING_TIMEOUT, handshake).await else {
            self.universe.record().failed_handshake(&host);
            return;
        };
        let end = TunnelEnd { universe: self.universe, host: host.into() };
        connection::serve(stream, end).await;
    }
}

/// A refusal that also stands in the status line: of a refused tunnel most clients show nothing else.
fn refused(why: &str) -> Answer {
    let mut answer = text(StatusCode::FORBIDDEN, why);
    if let Ok(reason) = ReasonPhrase::try_from(why.as_bytes().to_vec()) {
        answer.extensions_mut().insert(reason);
    }
    answer
}

/// The end of a tunnel to one host.
#[derive(Clone)]
struct TunnelEnd {
    universe: OpenUniverse,
    host: Arc<str>,
}

impl Respond for TunnelEnd {
    async fn respond(
        self,
        mut request: hyper::Request<Incoming>,
        granting: &Granting,
    ) -> Result<Answer, CutOff> {
        let wish = match socket::wish(&mut request) {
            Ok(wish) => wish,
            Err(refused) => return Ok(*refused),
        };
        let (head, body) = request.into_parts();
        let field = || head.headers.get(HOST).and_then(|host| host.to_str().ok());
        let named = head.uri.authority().map(Address::as_str).or_else(field).unwrap_or_default();
        if !is_host(named, &self.host) {
            let why =
                format!("this tunnel leads to `{}`; open another for `{}`", self.host, named.escape_debug());
            return Ok(text(StatusCode::MISDIRECTED_REQUEST, &why));
        }
        let body = match whole_body(body, LARGEST_BODY).await {
            Ok(body) => body,
            Err(refused) => return Ok(*refused),
        };
        let request = inward(&head, &body, "https", &self.host, None);
        socket::ask(wish, &self.universe, Way::Tls, request, granting).await
    }
}

/// Whether a request's host is that of its tunnel, the port of https aside.
fn is_host(named: &str, host: &str) -> bool {
    let named = named.strip_suffix(":443").unwrap_or(named);
    named.trim_end_matches('.').eq_ignore_ascii_case(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tunnel_is_for_one_host() {
        for (named, wanted) in [
            ("slack.com", true),
            ("Slack.com.:443", true),
            ("slack.com:80", false),
            ("slack.com.evil.example", false),
            ("files.slack.com", false),
            ("", false),
        ] {
            assert_eq!(is_host(named, "slack.com"), wanted, "{named}");
        }
    }
}

//! Servers of one test each: they tell what they read and answer as the test says. They wait on sockets and channels
//! alone.

use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A connection, in the clear or not.
pub(crate) trait Wire: Read + Write {}
impl<T: Read + Write> Wire for T {}

/// Writes the answer to one request, whose bytes it gets.
type Answer = dyn Fn(&mut dyn Wire, &str) + Send + Sync;

pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    seen: Mutex<Receiver<String>>,
}

impl Server {
    /// In the clear.
    pub(crate) fn start(answer: impl Fn(&mut dyn Wire, &str) + Send + Sync + 'static) -> Self {
        Self::listen(None, Arc::new(answer))
    }

    /// Answers every request with the same bytes, then closes the connection.
    pub(crate) fn saying(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(move |wire, _| drop(wire.write_all(&bytes)))
    }

    /// With TLS.
    pub(crate) fn start_tls(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
        answer: impl Fn(&mut dyn Wire, &str) + Send + Sync + 'static,
    ) -> Self {
        let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        Self::listen(Some(Arc::new(config)), Arc::new(answer))
    }

    fn listen(tls: Option<Arc<ServerConfig>>, answer: Arc<Answer>) -> Self {
        #[cfg(feature = "removable-guards")]
        crate::guards::take_away();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (tell, seen) = channel();
        thread::spawn(move || {
            for connection in listener.incoming() {
                let (tls, answer, tell) = (tls.clone(), Arc::clone(&answer), tell.clone());
                thread::spawn(move || serve(connection.unwrap(), tls, &*answer, &tell));
            }
        });
        Self { address, seen: Mutex::new(seen) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Waits for the next request and gives its bytes.
    pub(crate) fn next_seen(&self) -> String {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).recv().unwrap()
    }

    /// Whether no request is left that [`Self::next_seen`] did not give.
    pub(crate) fn saw_no_more(&self) -> bool {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).try_recv().is_err()
    }
}

fn serve(connection: TcpStream, tls: Option<Arc<ServerConfig>>, answer: &Answer, tell: &Sender<String>) {
    let mut wire: Box<dyn Wire> = match tls {
        None => Box::new(connection),
        Some(tls) => Box::new(StreamOwned::new(ServerConnection::new(tls).unwrap(), connection)),
    };
    // A client that does not like the certificate leaves before it asks.
    if let Some(request) = read_request(&mut *wire) {
        let _ = tell.send(request.clone());
        answer(&mut *wire, &request);
        let _ = wire.flush();
    }
}

fn read_request(wire: &mut dyn Wire) -> Option<String> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let read = wire.read(&mut chunk).ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(chunk.get(..read)?);
        let text = String::from_utf8(bytes.clone()).unwrap();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
            return Some(text);
        }
    }
}

//! The plain door: one HTTP port for one twin, for clients whose base URL can be set.

use super::DoorError;
use super::connection::{self, Respond};
use super::exchange::{Answer, CutOff, LARGEST_BODY, inward, whole_body};
use super::listener::{Listener, Places};
use super::open::OpenUniverse;
use super::record::Way;
use super::socket::{self, Granting};
use crate::twin::Twin;
use hyper::body::Incoming;
use hyper::header::HOST;
use hyper::header::HeaderValue;
use std::net::SocketAddr;
use std::sync::Arc;

/// An open port of one twin.
pub struct PlainDoor {
    listener: Listener,
    twin: Behind,
}

#[derive(Clone)]
struct Behind {
    universe: OpenUniverse,
    host: Arc<str>,
}

impl PlainDoor {
    /// Listens for one twin of the universe, which sees its requests under its own host name.
    ///
    /// # Errors
    /// [`DoorError::Listen`] where the address is taken.
    pub async fn open(
        address: SocketAddr,
        twin: &Twin,
        universe: OpenUniverse,
        places: &Places,
    ) -> Result<Self, DoorError> {
        let listener = Listener::bind(address, places).await?;
        Ok(Self { listener, twin: Behind { universe, host: twin.first_host().into() } })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system's, where the socket is gone.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.address()
    }

    /// Serves until the future is dropped; open connections end with it.
    pub async fn serve(self) {
        let twin = self.twin;
        self.listener.serve(|stream| connection::serve(stream, twin.clone())).await;
    }
}

impl Respond for Behind {
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
        let body = match whole_body(body, LARGEST_BODY).await {
            Ok(body) => body,
            Err(refused) => return Ok(*refused),
        };
        // HTTP/2 has the door's own name in the address, HTTP/1 in a field.
        let named = head.uri.authority().and_then(|door| HeaderValue::from_str(door.as_str()).ok());
        let door = named.as_ref().or_else(|| head.headers.get(HOST));
        let request = inward(&head, &body, "https", &self.host, door);
        socket::ask(wish, &self.universe, Way::Plain, request, granting).await
    }
}

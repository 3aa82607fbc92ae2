//! The admin door: resets, forks and reads the world behind the other doors. It listens on this machine's loopback
//! alone, and only whoever has the token of this start gets an answer.

mod faults;
mod gate;
mod reply;
mod requests;
mod sockets;
mod state;
mod time;
mod worlds;

use super::DoorError;
use super::connection::{self, Respond};
use super::exchange::{Answer, CutOff, whole_body};
use super::listener::{Listener, Places};
use super::open::OpenUniverse;
use super::socket::Granting;
use bytes::Bytes;
use gate::Token;
use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::http::request::Parts;
use reply::{Refused, done};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use worlds::Points;

/// Most bytes of a world's file that is loaded.
const LARGEST_WORLD: usize = 512 * 1024 * 1024;

/// The newest faults and deliveries that an answer is made from.
const LOOKED_AT: usize = 5_000;

/// What can be asked for: method, path, what it does. The overview and the refusal of anything else list it.
const OPERATIONS: [(&str, &str, &str); 18] = [
    ("GET", "/", "the twins, and this list"),
    ("POST", "/reset", "goes back to the world as it was seeded"),
    ("GET", "/points", "the points that were forked, by name"),
    ("POST", "/fork", "keeps the world as it is now under a `name`"),
    ("POST", "/restore", "goes back to the point of that `name`"),
    ("DELETE", "/points", "forgets the point of that `name`"),
    ("GET", "/snapshot", "the world as a file"),
    ("POST", "/load", "goes on from a world's file, the request's body"),
    (
        "GET",
        "/state",
        "tables of every twin; documents of one with `twin` and `table`, also `from` and `limit`",
    ),
    ("GET", "/diff", "what changed since the point `from`, else since the seeded world"),
    ("GET", "/clock", "the time and what moves it"),
    (
        "POST",
        "/clock",
        "{\"mode\": \"real\" or \"driven\", \"advance\": \"5m\", \"to\": \"2026-01-05T09:00:00Z\"}",
    ),
    ("GET", "/faults", "the plan of faults, and the faults that were injected"),
    ("PUT", "/faults", "replaces the plan, TOML or JSON; DELETE clears it"),
    ("GET", "/log", "requests and warnings of all doors; `after` leaves out the requests up to that number"),
    ("GET", "/deliveries", "what services are about to send, and what became of what they sent"),
    ("GET", "/sockets", "the clients that hold sockets"),
    (
        "POST",
        "/dismiss",
        "has clients at sockets told to go, of one `twin` or all; `reason` is the service's word",
    ),
];

/// An open admin door.
pub struct AdminDoor {
    listener: Listener,
    admin: Admin,
    token: String,
}

#[derive(Clone)]
struct Admin {
    universe: OpenUniverse,
    token: Token,
    points: Arc<Points>,
}

/// A request that has passed the gate.
struct Call {
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    body: Bytes,
}

impl AdminDoor {
    /// Listens on loopback; port 0 takes a free one. The world at this moment is the one that a reset goes back to.
    ///
    /// # Errors
    /// [`DoorError`] where the port is taken, the machine has no randomness, or the universe has ended.
    pub async fn open(port: u16, universe: OpenUniverse) -> Result<Self, DoorError> {
        let address = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port);
        let listener = Listener::bind(address, &Places::of_admin()).await?;
        let (token, text) = Token::random().map_err(DoorError::Token)?;
        let seeded = universe.with(|universe| universe.world()).await.map_err(|_| DoorError::Ended)?;
        let points = Arc::new(Points::new(seeded));
        Ok(Self { listener, admin: Admin { universe, token, points }, token: text })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The system's, where the socket is gone.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.address()
    }

    /// What whoever asks has to show.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Serves until the future is dropped.
    pub async fn serve(self) {
        let admin = self.admin;
        self.listener.serve(|stream| connection::serve(stream, admin.clone())).await;
    }
}

impl Respond for Admin {
    async fn respond(self, request: hyper::Request<Incoming>, _: &Granting) -> Result<Answer, CutOff> {
        let (head, body) = request.into_parts();
        let query = query(&head);
        if let Err(refused) = gate::check(&head, &query, &self.token) {
            return Ok(refused.answer());
        }
        let body = match whole_body(body, LARGEST_WORLD).await {
            Ok(body) => body,
            Err(refused) => return Ok(*refused),
        };
        let (method, path) = (head.method.as_str().to_owned(), head.uri.path().to_owned());
        let answered = self.answer(Call { method, path, query, body }).await;
        Ok(answered.unwrap_or_else(Refused::answer))
    }
}

fn query(head: &Parts) -> BTreeMap<String, String> {
    form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes()).into_owned().collect()
}

impl Call {
    /// What the request says of itself.
    fn get(&self, key: &'static str) -> Option<&str> {
        self.query.get(key).map(String::as_str)
    }

    fn need(&self, key: &'static str) -> Result<&str, Refused> {
        let next = format!("add ?{key}=... to the address");
        self.get(key).ok_or_else(|| Refused::mistake(format!("`{key}` is missing"), next))
    }
}

impl Admin {
    async fn answer(&self, call: Call) -> Result<Answer, Refused> {
        match (call.method.as_str(), call.path.as_str()) {
            ("GET", "/") => Ok(done(&self.overview())),
            ("POST", "/reset") => self.reset().await,
            ("GET", "/points") => Ok(done(&self.points.list())),
            ("POST", "/fork") => self.fork(call.need("name")?).await,
            ("POST", "/restore") => self.restore_point(call.need("name")?).await,
            ("DELETE", "/points") => {
                self.points.forget(call.need("name")?).map(|()| done(&self.points.list()))
            }
            ("GET", "/snapshot") => self.snapshot().await,
            ("POST", "/load") => self.load(&call.body).await,
            ("GET", "/state") => self.state(&call).await,
            ("GET", "/diff") => self.diff(call.get("from")).await,
            ("GET", "/clock") => Ok(self.clock()),
            ("POST", "/clock") => self.set_clock(&call.body).await,
            ("GET", "/faults") => self.faults().await,
            ("PUT" | "POST", "/faults") => self.set_faults(&call.body).await,
            ("DELETE", "/faults") => self.clear_faults().await,
            ("GET", "/log") => self.requests(call.get("after")).await,
            ("GET", "/deliveries") => self.deliveries().await,
            ("GET", "/sockets") => self.sockets().await,
            ("POST", "/dismiss") => self.dismiss(call.get("twin"), call.get("reason")).await,
            (method, path) => Err(no_such(method, path)),
        }
    }

    fn overview(&self) -> Value {
        let twins: BTreeMap<_, _> = self
            .universe
            .twins()
            .iter()
            .map(|twin| (twin.name(), json!({ "hosts": twin.manifest().hosts })))
            .collect();
        let operations =
            OPERATIONS.map(|(method, path, does)| json!({ "method": method, "path": path, "does": does }));
        json!({ "twins": twins, "operations": operations })
    }
}

fn no_such(method: &str, path: &str) -> Refused {
    let methods: Vec<_> =
        OPERATIONS.iter().filter(|(_, at, _)| *at == path).map(|(method, _, _)| *method).collect();
    if methods.is_empty() {
        let paths: Vec<_> = OPERATIONS.iter().map(|(method, path, _)| format!("{method} {path}")).collect();
        let what = format!("there is no `{}`", path.escape_debug());
        return Refused::new(StatusCode::NOT_FOUND, what, format!("one of: {}", paths.join(", ")));
    }
    let what = format!("`{path}` does not take {}", method.escape_debug());
    Refused::new(StatusCode::METHOD_NOT_ALLOWED, what, format!("use {}", methods.join(" or ")))
}

//! One connection of the binary protocol.
//!
//! Requests of different contexts are worked on side by side; those of one context in the order they came. Replies go
//! out as they are ready, each with its request's id.

use super::handle::{Client, context_of, greet, handle};
use super::limits::Limits;
use super::listen::Stream;
use super::order::Order;
use super::sessions::Sessions;
use crate::Ledger;
use crate::protocol::{HEADER, Header, Kind, Refusal, Reply, Request};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;

/// How long and how much is read from a client that was refused, so that it sees the refusal before the end.
const FAREWELL: Duration = Duration::from_secs(1);
const FAREWELL_BYTES: u64 = 1024 * 1024;
/// What a frame's memory is counted in.
const UNIT: u32 = 1024;

/// What all connections share.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) ledger: Arc<Ledger>,
    pub(super) sessions: Sessions,
    pub(super) limits: Limits,
    /// Permits of [`UNIT`] bytes.
    pub(super) memory: Arc<Semaphore>,
}

impl Shared {
    pub(super) fn new(ledger: Arc<Ledger>, sessions: Sessions, limits: Limits) -> Self {
        let units = limits.memory.max(limits.frame) / UNIT + 1;
        Self { ledger, sessions, limits, memory: Arc::new(Semaphore::new(units as usize)) }
    }
}

/// A frame that has arrived.
struct Arrived {
    header: Header,
    payload: Vec<u8>,
    memory: OwnedSemaphorePermit,
}

/// Why no frame arrives any more.
enum End {
    /// The client went, or was silent for too long.
    Gone,
    /// The stream cannot be followed any further; the client is told.
    Lost(Header, Refusal),
}

pub(super) async fn serve(stream: Box<dyn Stream>, shared: Shared) {
    let (mut read, write) = tokio::io::split(stream);
    let (replies, queue) = mpsc::channel(shared.limits.requests);
    let writer = tokio::spawn(write_replies(write, queue, shared.limits.idle));
    let mut connection = Connection {
        client: Client::default(),
        work: JoinSet::new(),
        order: Order::default(),
        places: Arc::new(Semaphore::new(shared.limits.requests)),
        replies,
        shared,
    };
    let end = connection.read_all(&mut read).await;
    while connection.work.join_next().await.is_some() {}
    if let End::Lost(header, refusal) = end {
        connection.reply(header, &Reply::Error(refusal)).await;
    }
    let session = connection.client.session;
    let sessions = connection.shared.sessions.clone();
    drop(connection);
    // It ends when the last sender is gone, or with the client.
    let _ = writer.await;
    sessions.end(session);
    let _ = tokio::time::timeout(
        FAREWELL,
        tokio::io::copy(&mut read.take(FAREWELL_BYTES), &mut tokio::io::sink()),
    )
    .await;
}

struct Connection {
    shared: Shared,
    client: Client,
    work: JoinSet<()>,
    order: Order,
    places: Arc<Semaphore>,
    replies: mpsc::Sender<Vec<u8>>,
}

impl Connection {
    async fn read_all(&mut self, read: &mut ReadHalf<Box<dyn Stream>>) -> End {
        loop {
            let Ok(place) = self.places.clone().acquire_owned().await else { return End::Gone };
            let arrived = match self.arrive(read).await {
                Ok(arrived) => arrived,
                Err(end) => return end,
            };
            while self.work.try_join_next().is_some() {}
            self.begin(arrived, place).await;
        }
    }

    async fn arrive(&self, read: &mut ReadHalf<Box<dyn Stream>>) -> Result<Arrived, End> {
        let limits = &self.shared.limits;
        let mut first = [0; 1];
        let begun = tokio::time::timeout(limits.idle, read.read_exact(&mut first)).await;
        if !matches!(begun, Ok(Ok(_))) {
            return Err(End::Gone);
        }
        let arrival = async {
            let mut bytes = [0; HEADER];
            let (start, rest) = bytes.split_at_mut(1);
            start.copy_from_slice(&first);
            read.read_exact(rest).await.map_err(|_| End::Gone)?;
            let header = Header::decode(&bytes);
            if header.length > limits.frame {
                let why = format!("a frame of {} bytes is over the limit of {}", header.length, limits.frame);
                return Err(End::Lost(header, Refusal::malformed(why)));
            }
            let units = header.length / UNIT + 1;
            let memory = self.shared.memory.clone().acquire_many_owned(units).await.map_err(|_| End::Gone)?;
            // Grows with what arrives, not with what is announced.
            let mut payload = Vec::new();
            let length = u64::from(header.length);
            let mut body = read.take(length);
            match tokio::time::timeout(limits.arrival, body.read_to_end(&mut payload)).await {
                Ok(Ok(_)) if payload.len() as u64 == length => Ok(Arrived { header, payload, memory }),
                Ok(_) => Err(End::Gone),
                Err(_) => Err(End::Lost(header, Refusal::malformed("the frame took too long to arrive"))),
            }
        };
        // Waiting for memory counts too, so that nobody waits for ever.
        tokio::time::timeout(limits.arrival * 2, arrival).await.unwrap_or(Err(End::Gone))
    }

    async fn begin(&mut self, arrived: Arrived, place: OwnedSemaphorePermit) {
        let Arrived { header, payload, memory } = arrived;
        let request = match Request::decode(header.kind, header.flags, &payload) {
            Ok(Request::Hello { version, tag, .. }) => return self.hello(header, version, tag).await,
            Ok(request) => request,
            Err(refusal) => return self.reply(header, &Reply::Error(refusal)).await,
        };
        drop(payload);
        let place_in_line = context_of(&request).map(|context| self.order.line_up(context));
        let (shared, client, replies) = (self.shared.clone(), self.client.clone(), self.replies.clone());
        self.work.spawn(async move {
            let turn = match place_in_line {
                Some(place) => Some(place.come().await),
                None => None,
            };
            let work = move || handle(&shared.ledger, &shared.sessions, &client, request);
            let reply = tokio::task::spawn_blocking(work).await;
            let reply = reply.unwrap_or_else(|_| Reply::Error(crate::Error::Closed.into()));
            let _ = replies.send(frame(header, &reply)).await;
            drop((turn, memory, place));
        });
    }

    async fn hello(&mut self, header: Header, version: u16, tag: String) {
        if self.client.session != 0 {
            return self.reply(header, &Reply::Error(Refusal::malformed("a second hello"))).await;
        }
        let reply = greet(version, || {
            self.client = Client { session: self.shared.sessions.begin(&tag), tag: tag.clone() };
            self.client.session
        });
        self.reply(header, &reply).await;
    }

    async fn reply(&self, header: Header, reply: &Reply) {
        // The writer is gone only with the client.
        let _ = self.replies.send(frame(header, reply)).await;
    }
}

fn frame(header: Header, reply: &Reply) -> Vec<u8> {
    let kind = if reply.is_error() { Kind::Error.number() } else { header.kind };
    Header { kind, flags: 0, ..header }.frame(&reply.encode())
}

/// Ends where the client takes nothing for the idle time, or is gone.
async fn write_replies(
    mut write: WriteHalf<Box<dyn Stream>>,
    mut queue: mpsc::Receiver<Vec<u8>>,
    idle: Duration,
) {
    while let Some(frame) = queue.recv().await {
        let written = tokio::time::timeout(idle, async {
            write.write_all(&frame).await?;
            if queue.is_empty() { write.flush().await } else { Ok(()) }
        });
        if !matches!(written.await, Ok(Ok(()))) {
            return;
        }
    }
    // The client may have gone first.
    let _ = write.shutdown().await;
}

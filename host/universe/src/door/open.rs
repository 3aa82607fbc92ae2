//! A universe that doors lead to: it lives on a thread of its own and does one thing after the other, so no guest ever
//! runs on a thread that others wait for.

use super::DoorError;
use super::exchange::{Answer, CutOff, outward, text};
use super::outside::Outside;
use super::record::{Record, Way};
use crate::answering::TwinLine;
use crate::clock::TrialClock;
use crate::sockets::{Closing, Opened};
use crate::twin::Twin;
use crate::universe::Universe;
use glasshouse_model::FaultKind;
use glasshouse_sandbox::{Error, Exchange, Request};
use hyper::StatusCode;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};

/// Work that waits for the universe at one time; more waits in its connections.
const QUEUE: usize = 64;
/// Sockets at one time. Half of the connections: what else clients ask for finds a place.
const SOCKETS: usize = 256;
/// How long clients at sockets have to take their last message when the doors close.
const FAREWELL: Duration = Duration::from_secs(1);
/// How often a clock that follows the machine's is looked at for what has fallen due.
const TICK: Duration = Duration::from_millis(100);

/// A universe on its thread. Clones lead to the same one; the thread ends with the last of them.
#[derive(Clone)]
pub struct OpenUniverse {
    queue: mpsc::Sender<Work>,
    twins: Arc<[Arc<Twin>]>,
    record: Arc<Mutex<Record>>,
    clock: TrialClock,
    /// The places for sockets.
    sockets: Arc<Semaphore>,
}

/// Returns what the twins wrote meanwhile.
pub(super) type Work = Box<dyn FnOnce(&mut Universe) -> Vec<TwinLine> + Send>;

/// A socket that is open as long as this is kept.
pub(super) struct Held {
    pub(super) opened: Opened,
    _place: Option<OwnedSemaphorePermit>,
}

#[cfg(test)]
impl Held {
    /// Without a place among others.
    pub(super) fn new(opened: Opened) -> Self {
        Self { opened, _place: None }
    }
}

/// The thread has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the universe has ended")]
pub(super) struct Ended;

impl OpenUniverse {
    /// Gives a universe of these twins a thread. `watch` gets every line that a twin writes. What services send to
    /// hosts that no twin answers for goes to the `outside`, where there is one.
    ///
    /// # Errors
    /// [`DoorError::Thread`] where none can be had.
    pub fn start(
        mut universe: Universe,
        twins: &[Arc<Twin>],
        outside: Option<Outside>,
        mut watch: impl FnMut(&TwinLine) + Send + 'static,
    ) -> Result<Self, DoorError> {
        let (queue, mut waiting) = mpsc::channel::<Work>(QUEUE);
        universe.set_listening(outside.is_some());
        universe.hold_sockets();
        let clock = universe.clock();
        // Whoever sends holds no place in the queue, so the thread ends with the last door.
        let back = queue.downgrade();
        std::thread::Builder::new()
            .name("universe".into())
            .spawn(move || {
                while let Some(work) = waiting.blocking_recv() {
                    work(&mut universe).iter().for_each(&mut watch);
                    hand_over(&mut universe, outside.as_ref(), &back);
                }
            })
            .map_err(DoorError::Thread)?;
        let sockets = Arc::new(Semaphore::new(SOCKETS));
        Ok(Self { queue, twins: twins.into(), record: Arc::default(), clock, sockets })
    }

    /// Has what services send of their own accord go out when it falls due, until the future is dropped. Without it, it
    /// goes out when the next request comes.
    pub async fn keep_time(self) {
        let mut ticks = tokio::time::interval(TICK);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            if !self.clock.follows_machine() {
                continue;
            }
            // Services that set each other off without end are stopped until the next tick.
            if self.with(|universe| universe.advance(0)).await.is_err() {
                return;
            }
        }
    }

    /// Does something with the universe when it is its turn.
    pub(super) async fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Universe) -> T + Send + 'static,
    ) -> Result<T, Ended> {
        self.run(move |universe| {
            let result = work(universe);
            (result, universe.take_log())
        })
        .await
    }

    /// The same for work that takes the log itself.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Universe) -> (T, Vec<TwinLine>) + Send + 'static,
    ) -> Result<T, Ended> {
        let (done, result) = oneshot::channel();
        let work = move |universe: &mut Universe| {
            let (result, lines) = work(universe);
            // A client that went away no longer wants its answer.
            let _ = done.send(result);
            lines
        };
        self.queue.send(Box::new(work)).await.map_err(|_| Ended)?;
        result.await.map_err(|_| Ended)
    }

    /// The twin's answer to a request, as the client gets it.
    pub(super) async fn answer(&self, way: Way, request: Request) -> Result<Answer, CutOff> {
        let (record, clock) = (self.record.clone(), self.clock.clone());
        let exchange = self.run(move |universe| {
            let exchange = universe.send(None, &request);
            let lines = universe.take_log();
            locked(&record).exchange(way, clock.read(), &request, exchange.as_ref().ok(), &lines);
            (exchange, lines)
        });
        match exchange.await {
            Ok(Ok(exchange)) => self.answer_of(exchange).await,
            Ok(Err(breach)) => Ok(text(StatusCode::SERVICE_UNAVAILABLE, &breach.to_string())),
            Err(ended) => Ok(text(StatusCode::SERVICE_UNAVAILABLE, &ended.to_string())),
        }
    }

    /// The twin's answer to a request for a socket, and the socket where that opens one; it holds its place as long as
    /// it is kept.
    pub(super) async fn open_socket(
        &self,
        way: Way,
        request: Request,
    ) -> Result<(Answer, Option<Held>), CutOff> {
        let Ok(place) = self.sockets.clone().try_acquire_owned() else {
            let why = format!("{SOCKETS} sockets are open, the most there can be");
            return Ok((text(StatusCode::SERVICE_UNAVAILABLE, &why), None));
        };
        let (record, clock) = (self.record.clone(), self.clock.clone());
        let asked = self.run(move |universe| {
            let asked = universe.open_socket(&request);
            let lines = universe.take_log();
            let exchange = asked.as_ref().ok().map(|(exchange, _)| exchange);
            locked(&record).exchange(way, clock.read(), &request, exchange, &lines);
            (asked, lines)
        });
        match asked.await {
            Ok(Ok((_, Some(opened)))) => Ok((Answer::default(), Some(Held { opened, _place: Some(place) }))),
            Ok(Ok((exchange, None))) => Ok((self.answer_of(exchange).await?, None)),
            Ok(Err(breach)) => Ok((text(StatusCode::SERVICE_UNAVAILABLE, &breach.to_string()), None)),
            Err(ended) => Ok((text(StatusCode::SERVICE_UNAVAILABLE, &ended.to_string()), None)),
        }
    }

    /// Hands on the message of a client at a socket.
    pub(super) async fn hear(&self, number: u64, message: Vec<u8>) -> Result<(), Ended> {
        let (record, clock) = (self.record.clone(), self.clock.clone());
        self.run(move |universe| {
            let heard = universe.hear(number, message);
            let lines = universe.take_log();
            if let Ok(Some((request, exchange))) = &heard {
                locked(&record).exchange(Way::Socket, clock.read(), request, Some(exchange), &lines);
            }
            ((), lines)
        })
        .await
    }

    /// Says that the connection of a socket has ended.
    pub(super) async fn hang_up(&self, number: u64) {
        // A universe that has ended has no sockets.
        let _ = self.with(move |universe| universe.hang_up(number)).await;
    }

    /// Has twins say goodbye to all clients at sockets, and closes those; returns when the clients have taken it, and
    /// after a second at the latest.
    pub async fn close_sockets(&self) {
        let closed = self.with(|universe| {
            universe.dismiss(None, None);
            universe.close_sockets(Closing::Away);
        });
        let all = u32::try_from(SOCKETS).unwrap_or(u32::MAX);
        let gone = async {
            if closed.await.is_ok() {
                // Every place is free again when every socket has ended.
                let _ = self.sockets.acquire_many(all).await;
            }
        };
        let _ = tokio::time::timeout(FAREWELL, gone).await;
    }

    /// Faults of the connection are injected here, in real time where the universe follows it.
    async fn answer_of(&self, exchange: Exchange) -> Result<Answer, CutOff> {
        let pause = match exchange.fault {
            Some(FaultKind::Latency(span) | FaultKind::Timeout(span)) if self.clock.follows_machine() => span,
            _ => 0,
        };
        if pause > 0 {
            tokio::time::sleep(Duration::from_nanos(pause)).await;
        }
        if matches!(exchange.fault, Some(FaultKind::Cut | FaultKind::Timeout(_))) {
            return Err(CutOff);
        }
        Ok(match exchange.answer {
            Ok(response) => outward(response),
            Err(Error::InvalidArgument(why)) => text(StatusCode::BAD_REQUEST, &why),
            Err(Error::NotFound(why)) => text(StatusCode::MISDIRECTED_REQUEST, &why),
            Err(other) => text(StatusCode::BAD_GATEWAY, &other.to_string()),
        })
    }

    /// What came through the doors.
    pub(super) fn record(&self) -> MutexGuard<'_, Record> {
        locked(&self.record)
    }

    /// The universe's clock.
    pub(super) fn clock(&self) -> &TrialClock {
        &self.clock
    }

    /// Checks that a twin answers for a host; where none does it is counted, and the error lists those that are there.
    pub(super) fn knows(&self, host: &str) -> Result<(), String> {
        if self.twins.iter().any(|twin| twin.answers_for(host)) {
            return Ok(());
        }
        self.record().unknown_host(host);
        let hosts: Vec<_> =
            self.twins.iter().flat_map(|twin| &twin.manifest().hosts).map(String::as_str).collect();
        Err(format!("no twin answers for `{}`; known hosts: {}", host.escape_debug(), hosts.join(", ")))
    }

    /// The twins, in the order in which they were given.
    pub fn twins(&self) -> &[Arc<Twin>] {
        &self.twins
    }
}

/// Hands on what has fallen due for the outside, in that order.
fn hand_over(universe: &mut Universe, outside: Option<&Outside>, back: &mpsc::WeakSender<Work>) {
    while let Some(inbound) = universe.take_inbound() {
        match outside {
            _ if inbound.is_for_socket() => universe.send_by_socket(inbound),
            Some(outside) => outside.take(universe, inbound, back),
            None => universe.refuse_inbound(inbound, "nothing is allowed; --deliver does".to_owned()),
        }
    }
}

fn locked(record: &Mutex<Record>) -> MutexGuard<'_, Record> {
    record.lock().unwrap_or_else(PoisonError::into_inner)
}

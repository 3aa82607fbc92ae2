//! Sockets that clients outside hold: what they are sent, and what of it they have not acknowledged. They are of this
//! process, not of the world: a world that is taken up has none.

use crate::deliver::Inbound;
use crate::outbox::{MOST_PENDING_BYTES, Pending};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// Messages that wait for a client to read, and their bytes; a client that is further behind is let go.
const MOST_UNREAD: usize = 256;
const MOST_UNREAD_BYTES: usize = 4 * LARGEST_MESSAGE;
/// Messages that a client may have got without acknowledging them.
const MOST_UNACKNOWLEDGED: usize = 1_000;
/// Most bytes of one message, in either direction.
pub(crate) const LARGEST_MESSAGE: usize = 1024 * 1024;

/// What a client gets.
#[derive(Debug)]
pub(crate) enum Outgoing {
    /// A message, and its part of what may be unread; given back when the message has been written.
    Message(String, OwnedSemaphorePermit),
    /// Nothing comes after it.
    Close(Closing),
}

/// Why a socket is closed from here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Closing {
    /// The twin wants it.
    Done,
    /// Another world was taken up.
    Restart,
    /// The door closes.
    Away,
    /// The client does not read.
    Slow,
}

/// A socket that has just been opened, for the door that holds its connection.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) number: u64,
    pub(crate) outgoing: mpsc::Receiver<Outgoing>,
}

/// All open sockets.
#[derive(Debug, Default)]
pub(crate) struct Sockets {
    /// By number, in the order in which they were opened.
    open: BTreeMap<u64, Socket>,
    /// By address and id, what clients have not acknowledged.
    sent: BTreeMap<(String, String), Sent>,
    /// How many were ever opened.
    opened: u64,
    /// How many messages were ever handed to clients.
    handed: u64,
    /// Of what is under way.
    bytes: u64,
}

#[derive(Debug)]
struct Socket {
    twin: Arc<str>,
    address: String,
    outgoing: mpsc::Sender<Outgoing>,
    /// Bytes that may still wait for the client to read.
    unread: Arc<Semaphore>,
    /// The number of its newest message; 0 before the first.
    newest: u64,
}

/// A message under way.
#[derive(Debug)]
struct Sent {
    socket: u64,
    /// The first moment at which it is too late to acknowledge it.
    lapses: u64,
    inbound: Inbound,
}

/// One open socket, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSocket {
    /// From 1, in the order of opening.
    pub number: u64,
    /// The twin that opened it.
    pub twin: String,
    /// Under which the twin reaches it.
    pub address: String,
    /// Messages that its client has not acknowledged.
    pub unacknowledged: usize,
}

impl Sockets {
    pub(crate) fn open(&mut self, twin: Arc<str>, address: String) -> Opened {
        self.opened += 1;
        let (outgoing, receiver) = mpsc::channel(MOST_UNREAD);
        let unread = Arc::new(Semaphore::new(MOST_UNREAD_BYTES));
        self.open.insert(self.opened, Socket { twin, address, outgoing, unread, newest: 0 });
        Opened { number: self.opened, outgoing: receiver }
    }

    /// Twin and address of a socket.
    pub(crate) fn get(&self, number: u64) -> Option<(Arc<str>, String)> {
        self.open.get(&number).map(|socket| (socket.twin.clone(), socket.address.clone()))
    }

    /// The numbers of those that a twin opened, or of all.
    pub(crate) fn of(&self, twin: Option<&str>) -> Vec<u64> {
        let is_its = |socket: &Socket| twin.is_none_or(|twin| &*socket.twin == twin);
        self.open.iter().filter(|(_, socket)| is_its(socket)).map(|(number, _)| *number).collect()
    }

    pub(crate) fn count(&self, address: &str) -> usize {
        self.open.values().filter(|socket| socket.address == address).count()
    }

    /// Those of an address, the one that has waited longest for a message first.
    pub(crate) fn in_turn(&self, address: &str) -> Vec<u64> {
        let of_address = self.open.iter().filter(|(_, socket)| socket.address == address);
        let mut waiting: Vec<_> = of_address.map(|(number, socket)| (socket.newest, *number)).collect();
        waiting.sort_unstable();
        waiting.into_iter().map(|(_, number)| number).collect()
    }

    /// Hands a message to a client; false where it is gone or does not read.
    pub(crate) fn hand(&mut self, number: u64, message: &str) -> bool {
        let Some(socket) = self.open.get_mut(&number) else { return false };
        self.handed += 1;
        socket.newest = self.handed;
        let bytes = u32::try_from(message.len()).unwrap_or(u32::MAX);
        let Ok(part) = socket.unread.clone().try_acquire_many_owned(bytes) else { return false };
        socket.outgoing.try_send(Outgoing::Message(message.to_owned(), part)).is_ok()
    }

    /// Closes a socket after what was handed to its client, and takes what that has not acknowledged.
    pub(crate) fn end(&mut self, number: u64, why: Closing) -> Vec<Inbound> {
        if let Some(socket) = self.open.get(&number) {
            // A client that does not read learns it when its connection ends.
            let _ = socket.outgoing.try_send(Outgoing::Close(why));
        }
        self.close(number)
    }

    /// Whether a message of that address and id is under way.
    pub(crate) fn is_awaited(&self, address: &str, id: &str) -> bool {
        self.sent.contains_key(&(address.to_owned(), id.to_owned()))
    }

    /// Notes that a client is to acknowledge a message.
    pub(crate) fn await_acknowledgement(&mut self, socket: u64, id: String, now: u64, inbound: Inbound) {
        let address = inbound.request.url.clone();
        let lapses = now.saturating_add(inbound.timeout()).saturating_add(1);
        self.bytes += inbound.pending.bytes();
        self.sent.insert((address, id), Sent { socket, lapses, inbound });
    }

    /// Whether a client may be sent another message: it acknowledges what it gets, and so do the others.
    pub(crate) fn has_room(&self, number: u64) -> bool {
        self.unacknowledged(number) < MOST_UNACKNOWLEDGED && self.bytes < MOST_PENDING_BYTES
    }

    /// How many messages a client has not acknowledged.
    pub(crate) fn unacknowledged(&self, number: u64) -> usize {
        self.sent.values().filter(|sent| sent.socket == number).count()
    }

    /// Takes the message of that address and id, which was acknowledged, whichever client got it.
    pub(crate) fn acknowledge(&mut self, address: &str, id: &str) -> Option<Inbound> {
        self.remove(&(address.to_owned(), id.to_owned())).map(|sent| sent.inbound)
    }

    fn remove(&mut self, key: &(String, String)) -> Option<Sent> {
        let sent = self.sent.remove(key)?;
        self.bytes = self.bytes.saturating_sub(sent.inbound.pending.bytes());
        Some(sent)
    }

    /// What clients were sent and have not acknowledged, in the order in which it lapses.
    pub(crate) fn under_way(&self) -> Vec<Arc<Pending>> {
        let mut sent: Vec<_> = self.sent.values().collect();
        sent.sort_by_key(|sent| sent.lapses);
        sent.into_iter().map(|sent| sent.inbound.pending.clone()).collect()
    }

    /// When the next message is too old to be acknowledged.
    pub(crate) fn next_lapse(&self) -> Option<u64> {
        self.sent.values().map(|sent| sent.lapses).min()
    }

    /// Takes the messages that are too old by then.
    pub(crate) fn take_lapsed(&mut self, by: u64) -> Vec<Inbound> {
        self.take(|sent| sent.lapses <= by)
    }

    /// Forgets a socket, and takes what its client has not acknowledged.
    pub(crate) fn close(&mut self, number: u64) -> Vec<Inbound> {
        self.open.remove(&number);
        self.take(|sent| sent.socket == number)
    }

    /// Closes every socket and forgets all messages under way.
    pub(crate) fn close_all(&mut self, why: Closing) {
        for socket in std::mem::take(&mut self.open).into_values() {
            // A client that does not read learns it when its connection ends.
            let _ = socket.outgoing.try_send(Outgoing::Close(why));
        }
        self.sent.clear();
        self.bytes = 0;
    }

    /// In the order in which they lapse.
    fn take(&mut self, is_taken: impl Fn(&Sent) -> bool) -> Vec<Inbound> {
        let keys: Vec<_> =
            self.sent.iter().filter(|(_, sent)| is_taken(sent)).map(|(key, _)| key.clone()).collect();
        let mut taken: Vec<_> = keys.iter().filter_map(|key| self.remove(key)).collect();
        taken.sort_by_key(|sent| sent.lapses);
        taken.into_iter().map(|sent| sent.inbound).collect()
    }

    pub(crate) fn list(&self) -> Vec<OpenSocket> {
        let one = |(number, socket): (&u64, &Socket)| OpenSocket {
            number: *number,
            twin: socket.twin.to_string(),
            address: socket.address.clone(),
            unacknowledged: self.unacknowledged(*number),
        };
        self.open.iter().map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_of_one_address_take_turns_and_one_that_does_not_read_is_noticed() {
        let mut sockets = Sockets::default();
        let address = "wss://a.example/app";
        let mut clients: Vec<_> = (0..3).map(|_| sockets.open("a".into(), address.to_owned())).collect();
        sockets.open("b".into(), "wss://b.example/app".to_owned());
        let hand = |sockets: &mut Sockets| {
            let number = sockets.in_turn(address)[0];
            assert!(sockets.hand(number, ""));
            number
        };
        let order: Vec<_> = (0..5).map(|_| hand(&mut sockets)).collect();
        assert_eq!((order, sockets.count(address)), (vec![1, 2, 3, 1, 2], 3));
        let waiting = clients.iter_mut().map(|client| client.outgoing.len()).collect::<Vec<_>>();
        assert_eq!(waiting, [2, 2, 1]);
        for _ in 0..MOST_UNREAD - 1 {
            assert!(sockets.hand(3, ""));
        }
        assert!(!sockets.hand(3, ""));
        let large = "a".repeat(LARGEST_MESSAGE);
        for _ in 0..MOST_UNREAD_BYTES / LARGEST_MESSAGE {
            assert!(sockets.hand(2, &large));
        }
        assert!(!sockets.hand(2, "a"));
        // What was written makes room again.
        while clients[1].outgoing.try_recv().is_ok() {}
        assert!(sockets.hand(2, &large));
        clients.remove(0);
        assert!(!sockets.hand(1, ""));
        assert_eq!((sockets.of(Some("b")), sockets.of(None)), (vec![4], vec![1, 2, 3, 4]));
    }
}

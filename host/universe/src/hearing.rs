//! What goes on at the sockets of clients outside: opening, messages in both directions, acknowledgements, closing.

use crate::clock::REQUEST_COST;
use crate::deliver::{CONNECTION_FAILED, Inbound, TIMEOUT};
use crate::sockets::{Closing, LARGEST_MESSAGE, OpenSocket, Opened, Sockets};
use crate::target::Target;
use crate::universe::Universe;
use glasshouse_sandbox::{Breach, Error, Exchange, Header, Request, Response};

/// How the record calls the client at a socket as a receiver.
const SOCKET: &str = "socket";
/// The status that opens a socket.
const SWITCHING_PROTOCOLS: u16 = 101;
/// What of an acknowledged message has no status.
const OK: u16 = 200;

impl Universe {
    /// From now on clients outside can hold sockets.
    pub(crate) fn hold_sockets(&mut self) {
        self.around.post.lock().sockets.get_or_insert_default();
    }

    /// Asks for a socket: the twin's answer, and the socket where that opens one.
    pub(crate) fn open_socket(&mut self, request: &Request) -> Result<(Exchange, Option<Opened>), Breach> {
        let mut exchange = self.send(None, request)?;
        let Ok(response) = exchange.answer.as_ref() else { return Ok((exchange, None)) };
        if response.status != SWITCHING_PROTOCOLS {
            return Ok((exchange, None));
        }
        let location = header(response, "location").unwrap_or_default().to_owned();
        let index = Target::of_delivery(&location).ok().filter(|target| target.is_socket);
        let index = index.and_then(|target| self.twin_for(&target.host));
        let twin = index.and_then(|index| self.running.get(index)).map(|running| running.twin.name.clone());
        let Some(twin) = twin.filter(|twin| exchange.twin.as_deref() == Some(&**twin)) else {
            let text = format!("the twin opened a socket with the address `{}`", location.escape_debug());
            exchange.answer = Err(Error::Other(text));
            return Ok((exchange, None));
        };
        let response = response.clone();
        let opened = self.sockets(|sockets| sockets.open(twin, location));
        if let Some(opened) = &opened {
            self.reply(opened.number, &response);
        }
        Ok((exchange, opened))
    }

    /// Takes a client's message; the exchange with the twin, for the record. None where the socket is no more.
    pub(crate) fn hear(
        &mut self,
        number: u64,
        message: Vec<u8>,
    ) -> Result<Option<(Request, Exchange)>, Breach> {
        self.wait(REQUEST_COST)?;
        let Some(Some((_, address))) = self.sockets(|sockets| sockets.get(number)) else { return Ok(None) };
        let request = Request { method: "POST".into(), url: address, headers: Vec::new(), body: message };
        let Some((exchange, response)) = self.ask_about(&request) else { return Ok(None) };
        if let Some(response) = response {
            let acknowledged = header(&response, "message-id");
            let acknowledge =
                |id: &str| self.sockets(|sockets| sockets.acknowledge(&request.url, id)).flatten();
            if let Some(inbound) = acknowledged.and_then(acknowledge) {
                self.settle_with(SOCKET, inbound, Ok(response.status));
            }
            self.reply(number, &response);
        }
        Ok(Some((request, exchange)))
    }

    /// Says that the connection of a socket has ended. What its client did not acknowledge has failed.
    pub(crate) fn hang_up(&mut self, number: u64) {
        let lost = self.sockets(|sockets| sockets.close(number)).unwrap_or_default();
        self.lose(lost);
    }

    fn lose(&mut self, lost: Vec<Inbound>) {
        for inbound in lost {
            let why = "the client closed its socket before it acknowledged the message";
            self.settle_unanswered(SOCKET, inbound, why, CONNECTION_FAILED);
        }
    }

    /// Asks twins to say to the clients at their sockets that they are to go, all twins where none is named. How many
    /// clients there are.
    pub(crate) fn dismiss(&mut self, twin: Option<&str>, reason: Option<&str>) -> usize {
        let numbers = self.sockets(|sockets| sockets.of(twin)).unwrap_or_default();
        for number in &numbers {
            let Some(Some((_, address))) = self.sockets(|sockets| sockets.get(*number)) else { continue };
            let header = |value: &str| Header { name: "reason".into(), value: value.to_owned() };
            let headers = reason.map(header).into_iter().collect();
            let request = Request { method: "DELETE".into(), url: address, headers, body: Vec::new() };
            if let Some((_, Some(response))) = self.ask_about(&request) {
                self.reply(*number, &response);
            }
        }
        numbers.len()
    }

    /// Closes all sockets; what was under way is forgotten.
    pub(crate) fn close_sockets(&mut self, why: Closing) {
        self.sockets(|sockets| sockets.close_all(why));
    }

    /// The open sockets, in the order of opening.
    pub(crate) fn open_sockets(&self) -> Vec<OpenSocket> {
        self.around.post.lock().sockets.as_ref().map(Sockets::list).unwrap_or_default()
    }

    /// Sends a message that has fallen due to the client whose turn it is.
    pub(crate) fn send_by_socket(&mut self, inbound: Inbound) {
        let address = inbound.request.url.clone();
        let message = match String::from_utf8(inbound.request.body.clone()) {
            Ok(message) if message.len() <= LARGEST_MESSAGE => message,
            _ => {
                let why = format!("a message is text of at most {LARGEST_MESSAGE} bytes");
                return self.refuse_inbound(inbound, why);
            }
        };
        for number in self.sockets(|sockets| sockets.in_turn(&address)).unwrap_or_default() {
            if self.sockets(|sockets| sockets.has_room(number)) != Some(true) {
                continue;
            }
            if self.tell(number, &message) {
                return self.sent_by_socket(number, inbound);
            }
        }
        let why = "no client that reads and acknowledges holds a socket of that address";
        self.settle_unanswered(SOCKET, inbound, why, CONNECTION_FAILED);
    }

    fn sent_by_socket(&mut self, number: u64, inbound: Inbound) {
        let id = inbound.request.headers.iter().find(|header| header.name == "message-id");
        let id = id.map(|header| header.value.clone());
        let address = inbound.request.url.as_str();
        let is_awaited = |id: &String| self.sockets(|sockets| sockets.is_awaited(address, id)) == Some(true);
        match id.filter(|id| !is_awaited(id)) {
            Some(id) => {
                let now = self.around.clock.read();
                self.sockets(|sockets| sockets.await_acknowledgement(number, id, now, inbound));
            }
            // Nobody is to acknowledge it, or somebody is already to acknowledge the same.
            None => self.settle_with(SOCKET, inbound, Ok(OK)),
        }
    }

    /// When the next message is too old to be acknowledged.
    pub(crate) fn next_lapse(&self) -> Option<u64> {
        self.around.post.lock().sockets.as_ref().and_then(Sockets::next_lapse)
    }

    /// Lets time go on to a moment and gives up on the messages that are too old then.
    pub(crate) fn lapse(&mut self, at: u64) -> Result<(), Breach> {
        self.around.clock.move_to(at)?;
        let lapsed = self.sockets(|sockets| sockets.take_lapsed(at)).unwrap_or_default();
        for inbound in lapsed {
            self.settle_unanswered(SOCKET, inbound, "the client did not acknowledge it in time", TIMEOUT);
        }
        Ok(())
    }

    /// Hands over what a twin answered for a socket.
    fn reply(&mut self, number: u64, response: &Response) {
        if !response.body.is_empty() {
            self.tell(number, &String::from_utf8_lossy(&response.body));
        }
        if header(response, "connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) {
            let lost = self.sockets(|sockets| sockets.end(number, Closing::Done)).unwrap_or_default();
            self.lose(lost);
        }
    }

    /// False where the client is gone, or does not read: then it is let go.
    fn tell(&mut self, number: u64, message: &str) -> bool {
        let is_told = self.sockets(|sockets| sockets.hand(number, message)) == Some(true);
        if !is_told {
            self.hang_up(number);
        }
        is_told
    }

    /// The exchange with the twin that the address of sockets belongs to, and its response again.
    fn ask_about(&mut self, request: &Request) -> Option<(Exchange, Option<Response>)> {
        let host = Target::of_delivery(&request.url).ok()?.host;
        let index = self.twin_for(&host)?;
        let twin = self.running.get(index).map(|running| running.twin.name().to_owned());
        let answer = self.ask(index, None, request);
        let response = answer.as_ref().ok().cloned();
        Some((Exchange { twin, answer, fault: None }, response))
    }

    fn sockets<T>(&self, work: impl FnOnce(&mut Sockets) -> T) -> Option<T> {
        self.around.post.lock().sockets.as_mut().map(work)
    }
}

fn header<'r>(response: &'r Response, name: &str) -> Option<&'r str> {
    let named = |header: &&Header| header.name.eq_ignore_ascii_case(name);
    response.headers.iter().find(named).map(|header| header.value.as_str())
}

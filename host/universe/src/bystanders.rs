//! Who acts in a universe without being one of its services: people who look around whenever the subject rests, and
//! acts of the outside world that are pending from the beginning. What they send goes out as deliveries do.

use crate::outbox::Pending;
use crate::tables::Tables;
use crate::universe::Universe;
use crate::world::World;
use glasshouse_model as model;
use glasshouse_sandbox::{Error, Header, Request, Retry};

/// People who look around whenever the subject rests: sleeps, or has nothing to answer.
pub trait Bystanders: Send {
    /// The moment at which they want to look although nothing has happened, in nanoseconds since 1970; none where they
    /// wait for others.
    fn wakes(&self) -> Option<u64>;

    /// Looks at what twins hold, and says what comes of it.
    fn look(&mut self, universe: &Universe) -> Vec<Deed>;
}

/// What comes of a look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Somebody sends this.
    Sends(Outgoing),
    /// Something that the record has to tell.
    Tells(model::Happening),
}

/// A request that no service sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Whose it is, as the record says it.
    pub from: String,
    /// When it goes out, in nanoseconds since 1970.
    pub due: u64,
    /// What is sent, once.
    pub request: model::Request,
}

impl Outgoing {
    fn pending(self) -> Pending {
        let model::Request { method, url, headers, body } = self.request;
        let header = |header: model::Header| Header { name: header.name, value: header.value };
        let headers = headers.into_iter().map(header).collect();
        let request = Request { method, url, headers, body: body.0 };
        // Nobody waits for the answer, so none comes too late.
        let retry = Retry { waits: Vec::new(), timeout: u64::MAX, number_header: None, reason_header: None };
        Pending { from: self.from.into(), request, retry, signing: None, attempt: 1, reason: "" }
    }
}

impl World {
    /// The same world, in which these requests are about to go out.
    ///
    /// # Errors
    /// `quota-exceeded` where too much is pending.
    pub fn with_outgoing(mut self, all: impl IntoIterator<Item = Outgoing>) -> Result<Self, Error> {
        for outgoing in all {
            self.outbox.push(outgoing.due, outgoing.pending())?;
        }
        Ok(self)
    }
}

impl Universe {
    /// Lets these people look around from now on.
    pub fn set_bystanders(&mut self, bystanders: Box<dyn Bystanders>) {
        self.bystanders = Some(bystanders);
    }

    /// Has the bystanders look around. What they send beyond the room for deliveries is lost.
    pub fn look_around(&mut self) {
        let Some(mut bystanders) = self.bystanders.take() else { return };
        let deeds = bystanders.look(self);
        self.bystanders = Some(bystanders);
        let now = self.around.clock.read();
        let mut post = self.around.post.lock();
        for deed in deeds {
            match deed {
                Deed::Sends(outgoing) => drop(post.outbox.push(outgoing.due, outgoing.pending())),
                Deed::Tells(happening) => post.note(now, happening),
            }
        }
    }

    /// When something happens next by itself: a delivery falls due, or a bystander wants to look.
    pub(crate) fn next_moment(&self) -> Option<u64> {
        let now = self.around.clock.read();
        let wakes = self.bystanders.as_ref().and_then(|bystanders| bystanders.wakes());
        // Whoever wants to look by now has looked already.
        let wakes = wakes.filter(|moment| *moment > now);
        [self.next_due(), wakes].into_iter().flatten().min()
    }

    /// The tables of a twin at this moment.
    pub fn tables(&self, twin: &str) -> Option<Tables> {
        let running = self.running.iter().find(|running| running.twin.name() == twin)?;
        Some(running.world().tables)
    }
}

impl Tables {
    /// The documents of one table that are not what they were in other tables: key, what stood there, what stands there.
    pub fn written_since(&self, before: &Self, table: &str) -> Vec<Written> {
        if self.writes() == before.writes() {
            return Vec::new();
        }
        let changes = self.diff(before).into_iter().filter(|change| &*change.table == table);
        let bytes = |document: glasshouse_sandbox::Document| document.to_vec();
        let written = changes.filter_map(|change| {
            let after = bytes(change.after?);
            Some(Written { key: change.key.to_string(), before: change.before.map(bytes), after })
        });
        written.collect()
    }
}

/// A document that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Its key.
    pub key: String,
    /// What stood there; none where it was made.
    pub before: Option<Vec<u8>>,
    /// What stands there.
    pub after: Vec<u8>,
}

//! The world: all twin state, randomness, pending deliveries, faults, counts and the clock at one moment, as a value.

use crate::faults::{self, Faults};
use crate::operations::{Counts, OperationCount};
use crate::outbox::{Outbox, PendingDelivery};
use crate::tables::{TableChange, Tables};
use crate::writes::Cause;
use glasshouse_model::{Change, Digest, FaultPlan, Seed};
use glasshouse_sandbox::{RandomStream, State as _};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// All state of one universe at one moment. A clone and a fork share everything with the world that they came from: a
/// clone goes on alike, a fork with random streams of another seed.
#[derive(Debug, Clone)]
pub struct World {
    pub(crate) clock: u64,
    pub(crate) twins: BTreeMap<Arc<str>, TwinWorld>,
    pub(crate) outbox: Outbox,
    pub(crate) faults: Faults,
    pub(crate) counts: Counts,
    /// Computed once: every trial that forks a prepared world asks for it.
    pub(crate) digest: OnceLock<Digest>,
}

/// One twin's part of a world.
#[derive(Debug, Clone)]
pub(crate) struct TwinWorld {
    pub(crate) tables: Tables,
    pub(crate) random: RandomStream,
}

impl World {
    /// A world without any twin, at a time in nanoseconds since 1970.
    pub fn empty(clock: u64) -> Self {
        Self {
            clock,
            twins: BTreeMap::new(),
            outbox: Outbox::default(),
            faults: Faults::new(FaultPlan::default(), clock, Seed(0)),
            counts: Counts::default(),
            digest: OnceLock::new(),
        }
    }

    /// The same world with a twin's tables in it.
    #[must_use]
    pub fn with_twin(mut self, name: &str, tables: Tables) -> Self {
        self.twins.insert(name.into(), TwinWorld { tables, random: twin_stream(Seed(0), name) });
        self.digest = OnceLock::new();
        self
    }

    /// The same world under a plan of faults that begins at its time, none of its rules met yet.
    #[must_use]
    pub fn with_faults(mut self, plan: FaultPlan) -> Self {
        self.faults = Faults { stream: self.faults.stream, ..Faults::new(plan, self.clock, Seed(0)) };
        let past = self.faults.longest_past();
        self.twins.values_mut().for_each(|twin| twin.tables.past.keep(past));
        self.digest = OnceLock::new();
        self
    }

    /// The same world with these documents as they were after a change.
    #[must_use]
    pub fn with_changes(mut self, changes: &[Change]) -> Self {
        for change in changes {
            let Some(twin) = self.twins.get_mut(change.twin.as_str()) else { continue };
            let (table, key) = (change.table.as_str(), change.key.as_str());
            match &change.after {
                Some(after) => {
                    // A world that held the document once has room for it.
                    let _ = twin.tables.put(table, key, after.as_slice().into());
                }
                None => {
                    twin.tables.delete(table, key);
                }
            }
        }
        self.digest = OnceLock::new();
        self
    }

    /// A world of its own for one trial: the same in everything but the random streams, which are those of the
    /// trial's seed; nothing changed yet.
    #[must_use]
    pub fn fork(&self, seed: Seed) -> Self {
        let fork = |(name, twin): (&Arc<str>, &TwinWorld)| {
            (name.clone(), TwinWorld { tables: twin.tables.fork(), random: twin_stream(seed, name) })
        };
        Self {
            twins: self.twins.iter().map(fork).collect(),
            faults: Faults { stream: faults::stream(seed), ..self.faults.clone() },
            digest: OnceLock::new(),
            ..self.clone()
        }
    }

    /// The time in nanoseconds since 1970.
    pub fn clock(&self) -> u64 {
        self.clock
    }

    /// How many documents all twins hold.
    pub fn documents(&self) -> usize {
        self.twins.values().map(|twin| twin.tables.documents()).sum()
    }

    /// The tables of a twin.
    pub fn tables(&self, twin: &str) -> Option<&Tables> {
        self.twins.get(twin).map(|twin| &twin.tables)
    }

    /// What services are about to send, in order.
    pub fn pending(&self) -> Vec<PendingDelivery> {
        self.outbox.list()
    }

    /// How often clients asked for what, by twin and operation.
    pub fn counts(&self) -> Vec<OperationCount> {
        self.counts.list()
    }

    /// What differs from the fork that this world began as, by twin, table and key.
    pub fn changes(&self) -> Vec<Change> {
        let twins = self.twins.iter();
        twins.flat_map(|(twin, world)| changes(twin, world.tables.changes())).collect()
    }

    /// Every write that was kept, in the order in which twins made them. `deliveries` are the events of all
    /// deliveries, in order.
    pub fn writes(&self, deliveries: &[u64]) -> Vec<Change> {
        let event = |cause| match cause {
            Cause::Event(event) => Some(event),
            Cause::Delivery(number) => deliveries.get(usize::try_from(number).ok()?).copied(),
            Cause::Unknown => None,
        };
        let twins = self.twins.iter();
        let mut writes: Vec<_> =
            twins.flat_map(|(twin, part)| part.tables.every_write.list(twin, &event)).collect();
        // Within one turn there is one twin, whose writes are in order already.
        writes.sort_by_key(|(turn, _)| *turn);
        writes.into_iter().map(|(_, change)| change).collect()
    }

    /// How many writes came after the last that was kept.
    pub fn writes_left_out(&self) -> u64 {
        self.twins.values().map(|twin| twin.tables.every_write.left_out()).sum()
    }

    /// For each twin a digest over what differs from the fork that this world began as, its sequences, and how far its
    /// random stream has been drawn. Together with the digest of the world that was forked it names the twin's state;
    /// its cost is that of what was written.
    pub fn left(&self) -> BTreeMap<String, Digest> {
        let digest = |twin: &TwinWorld| {
            let mut parts = vec![twin.random.position().to_le_bytes().to_vec()];
            twin.tables.name_by(|part| parts.push(part.to_vec()));
            Digest::of_parts(parts.iter().map(Vec::as_slice))
        };
        self.twins.iter().map(|(name, twin)| (name.to_string(), digest(twin))).collect()
    }

    /// What differs from another world, by twin, table and key; `event` is that of this world's last write.
    ///
    /// The cost is that of what was written since, where both worlds come from one fork or one from a fork of the
    /// other: snapshots of one universe, a trial's two worlds, a world and its forks. Between other worlds every
    /// document is looked at, and those that both share are told alike by their address.
    pub fn diff(&self, before: &Self) -> Vec<Change> {
        let empty = Tables::default();
        let twins: BTreeSet<_> = self.twins.keys().chain(before.twins.keys()).collect();
        let of = |twin: &Arc<str>| {
            let (ours, theirs) = (self.tables(twin), before.tables(twin));
            changes(twin, ours.unwrap_or(&empty).diff(theirs.unwrap_or(&empty)))
        };
        twins.into_iter().flat_map(of).collect()
    }
}

fn changes(twin: &str, changes: Vec<TableChange>) -> Vec<Change> {
    let change = |change: TableChange| Change {
        twin: twin.to_owned(),
        table: change.table.to_string(),
        key: change.key.to_string(),
        before: change.before.map(|value| value.to_vec()),
        after: change.after.map(|value| value.to_vec()),
        event: change.event,
    };
    changes.into_iter().map(change).collect()
}

/// The stream of one twin in a trial.
pub(crate) fn twin_stream(seed: Seed, name: &str) -> RandomStream {
    RandomStream::new(seed.stream_key(&format!("twin/{name}")))
}

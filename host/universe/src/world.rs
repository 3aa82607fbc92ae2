//! The world: all twin state, randomness and the clock at one moment, as a value.

use crate::tables::Tables;
use glasshouse_model::{Change, Seed};
use glasshouse_sandbox::RandomStream;
use std::collections::BTreeMap;
use std::sync::Arc;

/// All state of one universe at one moment. A fork shares everything with the world that it came from.
#[derive(Debug, Clone)]
pub struct World {
    pub(crate) clock: u64,
    pub(crate) twins: BTreeMap<Arc<str>, TwinWorld>,
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
        Self { clock, twins: BTreeMap::new() }
    }

    /// The same world with a twin's tables in it.
    #[must_use]
    pub fn with_twin(mut self, name: &str, tables: Tables) -> Self {
        self.twins.insert(name.into(), TwinWorld { tables, random: twin_stream(Seed(0), name) });
        self
    }

    /// A world of its own for one trial: the same documents, random streams of the trial's seed, nothing changed yet.
    #[must_use]
    pub fn fork(&self, seed: Seed) -> Self {
        let fork = |(name, twin): (&Arc<str>, &TwinWorld)| {
            (name.clone(), TwinWorld { tables: twin.tables.fork(), random: twin_stream(seed, name) })
        };
        Self { clock: self.clock, twins: self.twins.iter().map(fork).collect() }
    }

    /// The time in nanoseconds since 1970.
    pub fn clock(&self) -> u64 {
        self.clock
    }

    /// How many documents all twins hold.
    pub fn documents(&self) -> usize {
        self.twins.values().map(|twin| twin.tables.documents()).sum()
    }

    /// What differs from the fork that this world began as, by twin, table and key.
    pub fn changes(&self) -> Vec<Change> {
        self.twins
            .iter()
            .flat_map(|(twin, world)| {
                world.tables.changes().into_iter().map(|change| Change {
                    twin: twin.to_string(),
                    table: change.table.to_string(),
                    key: change.key.to_string(),
                    before: change.before.map(|value| value.to_vec()),
                    after: change.after.map(|value| value.to_vec()),
                    event: change.event,
                })
            })
            .collect()
    }
}

/// The stream of one twin in a trial.
pub(crate) fn twin_stream(seed: Seed, name: &str) -> RandomStream {
    RandomStream::new(seed.stream_key(&format!("twin/{name}")))
}

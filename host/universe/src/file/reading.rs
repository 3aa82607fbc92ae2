//! From a file to its world. Whatever the bytes are, what comes back is a world or the first mistake with its place.

use super::WorldFileError;
use super::content::{CountsPart, DeliveriesPart, Documents, FaultsPart, Head, TwinPart};
use super::section::{Section, Sections};
use crate::faults::Faults;
use crate::operations::Counts;
use crate::outbox::Outbox;
use crate::past::{Past, Replaced};
use crate::tables::{LARGEST_TABLES, Tables};
use crate::world::{TwinWorld, World};
use rpds::RedBlackTreeMapSync as Map;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

impl World {
    /// Reads what [`Self::to_bytes`] writes.
    ///
    /// # Errors
    /// [`WorldFileError`] with the place of what is wrong: a byte that changed, an end that is missing, an order that
    /// no writer makes.
    pub fn from_bytes(file: &[u8]) -> Result<Self, WorldFileError> {
        let mut sections = Sections::new(file)?;
        let mut named = |name: &'static str| match sections.next()? {
            Some(section) if section.name == name => Ok(section),
            Some(section) => Err(section.misplaced("one of world, faults, counts, deliveries is missing")),
            None => Err(WorldFileError::Truncated { at: file.len() }),
        };
        let head: Head = named("world")?.read()?;
        let faults = faults(&named("faults")?)?;
        let counts = counts(&named("counts")?)?;
        let outbox = outbox(&named("deliveries")?)?;
        let twins = twins(&mut sections)?;
        Ok(Self { clock: head.clock, twins, outbox, faults, counts, digest: OnceLock::new() })
    }
}

fn faults(section: &Section<'_>) -> Result<Faults, WorldFileError> {
    let part: FaultsPart = section.read()?;
    let plan = serde_json::from_str(&part.plan).map_err(|error| section.wrong(error.to_string()))?;
    let met = part.met.into_iter().collect();
    Ok(Faults { plan: Arc::new(plan), since: part.since, met, stream: part.stream.into() })
}

fn counts(section: &Section<'_>) -> Result<Counts, WorldFileError> {
    let part: CountsPart<'_> = section.read()?;
    let unknown = part.iter().filter(|(_, is_known, ..)| !is_known).count() as u64;
    let one = |(twin, is_known, name, requests): (&str, bool, &str, u64)| {
        ((Arc::from(twin), is_known, Arc::from(name)), requests)
    };
    Ok(Counts { requests: part.into_iter().map(one).collect(), unknown })
}

fn outbox(section: &Section<'_>) -> Result<Outbox, WorldFileError> {
    let part: DeliveriesPart = section.read()?;
    let mut outbox = Outbox { next: part.next, ..Outbox::default() };
    for delivery in part.deliveries {
        let (due, waits) = ((delivery.due, delivery.number), delivery.waits_for_subject);
        let pending = delivery.pending().ok_or_else(|| section.wrong("a reason that is none".to_owned()))?;
        if !outbox.put_back(due, pending, waits) {
            return Err(section.wrong("more deliveries than can be pending".to_owned()));
        }
    }
    Ok(outbox)
}

/// Each twin, with the tables that follow it.
fn twins(sections: &mut Sections<'_>) -> Result<BTreeMap<Arc<str>, TwinWorld>, WorldFileError> {
    let mut twins: BTreeMap<Arc<str>, TwinWorld> = BTreeMap::new();
    let mut open: Option<OpenTwin> = None;
    while let Some(section) = sections.next()? {
        if section.name == "twin" {
            let part: TwinPart<'_> = section.read()?;
            if open.as_ref().is_some_and(|open| *open.name >= *part.name) {
                return Err(section.misplaced("twins stand in the order of their names"));
            }
            if let Some((name, twin)) = open.replace(OpenTwin::new(part)).map(OpenTwin::close) {
                twins.insert(name, twin);
            }
        } else if let Some(open) = &mut open
            && section.name.starts_with("table/")
        {
            open.table(&section)?;
        } else {
            return Err(section.misplaced("a twin or one of its tables is wanted"));
        }
    }
    twins.extend(open.map(OpenTwin::close));
    Ok(twins)
}

/// One table's documents by key.
type Rows = Map<Arc<str>, Arc<[u8]>>;

/// A twin whose tables are being read.
struct OpenTwin {
    name: Arc<str>,
    twin: TwinWorld,
    tables: Map<Arc<str>, Rows>,
    bytes: u64,
}

impl OpenTwin {
    fn new(part: TwinPart<'_>) -> Self {
        let sequences = part.sequences.into_iter().map(|(name, next)| (Arc::from(name), next)).collect();
        let replaced = part.replaced.into_iter().map(|replaced| {
            let place = (Arc::from(replaced.table), Arc::from(replaced.key));
            ((replaced.at, replaced.number), Replaced { place, before: replaced.before.map(Arc::from) })
        });
        let past = Past { keep: part.keep, next: part.next_replaced, replaced: replaced.collect() };
        let tables = Tables::read(Map::default(), sequences, past);
        let twin = TwinWorld { tables, random: part.random.into() };
        Self { name: part.name.into(), twin, tables: Map::default(), bytes: 0 }
    }

    fn table(&mut self, section: &Section<'_>) -> Result<(), WorldFileError> {
        let (table, documents): (&str, Documents<'_>) = section.read()?;
        let is_after = self.tables.last().is_none_or(|(last, _)| **last < *table);
        let is_sorted = documents.is_sorted_by(|(a, _), (b, _)| a < b);
        if !is_after || !is_sorted || documents.is_empty() {
            return Err(section.misplaced("tables and keys stand in order, and none is empty"));
        }
        let sizes = documents.iter().map(|(key, value)| (key.len() + value.len()) as u64);
        self.bytes = self.bytes.saturating_add(sizes.sum());
        if self.bytes > LARGEST_TABLES {
            return Err(section.wrong(format!("a twin's tables hold at most {LARGEST_TABLES} bytes")));
        }
        let documents = documents.into_iter().map(|(key, value)| (Arc::from(key), Arc::from(value)));
        self.tables.insert_mut(table.into(), documents.collect());
        Ok(())
    }

    fn close(self) -> (Arc<str>, TwinWorld) {
        let TwinWorld { tables, random } = self.twin;
        let tables = Tables::read(self.tables, tables.sequences, tables.past);
        (self.name, TwinWorld { tables, random })
    }
}

//! From a world to its file.

use super::content::{DeliveriesPart, DeliveryPart, Documents, FaultsPart, Head, ReplacedPart, TwinPart};
use super::section::Writer;
use crate::world::{TwinWorld, World};
use glasshouse_model::{Digest, FaultPlan};

impl World {
    /// The world as a file; the same world gives the same bytes on any machine.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut file = Writer::new();
        file.section("world", &Head { clock: self.clock });
        file.section("faults", &self.faults_part());
        let counts = self.counts.requests.iter();
        let counts: Vec<_> = counts.map(|((twin, known, name), n)| (&**twin, *known, &**name, *n)).collect();
        file.section("counts", &counts);
        file.section("deliveries", &self.deliveries_part());
        for (name, twin) in &self.twins {
            write_twin(&mut file, name, twin);
        }
        file.finish()
    }

    /// The digest of [`Self::to_bytes`], which names the file.
    pub fn digest(&self) -> Digest {
        *self.digest.get_or_init(|| Digest::of(&self.to_bytes()))
    }

    fn faults_part(&self) -> FaultsPart {
        let faults = &self.faults;
        FaultsPart {
            plan: plan_text(&faults.plan),
            since: faults.since,
            met: faults.met.iter().map(|(rule, met)| (*rule, *met)).collect(),
            stream: (&faults.stream).into(),
        }
    }

    fn deliveries_part(&self) -> DeliveriesPart {
        let waiting = self.outbox.waiting.iter().map(|(due, pending)| DeliveryPart::new(*due, true, pending));
        let pending =
            self.outbox.pending.iter().map(|(due, pending)| DeliveryPart::new(*due, false, pending));
        DeliveriesPart { next: self.outbox.next, deliveries: waiting.chain(pending).collect() }
    }
}

/// A plan as JSON. Rules are texts and finite numbers, which JSON always has.
fn plan_text(plan: &FaultPlan) -> String {
    serde_json::to_string(plan).unwrap_or_default()
}

fn write_twin(file: &mut Writer, name: &str, twin: &TwinWorld) {
    let tables = &twin.tables;
    let replaced = tables.past.replaced.iter().map(|((at, number), replaced)| ReplacedPart {
        at: *at,
        number: *number,
        table: &replaced.place.0,
        key: &replaced.place.1,
        before: replaced.before.as_deref(),
    });
    let part = TwinPart {
        name,
        random: (&twin.random).into(),
        sequences: tables.sequences.iter().map(|(name, next)| (&**name, *next)).collect(),
        keep: tables.past.keep,
        next_replaced: tables.past.next,
        replaced: replaced.collect(),
    };
    file.section("twin", &part);
    // A table that was emptied is one that was never written.
    for (table, documents) in tables.tables.iter().filter(|(_, documents)| !documents.is_empty()) {
        let documents: Documents<'_> = documents.iter().map(|(key, value)| (&**key, &**value)).collect();
        file.section(&format!("table/{table}"), &(&**table, documents));
    }
}

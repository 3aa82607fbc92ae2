//! The worlds before and after a trial, as judges read them.

use crate::world::World;
use glasshouse_sandbox::{Document, Entry, Moment, Outcome, Scan, State};

/// Two worlds of one trial. A clone costs the same however large they are.
#[derive(Debug, Clone)]
pub struct WorldPair {
    /// As it was when the subject began.
    pub before: World,
    /// As it was when the subject had ended.
    pub after: World,
}

impl WorldPair {
    fn tables(&self, moment: Moment, twin: &str) -> Option<&crate::Tables> {
        let world = match moment {
            Moment::Before => &self.before,
            Moment::After => &self.after,
        };
        world.twins.get(twin).map(|twin| &twin.tables)
    }
}

impl Outcome for WorldPair {
    fn get(&self, moment: Moment, twin: &str, table: &str, key: &str) -> Option<Document> {
        self.tables(moment, twin)?.get(table, key)
    }

    fn scan(&self, moment: Moment, twin: &str, table: &str, scan: Scan<'_>) -> Vec<Entry> {
        self.tables(moment, twin).map_or_else(Vec::new, |tables| tables.scan(table, scan))
    }
}

//! `outcome`: what a finished trial changed. Judges only.

use super::state::{Document, Entry, Scan, lowered};
use super::trajectory::MOST_ITEMS;
use super::{Host, Interface, Order, given};
use crate::bindings::host::glasshouse::capability::outcome as wit;
use crate::error::HostFault;
use wit::Moment;

/// The two worlds of a finished trial.
pub trait Outcome: Send {
    /// The document under a key of a twin's table.
    fn get(&self, moment: Moment, twin: &str, table: &str, key: &str) -> Option<Document>;

    /// The entries of a range of keys in a twin's table.
    fn scan(&self, moment: Moment, twin: &str, table: &str, scan: Scan<'_>) -> Vec<Entry>;
}

impl wit::Host for Host {
    fn count(&mut self) -> wasmtime::Result<u64> {
        self.enter(Interface::Outcome)?;
        Ok(shown(self.changed()?).count() as u64)
    }

    fn changes(&mut self, first: u64, limit: u32) -> wasmtime::Result<Vec<wit::Change>> {
        self.enter(Interface::Outcome)?;
        let first = usize::try_from(first).unwrap_or(usize::MAX);
        Ok(shown(self.changed()?)
            .skip(first)
            .take(limit.min(MOST_ITEMS) as usize)
            .map(|change| wit::Change {
                twin: change.twin.clone(),
                table: change.table.clone(),
                key: change.key.clone(),
                before: change.before.clone(),
                after: change.after.clone(),
                event: change.event,
            })
            .collect())
    }

    fn get(
        &mut self,
        moment: Moment,
        twin: String,
        table: String,
        key: String,
    ) -> wasmtime::Result<Option<Vec<u8>>> {
        self.enter(Interface::Outcome)?;
        let outcome = given(self.outcome.as_mut(), "outcome")?;
        Ok(outcome.get(moment, &twin, &table, &key).map(|value| value.to_vec()))
    }

    fn scan(
        &mut self,
        moment: Moment,
        twin: String,
        table: String,
        range: wit::Range,
        limit: u32,
        order: Order,
    ) -> wasmtime::Result<Vec<wit::Entry>> {
        self.enter(Interface::Outcome)?;
        let scan = Scan::asked(&range, limit, order);
        let entries = given(self.outcome.as_mut(), "outcome")?.scan(moment, &twin, &table, scan);
        Ok(entries.into_iter().map(lowered).collect())
    }
}

/// What begins the names of tables in which a twin keeps its own books: how full the windows of its rate limits are, say.
/// They are part of the world and of the record, and no effect of the subject on what the service holds.
const BOOKS: char = '_';

/// Whether a table of a twin is one of those.
pub fn is_own_book(table: &str) -> bool {
    table.starts_with(BOOKS)
}

/// The changes that judges are shown.
fn shown(changes: &[glasshouse_model::Change]) -> impl Iterator<Item = &glasshouse_model::Change> {
    changes.iter().filter(|change| !is_own_book(&change.table))
}

impl Host {
    fn changed(&self) -> wasmtime::Result<&[glasshouse_model::Change]> {
        match &self.trajectory {
            Some(trajectory) => Ok(&trajectory.changes),
            None => Err(wasmtime::Error::new(HostFault::NotGiven("trajectory"))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_twins_own_books_are_no_change() {
        let change = |table: &str| glasshouse_model::Change {
            twin: "slack".to_owned(),
            table: table.to_owned(),
            key: "k".to_owned(),
            before: None,
            after: Some(Vec::new()),
            event: None,
        };
        let changes = [change("_rate"), change("messages"), change("_"), change("rate_limits")];
        let tables: Vec<_> = shown(&changes).map(|change| change.table.as_str()).collect();
        assert_eq!(tables, ["messages", "rate_limits"]);
    }
}

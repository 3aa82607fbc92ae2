//! The tables in which a twin keeps its own books: they are no effect of a request, so they have no past, and a request that
//! is answered from the past is noted in them as any other.

use crate::journal::Place;
use crate::tables::Tables;
use glasshouse_sandbox::{State as _, is_own_book};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Tables {
    /// Takes up what others of the same twin hold in its own books, in their turn.
    pub(crate) fn take_books(&mut self, other: &Self) {
        (self.turn, self.now) = (other.turn, other.now);
        let places: BTreeSet<Place> = [&*self, other].into_iter().flat_map(Self::in_books).collect();
        for (table, key) in places {
            match other.get(&table, &key) {
                Some(document) if self.get(&table, &key).is_some_and(|own| Arc::ptr_eq(&own, &document)) => {}
                // The others had room for it beside as much.
                Some(document) => drop(self.put(&table, &key, document)),
                None => {
                    self.delete(&table, &key);
                }
            }
        }
    }

    fn in_books(&self) -> impl Iterator<Item = Place> {
        let books = self.tables.iter().filter(|(table, _)| is_own_book(table));
        books.flat_map(|(table, documents)| documents.keys().map(|key| (table.clone(), key.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::writes::Turn;

    #[test]
    fn own_books_have_no_past_and_go_from_one_to_the_other() {
        let mut present = Tables::default();
        present.past.keep(10);
        let put = |tables: &mut Tables, table: &str, key: &str| {
            tables.put(table, key, b"1".as_slice().into()).unwrap();
        };
        put(&mut present, "t", "a");
        put(&mut present, "_rate", "old");
        present.begin_turn(Turn::default(), 20);
        put(&mut present, "t", "b");
        put(&mut present, "_rate", "new");
        let mut then = present.as_of(15);
        assert_eq!((then.count("t"), then.count("_rate"), then.writes()), (1, 2, present.writes()));
        then.begin_turn(Turn::default(), 30);
        put(&mut then, "_rate", "newer");
        then.delete("_rate", "old");
        assert_eq!(then.writes(), present.writes());
        present.take_books(&then);
        let keys = |tables: &Tables| tables.tables.get("_rate").unwrap().keys().cloned().collect::<Vec<_>>();
        assert_eq!((keys(&present), present.count("t")), (vec!["new".into(), "newer".into()], 2));
        assert_eq!(present.changes().len(), 4);
    }
}

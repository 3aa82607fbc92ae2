//! Configuration that no issue reads, kept as JSON documents. What a new site has of a kind is derived from the other
//! documents when somebody asks, and written down when somebody changes it: seeding a site costs nothing for it.

use serde_json::{Value, json};
use twin_sdk::{Table, TableError};

use crate::state::State;

/// What stands in the place of a document that a new site has and this one has no more.
const GONE: &str = "_gone";

/// How many digits the ids have that are derived from another document's; nothing else is ever given one of those.
const DERIVED: usize = 7;

/// What a new site has of a kind.
type Given = fn(&mut State<'_>) -> Result<Vec<Value>, TableError>;

/// One kind of document; each has its id as text in `id`.
pub(crate) struct Kind {
    table: Table<Value>,
    name: &'static str,
    given: Given,
}

/// The id of a document, which is a text or a number.
pub(crate) fn id_of(document: &Value) -> String {
    text_of(document, "id")
}

/// A member of a document as text; empty where there is none.
pub(crate) fn text_of(document: &Value, name: &str) -> String {
    document.get(name).and_then(crate::args::scalar).unwrap_or_default()
}

/// A number as the service writes ids that are numbers; a text that is none stays.
pub(crate) fn number(id: &str) -> Value {
    id.parse::<i64>().map_or_else(|_| json!(id), |number| json!(number))
}

/// Sorts ids by number, and those that are none behind them.
fn order(id: &str) -> (i64, String) {
    (id.parse().unwrap_or(i64::MAX), id.to_owned())
}

impl Kind {
    /// A kind of which a new site has nothing; the name is that of its table and of its ids.
    pub(crate) const fn empty(name: &'static str) -> Self {
        Self { table: Table::new(name), name, given: |_| Ok(Vec::new()) }
    }

    /// A kind of which a new site has something.
    pub(crate) const fn given(name: &'static str, given: Given) -> Self {
        Self { table: Table::new(name), name, given }
    }

    /// Every document, by id.
    pub(crate) fn all(&'static self, state: &mut State<'_>) -> Result<Vec<Value>, TableError> {
        let mut all = state.all(&self.table)?;
        for document in (self.given)(state)? {
            if !all.iter().any(|held| id_of(held) == id_of(&document)) {
                all.push(document);
            }
        }
        all.retain(|document| document.get(GONE).is_none());
        all.sort_by_cached_key(|document| order(&id_of(document)));
        Ok(all)
    }

    /// One document.
    pub(crate) fn get(&'static self, state: &mut State<'_>, id: &str) -> Result<Option<Value>, TableError> {
        if let Some(held) = state.get(&self.table, id)? {
            return Ok(held.get(GONE).is_none().then_some(held));
        }
        Ok((self.given)(state)?.into_iter().find(|document| id_of(document) == id))
    }

    /// Writes a document under its id.
    pub(crate) fn put(&'static self, state: &mut State<'_>, document: &Value) -> Result<(), TableError> {
        state.put(&self.table, &id_of(document), document)
    }

    /// Removes a document.
    pub(crate) fn remove(&'static self, state: &mut State<'_>, id: &str) -> Result<(), TableError> {
        state.delete(&self.table, id);
        if (self.given)(state)?.iter().any(|document| id_of(document) == id) {
            state.put(&self.table, id, &json!({"id": id, GONE: true}))?;
        }
        Ok(())
    }

    /// The id of a new document.
    pub(crate) fn next_id(&'static self, state: &mut State<'_>) -> Result<String, TableError> {
        for document in (self.given)(state)? {
            let id = id_of(&document);
            if id.len() < DERIVED {
                state.claim_id(self.name, &id)?;
            }
        }
        state.next_id(self.name)
    }
}

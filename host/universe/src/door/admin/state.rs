//! What the twins' tables hold.

use super::reply::{Refused, document, done};
use super::{Admin, Call};
use crate::door::exchange::Answer;
use crate::tables::Tables;
use glasshouse_sandbox::{Order, Scan, State as _};
use hyper::StatusCode;
use serde_json::{Map, Value, json};

/// Documents of one answer where nothing else is asked for.
const PAGE: usize = 1_000;
/// Most documents of one answer.
const LARGEST_PAGE: usize = 10_000;

impl Admin {
    pub(super) async fn state(&self, call: &Call) -> Result<Answer, Refused> {
        let world = self.world().await?;
        let tables = |twin: &str| world.tables(twin).ok_or_else(|| self.no_twin(twin));
        let Some(twin) = call.get("twin") else {
            let all = self
                .universe
                .twins()
                .iter()
                .filter_map(|twin| Some((twin.name().to_owned(), overview(world.tables(twin.name())?))));
            return Ok(done(&json!({ "twins": all.collect::<Map<_, _>>() })));
        };
        let tables = tables(twin)?;
        match call.get("table") {
            None => Ok(done(&json!({ "twin": twin, "tables": overview(tables) }))),
            Some(table) => page(tables, twin, table, call),
        }
    }

    fn no_twin(&self, name: &str) -> Refused {
        let names: Vec<_> = self.universe.twins().iter().map(|twin| twin.name()).collect();
        let what = format!("there is no twin `{}`", name.escape_debug());
        Refused::new(StatusCode::NOT_FOUND, what, format!("one of: {}", names.join(", ")))
    }
}

/// Tables with their numbers of documents.
fn overview(tables: &Tables) -> Value {
    tables.names().map(|name| (name.to_owned(), json!(tables.count(name)))).collect::<Map<_, _>>().into()
}

fn page(tables: &Tables, twin: &str, table: &str, call: &Call) -> Result<Answer, Refused> {
    if !tables.names().any(|name| name == table) {
        let names = tables.names().collect::<Vec<_>>().join(", ");
        let what = format!("`{twin}` has no table `{}`", table.escape_debug());
        return Err(Refused::new(StatusCode::NOT_FOUND, what, format!("one of: {names}")));
    }
    let limit = match call.get("limit").map(str::parse) {
        None => PAGE,
        Some(Ok(limit @ 1..=LARGEST_PAGE)) => limit,
        Some(_) => {
            return Err(Refused::mistake(
                "`limit` cannot be used",
                format!("a number from 1 to {LARGEST_PAGE}"),
            ));
        }
    };
    let scan = Scan { start: call.get("from"), end: None, limit: limit + 1, order: Order::Ascending };
    let mut entries = tables.scan(table, scan);
    let next = entries.get(limit).map(|(key, _)| key.to_string());
    entries.truncate(limit);
    let documents: Map<_, _> =
        entries.into_iter().map(|(key, value)| (key.to_string(), document(&value))).collect();
    Ok(done(&json!({ "twin": twin, "table": table, "documents": documents, "next": next })))
}

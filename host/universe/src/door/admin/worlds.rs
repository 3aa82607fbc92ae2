//! Going back and forth between worlds: the seeded one, points with names, and files.

use super::Admin;
use super::reply::{Refused, document, done, sent};
use crate::door::exchange::Answer;
use crate::world::World;
use hyper::StatusCode;
use hyper::header::{CONTENT_DISPOSITION, HeaderValue};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The point that every reset goes back to. It is always there.
const SEEDED: &str = "seeded";
/// Points that are kept. Each costs what the world changed after it.
const MOST_POINTS: usize = 100;
/// Longest name of a point.
const LONGEST_NAME: usize = 64;
/// Changes that one answer shows.
const MOST_CHANGES: usize = 10_000;

/// Worlds by name.
pub(super) struct Points(Mutex<BTreeMap<String, World>>);

impl Points {
    pub(super) fn new(seeded: World) -> Self {
        Self(Mutex::new(BTreeMap::from([(SEEDED.to_owned(), seeded)])))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, World>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, name: &str) -> Result<World, Refused> {
        let points = self.lock();
        points.get(name).cloned().ok_or_else(|| {
            let names = points.keys().cloned().collect::<Vec<_>>().join(", ");
            let what = format!("there is no point `{}`", name.escape_debug());
            Refused::new(
                StatusCode::NOT_FOUND,
                what,
                format!("points: {names}; POST /fork?name=... makes one"),
            )
        })
    }

    fn keep(&self, name: &str, world: World) -> Result<(), Refused> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        if name.is_empty() || name.len() > LONGEST_NAME || !name.chars().all(is_plain) || name == SEEDED {
            let next = format!(
                "1 to {LONGEST_NAME} letters, digits, dots, hyphens and underscores, and not `{SEEDED}`"
            );
            return Err(Refused::mistake("that is no name for a point", next));
        }
        let mut points = self.lock();
        if points.len() >= MOST_POINTS && !points.contains_key(name) {
            let what = format!("{MOST_POINTS} points are kept, the most there can be");
            return Err(Refused::new(StatusCode::CONFLICT, what, "DELETE /points?name=... forgets one"));
        }
        points.insert(name.to_owned(), world);
        Ok(())
    }

    pub(super) fn forget(&self, name: &str) -> Result<(), Refused> {
        if name == SEEDED {
            return Err(Refused::mistake("the seeded world stays", "name another point"));
        }
        self.get(name)?;
        self.lock().remove(name);
        Ok(())
    }

    pub(super) fn list(&self) -> Value {
        let points = self.lock();
        let points: BTreeMap<_, _> =
            points.iter().map(|(name, world)| (name, json!({ "documents": world.documents() }))).collect();
        json!({ "points": points })
    }
}

impl Admin {
    pub(super) async fn reset(&self) -> Result<Answer, Refused> {
        self.restore_point(SEEDED).await
    }

    pub(super) async fn restore_point(&self, name: &str) -> Result<Answer, Refused> {
        let documents = self.go_on_from(self.points.get(name)?).await?;
        Ok(done(&json!({ "restored": name, "documents": documents })))
    }

    /// How many documents the world has.
    async fn go_on_from(&self, world: World) -> Result<usize, Refused> {
        let documents = world.documents();
        let restored = self.universe.with(move |universe| universe.restore(world)).await;
        restored.map_err(Refused::ended)?.map_err(Refused::ended)?;
        Ok(documents)
    }

    pub(super) async fn fork(&self, name: &str) -> Result<Answer, Refused> {
        let world = self.world().await?;
        let documents = world.documents();
        self.points.keep(name, world)?;
        Ok(done(&json!({ "forked": name, "documents": documents })))
    }

    pub(super) async fn world(&self) -> Result<World, Refused> {
        self.universe.with(|universe| universe.world()).await.map_err(Refused::ended)
    }

    pub(super) async fn snapshot(&self) -> Result<Answer, Refused> {
        let world = self.world().await?;
        let file = tokio::task::spawn_blocking(move || world.to_bytes()).await.map_err(Refused::ended)?;
        let mut answer = sent(file, HeaderValue::from_static("application/octet-stream"));
        let name = HeaderValue::from_static("attachment; filename=\"world.glasshouse\"");
        answer.headers_mut().insert(CONTENT_DISPOSITION, name);
        Ok(answer)
    }

    pub(super) async fn load(&self, file: &bytes::Bytes) -> Result<Answer, Refused> {
        let file = file.clone();
        let read =
            tokio::task::spawn_blocking(move || World::from_bytes(&file)).await.map_err(Refused::ended)?;
        let next = "send a file of GET /snapshot as the body, with curl --data-binary @FILE for example";
        let world = read.map_err(|error| Refused::mistake(error.to_string(), next))?;
        let documents = self.go_on_from(world).await?;
        Ok(done(&json!({ "loaded": true, "documents": documents })))
    }

    pub(super) async fn diff(&self, from: Option<&str>) -> Result<Answer, Refused> {
        let from = from.unwrap_or(SEEDED);
        let before = self.points.get(from)?;
        let changes = self.world().await?.diff(&before);
        let shown: Vec<_> = changes
            .iter()
            .take(MOST_CHANGES)
            .map(|change| {
                json!({
                    "twin": change.twin,
                    "table": change.table,
                    "key": change.key,
                    "before": change.before.as_deref().map(document),
                    "after": change.after.as_deref().map(document),
                })
            })
            .collect();
        let left_off = changes.len() - shown.len();
        Ok(done(&json!({ "from": from, "changes": shown, "left_off": left_off })))
    }
}

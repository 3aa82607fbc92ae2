//! What a twin that means it no good can do to worlds: its own after it broke, and another's.

use super::cases::Outcome;
use super::ground::{Ground, START};
use anyhow::bail;
use glasshouse_model::Seed;
use glasshouse_sandbox::Request;
use glasshouse_universe::{Universe, World};
use std::slice;

/// A GET of the breaking twin: the answer's status and body.
fn get(universe: &mut Universe, path: &str) -> anyhow::Result<(u16, String)> {
    let request = Request {
        method: "GET".to_owned(),
        url: format!("https://breaking.example{path}"),
        headers: Vec::new(),
        body: Vec::new(),
    };
    match universe.send(Some(0), &request)?.answer {
        Ok(response) => Ok((response.status, String::from_utf8_lossy(&response.body).into_owned())),
        Err(error) => bail!("{path}: {error:?}"),
    }
}

pub(super) const HALF_WRITE: &str = "leaves its tables as they were, and answers again";

/// A panic after the first of the twin's writes.
pub(super) fn half_write(ground: &Ground) -> anyhow::Result<Outcome> {
    let twin = ground.breaking_twin()?;
    let mut universe = Ground::universe(slice::from_ref(&twin), World::empty(START))?;
    let (status, _) = get(&mut universe, "/write")?;
    let (_, count) = get(&mut universe, "/count")?;
    let changes = universe.close().changes().len();
    Ok(if (status, count.as_str(), changes) == (500, "0", 0) {
        Outcome::held(HALF_WRITE)
    } else {
        Outcome::broken(format!("answers {status}; counts {count}; leaves {changes} changes"))
    })
}

pub(super) const FORK: &str = "is seen in its own fork alone";

/// Two forks of one world that live side by side, and a third made after the write.
pub(super) fn fork(ground: &Ground) -> anyhow::Result<Outcome> {
    let twin = ground.breaking_twin()?;
    let twins = slice::from_ref(&twin);
    let world = Ground::universe(twins, World::empty(START))?.close();
    let mut writing = Ground::universe(twins, world.fork(Seed(1)))?;
    let mut reading = Ground::universe(twins, world.fork(Seed(2)))?;
    get(&mut writing, "/keep")?;
    let mut later = Ground::universe(twins, world.fork(Seed(3)))?;
    let mut counts = Vec::new();
    for universe in [&mut writing, &mut reading, &mut later] {
        counts.push(get(universe, "/count")?.1);
    }
    Ok(if counts == ["1", "0", "0"] {
        Outcome::held(FORK)
    } else {
        Outcome::broken(format!("the forks count {}", counts.join(", ")))
    })
}

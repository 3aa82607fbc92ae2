//! The numbers that the site gives away: ids by kind, ranks, and numbers of issues.

use twin_sdk::TableError;

use crate::entities::Project;

use super::{COUNTERS, State, UPCOMING};

/// The first id of most kinds.
const FIRST_ID: u64 = 10_000;

/// The text of a rank: the number in base 36.
fn rank(number: u64) -> String {
    let mut digits = Vec::new();
    let mut rest = number;
    for _ in 0..5 {
        digits.push(char::from_digit(u32::try_from(rest % 36).unwrap_or_default(), 36).unwrap_or('0'));
        rest /= 36;
    }
    let digits: String = digits.iter().rev().collect();
    format!("0|i{digits}:")
}

impl State<'_> {
    /// The next id of a kind, never given before.
    pub(crate) fn next_id(&mut self, kind: &str) -> Result<String, TableError> {
        let newest = COUNTERS.get(self.host, kind)?;
        let id = match self.take_upcoming(kind)? {
            Some(id) => id,
            None => newest.map_or(FIRST_ID, |newest| newest.saturating_add(1)),
        };
        COUNTERS.put(self.host, kind, &id.max(newest.unwrap_or_default()))?;
        Ok(id.to_string())
    }

    /// The next id of a kind of which a new site has some: above the newest of those.
    pub(crate) fn next_id_above(&mut self, kind: &str, newest: u64) -> Result<u64, TableError> {
        self.claim_id(kind, &newest.to_string())?;
        Ok(self.next_id(kind)?.parse().unwrap_or_default())
    }

    /// The rank of a new issue, behind all that were there before. Ranks leave room for others between them.
    pub(crate) fn next_rank(&mut self) -> Result<String, TableError> {
        const FIRST: u64 = 7;
        const STEP: u64 = 8;
        let newest = COUNTERS.get(self.host, "rank")?;
        let number = match self.take_upcoming("rank")? {
            Some(number) => number,
            None => newest.map_or(FIRST, |newest| newest.saturating_add(STEP)),
        };
        COUNTERS.put(self.host, "rank", &number.max(newest.unwrap_or_default()))?;
        Ok(rank(number))
    }

    /// The number of a project's next issue.
    pub(crate) fn next_number(&mut self, project: &Project) -> Result<u64, TableError> {
        let upcoming = self.take_upcoming(&project.key)?;
        Ok(upcoming.unwrap_or(project.last_number.saturating_add(1)))
    }

    /// Says what the site gives away next of a kind: other people use it too, so that its ids leap.
    pub(crate) fn put_upcoming(&mut self, kind: &str, ids: &Vec<u64>) -> Result<(), TableError> {
        UPCOMING.put(self.host, kind, ids).map(drop)
    }

    /// The newest id of a kind, or the newest number of a project's issues.
    pub(crate) fn newest(&mut self, kind: &str) -> Result<u64, TableError> {
        match self.project(kind)? {
            Some(project) => Ok(project.last_number),
            None => Ok(COUNTERS.get(self.host, kind)?.unwrap_or_default()),
        }
    }

    fn take_upcoming(&mut self, kind: &str) -> Result<Option<u64>, TableError> {
        let Some(mut left) = UPCOMING.get(self.host, kind)? else { return Ok(None) };
        if left.is_empty() {
            return Ok(None);
        }
        let next = left.remove(0);
        self.put_upcoming(kind, &left)?;
        Ok(Some(next))
    }

    /// Keeps an id from being given again.
    pub(crate) fn claim_id(&mut self, kind: &str, id: &str) -> Result<(), TableError> {
        let Ok(id) = id.parse::<u64>() else { return Ok(()) };
        let newest = COUNTERS.get(self.host, kind)?;
        if newest.is_none_or(|newest| newest < id) && (newest.is_some() || id >= FIRST_ID) {
            COUNTERS.put(self.host, kind, &id)?;
        }
        Ok(())
    }
}

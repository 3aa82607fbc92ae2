//! What came through the doors.

use super::Admin;
use super::reply::{Refused, done};
use crate::door::exchange::Answer;
use serde_json::json;

impl Admin {
    pub(super) async fn requests(&self, after: Option<&str>) -> Result<Answer, Refused> {
        let after = match after.map(str::parse) {
            None => 0,
            Some(Ok(number)) => number,
            Some(Err(_)) => {
                return Err(Refused::mistake("`after` is no number", "the `number` of a request"));
            }
        };
        let counts = self.universe.with(|universe| universe.counts()).await.map_err(Refused::ended)?;
        let operations: Vec<_> = counts
            .iter()
            .map(|count| {
                json!({
                    "twin": count.twin,
                    "operation": count.operation,
                    "known": count.is_known,
                    "requests": count.requests,
                })
            })
            .collect();
        let unknown: u64 = counts.iter().filter(|count| !count.is_known).map(|count| count.requests).sum();
        let record = self.universe.record();
        Ok(done(&json!({
            "requests": record.after(after),
            "counted": record.counted(),
            "operations": operations,
            "unknown_operations": unknown,
        })))
    }
}

//! Estimates and spent time, as an issue shows them.

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::entities::{Issue, IssueHead};
use crate::moment;

/// How far the work is.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Progress {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) percent: Option<u64>,
    pub(super) progress: u64,
    pub(super) total: u64,
}

/// Estimated and spent time, in seconds.
#[derive(Clone, Copy)]
pub(super) struct Time {
    pub(super) original: Option<u64>,
    pub(super) remaining: Option<u64>,
    pub(super) spent: Option<u64>,
}

impl Time {
    pub(super) fn of(issue: &Issue) -> Self {
        Self {
            original: issue.original_estimate,
            remaining: issue.remaining_estimate,
            spent: issue.time_spent,
        }
    }

    /// Of an issue as others show it.
    pub(super) fn of_head(issue: &IssueHead) -> Self {
        Self {
            original: issue.original_estimate,
            remaining: issue.remaining_estimate,
            spent: issue.time_spent,
        }
    }

    pub(super) fn plus(self, other: &Self) -> Self {
        let sum = |one: Option<u64>, other: Option<u64>| match (one, other) {
            (None, None) => None,
            (one, other) => Some(one.unwrap_or(0).saturating_add(other.unwrap_or(0))),
        };
        Self {
            original: sum(self.original, other.original),
            remaining: sum(self.remaining, other.remaining),
            spent: sum(self.spent, other.spent),
        }
    }

    /// Percent of the original estimate; -1 without one.
    pub(super) fn ratio(self) -> i64 {
        match self.original {
            None | Some(0) => -1,
            Some(original) => {
                let percent = self.spent.unwrap_or(0).saturating_mul(100) / original;
                i64::try_from(percent).unwrap_or(i64::MAX)
            }
        }
    }

    pub(super) fn progress(self) -> Progress {
        let progress = self.spent.unwrap_or(0);
        let total = progress.saturating_add(self.remaining.unwrap_or(0));
        Progress { percent: progress.saturating_mul(100).checked_div(total), progress, total }
    }

    pub(super) fn tracking(self) -> Value {
        let mut shown = Map::new();
        let parts = [
            ("originalEstimate", self.original),
            ("remainingEstimate", self.remaining),
            ("timeSpent", self.spent),
        ];
        for (name, seconds) in parts {
            if let Some(seconds) = seconds {
                shown.insert(name.to_owned(), json!(moment::show_work(seconds)));
                shown.insert(format!("{name}Seconds"), json!(seconds));
            }
        }
        Value::Object(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_time_than_there_is_has_its_percentages_too() {
        let time = |spent| Time { original: Some(60), remaining: Some(u64::MAX), spent: Some(spent) };
        assert_eq!(time(0).progress().percent, Some(0));
        assert_eq!(time(u64::MAX).progress().total, u64::MAX);
        assert_eq!(time(u64::MAX).plus(&time(1)).progress().percent, Some(1));
        assert_eq!(time(u64::MAX).ratio(), i64::try_from(u64::MAX / 60).unwrap());
    }
}

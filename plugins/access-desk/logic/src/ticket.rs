//! What the desk keeps with a request's issue, as the property.

use serde::{Deserialize, Serialize};

/// A request that may be granted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Where it was asked: the channel and the thread.
    pub channel: String,
    /// The `ts` of the request.
    pub thread: String,
    /// The desk's own id in Slack.
    pub desk: String,
    /// Who asked, by the id in Slack.
    pub asked_by: String,
    /// Whom it is for.
    pub person: Holder,
    /// What is asked for.
    pub group: Group,
    /// For how long, in seconds.
    pub seconds: u64,
    /// Who may decide.
    pub deciders: Vec<Decider>,
    /// When the last of them was asked, in seconds since 1970.
    pub asked_at: u64,
    /// Whether the deputy was asked because nobody answered.
    pub escalated: bool,
    /// What was decided. It is on record before anything is done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
}

/// Whom access is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// Id in Slack.
    pub slack: String,
    /// Id in Okta.
    pub okta: String,
    /// For people.
    pub name: String,
}

/// Who may decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decider {
    /// Id in Slack.
    pub slack: String,
    /// For people.
    pub name: String,
}

/// A group of Okta's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// `00g` and more.
    pub id: String,
    /// For people.
    pub name: String,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// Access until a moment, in seconds since 1970.
    Granted {
        /// By whom.
        by: Decider,
        /// Until when.
        until: u64,
    },
    /// No access.
    Declined {
        /// By whom; none where nobody did.
        by: Option<Decider>,
        /// Why, for people.
        why: String,
    },
}

impl Ticket {
    /// A word by which the open issue for a person and a group is found.
    pub(crate) fn label(person: &str, group: &str) -> String {
        format!("{person}_{group}")
    }

    /// One of those who may decide, by the id in Slack.
    pub(crate) fn decider(&self, slack: &str) -> Option<&Decider> {
        self.deciders.iter().find(|decider| decider.slack == slack)
    }

    /// When access ends, if it was granted.
    pub fn until(&self) -> Option<u64> {
        match self.decision {
            Some(Decision::Granted { until, .. }) => Some(until),
            _ => None,
        }
    }
}

//! Conditions on what a field holds.

use serde_json::Value;
use twin_sdk::TableError;

use crate::args::scalar;
use crate::entities::Issue;
use crate::state::{LINKS, State, WORKLOGS};

use super::super::field::{Field, Nature};
use super::super::plan::Plan;
use super::super::values::{sizes, texts};

impl Plan {
    /// Whether the field holds one of the ids, or nothing where that is asked for.
    pub(super) fn holds(
        &self,
        state: &mut State<'_>,
        issue: &Issue,
        field: &Field,
        ids: &[String],
        empty: bool,
        negative: bool,
    ) -> Result<bool, TableError> {
        let is_there = match field.nature() {
            Nature::Words => !texts(state, issue, field)?.is_empty(),
            Nature::Moment | Nature::Number => !sizes(state, issue, field)?.is_empty(),
            _ => {
                let held = self.ids(state, issue, field)?;
                let any = held.iter().any(|id| ids.contains(id));
                // A field without a value is not unequal to anything but EMPTY.
                return Ok(if negative {
                    !any && !held.is_empty()
                } else {
                    any || (empty && held.is_empty())
                });
            }
        };
        Ok(is_there == negative)
    }

    /// What an issue holds in a field that is compared by what it is.
    pub(super) fn ids(
        &self,
        state: &mut State<'_>,
        issue: &Issue,
        field: &Field,
    ) -> Result<Vec<String>, TableError> {
        let one = |id: &Option<String>| id.iter().cloned().collect::<Vec<_>>();
        Ok(match field {
            Field::Project => vec![issue.project.clone()],
            Field::IssueType => vec![issue.issue_type.clone()],
            Field::Status => vec![issue.status.clone()],
            Field::StatusCategory => self.categories.get(&issue.status).cloned().into_iter().collect(),
            Field::Priority => one(&issue.priority),
            Field::Resolution => one(&issue.resolution),
            Field::Assignee => one(&issue.assignee),
            Field::Reporter => one(&issue.reporter),
            Field::Creator => vec![issue.creator.clone()],
            Field::Watcher => issue.watchers.clone(),
            Field::Voter => issue.voters.clone(),
            Field::WorklogAuthor => {
                state.of_issue(&WORKLOGS, &issue.id)?.into_iter().map(|worklog| worklog.author).collect()
            }
            Field::Labels => issue.labels.clone(),
            Field::Component => issue.components.clone(),
            Field::FixVersion => issue.fix_versions.clone(),
            Field::AffectedVersion => issue.versions.clone(),
            Field::Parent => one(&issue.parent),
            Field::Issue => vec![issue.id.clone()],
            Field::Sprint => issue.sprints.clone(),
            Field::Attachments => issue.attachments.clone(),
            Field::LinkType => link_ends(state, issue)?,
            Field::Custom(custom) => match issue.custom.get(&custom.id) {
                None | Some(Value::Null) => Vec::new(),
                Some(Value::Array(items)) => items.iter().filter_map(scalar).collect(),
                Some(single) => vec![scalar(single).unwrap_or_else(|| single.to_string())],
            },
            _ => Vec::new(),
        })
    }
}

/// The ends at which an issue stands, as `TYPE/outward` and `TYPE/inward`.
fn link_ends(state: &mut State<'_>, issue: &Issue) -> Result<Vec<String>, TableError> {
    let mut ends = Vec::new();
    for id in &issue.links {
        if let Some(link) = state.get(&LINKS, id)? {
            let side = if link.inward == issue.id { "outward" } else { "inward" };
            ends.push(format!("{}/{side}", link.kind));
        }
    }
    Ok(ends)
}

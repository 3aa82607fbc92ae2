//! An issue as the service shows it.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use twin_sdk::TableError;

use crate::entities::{Field, Issue, Rich};
use crate::moment;
use crate::state::{
    ATTACHMENTS, CHANGES, COMMENTS, COMPONENTS, FIELDS, ISSUE_TYPES, LINK_TYPES, LINKS, PRIORITIES, PROJECTS,
    RESOLUTIONS, SPRINTS, STATUSES, State, VERSIONS, WORKLOGS,
};
use crate::wire::{self, Wire};

use super::catalogue::{Family, SYSTEM};
use super::time::Time;

/// What stands in `expand` of every issue.
pub(crate) const EXPANDABLE: &str =
    "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations";
/// How many work logs an issue shows by itself.
const WORKLOGS_SHOWN: usize = 20;

/// Which fields a caller asks for.
pub(crate) struct Wanted {
    all: bool,
    navigable: bool,
    named: BTreeSet<String>,
    refused: BTreeSet<String>,
}

impl Wanted {
    /// Reads a list of field ids, `*all`, `*navigable` and refusals such as `-comment`. An empty list is `default`.
    pub(crate) fn read(fields: &[String], default: &str) -> Self {
        let mut wanted =
            Self { all: false, navigable: false, named: BTreeSet::new(), refused: BTreeSet::new() };
        let mut any = false;
        let usual = [default.to_owned()];
        let fields = if fields.is_empty() { &usual } else { fields };
        for field in fields {
            match field.as_str() {
                "*all" => wanted.all = true,
                "*navigable" => wanted.navigable = true,
                field => match field.strip_prefix('-') {
                    Some(refused) => {
                        wanted.refused.insert(refused.to_owned());
                        continue;
                    }
                    None => {
                        wanted.named.insert(field.to_owned());
                    }
                },
            }
            any = true;
        }
        // Refusals alone are taken from the default.
        if !any {
            wanted.all = default == "*all";
            wanted.navigable = default == "*navigable";
        }
        wanted
    }

    fn takes(&self, id: &str, navigable: bool) -> bool {
        let taken = self.all || (self.navigable && navigable) || self.named.contains(id);
        taken && !self.refused.contains(id)
    }

    /// Whether any field but those of the system is asked for.
    fn takes_custom(&self) -> bool {
        self.all || self.navigable || self.named.iter().any(|id| id.starts_with("customfield_"))
    }

    /// Whether only the id is asked for, and no field at all.
    pub(crate) fn is_id_only(&self) -> bool {
        !self.all && !self.navigable && self.named.iter().all(|id| id == "id")
    }
}

/// Writes issues for one caller.
pub(crate) struct Show<'s, 'h> {
    pub state: &'s mut State<'h>,
    pub wire: &'s Wire,
    /// The caller's account id.
    pub viewer: &'s str,
}

impl Show<'_, '_> {
    /// The issue with the wanted fields.
    pub(crate) fn issue(&mut self, issue: &Issue, wanted: &Wanted) -> Result<Map<String, Value>, TableError> {
        let mut shown = self.head(issue);
        let custom = if wanted.takes_custom() { self.state.all(&FIELDS)? } else { Vec::new() };
        // The request type of a service desk can be expanded further.
        let request_type = custom.iter().find(|field| field.kind.ends_with(":vp-origin"));
        let more = request_type.map(|field| format!(",{}.requestTypePractice", field.id)).unwrap_or_default();
        shown.insert("expand".to_owned(), json!(format!("{EXPANDABLE}{more}")));
        shown.insert("fields".to_owned(), Value::Object(self.fields(issue, wanted, custom)?));
        Ok(shown)
    }

    /// Id, key and address.
    pub(crate) fn head(&self, issue: &Issue) -> Map<String, Value> {
        Map::from_iter([
            ("id".to_owned(), json!(issue.id)),
            ("self".to_owned(), json!(self.wire.at(&format!("issue/{}", issue.id)))),
            ("key".to_owned(), json!(issue.key)),
        ])
    }

    /// The wanted fields; `custom` are the site's own.
    fn fields(
        &mut self,
        issue: &Issue,
        wanted: &Wanted,
        custom: Vec<Field>,
    ) -> Result<Map<String, Value>, TableError> {
        let mut fields = Map::new();
        for system in SYSTEM {
            if wanted.takes(system.id, system.navigable)
                && let Some(value) = self.system(issue, system.id)?
            {
                fields.insert(system.id.to_owned(), value);
            }
        }
        for field in custom {
            if wanted.takes(&field.id, true) && field.applies_to(&issue.issue_type) {
                let value = self.custom(issue, &field)?;
                fields.insert(field.id, value);
            }
        }
        Ok(fields)
    }

    /// The value of one system field; none where the issue does not show the field at all.
    pub(crate) fn system(&mut self, issue: &Issue, id: &str) -> Result<Option<Value>, TableError> {
        Ok(Some(match id {
            "summary" => json!(issue.summary),
            "description" => self.rich(issue.description.as_ref()),
            "environment" => self.rich(issue.environment.as_ref()),
            "labels" => json!(issue.labels),
            "duedate" => json!(issue.due),
            "created" => json!(moment::show(issue.created)),
            "updated" => json!(moment::show(issue.updated)),
            "resolutiondate" => json!(issue.resolved.map(moment::show)),
            "statuscategorychangedate" => json!(moment::show(issue.category_changed)),
            "lastViewed" | "security" => Value::Null,
            "issuetype" => self.issue_type(&issue.issue_type)?,
            "project" => self.project(&issue.project)?,
            "priority" => self.priority(issue.priority.as_deref())?,
            "resolution" => self.resolution(issue.resolution.as_deref())?,
            "status" => self.status(&issue.status)?,
            "statusCategory" => {
                self.status(&issue.status)?.get("statusCategory").cloned().unwrap_or_default()
            }
            "assignee" => wire::user_by_id(self.state, self.wire, issue.assignee.as_deref(), self.viewer)?,
            "reporter" => wire::user_by_id(self.state, self.wire, issue.reporter.as_deref(), self.viewer)?,
            "creator" => wire::user_by_id(self.state, self.wire, Some(&issue.creator), self.viewer)?,
            "components" => self.components(&issue.components)?,
            "fixVersions" => self.versions(&issue.fix_versions)?,
            "versions" => self.versions(&issue.versions)?,
            "watches" => json!({
                "self": self.wire.at(&format!("issue/{}/watchers", issue.key)),
                "watchCount": issue.watchers.len(),
                "isWatching": issue.watchers.iter().any(|watcher| watcher == self.viewer),
            }),
            "votes" => json!({
                "self": self.wire.at(&format!("issue/{}/votes", issue.key)),
                "votes": issue.voters.len(),
                "hasVoted": issue.voters.iter().any(|voter| voter == self.viewer),
            }),
            "attachment" => self.attachments(issue)?,
            "issuelinks" => self.links(issue)?,
            "subtasks" => self.subtasks(issue)?,
            "parent" => return self.parent(issue),
            "comment" => self.comments(issue)?,
            "worklog" => self.worklogs(issue)?,
            _ => return self.time(issue, id),
        }))
    }

    fn time(&mut self, issue: &Issue, id: &str) -> Result<Option<Value>, TableError> {
        let own = Time::of(issue);
        Ok(Some(match id {
            "timespent" => json!(own.spent),
            "timeestimate" => json!(own.remaining),
            "timeoriginalestimate" => json!(own.original),
            "timetracking" => own.tracking(),
            "progress" => own.progress(),
            "workratio" => json!(own.ratio()),
            "aggregatetimespent" => json!(self.aggregate(issue, own)?.spent),
            "aggregatetimeestimate" => json!(self.aggregate(issue, own)?.remaining),
            "aggregatetimeoriginalestimate" => json!(self.aggregate(issue, own)?.original),
            "aggregateprogress" => self.aggregate(issue, own)?.progress(),
            _ => return Ok(None),
        }))
    }

    /// An issue's time and that of its subtasks.
    fn aggregate(&mut self, issue: &Issue, own: Time) -> Result<Time, TableError> {
        let mut sum = own;
        for child in self.subtask_issues(issue)? {
            sum = sum.plus(&Time::of(&child));
        }
        Ok(sum)
    }

    fn rich(&self, text: Option<&Rich>) -> Value {
        text.map_or(Value::Null, |text| text.show(self.wire.documents()))
    }

    fn issue_type(&mut self, id: &str) -> Result<Value, TableError> {
        Ok(self.state.get(&ISSUE_TYPES, id)?.map_or(Value::Null, |kind| wire::issue_type(self.wire, &kind)))
    }

    fn project(&mut self, id: &str) -> Result<Value, TableError> {
        Ok(self
            .state
            .get(&PROJECTS, id)?
            .map_or(Value::Null, |project| wire::project_ref(self.wire, &project)))
    }

    fn priority(&mut self, id: Option<&str>) -> Result<Value, TableError> {
        let Some(id) = id else { return Ok(Value::Null) };
        Ok(self
            .state
            .get(&PRIORITIES, id)?
            .map_or(Value::Null, |priority| wire::priority(self.wire, &priority)))
    }

    fn resolution(&mut self, id: Option<&str>) -> Result<Value, TableError> {
        let Some(id) = id else { return Ok(Value::Null) };
        let found = self.state.get(&RESOLUTIONS, id)?;
        Ok(found.map_or(Value::Null, |resolution| wire::resolution(self.wire, &resolution)))
    }

    fn status(&mut self, id: &str) -> Result<Value, TableError> {
        Ok(self.state.get(&STATUSES, id)?.map_or(Value::Null, |status| wire::status(self.wire, &status)))
    }

    fn components(&mut self, ids: &[String]) -> Result<Value, TableError> {
        let mut shown = Vec::new();
        for id in ids {
            if let Some(component) = self.state.get(&COMPONENTS, id)? {
                shown.push(wire::component_ref(self.wire, &component));
            }
        }
        Ok(json!(shown))
    }

    fn versions(&mut self, ids: &[String]) -> Result<Value, TableError> {
        let mut shown = Vec::new();
        for id in ids {
            if let Some(version) = self.state.get(&VERSIONS, id)? {
                shown.push(wire::version_ref(self.wire, &version));
            }
        }
        Ok(json!(shown))
    }

    fn attachments(&mut self, issue: &Issue) -> Result<Value, TableError> {
        let mut shown = Vec::new();
        for id in &issue.attachments {
            if let Some(attachment) = self.state.get(&ATTACHMENTS, id)? {
                shown.push(wire::attachment(self.state, self.wire, &attachment, self.viewer)?);
            }
        }
        Ok(json!(shown))
    }

    fn comments(&mut self, issue: &Issue) -> Result<Value, TableError> {
        let mut shown = Vec::new();
        for comment in self.state.of_issue(&COMMENTS, &issue.id)? {
            shown.push(wire::comment(self.state, self.wire, &comment, self.viewer)?);
        }
        Ok(json!({
            "self": self.wire.at(&format!("issue/{}/comment", issue.id)),
            "maxResults": shown.len(),
            "total": shown.len(),
            "startAt": 0,
            "comments": shown,
        }))
    }

    fn worklogs(&mut self, issue: &Issue) -> Result<Value, TableError> {
        let worklogs = self.state.of_issue(&WORKLOGS, &issue.id)?;
        let mut shown = Vec::new();
        for worklog in worklogs.iter().take(WORKLOGS_SHOWN) {
            shown.push(wire::worklog(self.state, self.wire, worklog, self.viewer)?);
        }
        let total = worklogs.len();
        Ok(json!({"startAt": 0, "maxResults": WORKLOGS_SHOWN, "total": total, "worklogs": shown}))
    }

    /// An issue as other issues mention it.
    pub(crate) fn mention(&mut self, issue: &Issue) -> Result<Value, TableError> {
        let mut shown = self.head(issue);
        let fields = json!({
            "summary": issue.summary,
            "status": self.status(&issue.status)?,
            "priority": self.priority(issue.priority.as_deref())?,
            "issuetype": self.issue_type(&issue.issue_type)?,
        });
        shown.insert("fields".to_owned(), fields);
        Ok(Value::Object(shown))
    }

    fn parent(&mut self, issue: &Issue) -> Result<Option<Value>, TableError> {
        let Some(parent) = &issue.parent else { return Ok(None) };
        let Some(parent) = self.state.issue(parent)? else { return Ok(None) };
        self.mention(&parent).map(Some)
    }

    fn subtask_issues(&mut self, issue: &Issue) -> Result<Vec<Issue>, TableError> {
        let mut subtasks = Vec::new();
        for child in &issue.children {
            if let Some(child) = self.state.issue(child)?
                && self.state.get(&ISSUE_TYPES, &child.issue_type)?.is_some_and(|kind| kind.subtask)
            {
                subtasks.push(child);
            }
        }
        Ok(subtasks)
    }

    fn subtasks(&mut self, issue: &Issue) -> Result<Value, TableError> {
        let mut shown = Vec::new();
        for child in self.subtask_issues(issue)? {
            shown.push(self.mention(&child)?);
        }
        Ok(json!(shown))
    }

    fn links(&mut self, issue: &Issue) -> Result<Value, TableError> {
        let mut shown = Vec::new();
        for id in &issue.links {
            let Some(link) = self.state.get(&LINKS, id)? else { continue };
            let Some(kind) = self.state.get(&LINK_TYPES, &link.kind)? else { continue };
            let (side, other) = if link.inward == issue.id {
                ("outwardIssue", &link.outward)
            } else {
                ("inwardIssue", &link.inward)
            };
            let Some(other) = self.state.issue(other)? else { continue };
            shown.push(json!({
                "id": link.id,
                "self": self.wire.at(&format!("issueLink/{}", link.id)),
                "type": {
                    "id": kind.id, "name": kind.name, "inward": kind.inward, "outward": kind.outward,
                    "self": self.wire.at(&format!("issueLinkType/{}", kind.id)),
                },
                side: self.mention(&other)?,
            }));
        }
        Ok(json!(shown))
    }

    /// The value of a custom field.
    pub(crate) fn custom(&mut self, issue: &Issue, field: &Field) -> Result<Value, TableError> {
        let held = issue.custom.get(&field.id).cloned().unwrap_or_default();
        Ok(match field.family() {
            Family::Rank => json!(issue.rank),
            Family::Sprint => self.sprints(issue)?,
            Family::EpicLink => self.epic_key(issue)?,
            Family::TimeInStatus => self.time_in_status(issue)?,
            Family::RichText => match serde_json::from_value::<Rich>(held) {
                Ok(text) => text.show(self.wire.documents()),
                Err(_) => Value::Null,
            },
            Family::Select => self.choice(field, &held),
            Family::MultiSelect => match held.as_array() {
                Some(ids) => ids.iter().map(|id| self.choice(field, id)).collect(),
                None => Value::Null,
            },
            Family::User => wire::user_by_id(self.state, self.wire, held.as_str(), self.viewer)?,
            Family::MultiUser => match held.as_array() {
                Some(ids) => {
                    let mut shown = Vec::new();
                    for id in ids {
                        shown.push(wire::user_by_id(self.state, self.wire, id.as_str(), self.viewer)?);
                    }
                    json!(shown)
                }
                None => Value::Null,
            },
            Family::Text
            | Family::Number
            | Family::Date
            | Family::DateTime
            | Family::Labels
            | Family::Raw => held,
        })
    }

    fn choice(&self, field: &Field, id: &Value) -> Value {
        let choice = field.options.iter().find(|choice| id.as_str() == Some(&choice.id));
        choice.map_or(Value::Null, |choice| wire::choice(self.wire, choice))
    }

    fn sprints(&mut self, issue: &Issue) -> Result<Value, TableError> {
        if issue.sprints.is_empty() {
            return Ok(Value::Null);
        }
        let mut shown = Vec::new();
        for id in &issue.sprints {
            if let Some(sprint) = self.state.get(&SPRINTS, id)? {
                shown.push(wire::sprint_ref(&sprint));
            }
        }
        Ok(json!(shown))
    }

    fn epic_key(&mut self, issue: &Issue) -> Result<Value, TableError> {
        let Some(parent) = &issue.parent else { return Ok(Value::Null) };
        let Some(parent) = self.state.issue(parent)? else { return Ok(Value::Null) };
        let kind = self.state.get(&ISSUE_TYPES, &parent.issue_type)?;
        Ok(if kind.is_some_and(|kind| kind.level > 0) { json!(parent.key) } else { Value::Null })
    }

    /// How often and how long the issue was in each status, in the form of the charting field; null until it moved.
    fn time_in_status(&mut self, issue: &Issue) -> Result<Value, TableError> {
        let mut stays: Vec<(String, u32, u64)> = Vec::new();
        let mut since = issue.created;
        let mut current = None;
        for change in self.state.of_issue(&CHANGES, &issue.id)? {
            for item in change.items.iter().filter(|item| item.field == "status") {
                let (Some(from), Some(to)) = (&item.from, &item.to) else { continue };
                let stay = change.created.saturating_sub(since);
                match stays.iter_mut().find(|(status, ..)| status == from) {
                    Some((_, count, total)) => (*count, *total) = (*count + 1, *total + stay),
                    None => stays.push((from.clone(), 1, stay)),
                }
                since = change.created;
                current = Some(to.clone());
            }
        }
        let Some(current) = current else { return Ok(Value::Null) };
        match stays.iter_mut().find(|(status, ..)| *status == current) {
            Some((_, count, _)) => *count += 1,
            None => stays.push((current, 1, 0)),
        }
        let stays: Vec<String> =
            stays.iter().map(|(status, count, total)| format!("{status}_*:*_{count}_*:*_{total}")).collect();
        Ok(json!(stays.join("_*|*_")))
    }
}

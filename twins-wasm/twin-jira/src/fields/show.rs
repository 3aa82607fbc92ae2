//! An issue as the service shows it.

use std::borrow::Cow;
use std::rc::Rc;

use serde_json::{Map, Value, json};

use crate::entities::{Field, Issue, IssueHead, Rich};
use crate::errors::Error;
use crate::jql::Hit;
use crate::shapes::{self, Moment};
use crate::state::{ISSUE_TYPES, State};
use crate::text::Text;
use crate::wire::Wire;

use super::catalogue::SYSTEM;
use super::memo::Memo;
use super::time::Time;
use super::wanted::Wanted;

/// What stands in `expand` of every issue.
pub(crate) const EXPANDABLE: &str =
    "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations";

/// Writes issues for one caller.
pub(crate) struct Show<'s, 'h> {
    pub(super) state: &'s mut State<'h>,
    pub(super) wire: &'s Wire,
    /// The caller's account id.
    pub(super) viewer: &'s str,
    pub(super) memo: Memo,
}

impl<'s, 'h> Show<'s, 'h> {
    /// For a caller with that account id.
    pub(crate) fn new(state: &'s mut State<'h>, wire: &'s Wire, viewer: &'s str) -> Self {
        Self { state, wire, viewer, memo: Memo::default() }
    }

    /// The issue with the wanted fields.
    pub(crate) fn issue(&mut self, issue: &Issue, wanted: &Wanted) -> Result<Map<String, Value>, Error> {
        match self.tree(|show, out| show.write(out, issue, wanted))? {
            Value::Object(members) => Ok(members),
            _ => Ok(Map::new()),
        }
    }

    /// The whole issue that a search found.
    pub(crate) fn whole<'i>(&mut self, hit: &'i Hit) -> Result<Cow<'i, Issue>, Error> {
        hit.whole(self.state)?.ok_or_else(Error::no_issue)
    }

    /// What something writes, as a tree.
    pub(crate) fn tree(
        &mut self,
        write: impl FnOnce(&mut Self, &mut Text) -> Result<(), Error>,
    ) -> Result<Value, Error> {
        let mut out = Text::default();
        write(self, &mut out)?;
        Ok(out.tree()?)
    }

    /// Writes the issue with the wanted fields.
    pub(crate) fn write(&mut self, out: &mut Text, issue: &Issue, wanted: &Wanted) -> Result<(), Error> {
        let custom = if wanted.takes_custom() { self.memo.fields(self.state)? } else { Vec::new().into() };
        // The request type of a service desk can be expanded further.
        let request_type = custom.iter().find(|field| field.kind.ends_with(":vp-origin"));
        out.open(b'{');
        match request_type {
            None => out.pair("expand", EXPANDABLE)?,
            Some(field) => {
                out.pair("expand", &format!("{EXPANDABLE},{}.requestTypePractice", field.id))?;
            }
        }
        out.member("fields");
        self.fields(out, issue, wanted, &custom)?;
        out.pair("id", &issue.id)?;
        out.pair("key", &issue.key)?;
        out.pair("self", &self.wire.address(&["issue/", &issue.id]))?;
        out.close(b'}');
        Ok(())
    }

    /// Id, key and address.
    pub(crate) fn head(&self, issue: &Issue) -> Map<String, Value> {
        Map::from_iter([
            ("id".to_owned(), json!(issue.id)),
            ("self".to_owned(), json!(self.wire.address(&["issue/", &issue.id]))),
            ("key".to_owned(), json!(issue.key)),
        ])
    }

    /// The wanted fields, in the order of their ids; `custom` are the site's own, in that order too.
    fn fields(
        &mut self,
        out: &mut Text,
        issue: &Issue,
        wanted: &Wanted,
        custom: &[Field],
    ) -> Result<(), Error> {
        let shown = |field: &&Field| wanted.takes(&field.id, true) && field.applies_to(&issue.issue_type);
        let mut custom = custom.iter().filter(shown).peekable();
        out.open(b'{');
        for system in SYSTEM {
            while let Some(field) = custom.next_if(|field| field.id.as_str() < system.id) {
                out.named(&field.id)?;
                self.custom(out, issue, field)?;
            }
            if wanted.takes(system.id, system.navigable) {
                let before = out.len();
                out.member(system.id);
                if !self.system(out, issue, system.id)? {
                    out.cut(before);
                }
            }
        }
        for field in custom {
            out.named(&field.id)?;
            self.custom(out, issue, field)?;
        }
        out.close(b'}');
        Ok(())
    }

    /// Writes the value of one system field and tells whether the issue shows the field at all.
    fn system(&mut self, out: &mut Text, issue: &Issue, id: &str) -> Result<bool, Error> {
        match id {
            "summary" => out.value(&issue.summary)?,
            "description" => self.rich(out, issue.description.as_ref())?,
            "environment" => self.rich(out, issue.environment.as_ref())?,
            "labels" => out.value(&issue.labels)?,
            "duedate" => out.value(&issue.due)?,
            "created" => out.value(&Moment(issue.created))?,
            "updated" => out.value(&Moment(issue.updated))?,
            "resolutiondate" => out.value(&issue.resolved.map(Moment))?,
            "statuscategorychangedate" => out.value(&Moment(issue.category_changed))?,
            "lastViewed" | "security" => out.value(&())?,
            "issuetype" => self.issue_type(out, &issue.issue_type)?,
            "project" => self.project(out, &issue.project)?,
            "priority" => self.priority(out, issue.priority.as_deref())?,
            "resolution" => self.resolution(out, issue.resolution.as_deref())?,
            "status" => self.status(out, &issue.status)?,
            "statusCategory" => self.category(out, &issue.status)?,
            "assignee" => self.user(out, issue.assignee.as_deref())?,
            "reporter" => self.user(out, issue.reporter.as_deref())?,
            "creator" => self.user(out, Some(&issue.creator))?,
            "components" => self.components(out, &issue.components)?,
            "fixVersions" => self.versions(out, &issue.fix_versions)?,
            "versions" => self.versions(out, &issue.versions)?,
            "watches" => out.value(&self.watches(issue))?,
            "votes" => out.value(&self.votes(issue))?,
            "attachment" => self.attachments(out, issue)?,
            "issuelinks" => self.links(out, issue)?,
            "subtasks" => self.subtasks(out, issue)?,
            "parent" => return self.parent(out, issue),
            "comment" => self.comments(out, issue)?,
            "worklog" => self.worklogs(out, issue)?,
            _ => return self.time(out, issue, id),
        }
        Ok(true)
    }

    fn time(&mut self, out: &mut Text, issue: &Issue, id: &str) -> Result<bool, Error> {
        let own = Time::of(issue);
        match id {
            "timespent" => out.value(&own.spent)?,
            "timeestimate" => out.value(&own.remaining)?,
            "timeoriginalestimate" => out.value(&own.original)?,
            "timetracking" => out.value(&own.tracking())?,
            "progress" => out.value(&own.progress())?,
            "workratio" => out.value(&own.ratio())?,
            "aggregatetimespent" => out.value(&self.aggregate(issue, own)?.spent)?,
            "aggregatetimeestimate" => out.value(&self.aggregate(issue, own)?.remaining)?,
            "aggregatetimeoriginalestimate" => out.value(&self.aggregate(issue, own)?.original)?,
            "aggregateprogress" => out.value(&self.aggregate(issue, own)?.progress())?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// An issue's time and that of its subtasks.
    fn aggregate(&mut self, issue: &Issue, own: Time) -> Result<Time, Error> {
        let subtasks = self.subtask_heads(issue)?;
        Ok(subtasks.iter().fold(own, |sum, child| sum.plus(&Time::of_head(child))))
    }

    pub(super) fn rich(&self, out: &mut Text, text: Option<&Rich>) -> serde_json::Result<()> {
        match text {
            Some(text) => out.value(&*text.show(self.wire.documents())),
            None => out.value(&()),
        }
    }

    fn watches(&self, issue: &Issue) -> shapes::Watches {
        shapes::Watches {
            is_watching: issue.watchers.iter().any(|watcher| watcher == self.viewer),
            address: self.wire.address(&["issue/", &issue.key, "/watchers"]),
            watch_count: issue.watchers.len(),
        }
    }

    fn votes(&self, issue: &Issue) -> shapes::Votes {
        shapes::Votes {
            has_voted: issue.voters.iter().any(|voter| voter == self.viewer),
            address: self.wire.address(&["issue/", &issue.key, "/votes"]),
            votes: issue.voters.len(),
        }
    }

    /// An issue as other issues mention it.
    pub(crate) fn mention(&mut self, out: &mut Text, issue: &IssueHead) -> Result<(), Error> {
        out.open(b'{');
        out.member("fields");
        out.open(b'{');
        out.member("issuetype");
        self.issue_type(out, &issue.issue_type)?;
        out.member("priority");
        self.priority(out, issue.priority.as_deref())?;
        out.member("status");
        self.status(out, &issue.status)?;
        out.pair("summary", &issue.summary)?;
        out.close(b'}');
        out.pair("id", &issue.id)?;
        out.pair("key", &issue.key)?;
        out.pair("self", &self.wire.address(&["issue/", &issue.id]))?;
        out.close(b'}');
        Ok(())
    }

    fn parent(&mut self, out: &mut Text, issue: &Issue) -> Result<bool, Error> {
        let Some(parent) = &issue.parent else { return Ok(false) };
        let Some(parent) = self.state.issue_head(parent)? else { return Ok(false) };
        self.mention(out, &parent)?;
        Ok(true)
    }

    /// The subtasks among an issue's children; every figure over them asks for them again.
    fn subtask_heads(&mut self, issue: &Issue) -> Result<Rc<[IssueHead]>, Error> {
        if let Some(subtasks) = self.memo.subtasks_of(&issue.id) {
            return Ok(subtasks);
        }
        let mut subtasks = Vec::new();
        for child in &issue.children {
            if let Some(child) = self.state.issue_head(child)?
                && self.state.get(&ISSUE_TYPES, &child.issue_type)?.is_some_and(|kind| kind.subtask)
            {
                subtasks.push(child);
            }
        }
        Ok(self.memo.keep_subtasks(&issue.id, subtasks))
    }

    fn subtasks(&mut self, out: &mut Text, issue: &Issue) -> Result<(), Error> {
        out.open(b'[');
        for child in self.subtask_heads(issue)?.iter() {
            out.item();
            self.mention(out, child)?;
        }
        out.close(b']');
        Ok(())
    }
}

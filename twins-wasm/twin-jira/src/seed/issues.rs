//! The issues of a fixture, and fillers beside them.

use std::collections::BTreeMap;

use twin_sdk::{SeedError, Table};

use crate::entities::{Comment, Issue, Project, Rich};
use crate::moment;
use crate::state::{self, Doc, under};

use super::fixture::{FixtureComment, FixtureIssue};
use super::{Seeding, wrong};

impl Seeding<'_> {
    pub(super) fn issue(&mut self, at: &str, given: FixtureIssue) -> Result<(), SeedError> {
        let (key, number) =
            given.key.rsplit_once('-').ok_or_else(|| wrong(at, "the key must be like ABC-1"))?;
        let number: u64 = number.parse().map_err(|_| wrong(at, "the key must end with a number"))?;
        let project = self.state.project(key)?;
        let mut project = project.ok_or_else(|| wrong(&format!("{at}.key"), format!("no project {key}")))?;
        if self.state.find_issue(&given.key)?.is_some() {
            return Err(wrong(&format!("{at}.key"), format!("{} is there twice", given.key)));
        }
        let kind =
            self.named(&format!("{at}.issue_type"), &state::ISSUE_TYPES, &given.issue_type, |kind| {
                (&kind.id, &kind.name)
            })?;
        let workflow = self.state.get(&state::WORKFLOWS, &project.workflow)?;
        let status = match &given.status {
            Some(status) => self.named(&format!("{at}.status"), &state::STATUSES, status, |status| {
                (&status.id, &status.name)
            })?,
            None => workflow.map(|workflow| workflow.initial).unwrap_or_default(),
        };
        let priority = match &given.priority {
            Some(name) => Some(self.named(&format!("{at}.priority"), &state::PRIORITIES, name, |found| {
                (&found.id, &found.name)
            })?),
            None => crate::fields::meta::usual_priority(&mut self.state)?.map(|priority| priority.id),
        };
        let reporter = given.reporter.clone().unwrap_or_else(|| project.lead.clone());
        for (name, user) in [("reporter", Some(&reporter)), ("assignee", given.assignee.as_ref())] {
            if let Some(user) = user {
                self.known(&format!("{at}.{name}"), user)?;
            }
        }
        let id = match &given.id {
            Some(id) => {
                self.state.claim_id("issue", id)?;
                id.clone()
            }
            None => self.state.next_id("issue")?,
        };
        let created = self.moment(&format!("{at}.created"), given.created.as_ref())?;
        let category =
            self.state.get(&state::STATUSES, &status)?.map(|status| status.category).unwrap_or_default();
        let is_done = category == "done";
        let mut issue = blank(&project, &id, created);
        issue.key.clone_from(&given.key);
        issue.rank = self.state.next_rank()?;
        issue.issue_type = kind;
        issue.status = status;
        issue.summary = given.summary;
        issue.description = given.description.filter(|text| !text.is_empty()).map(Rich::Wiki);
        issue.priority = priority;
        issue.watchers = vec![reporter.clone()];
        issue.creator.clone_from(&reporter);
        issue.reporter = Some(reporter);
        issue.assignee = given.assignee;
        issue.labels = given.labels;
        issue.components = given.components;
        issue.fix_versions = given.fix_versions;
        issue.due = given.due;
        issue.sprints = given.sprints;
        issue.custom = given.custom;
        if is_done {
            issue.resolution = self.state.usual_resolution()?;
            issue.resolved = Some(created);
        }
        if let Some(parent) = &given.parent {
            let found = self.state.find_issue(parent)?;
            let mut found =
                found.ok_or_else(|| wrong(&format!("{at}.parent"), format!("no earlier issue {parent}")))?;
            found.children.push(id.clone());
            issue.parent = Some(found.id.clone());
            self.state.put_issue(&found)?;
        }
        self.state.put_issue(&issue)?;
        project.last_number = project.last_number.max(number);
        self.state.put_project(&project)?;
        for (index, comment) in given.comments.into_iter().enumerate() {
            self.comment(&format!("{at}.comments[{index}]"), &id, comment)?;
        }
        Ok(())
    }

    fn moment(&self, at: &str, text: Option<&String>) -> Result<u64, SeedError> {
        let Some(text) = text else { return Ok(self.now) };
        moment::parse(text)
            .ok_or_else(|| wrong(at, format!("{text} is not of the form 2026-01-05T10:00:00.000+0000")))
    }

    /// The id of what a name or id stands for.
    fn named<T: Doc>(
        &mut self,
        at: &str,
        table: &'static Table<T>,
        name: &str,
        read: fn(&T) -> (&String, &String),
    ) -> Result<String, SeedError> {
        let all = self.state.all(table)?;
        let found = all.iter().map(read).find(|(id, known)| *id == name || *known == name);
        found.map(|(id, _)| id.clone()).ok_or_else(|| wrong(at, format!("there is no {name}")))
    }

    fn comment(&mut self, at: &str, issue: &str, given: FixtureComment) -> Result<(), SeedError> {
        self.known(&format!("{at}.author"), &given.author)?;
        let created = self.moment(&format!("{at}.created"), given.created.as_ref())?;
        let comment = Comment {
            id: self.state.next_id("comment")?,
            issue: issue.to_owned(),
            author: given.author.clone(),
            update_author: given.author,
            body: Rich::Wiki(given.body),
            created,
            updated: created,
            visibility: None,
        };
        Ok(self.state.put(&state::COMMENTS, &under(issue, &comment.id), &comment)?)
    }

    /// Plausible extra issues in any number, by project key: the same ones every time.
    pub(super) fn fill(&mut self, filler: &BTreeMap<String, u32>) -> Result<(), SeedError> {
        const VERBS: &[&str] = &["Prune", "Water", "Sort", "Paint", "Count", "Label", "Move"];
        const THINGS: &[&str] = &["the roses", "the tools", "the seedlings", "the shed", "the invoices"];
        for (key, count) in filler {
            let at = format!("filler.{key}");
            let Some(project) = self.state.project(key)? else {
                return Err(wrong(&at, format!("no project {key}")));
            };
            let kinds = self.state.all(&state::ISSUE_TYPES)?;
            let usual = kinds.iter().filter(|kind| kind.level == 0 && project.issue_types.contains(&kind.id));
            let kinds: Vec<String> = usual.map(|kind| kind.name.clone()).collect();
            for number in 0..*count {
                let pick = |words: &[&str]| {
                    let at = usize::try_from(number).unwrap_or_default() % words.len().max(1);
                    words.get(at).copied().unwrap_or_default().to_owned()
                };
                let kind = kinds.get(usize::try_from(number).unwrap_or_default() % kinds.len().max(1));
                let next = self.state.project(key)?.map_or(1, |project| project.last_number + 1);
                self.issue(
                    &at,
                    FixtureIssue {
                        id: None,
                        key: format!("{}-{next}", project.key),
                        issue_type: kind.cloned().unwrap_or_default(),
                        summary: format!("{} {} {number}", pick(VERBS), pick(THINGS)),
                        description: None,
                        status: None,
                        priority: None,
                        reporter: None,
                        assignee: None,
                        labels: Vec::new(),
                        components: Vec::new(),
                        fix_versions: Vec::new(),
                        parent: None,
                        due: None,
                        created: None,
                        sprints: Vec::new(),
                        custom: BTreeMap::new(),
                        comments: Vec::new(),
                    },
                )?;
            }
        }
        Ok(())
    }
}

/// An issue of which only place and time are known.
fn blank(project: &Project, id: &str, created: u64) -> Issue {
    Issue {
        id: id.to_owned(),
        key: String::new(),
        project: project.id.clone(),
        issue_type: String::new(),
        status: String::new(),
        summary: String::new(),
        description: None,
        environment: None,
        priority: None,
        resolution: None,
        assignee: None,
        reporter: None,
        creator: String::new(),
        labels: Vec::new(),
        components: Vec::new(),
        fix_versions: Vec::new(),
        versions: Vec::new(),
        parent: None,
        children: Vec::new(),
        due: None,
        created,
        updated: created,
        resolved: None,
        category_changed: created,
        original_estimate: None,
        remaining_estimate: None,
        time_spent: None,
        watchers: Vec::new(),
        voters: Vec::new(),
        attachments: Vec::new(),
        links: Vec::new(),
        sprints: Vec::new(),
        rank: String::new(),
        custom: BTreeMap::new(),
        archived: None,
    }
}

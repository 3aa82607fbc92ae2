//! The issues of a fixture, and fillers beside them.

use std::collections::BTreeMap;

use twin_sdk::{SeedError, Table};

use crate::entities::{Comment, Issue, Project, Rich};
use crate::moment;
use crate::state::{self, Doc, under};

use super::fixture::{FixtureComment, FixtureIssue};
use super::{Seeding, wrong};

/// What the summaries of fillers are made of.
const VERBS: &[&str] = &["Prune", "Water", "Sort", "Paint", "Count", "Label", "Move"];
const THINGS: &[&str] = &["the roses", "the tools", "the seedlings", "the shed", "the invoices"];

impl Seeding<'_> {
    pub(super) fn issue(&mut self, at: &str, given: FixtureIssue) -> Result<(), SeedError> {
        let (mut project, number) = self.place(at, &given.key)?;
        let mut issue = self.configured(at, &given, &project)?;
        self.involve(at, &given, &project, &mut issue)?;
        issue.id = match &given.id {
            Some(id) => {
                self.state.claim_id("issue", id)?;
                id.clone()
            }
            None => self.state.next_id("issue")?,
        };
        issue.rank = self.state.next_rank()?;
        issue.key = given.key;
        issue.summary = given.summary;
        issue.description = given.description.filter(|text| !text.is_empty()).map(Rich::Wiki);
        issue.labels = given.labels;
        issue.components = given.components;
        issue.fix_versions = given.fix_versions;
        issue.due = given.due;
        issue.sprints = given.sprints;
        issue.custom = given.custom;
        if let Some(parent) = &given.parent {
            let found = self.state.find_issue(parent)?;
            let mut found =
                found.ok_or_else(|| wrong(&format!("{at}.parent"), format!("no earlier issue {parent}")))?;
            found.children.push(issue.id.clone());
            issue.parent = Some(found.id.clone());
            self.state.put_issue(&found)?;
        }
        self.state.put_issue(&issue)?;
        project.last_number = project.last_number.max(number);
        self.state.put_project(&project)?;
        for (index, comment) in given.comments.into_iter().enumerate() {
            self.comment(&format!("{at}.comments[{index}]"), &issue.id, comment)?;
        }
        Ok(())
    }

    /// The project and the number of a key that no issue has yet.
    fn place(&mut self, at: &str, key: &str) -> Result<(Project, u64), SeedError> {
        let (name, number) = key.rsplit_once('-').ok_or_else(|| wrong(at, "the key must be like ABC-1"))?;
        let number = number.parse().map_err(|_| wrong(at, "the key must end with a number"))?;
        let project = self.state.project(name)?;
        let project = project.ok_or_else(|| wrong(&format!("{at}.key"), format!("no project {name}")))?;
        if self.state.find_issue(key)?.is_some() {
            return Err(wrong(&format!("{at}.key"), format!("{key} is there twice")));
        }
        Ok((project, number))
    }

    /// An issue with its type, its status and priority, and when it was made.
    fn configured(&mut self, at: &str, given: &FixtureIssue, project: &Project) -> Result<Issue, SeedError> {
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
        let created = self.moment(&format!("{at}.created"), given.created.as_ref())?;
        let mut issue = Issue {
            project: project.id.clone(),
            issue_type: kind,
            priority,
            created,
            updated: created,
            category_changed: created,
            ..Issue::default()
        };
        if self.state.get(&state::STATUSES, &status)?.is_some_and(|status| status.category == "done") {
            issue.resolution = self.state.usual_resolution()?;
            issue.resolved = Some(created);
        }
        issue.status = status;
        Ok(issue)
    }

    /// Sets who reported an issue and who works on it.
    fn involve(
        &mut self,
        at: &str,
        given: &FixtureIssue,
        project: &Project,
        issue: &mut Issue,
    ) -> Result<(), SeedError> {
        let reporter = given.reporter.as_ref().unwrap_or(&project.lead);
        for (name, user) in [("reporter", Some(reporter)), ("assignee", given.assignee.as_ref())] {
            if let Some(user) = user {
                self.known(&format!("{at}.{name}"), user)?;
            }
        }
        issue.watchers = vec![reporter.clone()];
        issue.creator.clone_from(reporter);
        issue.reporter = Some(reporter.clone());
        issue.assignee.clone_from(&given.assignee);
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
        for (key, count) in filler {
            let at = format!("filler.{key}");
            let Some(project) = self.state.project(key)? else {
                return Err(wrong(&at, format!("no project {key}")));
            };
            let kinds = self.state.all(&state::ISSUE_TYPES)?;
            let usual = kinds.iter().filter(|kind| kind.level == 0 && project.issue_types.contains(&kind.id));
            let kinds: Vec<String> = usual.map(|kind| kind.name.clone()).collect();
            for number in 0..usize::try_from(*count).unwrap_or_default() {
                let next = self.state.project(key)?.map_or(1, |project| project.last_number + 1);
                let kind = kinds.get(number % kinds.len().max(1));
                let filler = FixtureIssue {
                    key: format!("{}-{next}", project.key),
                    issue_type: kind.cloned().unwrap_or_default(),
                    summary: format!("{} {} {number}", pick(VERBS, number), pick(THINGS, number)),
                    ..FixtureIssue::default()
                };
                self.issue(&at, filler)?;
            }
        }
        Ok(())
    }
}

/// The words of that number, from the first again after the last.
fn pick<'w>(words: &[&'w str], number: usize) -> &'w str {
    words.get(number % words.len().max(1)).copied().unwrap_or_default()
}

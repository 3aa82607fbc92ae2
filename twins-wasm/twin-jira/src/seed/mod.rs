//! Fills an empty site from the shared people and from this twin's own fixture. What a fixture leaves out is as on a
//! new site.

mod fixture;
mod issues;

use std::collections::{BTreeMap, BTreeSet};

use twin_sdk::{Host, SeedError, Table, digest_id, read_seed};

use crate::api::group_id;
use crate::entities::{Board, Component, Group, Project, Sprint, Token, User, Version};
use crate::preset;
use crate::state::{self, Doc, State};
use fixture::{Fixture, FixtureProject, FixtureUser, People, Person, atlassian, utc};

fn wrong(at: &str, problem: impl Into<String>) -> SeedError {
    SeedError::Content { at: at.to_owned(), problem: problem.into() }
}

/// Seeds a world. Two empty texts leave it as it is.
pub(crate) fn seed(host: &mut dyn Host, people: &str, fixture: &str) -> Result<(), SeedError> {
    if people.trim().is_empty() && fixture.trim().is_empty() {
        return Ok(());
    }
    let people = read_seed::<People>("people", people)?.people;
    let mut fixture = read_seed::<Fixture>("fixture", fixture)?;
    let mut state = State::new(host);
    let now = state.now();
    let mut seeding = Seeding { state, now, users: BTreeSet::new() };
    seeding.people(&people, std::mem::take(&mut fixture.users))?;
    seeding.access(&fixture)?;
    seeding.configuration(&mut fixture)?;
    for (kind, newest) in &fixture.counters {
        seeding.state.claim_id(kind, &newest.to_string())?;
    }
    seeding.projects(fixture.projects)?;
    seeding.parts(fixture.versions, fixture.components, fixture.boards, fixture.sprints)?;
    for (index, issue) in fixture.issues.into_iter().enumerate() {
        seeding.issue(&format!("issues[{index}]"), issue)?;
    }
    seeding.fill(&fixture.filler)?;
    seeding.upcoming(&fixture.upcoming)
}

/// A site while it is being filled.
struct Seeding<'h> {
    state: State<'h>,
    now: u64,
    /// The account ids so far.
    users: BTreeSet<String>,
}

impl Seeding<'_> {
    fn upcoming(&mut self, upcoming: &BTreeMap<String, Vec<u64>>) -> Result<(), SeedError> {
        for (kind, ids) in upcoming {
            let newest = self.state.newest(kind)?;
            let mut seen = BTreeSet::new();
            if let Some(id) = ids.iter().find(|id| **id <= newest || !seen.insert(**id)) {
                return Err(wrong(&format!("upcoming.{kind}"), format!("{id} was given away before")));
            }
            self.state.put_upcoming(kind, ids)?;
        }
        Ok(())
    }

    fn people(&mut self, people: &[Person], users: Vec<FixtureUser>) -> Result<(), SeedError> {
        let mut placed = BTreeSet::new();
        for (index, user) in users.into_iter().enumerate() {
            let at = format!("users[{index}]");
            let person = match &user.person {
                None => None,
                Some(id) => {
                    placed.insert(id.clone());
                    let found = people.iter().find(|person| person.id == *id);
                    Some(found.ok_or_else(|| wrong(&format!("{at}.person"), format!("no person {id}")))?)
                }
            };
            let display_name = user.display_name.or_else(|| person.map(|person| person.name.clone()));
            let account_id = user.account_id.or_else(|| person.map(|person| account_id(&person.id)));
            let user = User {
                account_id: account_id.ok_or_else(|| wrong(&at, "needs an `account_id` or a `person`"))?,
                display_name: display_name
                    .ok_or_else(|| wrong(&at, "needs a `display_name` or a `person`"))?,
                email: user.email.or_else(|| person.map(|person| person.email.clone())).unwrap_or_default(),
                email_visible: user.email_visible,
                active: user.active.unwrap_or_else(|| person.is_none_or(|person| person.active)),
                time_zone: user.time_zone,
                account_type: user.account_type,
            };
            self.user(&at, &user)?;
        }
        for person in people.iter().filter(|person| !placed.contains(&person.id)) {
            let user = User {
                account_id: account_id(&person.id),
                display_name: person.name.clone(),
                email: person.email.clone(),
                email_visible: false,
                active: person.active,
                time_zone: utc(),
                account_type: atlassian(),
            };
            self.user(&format!("person {}", person.id), &user)?;
        }
        Ok(())
    }

    fn user(&mut self, at: &str, user: &User) -> Result<(), SeedError> {
        if !self.users.insert(user.account_id.clone()) {
            return Err(wrong(at, format!("user {} is there twice", user.account_id)));
        }
        Ok(self.state.put(&state::USERS, &user.account_id, user)?)
    }

    fn known(&self, at: &str, user: &str) -> Result<(), SeedError> {
        if self.users.contains(user) { Ok(()) } else { Err(wrong(at, format!("no user {user}"))) }
    }

    fn access(&mut self, fixture: &Fixture) -> Result<(), SeedError> {
        self.state.put(&state::SITE, "site", &fixture.site)?;
        if let Some(anonymous) = &fixture.site.anonymous {
            self.known("site.anonymous", anonymous)?;
        }
        if fixture.tokens.is_empty() {
            let first = self.state.all(&state::USERS)?.into_iter().find(|user| user.active);
            if let Some(user) = first {
                self.state.put(
                    &state::TOKENS,
                    state::ANY_TOKEN,
                    &Token { user: user.account_id, scopes: None, expires: None },
                )?;
            }
        }
        for (token, meaning) in &fixture.tokens {
            self.known(&format!("tokens.{token}.user"), &meaning.user)?;
            self.state.put(&state::TOKENS, token, meaning)?;
        }
        for (index, app) in fixture.apps.iter().enumerate() {
            self.known(&format!("apps[{index}].user"), &app.user)?;
            if self.state.get(&state::APPS, &app.client_id)?.is_some() {
                return Err(wrong(&format!("apps[{index}]"), format!("{} is there twice", app.client_id)));
            }
            self.state.put(&state::APPS, &app.client_id, app)?;
        }
        for (name, members) in &fixture.groups {
            for (index, member) in members.iter().enumerate() {
                self.known(&format!("groups.{name}[{index}]"), member)?;
            }
            let group = Group { id: group_id(name), name: name.clone(), members: members.clone() };
            self.state.put(&state::GROUPS, &group.id, &group)?;
        }
        Ok(())
    }

    fn configuration(&mut self, fixture: &mut Fixture) -> Result<(), SeedError> {
        let kinds = fixture.issue_types.take().unwrap_or_else(preset::issue_types);
        self.put_all("issue_types", "issuetype", &state::ISSUE_TYPES, &kinds, |kind| &kind.id)?;
        let priorities = fixture.priorities.take().unwrap_or_else(preset::priorities);
        self.put_all("priorities", "priority", &state::PRIORITIES, &priorities, |priority| &priority.id)?;
        let statuses = fixture.statuses.take().unwrap_or_else(preset::statuses);
        self.put_all("statuses", "status", &state::STATUSES, &statuses, |status| &status.id)?;
        let resolutions = fixture.resolutions.take().unwrap_or_else(preset::resolutions);
        self.put_all("resolutions", "resolution", &state::RESOLUTIONS, &resolutions, |found| &found.id)?;
        let link_types = fixture.link_types.take().unwrap_or_else(preset::link_types);
        self.put_all("link_types", "link type", &state::LINK_TYPES, &link_types, |kind| &kind.id)?;
        let fields = fixture.fields.take().unwrap_or_else(preset::fields);
        self.put_all("fields", "field", &state::FIELDS, &fields, |field| &field.id)?;
        for field in &fields {
            self.state.claim_id("field", &field.number().to_string())?;
        }
        let workflows = fixture.workflows.take().unwrap_or_else(|| vec![preset::workflow()]);
        for (index, workflow) in workflows.iter().enumerate() {
            let steps = workflow.transitions.iter().flat_map(|step| step.from.iter().chain([&step.to]));
            for status in steps.chain([&workflow.initial]) {
                if !statuses.iter().any(|known| known.id == *status) {
                    return Err(wrong(&format!("workflows[{index}]"), format!("no status {status}")));
                }
            }
        }
        self.put_all("workflows", "workflow", &state::WORKFLOWS, &workflows, |workflow| &workflow.id)
    }

    fn put_all<T: Doc>(
        &mut self,
        list: &str,
        kind: &str,
        table: &'static Table<T>,
        items: &[T],
        id: fn(&T) -> &String,
    ) -> Result<(), SeedError> {
        let mut seen = BTreeSet::new();
        for (index, item) in items.iter().enumerate() {
            if !seen.insert(id(item).clone()) {
                return Err(wrong(&format!("{list}[{index}]"), format!("{} is there twice", id(item))));
            }
            self.state.put(table, id(item), item)?;
            self.state.claim_id(kind, id(item))?;
        }
        Ok(())
    }

    fn projects(&mut self, projects: Vec<FixtureProject>) -> Result<(), SeedError> {
        for (index, project) in projects.into_iter().enumerate() {
            let at = format!("projects[{index}]");
            self.known(&format!("{at}.lead"), &project.lead)?;
            let issue_types = match project.issue_types {
                Some(ids) => ids,
                None => self.state.all(&state::ISSUE_TYPES)?.into_iter().map(|kind| kind.id).collect(),
            };
            for id in &issue_types {
                if self.state.get(&state::ISSUE_TYPES, id)?.is_none() {
                    return Err(wrong(&format!("{at}.issue_types"), format!("no issue type {id}")));
                }
            }
            let workflow = project.workflow.unwrap_or_else(|| preset::WORKFLOW.to_owned());
            if self.state.get(&state::WORKFLOWS, &workflow)?.is_none() {
                return Err(wrong(&format!("{at}.workflow"), format!("no workflow {workflow}")));
            }
            if self.state.project(&project.key)?.is_some() || self.state.project(&project.id)?.is_some() {
                return Err(wrong(&at, format!("project {} {} is there twice", project.id, project.key)));
            }
            let screen =
                project.screen.unwrap_or_else(|| preset::SCREEN.iter().map(|id| (*id).to_owned()).collect());
            self.state.claim_id("project", &project.id)?;
            self.state.put_project(&Project {
                id: project.id,
                key: project.key,
                name: project.name,
                description: project.description,
                type_key: project.type_key,
                simplified: project.simplified,
                lead: project.lead,
                assignee_type: project.assignee_type,
                avatar: project.avatar,
                issue_types,
                screen,
                workflow,
                workflows: BTreeMap::new(),
                last_number: project.last_number,
            })?;
        }
        Ok(())
    }

    fn parts(
        &mut self,
        versions: Vec<Version>,
        components: Vec<Component>,
        boards: Vec<Board>,
        sprints: Vec<Sprint>,
    ) -> Result<(), SeedError> {
        let places = versions.iter().map(|version| ("versions", &version.project));
        let places = places.chain(components.iter().map(|component| ("components", &component.project)));
        for (list, project) in places.chain(boards.iter().map(|board| ("boards", &board.project))) {
            if self.state.get(&state::PROJECTS, project)?.is_none() {
                return Err(wrong(list, format!("no project with the id {project}")));
            }
        }
        for sprint in &sprints {
            if !boards.iter().any(|board| board.id == sprint.board) {
                return Err(wrong("sprints", format!("no board {}", sprint.board)));
            }
        }
        self.put_all("versions", "version", &state::VERSIONS, &versions, |version| &version.id)?;
        self.put_all("components", "component", &state::COMPONENTS, &components, |component| &component.id)?;
        self.put_all("boards", "board", &state::BOARDS, &boards, |board| &board.id)?;
        self.put_all("sprints", "sprint", &state::SPRINTS, &sprints, |sprint| &sprint.id)
    }
}

/// The account id of a shared person: as long as the service's own.
fn account_id(person: &str) -> String {
    digest_id("", &format!("person {person}"), 24).to_lowercase()
}

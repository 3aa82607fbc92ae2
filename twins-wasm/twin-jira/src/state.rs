//! What is true on the site: the tables, and how documents are found, numbered and kept in step with each other.

mod numbers;

use serde::Serialize;
use serde::de::DeserializeOwned;
use twin_sdk::{
    Allowance, Bucket, Error as Refusal, Host, Level, Order, Range, Request, Retry, Scan, Table, TableError,
    Window,
};

use crate::entities::{
    Attachment, Board, Change, Comment, Component, Consent, Field, Filter, Group, Issue, IssueHead,
    IssueSketch, IssueType, Link, LinkType, OauthApp, Priority, Project, ProjectHead, Property, RemoteLink,
    Resolution, RoleActors, Site, Sprint, Status, Token, User, Version, Webhook, Workflow, Worklog,
};

/// The token that stands for every one that is not named.
pub(crate) const ANY_TOKEN: &str = "*";
pub(crate) static SITE: Table<Site> = Table::new("site");
pub(crate) static USERS: Table<User> = Table::new("users");
pub(crate) static TOKENS: Table<Token> = Table::new("tokens");
pub(crate) static APPS: Table<OauthApp> = Table::new("apps");
pub(crate) static CODES: Table<Consent> = Table::new("codes");
pub(crate) static REFRESHES: Table<Consent> = Table::new("refreshes");
pub(crate) static GROUPS: Table<Group> = Table::new("groups");
pub(crate) static PROJECTS: Table<Project> = Table::new("projects");
pub(crate) static ISSUE_TYPES: Table<IssueType> = Table::new("issue_types");
pub(crate) static PRIORITIES: Table<Priority> = Table::new("priorities");
pub(crate) static STATUSES: Table<Status> = Table::new("statuses");
pub(crate) static RESOLUTIONS: Table<Resolution> = Table::new("resolutions");
pub(crate) static LINK_TYPES: Table<LinkType> = Table::new("link_types");
pub(crate) static FIELDS: Table<Field> = Table::new("fields");
pub(crate) static WORKFLOWS: Table<Workflow> = Table::new("workflows");
pub(crate) static ISSUES: Table<Issue> = Table::new("issues");
/// The parts of issues and projects that others show; their documents are those of the whole.
static ISSUE_HEADS: Table<IssueHead> = Table::new("issues");
static ISSUE_SKETCHES: Table<IssueSketch> = Table::new("issues");
pub(crate) static PROJECT_HEADS: Table<ProjectHead> = Table::new("projects");
pub(crate) static COMMENTS: Table<Comment> = Table::new("comments");
pub(crate) static WORKLOGS: Table<Worklog> = Table::new("worklogs");
pub(crate) static ATTACHMENTS: Table<Attachment> = Table::new("attachments");
pub(crate) static CHANGES: Table<Change> = Table::new("changes");
pub(crate) static LINKS: Table<Link> = Table::new("links");
pub(crate) static REMOTE_LINKS: Table<RemoteLink> = Table::new("remote_links");
pub(crate) static VERSIONS: Table<Version> = Table::new("versions");
pub(crate) static COMPONENTS: Table<Component> = Table::new("components");
pub(crate) static FILTERS: Table<Filter> = Table::new("filters");
pub(crate) static WEBHOOKS: Table<Webhook> = Table::new("webhooks");
pub(crate) static BOARDS: Table<Board> = Table::new("boards");
pub(crate) static SPRINTS: Table<Sprint> = Table::new("sprints");
pub(crate) static PROPERTIES: Table<Property> = Table::new("properties");
pub(crate) static ROLE_ACTORS: Table<RoleActors> = Table::new("role_actors");
/// Issue ids by key, keys that a moved issue had before too.
static ISSUE_KEYS: Table<String> = Table::new("issue_keys");
/// Project ids by key.
static PROJECT_KEYS: Table<String> = Table::new("project_keys");
/// The newest id of each kind.
static COUNTERS: Table<u64> = Table::new("counters");
/// What the site gives away next before it counts on, by kind; of a project's issues the numbers, by its key.
static UPCOMING: Table<Vec<u64>> = Table::new("upcoming");
/// How often each issue was written to of late.
static RATE: Table<Window> = Table::new("_rate");

/// The site, for the length of one call.
pub(crate) struct State<'h> {
    host: &'h mut dyn Host,
}

/// The key under which a numeric id sorts by number.
pub(crate) fn padded(id: &str) -> String {
    format!("{id:0>10}")
}

/// The key of a document that belongs to an issue.
pub(crate) fn under(issue: &str, id: &str) -> String {
    format!("{issue:0>10}/{id:0>10}")
}

impl<'h> State<'h> {
    /// The site behind this host.
    pub(crate) fn new(host: &'h mut dyn Host) -> Self {
        Self { host }
    }

    /// Milliseconds since 1970.
    pub(crate) fn now(&mut self) -> u64 {
        self.host.now() / 1_000_000
    }

    /// A line for the people who run the twin.
    pub(crate) fn log(&mut self, level: Level, message: &str) {
        self.host.log(level, message);
    }

    /// A number that nobody can guess.
    pub(crate) fn random(&mut self) -> u64 {
        self.host.random()
    }

    /// Sends a request of the site's own accord, at once.
    pub(crate) fn emit(&mut self, request: &Request, retry: &Retry) -> Result<(), Refusal> {
        self.host.emit(request, 0, retry)
    }

    /// One document.
    pub(crate) fn get<T: Doc>(&mut self, table: &Table<T>, key: &str) -> Result<Option<T>, TableError> {
        table.get(self.host, key)
    }

    /// Writes a document.
    pub(crate) fn put<T: Doc>(
        &mut self,
        table: &Table<T>,
        key: &str,
        document: &T,
    ) -> Result<(), TableError> {
        table.put(self.host, key, document).map(drop)
    }

    /// Removes a document and returns whether one stood there.
    pub(crate) fn delete<T: Doc>(&mut self, table: &Table<T>, key: &str) -> bool {
        table.delete(self.host, key)
    }

    /// Every document of a table, by key.
    pub(crate) fn all<T: Doc>(&mut self, table: &'static Table<T>) -> Result<Vec<T>, TableError> {
        self.collect(table.scan(Range { start: None, end: None }, Order::Ascending))
    }

    /// The documents whose key begins with a prefix and a slash, by key.
    pub(crate) fn below<T: Doc>(
        &mut self,
        table: &'static Table<T>,
        prefix: &str,
    ) -> Result<Vec<T>, TableError> {
        let range = Range { start: Some(format!("{prefix}/")), end: Some(format!("{prefix}0")) };
        self.collect(table.scan(range, Order::Ascending))
    }

    /// The documents that belong to an issue, oldest first.
    pub(crate) fn of_issue<T: Doc>(
        &mut self,
        table: &'static Table<T>,
        issue: &str,
    ) -> Result<Vec<T>, TableError> {
        self.below(table, &padded(issue))
    }

    /// Every issue, oldest first, one at a time.
    pub(crate) fn issues() -> Scan<'static, Issue> {
        ISSUES.scan(Range { start: None, end: None }, Order::Ascending)
    }

    /// The same, as far as most searches ask for it.
    pub(crate) fn sketches() -> Scan<'static, IssueSketch> {
        ISSUE_SKETCHES.scan(Range { start: None, end: None }, Order::Ascending)
    }

    /// How many issues there are.
    pub(crate) fn issue_count(&mut self) -> u64 {
        ISSUES.count(self.host)
    }

    /// The ids of all issues whose keys begin with that of a project; none where there are more than so many.
    pub(crate) fn issue_ids(
        &mut self,
        project: &str,
        most: usize,
    ) -> Result<Option<Vec<String>>, TableError> {
        let range = Range { start: Some(format!("{project}-")), end: Some(format!("{project}.")) };
        let mut scan = ISSUE_KEYS.scan(range, Order::Ascending);
        let mut ids = Vec::new();
        while let Some((_, id)) = scan.next(self.host)? {
            if ids.len() >= most {
                return Ok(None);
            }
            ids.push(id);
        }
        Ok(Some(ids))
    }

    /// The next document of a scan.
    pub(crate) fn step<T: Doc>(&mut self, scan: &mut Scan<'static, T>) -> Result<Option<T>, TableError> {
        Ok(scan.next(self.host)?.map(|(_, document)| document))
    }

    fn collect<T: Doc>(&mut self, mut scan: Scan<'static, T>) -> Result<Vec<T>, TableError> {
        let mut documents = Vec::new();
        while let Some((_, document)) = scan.next(self.host)? {
            documents.push(document);
        }
        Ok(documents)
    }
}

/// What a table holds.
pub(crate) trait Doc: Serialize + DeserializeOwned {}
impl<T: Serialize + DeserializeOwned> Doc for T {}

/// The site's documents, kept in step with each other.
impl State<'_> {
    /// The site's own entry.
    pub(crate) fn site(&mut self) -> Result<Site, TableError> {
        Ok(SITE.get(self.host, "site")?.unwrap_or_default())
    }

    /// A project by id or key, the key in any case.
    pub(crate) fn project(&mut self, id_or_key: &str) -> Result<Option<Project>, TableError> {
        if let Some(project) = PROJECTS.get(self.host, id_or_key)? {
            return Ok(Some(project));
        }
        let Some(id) = PROJECT_KEYS.get(self.host, &id_or_key.to_ascii_uppercase())? else { return Ok(None) };
        PROJECTS.get(self.host, &id)
    }

    /// Writes a project; its key leads to it from now on.
    pub(crate) fn put_project(&mut self, project: &Project) -> Result<(), TableError> {
        PROJECT_KEYS.put(self.host, &project.key, &project.id)?;
        PROJECTS.put(self.host, &project.id, project).map(drop)
    }

    /// Removes a project and its key.
    pub(crate) fn delete_project(&mut self, project: &Project) {
        PROJECT_KEYS.delete(self.host, &project.key);
        PROJECTS.delete(self.host, &project.id);
    }

    /// An issue by id.
    pub(crate) fn issue(&mut self, id: &str) -> Result<Option<Issue>, TableError> {
        ISSUES.get(self.host, &padded(id))
    }

    /// What other issues show of an issue.
    pub(crate) fn issue_head(&mut self, id: &str) -> Result<Option<IssueHead>, TableError> {
        ISSUE_HEADS.get(self.host, &padded(id))
    }

    /// An issue by id or by a key that it has or had, the key in any case.
    pub(crate) fn find_issue(&mut self, id_or_key: &str) -> Result<Option<Issue>, TableError> {
        if id_or_key.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.issue(id_or_key);
        }
        let Some(id) = ISSUE_KEYS.get(self.host, &id_or_key.to_ascii_uppercase())? else { return Ok(None) };
        self.issue(&id)
    }

    /// Writes an issue; its key leads to it from now on.
    pub(crate) fn put_issue(&mut self, issue: &Issue) -> Result<(), TableError> {
        if !ISSUE_KEYS.contains(self.host, &issue.key) {
            ISSUE_KEYS.put(self.host, &issue.key, &issue.id)?;
        }
        ISSUES.put(self.host, &padded(&issue.id), issue).map(drop)
    }

    /// Removes an issue and all that belongs to it alone. Its key is never given again.
    pub(crate) fn delete_issue(&mut self, issue: &Issue) -> Result<(), TableError> {
        for comment in self.of_issue(&COMMENTS, &issue.id)? {
            COMMENTS.delete(self.host, &under(&issue.id, &comment.id));
        }
        for worklog in self.of_issue(&WORKLOGS, &issue.id)? {
            WORKLOGS.delete(self.host, &under(&issue.id, &worklog.id));
        }
        for change in self.of_issue(&CHANGES, &issue.id)? {
            CHANGES.delete(self.host, &under(&issue.id, &change.id));
        }
        for link in self.of_issue(&REMOTE_LINKS, &issue.id)? {
            REMOTE_LINKS.delete(self.host, &under(&issue.id, &link.id));
        }
        for attachment in &issue.attachments {
            ATTACHMENTS.delete(self.host, attachment);
        }
        for link in &issue.links {
            self.unlink(link)?;
        }
        if let Some(parent) = &issue.parent
            && let Some(mut parent) = self.issue(parent)?
        {
            parent.children.retain(|child| *child != issue.id);
            self.put_issue(&parent)?;
        }
        ISSUE_KEYS.delete(self.host, &issue.key);
        ISSUES.delete(self.host, &padded(&issue.id));
        Ok(())
    }

    /// Removes a link and takes it off both issues; returns it if it was there.
    pub(crate) fn unlink(&mut self, id: &str) -> Result<Option<Link>, TableError> {
        let Some(link) = LINKS.get(self.host, id)? else { return Ok(None) };
        for end in [&link.inward, &link.outward] {
            if let Some(mut issue) = self.issue(end)? {
                issue.links.retain(|held| held != id);
                self.put_issue(&issue)?;
            }
        }
        LINKS.delete(self.host, id);
        Ok(Some(link))
    }

    /// The person with an account id.
    pub(crate) fn user(&mut self, account_id: &str) -> Result<Option<User>, TableError> {
        USERS.get(self.host, account_id)
    }

    /// Counts one use of a bucket.
    pub(crate) fn take(&mut self, bucket: &Bucket<'_>) -> Result<Allowance, TableError> {
        bucket.take(self.host, &RATE)
    }

    /// The priorities, from highest to lowest: as people moved them, those that are new behind the others.
    pub(crate) fn priorities(&mut self) -> Result<Vec<Priority>, TableError> {
        let mut all = self.all(&PRIORITIES)?;
        all.sort_by_key(|held| (held.position.unwrap_or(u64::MAX), held.id.parse().unwrap_or(u64::MAX)));
        Ok(all)
    }

    /// The resolutions, in their order.
    pub(crate) fn resolutions(&mut self) -> Result<Vec<Resolution>, TableError> {
        let mut all = self.all(&RESOLUTIONS)?;
        all.sort_by_key(|held| (held.position.unwrap_or(u64::MAX), held.id.parse().unwrap_or(u64::MAX)));
        Ok(all)
    }

    /// The first resolution of the site, which a step into a finished status sets where it names none.
    pub(crate) fn usual_resolution(&mut self) -> Result<Option<String>, TableError> {
        let range = Range { start: None, end: None };
        Ok(RESOLUTIONS.first(self.host, &range, Order::Ascending)?.map(|(_, resolution)| resolution.id))
    }
}

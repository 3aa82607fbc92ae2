//! The functions of the search language.

use twin_sdk::TableError;

use crate::moment::{self, Period};
use crate::state::{COMPONENTS, GROUPS, ISSUE_TYPES, LINK_TYPES, LINKS, PROJECTS, SPRINTS, State, VERSIONS};

/// A function that a query can call.
pub(crate) struct Function {
    pub name: &'static str,
    /// Whether it stands for several values.
    pub list: bool,
    /// The type of its values, as clients are told.
    pub kind: &'static str,
    /// How many arguments it takes at least and at most.
    arguments: (usize, usize),
}

const fn function(name: &'static str, list: bool, kind: &'static str, least: usize, most: usize) -> Function {
    Function { name, list, kind, arguments: (least, most) }
}

const DATE: &str = "java.util.Date";
const USER: &str = "com.atlassian.jira.user.ApplicationUser";
const ISSUE: &str = "com.atlassian.jira.issue.Issue";
const VERSION: &str = "com.atlassian.jira.project.version.Version";
const TYPE: &str = "com.atlassian.jira.issue.issuetype.IssueType";
const PROJECT: &str = "com.atlassian.jira.project.Project";
const COMPONENT: &str = "com.atlassian.jira.bc.project.component.ProjectComponent";
const SPRINT: &str = "java.lang.Number";

/// Every function, ordered by name.
pub(crate) const FUNCTIONS: &[Function] = &[
    function("closedSprints", true, SPRINT, 0, 0),
    function("componentsLeadByUser", true, COMPONENT, 0, 1),
    function("currentUser", false, USER, 0, 0),
    function("earliestUnreleasedVersion", true, VERSION, 1, 1),
    function("endOfDay", false, DATE, 0, 1),
    function("endOfMonth", false, DATE, 0, 1),
    function("endOfWeek", false, DATE, 0, 1),
    function("endOfYear", false, DATE, 0, 1),
    function("futureSprints", true, SPRINT, 0, 0),
    function("latestReleasedVersion", true, VERSION, 1, 1),
    function("linkedIssues", true, ISSUE, 1, 2),
    function("membersOf", true, USER, 1, 1),
    function("now", false, DATE, 0, 0),
    function("openSprints", true, SPRINT, 0, 0),
    function("projectsLeadByUser", true, PROJECT, 0, 1),
    function("releasedVersions", true, VERSION, 0, 10),
    function("standardIssueTypes", true, TYPE, 0, 0),
    function("startOfDay", false, DATE, 0, 1),
    function("startOfMonth", false, DATE, 0, 1),
    function("startOfWeek", false, DATE, 0, 1),
    function("startOfYear", false, DATE, 0, 1),
    function("subtaskIssueTypes", true, TYPE, 0, 0),
    function("unreleasedVersions", true, VERSION, 0, 10),
    function("updatedBy", true, ISSUE, 1, 3),
    function("votedIssues", true, ISSUE, 0, 0),
    function("watchedIssues", true, ISSUE, 0, 0),
];

/// What a function stands for.
pub(super) enum Values {
    /// Ids of what the field holds.
    Ids(Vec<String>),
    /// A moment, in milliseconds since 1970.
    Moment(u64),
}

/// Why a function cannot be called.
#[derive(Debug, thiserror::Error)]
pub(super) enum Uncallable {
    /// In the service's words.
    #[error("{0}")]
    Query(String),
    /// The twin's own state failed it.
    #[error(transparent)]
    Table(#[from] TableError),
}

/// Calls a function for a caller.
pub(super) fn call(
    state: &mut State<'_>,
    name: &str,
    arguments: &[String],
    caller: &str,
) -> Result<Values, Uncallable> {
    let known = FUNCTIONS.iter().find(|function| function.name.eq_ignore_ascii_case(name));
    let Some(function) = known else {
        return Err(Uncallable::Query(format!(
            "Unable to find JQL function '{name}({})'.",
            arguments.join(", ")
        )));
    };
    let (least, most) = function.arguments;
    if arguments.len() < least || arguments.len() > most {
        let expected = if least == most { least.to_string() } else { format!("{least}' to '{most}") };
        return Err(Uncallable::Query(format!(
            "Function '{}' expected '{expected}' arguments but received '{}'.",
            function.name,
            arguments.len()
        )));
    }
    let first = arguments.first().map(String::as_str);
    if function.kind == DATE {
        return moment_of(state, function.name, first).map(Values::Moment);
    }
    ids(state, function.name, arguments, caller).map(Values::Ids)
}

fn moment_of(state: &mut State<'_>, name: &str, offset: Option<&str>) -> Result<u64, Uncallable> {
    let now = state.now();
    let period = match name {
        "now" => return Ok(now),
        "startOfDay" | "endOfDay" => Period::Day,
        "startOfWeek" | "endOfWeek" => Period::Week,
        "startOfMonth" | "endOfMonth" => Period::Month,
        _ => Period::Year,
    };
    moment::boundary(now, period, name.starts_with("end"), offset).ok_or_else(|| {
        Uncallable::Query(format!(
            "Duration for function '{name}' should have the format (+/-)n(yMwdm), e.g -1M for 1 month earlier."
        ))
    })
}

fn ids(
    state: &mut State<'_>,
    name: &str,
    arguments: &[String],
    caller: &str,
) -> Result<Vec<String>, Uncallable> {
    let first = arguments.first().map(String::as_str);
    Ok(match name {
        "currentUser" => vec![caller.to_owned()],
        "membersOf" => members(state, first.unwrap_or_default())?,
        "openSprints" => sprints(state, "active")?,
        "closedSprints" => sprints(state, "closed")?,
        "futureSprints" => sprints(state, "future")?,
        "standardIssueTypes" | "subtaskIssueTypes" => {
            let kinds = state.all(&ISSUE_TYPES)?.into_iter();
            kinds.filter(|kind| kind.subtask == (name == "subtaskIssueTypes")).map(|kind| kind.id).collect()
        }
        "componentsLeadByUser" => {
            let lead = user(state, first, caller)?;
            let components = state.all(&COMPONENTS)?.into_iter();
            components
                .filter(|component| component.lead.as_ref() == Some(&lead))
                .map(|found| found.id)
                .collect()
        }
        "projectsLeadByUser" => {
            let lead = user(state, first, caller)?;
            let projects = state.all(&PROJECTS)?.into_iter();
            projects.filter(|project| project.lead == lead).map(|project| project.id).collect()
        }
        "releasedVersions" | "unreleasedVersions" | "latestReleasedVersion" | "earliestUnreleasedVersion" => {
            versions(state, name, arguments)?
        }
        "linkedIssues" => linked(state, first.unwrap_or_default(), arguments.get(1).map(String::as_str))?,
        _ => of_issues(state, name, arguments, caller)?,
    })
}

fn members(state: &mut State<'_>, group: &str) -> Result<Vec<String>, Uncallable> {
    let groups = state.all(&GROUPS)?;
    let found = groups.into_iter().find(|known| known.name.eq_ignore_ascii_case(group) || known.id == group);
    found.map(|group| group.members).ok_or_else(|| {
        Uncallable::Query(format!("Function 'membersOf' can not generate a list of usernames for group '{group}'; the group does not exist."))
    })
}

fn sprints(state: &mut State<'_>, wanted: &str) -> Result<Vec<String>, Uncallable> {
    let sprints = state.all(&SPRINTS)?.into_iter();
    Ok(sprints.filter(|sprint| sprint.state == wanted).map(|sprint| sprint.id).collect())
}

fn user(state: &mut State<'_>, name: Option<&str>, caller: &str) -> Result<String, Uncallable> {
    let Some(name) = name else { return Ok(caller.to_owned()) };
    let users = state.all(&crate::state::USERS)?;
    let found = users
        .into_iter()
        .find(|user| user.account_id == name || user.display_name.eq_ignore_ascii_case(name));
    found
        .map(|user| user.account_id)
        .ok_or_else(|| Uncallable::Query(format!("User '{name}' does not exist.")))
}

fn versions(state: &mut State<'_>, name: &str, projects: &[String]) -> Result<Vec<String>, Uncallable> {
    let mut wanted = Vec::new();
    for project in projects {
        let known = state.all(&PROJECTS)?;
        let found = known.into_iter().find(|known| {
            known.id == *project
                || known.key.eq_ignore_ascii_case(project)
                || known.name.eq_ignore_ascii_case(project)
        });
        let missing = || {
            Uncallable::Query(format!(
                "Could not resolve the project '{project}' provided to function '{name}'."
            ))
        };
        wanted.push(found.ok_or_else(missing)?.id);
    }
    let released = matches!(name, "releasedVersions" | "latestReleasedVersion");
    let versions = state.all(&VERSIONS)?.into_iter();
    let mut ids: Vec<String> = versions
        .filter(|version| version.released == released && !version.archived)
        .filter(|version| wanted.is_empty() || wanted.contains(&version.project))
        .map(|version| version.id)
        .collect();
    match name {
        "latestReleasedVersion" => Ok(ids.pop().into_iter().collect()),
        "earliestUnreleasedVersion" => Ok(ids.into_iter().take(1).collect()),
        _ => Ok(ids),
    }
}

fn linked(state: &mut State<'_>, issue: &str, words: Option<&str>) -> Result<Vec<String>, Uncallable> {
    let missing =
        || Uncallable::Query(format!("Issue '{issue}' could not be found in function 'linkedIssues'."));
    let issue = state.find_issue(issue)?.ok_or_else(missing)?;
    let mut ids = Vec::new();
    for id in &issue.links {
        let Some(link) = state.get(&LINKS, id)? else { continue };
        let Some(kind) = state.get(&LINK_TYPES, &link.kind)? else { continue };
        let (reads, other) = if link.inward == issue.id {
            (&kind.outward, &link.outward)
        } else {
            (&kind.inward, &link.inward)
        };
        if words.is_none_or(|words| words.eq_ignore_ascii_case(reads)) {
            ids.push(other.clone());
        }
    }
    Ok(ids)
}

/// The functions for which every issue must be looked at.
fn of_issues(
    state: &mut State<'_>,
    name: &str,
    arguments: &[String],
    caller: &str,
) -> Result<Vec<String>, Uncallable> {
    let mut ids = Vec::new();
    let by = match name {
        "updatedBy" => Some(user(state, arguments.first().map(String::as_str), caller)?),
        _ => None,
    };
    let now = state.now();
    let after = arguments.get(1).and_then(|text| moment::parse_query(text, now)).unwrap_or(0);
    let before = arguments.get(2).and_then(|text| moment::parse_query(text, now)).unwrap_or(u64::MAX);
    let mut issues = State::issues();
    while let Some(issue) = state.step(&mut issues)? {
        let wanted = match &by {
            None if name == "votedIssues" => issue.voters.iter().any(|voter| voter == caller),
            None => issue.watchers.iter().any(|watcher| watcher == caller),
            Some(by) => {
                let within = |at: u64| at >= after && at <= before;
                let changes = state.of_issue(&crate::state::CHANGES, &issue.id)?;
                (issue.creator == *by && within(issue.created))
                    || changes.iter().any(|change| change.author == *by && within(change.created))
            }
        };
        if wanted {
            ids.push(issue.id);
        }
    }
    Ok(ids)
}

//! Every operation that the twin answers, ordered by id. The ids are those of the service's published description,
//! with the family before the dot where it is not the platform's.

use twin_sdk::{Response, Tier};

use crate::errors::Error;

use super::Root::{self, Accounts as O, Agile as A, Consent as C, Platform as P, Webhooks as W};
use super::call::Call;
use super::{
    attachment, board, catalogue, changelog, comment, create, edit, filter, group, hook, issue, link, oauth,
    participation, project, property, release, role, search, sprint, transition, user, worklog,
};

type Run = fn(&mut Call<'_, '_>) -> Result<Response, Error>;

/// One operation.
pub(crate) struct Route {
    /// The service's name for it.
    pub id: &'static str,
    /// The HTTP method.
    pub method: &'static str,
    pub(super) root: Root,
    /// Below the root; placeholders are in curly brackets.
    path: &'static str,
    /// Whether it is answered without a caller.
    pub(super) open: bool,
    /// How faithfully it is built.
    pub tier: Tier,
    pub(super) run: Run,
}

impl Route {
    /// The whole path, as the manifest shows it.
    pub(crate) fn template(&self) -> String {
        format!("{}{}", self.root.path(), self.path)
    }

    /// Whether an address is one of this operation's. Most are told apart by their first part, so that a request looks at
    /// the whole table in no time.
    pub(super) fn fits(&self, root: Root, segments: &[String]) -> bool {
        if root != self.root {
            return false;
        }
        let mut rest = Some(self.path);
        for segment in segments {
            let Some(path) = rest else { return false };
            let after = if path.starts_with('{') {
                path.split_once('}').map_or("", |(_, after)| after)
            } else {
                match path.strip_prefix(segment.as_str()) {
                    Some(after) => after,
                    None => return false,
                }
            };
            rest = if after.is_empty() { None } else { after.strip_prefix('/') };
            if rest.is_none() && !after.is_empty() {
                return false;
            }
        }
        rest.is_none()
    }

    /// How many parts of the path are not placeholders.
    pub(super) fn literals(&self) -> usize {
        self.path.split('/').filter(|part| !part.starts_with('{')).count()
    }

    /// What the placeholders stand for.
    pub(super) fn params(&self, segments: &[String]) -> Vec<String> {
        let pairs = self.path.split('/').zip(segments).filter(|(part, _)| part.starts_with('{'));
        pairs.map(|(_, segment)| segment.clone()).collect()
    }
}

const fn to(id: &'static str, method: &'static str, root: Root, path: &'static str, run: Run) -> Route {
    Route { id, method, root, path, open: false, tier: Tier::Full, run }
}

const fn open(id: &'static str, method: &'static str, root: Root, path: &'static str, run: Run) -> Route {
    Route { id, method, root, path, open: true, tier: Tier::Full, run }
}

/// An operation that answers in the right shape and knows little of what stands behind it.
const fn shape(id: &'static str, method: &'static str, root: Root, path: &'static str, run: Run) -> Route {
    Route { id, method, root, path, open: false, tier: Tier::Shape, run }
}

/// The table.
pub(crate) const ROUTES: &[Route] = &[
    to("addActorUsers", "POST", P, "project/{projectIdOrKey}/role/{id}", role::add),
    to("addAttachment", "POST", P, "issue/{issueIdOrKey}/attachments", attachment::add),
    to("addComment", "POST", P, "issue/{issueIdOrKey}/comment", comment::add),
    to("addUserToGroup", "POST", P, "group/user", group::add),
    to("addVote", "POST", P, "issue/{issueIdOrKey}/votes", participation::vote),
    to("addWatcher", "POST", P, "issue/{issueIdOrKey}/watchers", participation::watch),
    to("addWorklog", "POST", P, "issue/{issueIdOrKey}/worklog", worklog::add),
    to("admin.webhook.create", "POST", W, "webhook", hook::admin_create),
    to("admin.webhook.delete", "DELETE", W, "webhook/{id}", hook::admin_delete),
    to("admin.webhook.get", "GET", W, "webhook/{id}", hook::admin_get),
    to("admin.webhook.getAll", "GET", W, "webhook", hook::admin_list),
    to("admin.webhook.update", "PUT", W, "webhook/{id}", hook::admin_update),
    to("agile.createBoard", "POST", A, "board", board::create),
    to("agile.createSprint", "POST", A, "sprint", sprint::create),
    to("agile.deleteBoard", "DELETE", A, "board/{boardId}", board::delete),
    to("agile.deleteSprint", "DELETE", A, "sprint/{sprintId}", sprint::delete),
    to("agile.getAllBoards", "GET", A, "board", board::list),
    to("agile.getAllSprints", "GET", A, "board/{boardId}/sprint", sprint::list),
    to("agile.getBoard", "GET", A, "board/{boardId}", board::get),
    shape("agile.getConfiguration", "GET", A, "board/{boardId}/configuration", board::configuration),
    to("agile.getEpic", "GET", A, "epic/{epicIdOrKey}", board::epic_get),
    to("agile.getEpics", "GET", A, "board/{boardId}/epic", board::epics),
    to("agile.getIssue", "GET", A, "issue/{issueIdOrKey}", board::issue),
    to("agile.getIssuesForBacklog", "GET", A, "board/{boardId}/backlog", board::backlog),
    to("agile.getIssuesForBoard", "GET", A, "board/{boardId}/issue", board::issues),
    to("agile.getIssuesForEpic", "GET", A, "epic/{epicIdOrKey}/issue", board::epic_issues),
    to("agile.getIssuesForSprint", "GET", A, "sprint/{sprintId}/issue", sprint::issues),
    to("agile.getSprint", "GET", A, "sprint/{sprintId}", sprint::get),
    to("agile.moveIssuesToBacklog", "POST", A, "backlog/issue", sprint::to_backlog),
    to("agile.moveIssuesToEpic", "POST", A, "epic/{epicIdOrKey}/issue", board::epic_add),
    to("agile.moveIssuesToSprint", "POST", A, "sprint/{sprintId}/issue", sprint::add),
    to("agile.partiallyUpdateSprint", "POST", A, "sprint/{sprintId}", sprint::update),
    to("agile.rankIssues", "PUT", A, "issue/rank", board::rank),
    to("agile.updateSprint", "PUT", A, "sprint/{sprintId}", sprint::update),
    to("assignIssue", "PUT", P, "issue/{issueIdOrKey}/assignee", issue::assign),
    to("bulkGetGroups", "GET", P, "group/bulk", group::list),
    to("bulkGetUsers", "GET", P, "user/bulk", user::bulk),
    to("countIssues", "POST", P, "search/approximate-count", search::count),
    to("createComponent", "POST", P, "component", release::create_component),
    to("createCustomField", "POST", P, "field", catalogue::create_field),
    to("createFilter", "POST", P, "filter", filter::create),
    to("createGroup", "POST", P, "group", group::create),
    to("createIssue", "POST", P, "issue", create::create),
    to("createIssues", "POST", P, "issue/bulk", create::create_bulk),
    to("createOrUpdateRemoteIssueLink", "POST", P, "issue/{issueIdOrKey}/remotelink", link::remote_put),
    to("createProject", "POST", P, "project", project::create),
    to("createVersion", "POST", P, "version", release::create_version),
    to("deleteActor", "DELETE", P, "project/{projectIdOrKey}/role/{id}", role::remove),
    to("deleteAndReplaceVersion", "POST", P, "version/{id}/removeAndSwap", release::swap_version),
    to("deleteComment", "DELETE", P, "issue/{issueIdOrKey}/comment/{id}", comment::delete),
    to("deleteComponent", "DELETE", P, "component/{id}", release::delete_component),
    to("deleteFavouriteForFilter", "DELETE", P, "filter/{id}/favourite", filter::unfavour),
    to("deleteFilter", "DELETE", P, "filter/{id}", filter::delete),
    to("deleteIssue", "DELETE", P, "issue/{issueIdOrKey}", issue::delete),
    to("deleteIssueLink", "DELETE", P, "issueLink/{linkId}", link::delete),
    to(
        "deleteIssueProperty",
        "DELETE",
        P,
        "issue/{issueIdOrKey}/properties/{propertyKey}",
        property::issue_delete,
    ),
    to("deleteProject", "DELETE", P, "project/{projectIdOrKey}", project::delete),
    to(
        "deleteProjectProperty",
        "DELETE",
        P,
        "project/{projectIdOrKey}/properties/{propertyKey}",
        property::project_delete,
    ),
    to(
        "deleteRemoteIssueLinkById",
        "DELETE",
        P,
        "issue/{issueIdOrKey}/remotelink/{linkId}",
        link::remote_delete,
    ),
    to("deleteVersion", "DELETE", P, "version/{id}", release::delete_version),
    to("deleteWebhookById", "DELETE", P, "webhook", hook::remove),
    to("deleteWorklog", "DELETE", P, "issue/{issueIdOrKey}/worklog/{id}", worklog::delete),
    to("doTransition", "POST", P, "issue/{issueIdOrKey}/transitions", transition::take),
    to("editIssue", "PUT", P, "issue/{issueIdOrKey}", edit::edit),
    to("findAssignableUsers", "GET", P, "user/assignable/search", user::assignable),
    to("findGroups", "GET", P, "groups/picker", group::pick),
    to("findUsers", "GET", P, "user/search", user::search),
    to("getAllLabels", "GET", P, "label", catalogue::labels),
    shape("getAllPermissions", "GET", P, "permissions", catalogue::permissions),
    to("getAllProjectRoles", "GET", P, "role", role::all),
    to("getAllProjects", "GET", P, "project", project::list),
    to("getAllStatuses", "GET", P, "project/{projectIdOrKey}/statuses", project::statuses),
    to("getAllUsers", "GET", P, "users/search", user::all),
    to("getAttachment", "GET", P, "attachment/{id}", attachment::get),
    to("getAttachmentContent", "GET", P, "attachment/content/{id}", attachment::content),
    shape("getAttachmentMeta", "GET", P, "attachment/meta", attachment::meta),
    to("getAutoComplete", "GET", P, "jql/autocompletedata", search::reference),
    to("getBulkChangelogs", "POST", P, "changelog/bulkfetch", changelog::bulk),
    to("getChangeLogs", "GET", P, "issue/{issueIdOrKey}/changelog", changelog::list),
    to("getChangeLogsByIds", "POST", P, "issue/{issueIdOrKey}/changelog/list", changelog::by_ids),
    to("getComment", "GET", P, "issue/{issueIdOrKey}/comment/{id}", comment::get),
    to("getComments", "GET", P, "issue/{issueIdOrKey}/comment", comment::list),
    to("getComponent", "GET", P, "component/{id}", release::component),
    to("getCreateIssueMeta", "GET", P, "issue/createmeta", create::meta),
    to(
        "getCreateIssueMetaIssueTypeId",
        "GET",
        P,
        "issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}",
        create::meta_fields,
    ),
    to(
        "getCreateIssueMetaIssueTypes",
        "GET",
        P,
        "issue/createmeta/{projectIdOrKey}/issuetypes",
        create::meta_kinds,
    ),
    to("getCurrentUser", "GET", P, "myself", user::myself),
    to("getDynamicWebhooksForApp", "GET", P, "webhook", hook::list),
    to("getEditIssueMeta", "GET", P, "issue/{issueIdOrKey}/editmeta", edit::meta),
    to("getFavouriteFilters", "GET", P, "filter/favourite", filter::favourites),
    to("getFields", "GET", P, "field", catalogue::fields),
    to("getFieldsPaginated", "GET", P, "field/search", catalogue::search_fields),
    to("getFilter", "GET", P, "filter/{id}", filter::get),
    to("getFiltersPaginated", "GET", P, "filter/search", filter::search),
    to("getGroup", "GET", P, "group", group::get),
    to("getIssue", "GET", P, "issue/{issueIdOrKey}", issue::get),
    to("getIssueAllTypes", "GET", P, "issuetype", catalogue::issue_types),
    to("getIssueLink", "GET", P, "issueLink/{linkId}", link::get),
    to("getIssueLinkType", "GET", P, "issueLinkType/{issueLinkTypeId}", link::kind),
    to("getIssueLinkTypes", "GET", P, "issueLinkType", link::kinds),
    to("getIssueProperty", "GET", P, "issue/{issueIdOrKey}/properties/{propertyKey}", property::issue_get),
    to("getIssuePropertyKeys", "GET", P, "issue/{issueIdOrKey}/properties", property::issue_keys),
    to("getIssueType", "GET", P, "issuetype/{id}", catalogue::issue_type),
    to("getIssueWatchers", "GET", P, "issue/{issueIdOrKey}/watchers", participation::watchers),
    to("getIssueWorklog", "GET", P, "issue/{issueIdOrKey}/worklog", worklog::list),
    to("getMyFilters", "GET", P, "filter/my", filter::mine),
    shape("getMyPermissions", "GET", P, "mypermissions", catalogue::my_permissions),
    to("getPriorities", "GET", P, "priority", catalogue::priorities),
    to("getPriority", "GET", P, "priority/{id}", catalogue::priority),
    to("getProject", "GET", P, "project/{projectIdOrKey}", project::get),
    to("getProjectComponents", "GET", P, "project/{projectIdOrKey}/components", release::components),
    to(
        "getProjectComponentsPaginated",
        "GET",
        P,
        "project/{projectIdOrKey}/component",
        release::components_page,
    ),
    to(
        "getProjectProperty",
        "GET",
        P,
        "project/{projectIdOrKey}/properties/{propertyKey}",
        property::project_get,
    ),
    to("getProjectPropertyKeys", "GET", P, "project/{projectIdOrKey}/properties", property::project_keys),
    to("getProjectRole", "GET", P, "project/{projectIdOrKey}/role/{id}", role::get),
    to("getProjectRoles", "GET", P, "project/{projectIdOrKey}/role", role::list),
    to("getProjectVersions", "GET", P, "project/{projectIdOrKey}/versions", release::versions),
    to("getProjectVersionsPaginated", "GET", P, "project/{projectIdOrKey}/version", release::versions_page),
    to("getRemoteIssueLinkById", "GET", P, "issue/{issueIdOrKey}/remotelink/{linkId}", link::remote_get),
    to("getRemoteIssueLinks", "GET", P, "issue/{issueIdOrKey}/remotelink", link::remote_list),
    to("getResolution", "GET", P, "resolution/{id}", catalogue::resolution),
    to("getResolutions", "GET", P, "resolution", catalogue::resolutions),
    open("getServerInfo", "GET", P, "serverInfo", catalogue::server),
    to("getStatus", "GET", P, "status/{idOrName}", catalogue::status),
    to("getStatusCategories", "GET", P, "statuscategory", catalogue::categories),
    to("getStatuses", "GET", P, "status", catalogue::statuses),
    to("getTransitions", "GET", P, "issue/{issueIdOrKey}/transitions", transition::list),
    to("getUser", "GET", P, "user", user::get),
    to("getUserGroups", "GET", P, "user/groups", user::groups),
    to("getUsersFromGroup", "GET", P, "group/member", group::members),
    to("getVersion", "GET", P, "version/{id}", release::version),
    shape("getVersionRelatedIssues", "GET", P, "version/{id}/relatedIssueCounts", release::version_counts),
    to("getVotes", "GET", P, "issue/{issueIdOrKey}/votes", participation::votes),
    to("getWorklog", "GET", P, "issue/{issueIdOrKey}/worklog/{id}", worklog::get),
    to("linkIssues", "POST", P, "issueLink", link::create),
    to("matchIssues", "POST", P, "jql/match", search::matched),
    open("oauth.authorize", "GET", C, "authorize", oauth::authorize),
    to("oauth.getAccessibleResources", "GET", O, "token/accessible-resources", oauth::accessible_resources),
    open("oauth.token", "POST", O, "token", oauth::token),
    to("parseJqlQueries", "POST", P, "jql/parse", search::parse),
    to("refreshWebhooks", "PUT", P, "webhook/refresh", hook::refresh),
    to("registerDynamicWebhooks", "POST", P, "webhook", hook::register),
    to("removeAttachment", "DELETE", P, "attachment/{id}", attachment::delete),
    to("removeGroup", "DELETE", P, "group", group::delete),
    to("removeUserFromGroup", "DELETE", P, "group/user", group::remove),
    to("removeVote", "DELETE", P, "issue/{issueIdOrKey}/votes", participation::unvote),
    to("removeWatcher", "DELETE", P, "issue/{issueIdOrKey}/watchers", participation::unwatch),
    to("searchAndReconsileIssuesUsingJql", "GET", P, "search/jql", search::get),
    to("searchAndReconsileIssuesUsingJqlPost", "POST", P, "search/jql", search::post),
    to("searchForIssuesUsingJql", "GET", P, "search", search::removed),
    to("searchForIssuesUsingJqlPost", "POST", P, "search", search::removed),
    to("searchPriorities", "GET", P, "priority/search", catalogue::search_priorities),
    to("searchProjects", "GET", P, "project/search", project::search),
    to("setFavouriteForFilter", "PUT", P, "filter/{id}/favourite", filter::favour),
    to("setIssueProperty", "PUT", P, "issue/{issueIdOrKey}/properties/{propertyKey}", property::issue_set),
    to(
        "setProjectProperty",
        "PUT",
        P,
        "project/{projectIdOrKey}/properties/{propertyKey}",
        property::project_set,
    ),
    to("updateComment", "PUT", P, "issue/{issueIdOrKey}/comment/{id}", comment::update),
    to("updateComponent", "PUT", P, "component/{id}", release::update_component),
    to("updateFilter", "PUT", P, "filter/{id}", filter::update),
    to("updateProject", "PUT", P, "project/{projectIdOrKey}", project::update),
    to("updateRemoteIssueLink", "PUT", P, "issue/{issueIdOrKey}/remotelink/{linkId}", link::remote_update),
    to("updateVersion", "PUT", P, "version/{id}", release::update_version),
    to("updateWorklog", "PUT", P, "issue/{issueIdOrKey}/worklog/{id}", worklog::update),
];

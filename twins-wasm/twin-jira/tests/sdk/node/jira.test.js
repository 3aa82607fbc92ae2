// The unmodified jira.js against the twin: versions 3 and 2 of the platform API, and the Agile API.
//
// The twin serves the fixture beside this folder at GLASSHOUSE_JIRA_URL; without it the client goes to the site's own
// address. The twin's clock must go on between two requests: one test waits until a rate limit is over.

import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { AgileClient, Version2Client, Version3Client } from "jira.js";

const host = process.env.GLASSHOUSE_JIRA_URL ?? "https://fern.atlassian.net";
const ANA = "5b10ana00000000000000001";
const BEN = "5b10ben00000000000000002";
const CHIYO = "5b10chi00000000000000003";

function signedIn(email = "ana@fern.example", apiToken = "ana-token") {
  return { host, authentication: { basic: { email, apiToken } } };
}

const jira = new Version3Client(signedIn());
const second = new Version2Client(signedIn());
const agile = new AgileClient(signedIn());

async function refused(status, text, call) {
  const error = await call.then(() => assert.fail(`no ${status}`), (error) => error);
  assert.equal(error.status, status, error.message);
  assert.ok(JSON.stringify(error.response.data ?? error.response).includes(text), JSON.stringify(error.response));
  return error;
}

function paragraph(text) {
  return { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text }] }] };
}

async function create(summary, fields = {}) {
  const basic = { project: { key: "SHOP" }, issuetype: { name: "Task" }, summary };
  return (await jira.issues.createIssue({ fields: { ...basic, ...fields } })).key;
}

suite("identity", () => {
  test("the site and who is signed in", async () => {
    assert.equal((await jira.serverInfo.getServerInfo()).deploymentType, "Cloud");
    assert.equal((await jira.myself.getCurrentUser()).accountId, ANA);
    const bearer = new Version3Client({ host, authentication: { oauth2: { accessToken: "ben-token" } } });
    assert.equal((await bearer.myself.getCurrentUser()).accountId, BEN);
  });

  test("a wrong token is refused", async () => {
    const stranger = new Version3Client(signedIn("ana@fern.example", "wrong"));
    await refused(401, "Client must be authenticated", stranger.myself.getCurrentUser());
  });

  test("people and groups", async () => {
    const found = await jira.userSearch.findUsers({ query: "chi" });
    assert.deepEqual(found.map((user) => user.displayName), ["Chiyo Tanaka"]);
    assert.equal((await jira.users.getUser({ accountId: BEN })).emailAddress, "ben@fern.example");
    const assignable = await jira.userSearch.findAssignableUsers({ project: "SHOP", query: "okafor" });
    assert.deepEqual(assignable.map((user) => user.accountId), [BEN]);
    const members = await jira.groups.getUsersFromGroup({ groupname: "gardeners" });
    assert.deepEqual(members.values.map((user) => user.accountId).toSorted(), [ANA, CHIYO]);
    await refused(404, "does not exist", jira.users.getUser({ accountId: "nobody" }));
  });
});

suite("catalogues", () => {
  test("what the site is made of", async () => {
    const projects = await jira.projects.searchProjects({});
    assert.deepEqual(projects.values.map((project) => project.key), ["GARDEN", "SHOP"]);
    assert.equal((await jira.projects.getProject({ projectIdOrKey: "GARDEN" })).lead.displayName, "Ana Silva");
    assert.equal((await jira.issueTypes.getIssueAllTypes()).length, 5);
    assert.equal((await jira.issuePriorities.getPriorities())[0].name, "Highest");
    assert.ok((await jira.issueFields.getFields()).some((field) => field.name === "Sprint"));
    assert.ok((await jira.issueLinkTypes.getIssueLinkTypes()).issueLinkTypes.some((kind) => kind.name === "Blocks"));
    const statuses = await jira.workflowStatuses.getStatuses();
    assert.deepEqual(statuses.map((status) => status.name), ["To Do", "In Progress", "Done"]);
    const meta = await jira.issues.getCreateIssueMetaIssueTypes({ projectIdOrKey: "GARDEN" });
    assert.ok(meta.issueTypes.some((kind) => kind.name === "Epic"));
    await refused(404, "No project could be found with key 'NONE'.", jira.projects.getProject({ projectIdOrKey: "NONE" }));
  });

  test("versions and components", async () => {
    const version = await jira.projectVersions.createVersion({ name: "Node", projectId: 10000 });
    await jira.projectVersions.updateVersion({ id: version.id, released: true });
    const page = await jira.projectVersions.getProjectVersionsPaginated({ projectIdOrKey: "GARDEN" });
    assert.ok(page.values.some((each) => each.name === "Node" && each.released));
    await jira.projectVersions.deleteAndReplaceVersion({ id: version.id });
    await refused(404, "Could not find version", jira.projectVersions.getVersion({ id: version.id }));
    const component = await jira.projectComponents.createComponent({ project: "GARDEN", name: "Light" });
    await jira.projectComponents.deleteComponent({ id: component.id });
  });

  test("filters", async () => {
    const filter = await jira.filters.createFilter({ name: "Mine", jql: "assignee = currentUser()" });
    assert.equal((await jira.filters.getFilter({ id: Number(filter.id) })).jql, "assignee = currentUser()");
    await jira.filters.deleteFilter({ id: Number(filter.id) });
  });
});

suite("issues", () => {
  test("create, read, edit and delete", async () => {
    const key = await create("Sweep", { description: paragraph("broom"), labels: ["floor"], priority: { name: "Low" } });
    let issue = await jira.issues.getIssue({ issueIdOrKey: key });
    assert.equal(issue.fields.assignee.accountId, BEN);
    assert.equal(issue.fields.description.content[0].content[0].text, "broom");
    await jira.issues.editIssue({ issueIdOrKey: key, fields: { summary: "Sweep twice" }, update: { labels: [{ add: "often" }] } });
    issue = await jira.issues.getIssue({ issueIdOrKey: key, expand: "changelog" });
    assert.deepEqual([issue.fields.summary, issue.fields.labels], ["Sweep twice", ["floor", "often"]]);
    const changes = await jira.issues.getChangeLogs({ issueIdOrKey: key });
    assert.ok(changes.values.some((change) => change.items.some((item) => item.toString === "Sweep twice")));
    await jira.issues.assignIssue({ issueIdOrKey: key, accountId: null });
    assert.equal((await jira.issues.getIssue({ issueIdOrKey: key, fields: ["assignee"] })).fields.assignee, null);
    await jira.issues.deleteIssue({ issueIdOrKey: key });
    const gone = "Issue does not exist or you do not have permission to see it.";
    await refused(404, gone, jira.issues.getIssue({ issueIdOrKey: key }));
  });

  test("both versions of the API see one issue", async () => {
    const fields = { project: { key: "SHOP" }, issuetype: { name: "Bug" }, summary: "Bell", description: "h2. Why\n\n* mute" };
    const { key } = await second.issues.createIssue({ fields });
    assert.equal((await second.issues.getIssue({ issueIdOrKey: key })).fields.description, "h2. Why\n\n* mute");
    const { content } = (await jira.issues.getIssue({ issueIdOrKey: key })).fields.description;
    assert.deepEqual(content.map((block) => block.type), ["heading", "bulletList"]);
  });

  test("steps by name", async () => {
    const key = await create("Walk");
    const { transitions } = await jira.issues.getTransitions({ issueIdOrKey: key });
    assert.deepEqual(transitions.map((step) => step.name), ["To Do", "In Progress", "Done"]);
    const { id } = transitions.find((step) => step.name === "Done");
    await jira.issues.doTransition({ issueIdOrKey: key, transition: { id } });
    const { fields } = await jira.issues.getIssue({ issueIdOrKey: key });
    assert.deepEqual([fields.status.name, fields.resolution.name], ["Done", "Done"]);
    const wrong = jira.issues.doTransition({ issueIdOrKey: key, transition: { id: "77" } });
    await refused(400, "is not valid for this issue", wrong);
  });

  test("comments, work, watchers and votes", async () => {
    const issueIdOrKey = await create("Talk");
    const comment = await jira.issueComments.addComment({ issueIdOrKey, comment: paragraph("First words") });
    await jira.issueComments.updateComment({ issueIdOrKey, id: comment.id, body: paragraph("Second words") });
    const { comments } = await jira.issueComments.getComments({ issueIdOrKey });
    assert.deepEqual(comments.map((each) => each.body.content[0].content[0].text), ["Second words"]);
    await jira.issueComments.deleteComment({ issueIdOrKey, id: comment.id });
    await jira.issueWorklogs.addWorklog({ issueIdOrKey, timeSpent: "2h" });
    assert.equal((await jira.issueWorklogs.getIssueWorklog({ issueIdOrKey })).worklogs[0].timeSpentSeconds, 7200);
    await jira.issueWatchers.addWatcher({ issueIdOrKey, accountId: CHIYO });
    assert.equal((await jira.issueWatchers.getIssueWatchers({ issueIdOrKey })).watchCount, 2);
  });

  test("links and files", async () => {
    const [one, other] = [await create("One"), await create("Other")];
    await jira.issueLinks.linkIssues({ type: { name: "Blocks" }, inwardIssue: { key: one }, outwardIssue: { key: other } });
    const [link] = (await jira.issues.getIssue({ issueIdOrKey: one })).fields.issuelinks;
    assert.equal(link.outwardIssue.key, other);
    await jira.issueLinks.deleteIssueLink({ linkId: link.id });
    const object = { url: "https://docs.example", title: "Docs" };
    await jira.issueRemoteLinks.createOrUpdateRemoteIssueLink({ issueIdOrKey: one, object });
    assert.equal((await jira.issueRemoteLinks.getRemoteIssueLinks({ issueIdOrKey: one }))[0].object.title, "Docs");
    const attachment = { filename: "petals.txt", file: Buffer.from("petals") };
    const [held] = await jira.issueAttachments.addAttachment({ issueIdOrKey: one, attachment });
    assert.deepEqual([held.filename, held.size], ["petals.txt", 6]);
    const content = await jira.issueAttachments.getAttachmentContent({ id: held.id });
    assert.equal(Buffer.from(content.content ?? content).toString(), "petals");
    await jira.issueAttachments.removeAttachment({ id: held.id });
    await refused(404, "", jira.issueAttachments.getAttachment({ id: held.id }));
  });

  test("many at once with one failure", async () => {
    const field = { project: { key: "SHOP" }, issuetype: { name: "Task" } };
    const issueUpdates = [{ fields: { ...field, summary: "a" } }, { fields: field }];
    const answer = await jira.issues.createIssues({ issueUpdates });
    assert.deepEqual([answer.issues.length, answer.errors[0].failedElementNumber], [1, 1]);
  });

  test("refused fields are named", async () => {
    const error = await refused(400, "Priority name 'Urgent' is not valid", create("Bad", { priority: { name: "Urgent" }, colour: "red" }));
    assert.match(error.response.data.errors.colour, /not on the appropriate screen/);
    await refused(400, "You must specify a summary", create(undefined));
  });
});

suite("searching", () => {
  test("every one of 261 comes once", async () => {
    const keys = [];
    let nextPageToken;
    do {
      const query = { jql: 'project = SHOP AND summary ~ "the" ORDER BY key', maxResults: 100, fields: ["summary"], nextPageToken };
      const page = await jira.issueSearch.searchForIssuesUsingJqlEnhancedSearch(query);
      keys.push(...page.issues.map((issue) => issue.key));
      nextPageToken = page.nextPageToken;
    } while (nextPageToken);
    assert.deepEqual([keys.length, new Set(keys).size], [261, 261]);
    const count = await jira.issueSearch.countIssues({ jql: "project = SHOP" });
    assert.ok(count.count >= 261);
  });

  test("the same by POST, and parsed", async () => {
    const query = { jql: "project = GARDEN ORDER BY key", maxResults: 2 };
    const page = await jira.issueSearch.searchForIssuesUsingJqlEnhancedSearchPost({ ...query, fields: ["key"] });
    assert.deepEqual(page.issues.map((issue) => issue.key), ["GARDEN-1", "GARDEN-2"]);
    assert.equal(page.isLast, false);
    const parsed = await jira.jql.parseJqlQueries({ queries: ["planet ="], validation: "strict" });
    assert.equal(parsed.queries[0].errors.length, 1);
  });

  test("wrong queries", async () => {
    const search = (jql) => jira.issueSearch.searchForIssuesUsingJqlEnhancedSearch({ jql });
    await refused(400, "Expecting either 'OR' or 'AND' but got 'status'.", search("project = GARDEN status = Done"));
    await refused(400, "Field 'planet' does not exist", search("planet = mars"));
    await refused(400, "Unbounded JQL queries are not allowed here.", search("ORDER BY created"));
    await refused(410, "", jira.issueSearch.searchForIssuesUsingJql({ jql: "project = GARDEN" }));
  });
});

suite("agile", () => {
  test("boards, sprints and the backlog", async () => {
    const [board] = (await agile.board.getAllBoards()).values;
    assert.deepEqual([board.name, board.type], ["GARDEN board", "scrum"]);
    const boardId = board.id;
    const { values } = await agile.board.getAllSprints({ boardId });
    assert.deepEqual(values.slice(0, 3).map((sprint) => sprint.state), ["closed", "active", "future"]);
    const sprint = await agile.sprint.createSprint({ name: "Node", originBoardId: boardId });
    await agile.sprint.moveIssuesToSprintAndRank({ sprintId: sprint.id, issues: ["GARDEN-3"] });
    const { issues } = await agile.sprint.getIssuesForSprint({ sprintId: sprint.id });
    assert.deepEqual(issues.map((issue) => issue.key), ["GARDEN-3"]);
    await agile.backlog.moveIssuesToBacklog({ issues: ["GARDEN-3"] });
    assert.ok((await agile.board.getIssuesForBacklog({ boardId })).issues.some((issue) => issue.key === "GARDEN-3"));
    await agile.sprint.deleteSprint({ sprintId: sprint.id });
    await refused(404, "", agile.sprint.getSprint({ sprintId: sprint.id }));
  });
});

suite("webhooks of apps", () => {
  test("are registered, listed and removed", async () => {
    const webhooks = [{ jqlFilter: "project = SHOP", events: ["jira:issue_updated"] }];
    const hooks = await jira.webhooks.registerDynamicWebhooks({ url: "https://app.example/hook", webhooks });
    const id = hooks.webhookRegistrationResult[0].createdWebhookId;
    assert.ok((await jira.webhooks.getDynamicWebhooksForApp()).values.some((hook) => hook.id === id));
    await jira.webhooks.deleteWebhookById({ webhookIds: [id] });
  });
});

suite("limits", () => {
  // jira.js 5 has no retry of its own: it hands over status and headers, and its caller waits.
  test("the wait is told, and is enough", async () => {
    const issueIdOrKey = await create("Noise");
    const set = (number) =>
      jira.issueProperties.setIssueProperty({ issueIdOrKey, propertyKey: "round", propertyValue: { number } });
    const outcomes = await Promise.allSettled(Array.from({ length: 24 }, (_, number) => set(number)));
    const refusals = outcomes.filter((outcome) => outcome.status === "rejected").map((outcome) => outcome.reason);
    assert.ok(refusals.length > 0 && refusals.every((error) => error.status === 429), `${refusals}`);
    const { headers } = refusals[0].cause.response;
    assert.equal(headers["ratelimit-reason"], "jira-per-issue-on-write");
    await sleep(Number(headers["retry-after"]) * 1000);
    await set(99);
    const held = await jira.issueProperties.getIssueProperty({ issueIdOrKey, propertyKey: "round" });
    assert.equal(held.value.number, 99);
  });
});

suite("configuration", () => {
  test("dashboards are made, searched and removed", async () => {
    const made = await jira.dashboards.createDashboard({ name: "Rows", sharePermissions: [{ type: "authenticated" }], editPermissions: [] });
    const found = await jira.dashboards.getDashboardsPaginated({ dashboardName: "row" });
    assert.deepEqual(found.values.map((dashboard) => dashboard.id), [made.id]);
    await jira.dashboards.deleteDashboard({ id: made.id });
    await refused(404, "does not exist", jira.dashboards.getDashboard({ id: made.id }));
  });

  test("a field gets options by its context", async () => {
    const type = "com.atlassian.jira.plugin.system.customfieldtypes:select";
    const field = await jira.issueFields.createCustomField({ name: "Pot", type });
    const contexts = await jira.issueCustomFieldContexts.getContextsForField({ fieldId: field.id });
    const place = { fieldId: field.id, contextId: Number(contexts.values[0].id) };
    await jira.issueCustomFieldOptions.createCustomFieldOption({ ...place, options: [{ value: "Clay" }] });
    const options = await jira.issueCustomFieldOptions.getOptionsForContext(place);
    assert.deepEqual(options.values.map((option) => option.value), ["Clay"]);
  });

  test("schemes, screens and workflows are those of a new site", async () => {
    const workflows = await jira.workflows.getWorkflowsPaginated({ expand: "transitions" });
    assert.equal(workflows.values[0].id.name, "Software Simplified Workflow");
    const screens = await jira.screens.getScreens();
    assert.equal(screens.values[0].name, "Default Screen");
    const grants = await second.permissionSchemes.getPermissionSchemeGrants({ schemeId: 0 });
    assert.ok(grants.permissions.some((grant) => grant.permission === "BROWSE_PROJECTS"));
    await refused(404, "not found", jira.workflowSchemes.getWorkflowScheme({ id: 77 }));
  });
});

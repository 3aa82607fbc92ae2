"""Two unmodified Jira clients for Python against the twin: jira (pycontribs) and atlassian-python-api.

The twin serves the fixture beside this file at GLASSHOUSE_JIRA_URL, for example http://127.0.0.1:8080; without it the
clients go to the site's own address. Its clock follows real time: two tests wait out a rate limit.
"""

import io
import os
import unittest

import requests
from atlassian import Jira
from jira import JIRA
from jira.exceptions import JIRAError

URL = os.environ.get("GLASSHOUSE_JIRA_URL", "https://fern.atlassian.net")
ANA = "5b10ana00000000000000001"
BEN = "5b10ben00000000000000002"
CHIYO = "5b10chi00000000000000003"


def pycontribs(email="ana@fern.example", token="ana-token"):
    return JIRA(URL, basic_auth=(email, token), max_retries=3)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.jira = pycontribs()
        cls.other = Jira(url=URL, username="ana@fern.example", password="ana-token", cloud=True)

    def refused(self, status, text, call, *arguments, **named):
        with self.assertRaises(JIRAError) as caught:
            call(*arguments, **named)
        self.assertEqual(caught.exception.status_code, status)
        self.assertIn(text, caught.exception.text)

    def new(self, summary, **fields):
        return self.jira.create_issue(project="SHOP", issuetype={"name": "Task"}, summary=summary, **fields)


class Identity(Case):
    def test_the_site_is_a_cloud_site(self):
        self.assertEqual(self.jira.server_info()["deploymentType"], "Cloud")
        self.assertTrue(self.jira._is_cloud)
        self.assertEqual(self.jira.myself()["accountId"], ANA)
        self.assertEqual(self.jira.current_user("displayName"), "Ana Silva")
        self.assertEqual(JIRA(URL, token_auth="ben-token").myself()["accountId"], BEN)

    def test_a_wrong_token_is_refused(self):
        self.refused(401, "Client must be authenticated", pycontribs, token="wrong")
        self.refused(401, "Client must be authenticated", pycontribs, email="gus@fern.example", token="gus-token")

    def test_people(self):
        self.assertEqual([user.displayName for user in self.jira.search_users(query="chi")], ["Chiyo Tanaka"])
        people = self.jira.search_assignable_users_for_issues(project="SHOP", query="okafor")
        self.assertEqual([user.accountId for user in people], [BEN])
        self.assertEqual(self.jira.user(BEN).emailAddress, "ben@fern.example")
        self.assertEqual(self.other.get_user_groups(account_id=ANA)[0]["name"], "gardeners")


class Catalogues(Case):
    def test_what_the_site_is_made_of(self):
        self.assertEqual([project.key for project in self.jira.projects()], ["GARDEN", "SHOP"])
        self.assertEqual(self.jira.project("GARDEN").lead.displayName, "Ana Silva")
        self.assertEqual(len(self.jira.issue_types()), 5)
        self.assertEqual(self.jira.issue_type_by_name("Bug").id, "10004")
        self.assertEqual(self.jira.priorities()[0].name, "Highest")
        self.assertEqual([status.name for status in self.jira.statuses()], ["To Do", "In Progress", "Done"])
        self.assertEqual(self.jira.resolutions()[0].name, "Done")
        self.assertIn("Sprint", [field["name"] for field in self.jira.fields()])
        self.assertEqual([kind.name for kind in self.jira.issue_link_types()][0], "Blocks")

    def test_create_screens(self):
        meta = self.jira.createmeta("GARDEN", issuetypeNames="Epic", expand="projects.issuetypes.fields")
        kind = meta["projects"][0]["issuetypes"][0]
        self.assertTrue(kind["fields"]["summary"]["required"])
        self.assertNotIn("parent", kind["fields"])
        fields = self.other.issue_createmeta_fieldtypes("GARDEN", "10002")["fields"]
        self.assertIn("components", [field["fieldId"] for field in fields])

    def test_versions_and_components(self):
        self.assertEqual([version.name for version in self.jira.project_versions("GARDEN")], ["Spring", "Summer"])
        version = self.jira.create_version("Autumn", "GARDEN", releaseDate="2026-09-01")
        version.update(released=True)
        self.assertTrue(self.jira.version(version.id).released)
        version.delete()
        self.refused(404, "Could not find version", self.jira.version, version.id)
        component = self.jira.create_component("Light", "GARDEN")
        self.assertIn("Light", [held.name for held in self.jira.project_components("GARDEN")])
        component.delete()


class Issues(Case):
    def test_create_read_edit_and_delete(self):
        issue = self.new("Sweep", description="h2. How\n\n* broom", labels=["floor"], priority={"name": "Low"})
        self.assertRegex(issue.key, r"^SHOP-\d+$")
        self.assertEqual(issue.fields.assignee.accountId, BEN)
        self.assertEqual(issue.fields.description, "h2. How\n\n* broom")
        issue.update(summary="Sweep twice", fields={"labels": ["floor", "often"]})
        issue.add_field_value("labels", "weekly")
        again = self.jira.issue(issue.key, expand="changelog")
        self.assertEqual(again.fields.summary, "Sweep twice")
        self.assertEqual(again.fields.labels, ["floor", "often", "weekly"])
        self.assertEqual(again.changelog.histories[-1].items[0].toString, "Sweep twice")
        self.jira.assign_issue(issue, None)
        self.assertIsNone(self.jira.issue(issue.key).fields.assignee)
        issue.delete()
        self.refused(404, "Issue does not exist or you do not have permission to see it.", self.jira.issue, issue.key)

    def test_steps_by_name(self):
        issue = self.new("Walk")
        self.assertEqual([step["name"] for step in self.jira.transitions(issue)], ["To Do", "In Progress", "Done"])
        self.jira.transition_issue(issue, "Done")
        issue = self.jira.issue(issue.key)
        self.assertEqual((issue.fields.status.name, issue.fields.resolution.name), ("Done", "Done"))
        self.refused(400, "is not valid for this issue", self.jira.transition_issue, issue, "77")

    def test_comments_work_and_watchers(self):
        issue = self.new("Talk")
        comment = self.jira.add_comment(issue, "First *words*")
        comment.update(body="Second words")
        self.assertEqual([held.body for held in self.jira.comments(issue)], ["Second words"])
        comment.delete()
        self.jira.add_worklog(issue, timeSpent="2h", comment="Talked")
        self.assertEqual(self.jira.worklogs(issue)[0].timeSpentSeconds, 7200)
        self.jira.add_watcher(issue, CHIYO)
        self.assertEqual(self.jira.watchers(issue).watchCount, 2)
        self.refused(400, "Comment body can not be empty!", self.jira.add_comment, issue, " ")

    def test_links_and_files(self):
        one, other = self.new("One"), self.new("Other")
        self.jira.create_issue_link("Blocks", one, other)
        linked = self.jira.issue(one.key).fields.issuelinks[0]
        self.assertEqual(linked.outwardIssue.key, other.key)
        linked.delete()
        self.assertEqual(self.jira.issue(one.key).fields.issuelinks, [])
        self.jira.add_simple_link(one, {"url": "https://docs.example", "title": "Docs"})
        self.assertEqual(self.jira.remote_links(one)[0].object.title, "Docs")
        self.jira.add_attachment(one, io.BytesIO(b"petals"), filename="petals.txt")
        held = self.jira.issue(one.key).fields.attachment[0]
        self.assertEqual((held.filename, held.size), ("petals.txt", 6))
        self.jira.delete_attachment(held.id)

    def test_many_at_once_with_one_failure(self):
        field = {"project": "SHOP", "issuetype": "Task"}
        results = self.jira.create_issues([{**field, "summary": "a"}, field, {**field, "summary": "c"}])
        self.assertEqual([result["status"] for result in results], ["Success", "Error", "Success"])
        self.assertIn("You must specify a summary", str(results[1]["error"]))

    def test_refused_fields_are_named(self):
        with self.assertRaises(JIRAError) as caught:
            self.new("Bad", priority={"name": "Urgent"}, colour="red")
        errors = caught.exception.response.json()["errors"]
        self.assertEqual(errors["priority"], "Priority name 'Urgent' is not valid")
        self.assertIn("not on the appropriate screen", errors["colour"])
        fields = {"project": {"key": "NONE"}, "summary": "x", "issuetype": {"name": "Task"}}
        with self.assertRaisesRegex(requests.HTTPError, "Specify a valid project ID or key"):
            self.other.create_issue(fields)
        self.refused(404, "No project could be found with key 'NONE'.", self.jira.project, "NONE")


class Searching(Case):
    def test_every_one_of_260_comes_once(self):
        found = self.jira.enhanced_search_issues(
            "project = SHOP AND summary ~ \"the\" ORDER BY key", maxResults=0, fields="summary"
        )
        keys = [issue.key for issue in found]
        self.assertEqual((len(keys), len(set(keys))), (261, 261))
        self.assertEqual(keys, sorted(keys, key=lambda key: int(key.split("-")[1])))
        self.assertGreaterEqual(self.jira.approximate_issue_count("project = SHOP"), 261)

    def test_a_page_and_its_token(self):
        first = self.jira.enhanced_search_issues("project = GARDEN ORDER BY key", maxResults=2, json_result=True)
        self.assertEqual([issue["key"] for issue in first["issues"]], ["GARDEN-1", "GARDEN-2"])
        second = self.other.enhanced_jql("project = GARDEN ORDER BY key", limit=2)
        self.assertEqual([issue["key"] for issue in second["issues"]], ["GARDEN-1", "GARDEN-2"])
        self.assertIn("nextPageToken", second)

    def test_wrong_queries(self):
        search = self.jira.enhanced_search_issues
        self.refused(400, "Expecting either 'OR' or 'AND' but got 'status'. (line 1, character 18)", search, "project = GARDEN status = Done")
        self.refused(400, "Field 'planet' does not exist", search, "planet = mars")
        self.refused(400, "Unbounded JQL queries are not allowed here.", search, "ORDER BY created")
        self.assertEqual(requests.get(URL + "/rest/api/3/search", auth=("ana@fern.example", "ana-token"), timeout=9).status_code, 410)


class Agile(Case):
    def test_boards_and_sprints(self):
        board = self.jira.boards()[0]
        self.assertEqual((board.name, board.type), ("GARDEN board", "scrum"))
        states = [sprint.state for sprint in self.jira.sprints(board.id)]
        self.assertEqual(states[:3], ["closed", "active", "future"])
        sprint = self.jira.create_sprint("Soon", board.id)
        self.jira.add_issues_to_sprint(sprint.id, ["GARDEN-3"])
        self.assertEqual(self.jira.enhanced_search_issues(f"sprint = {sprint.id}")[0].key, "GARDEN-3")
        self.jira.move_to_backlog(["GARDEN-3"])
        sprint.delete()


class OtherClient(Case):
    def test_an_issue_and_its_life(self):
        made = self.other.create_issue({"project": {"key": "SHOP"}, "issuetype": {"name": "Bug"}, "summary": "Bell is mute"})
        key = made["key"]
        self.other.update_issue_field(key, {"summary": "Bell is silent"})
        self.assertEqual(self.other.issue_field_value(key, "summary"), "Bell is silent")
        self.other.issue_add_comment(key, "Ring")
        self.assertEqual(self.other.issue_get_comments(key)["comments"][0]["body"], "Ring")
        self.other.set_issue_status(key, "In Progress")
        self.assertEqual(self.other.get_issue_status(key), "In Progress")
        self.assertEqual(self.other.get_issue_transitions(key)[0]["name"], "To Do")
        self.other.issue_add_watcher(key, CHIYO)
        self.assertEqual(self.other.get_issue_changelog(key)["total"], 2)
        self.other.delete_issue(key)
        with self.assertRaises(requests.HTTPError):
            self.other.issue(key)

    def test_projects(self):
        keys = [project["key"] for project in self.other.projects()]
        self.assertEqual(keys, ["GARDEN", "SHOP"])
        self.assertEqual(self.other.project("GARDEN")["name"], "Greenhouse")
        self.assertEqual(self.other.get_project_components("GARDEN")[0]["name"], "Watering")


class Throttling(Case):
    def test_the_client_waits_and_goes_on(self):
        issue = self.new("Noise")
        refusals = []
        client = pycontribs()

        def note(response, **_):
            if response.status_code == 429:
                refusals.append(response.headers)

        client._session.hooks["response"].append(note)
        for number in range(24):
            client.add_issue_property(issue.key, "round", {"number": number})
        self.assertTrue(refusals)
        self.assertEqual(refusals[0]["RateLimit-Reason"], "jira-per-issue-on-write")
        self.assertIn("Retry-After", refusals[0])
        self.assertEqual(client.issue_property(issue.key, "round").value.number, 23)

    def test_the_other_client_waits_and_goes_on(self):
        issue = self.new("More noise")
        patient = Jira(
            url=URL, username="ana@fern.example", password="ana-token", cloud=True, backoff_and_retry=True,
            retry_with_header=True, max_backoff_retries=5,
        )
        refusals = []

        def note(response, **_):
            attempts = response.raw.retries.history
            refusals.extend(attempt for attempt in attempts if attempt.status == 429)

        patient._session.hooks["response"].append(note)
        for number in range(24):
            patient.set_issue_property(issue.key, "round", {"number": number})
        self.assertTrue(refusals)
        self.assertEqual(patient.get_issue_property(issue.key, "round")["value"]["number"], 23)


class Configuration(Case):
    def test_dashboards_and_gadgets(self):
        made = self.jira.create_dashboard("Beds", "What grows where", share_permissions=[{"type": "authenticated"}])
        self.assertEqual((made.name, made.description), ("Beds", "What grows where"))
        place = {"row": 0, "column": 1}
        gadget = self.jira.add_gadget_to_dashboard(made.id, uri="/gadgets/pie", title="Pie", color="green", position=place)
        self.assertEqual([found.title for found in self.jira.dashboard_gadgets(made.id)], ["Pie"])
        self.jira.set_dashboard_item_property(made.id, gadget.id, "config", {"size": 3})
        self.assertEqual(self.jira.dashboard_item_property(made.id, gadget.id, "config").value.size, 3)
        copied = self.jira.copy_dashboard(made.id, "Beds too", share_permissions=[])
        self.assertIn("Beds too", [found.name for found in self.jira.dashboards()])
        gadget.delete(made.id)
        self.assertEqual(self.jira.dashboard_gadgets(made.id), [])
        for dashboard in (made, copied):
            dashboard.delete()
        self.refused(404, "does not exist", self.jira.dashboard, made.id)

    def test_schemes_have_what_a_new_site_has(self):
        names = [scheme["name"] for scheme in self.jira.permissionschemes()]
        self.assertEqual(names, ["Default Permission Scheme"])
        self.assertEqual(self.jira.project_permissionscheme("GARDEN").name, "Default Permission Scheme")
        self.assertEqual([found["name"] for found in self.jira.notificationschemes()], ["Default Notification Scheme"])
        self.assertEqual(self.jira.issuesecurityschemes(), [])
        self.assertEqual([found["name"] for found in self.jira.screens()][0], "Default Screen")
        self.assertEqual(self.jira.workflows()[0]["name"], "Software Simplified Workflow")

    def test_screens_and_types_with_the_other_client(self):
        fields = [field["id"] for field in self.other.get_all_available_screen_fields(2)]
        self.assertIn("summary", fields)
        kind = self.other.create_issue_type("Seedling", "Very small")
        self.assertEqual(kind["hierarchyLevel"], 0)
        self.assertIn("Seedling", [found["name"] for found in self.other.get_issue_types()])


if __name__ == "__main__":
    unittest.main()

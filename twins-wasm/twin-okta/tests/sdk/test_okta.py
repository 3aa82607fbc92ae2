"""The unmodified Okta SDK for Python against the twin.

The twin serves the fixture beside this file at GLASSHOUSE_OKTA_URL, for example http://127.0.0.1:8080; without it the
SDK goes to the org's own address. It takes an address without TLS only when OKTA_TESTING_TESTINGDISABLEHTTPSCHECK is
true.
"""

import os
import unittest

if "GLASSHOUSE_OKTA_URL" in os.environ:
    os.environ.setdefault("OKTA_TESTING_TESTINGDISABLEHTTPSCHECK", "true")

from okta.client import Client as OktaClient  # noqa: E402
from okta import models  # noqa: E402
from okta.pagination import PaginationHelper  # noqa: E402

URL = os.environ.get("GLASSHOUSE_OKTA_URL", "https://fern.okta.com")
ANA = "00u0ana0fern00000sdk"


def client(token="00sdk-admin-token", retries=2):
    settings = {"orgUrl": URL, "token": token, "rateLimit": {"maxRetries": retries}, "requestTimeout": 60}
    return OktaClient(settings)


class Case(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.okta = client()

    async def done(self, call):
        """The value of a call that has to succeed."""
        answer = await call
        self.assertIsNone(answer[-1], answer[-1])
        return answer[0]

    async def refused(self, code, call):
        answer = await call
        error = answer[-1]
        self.assertIsNotNone(error)
        self.assertIn(code, str(error))

    def user(self, name, **profile):
        fields = {"firstName": name, "lastName": "Sdk", "email": f"{name}@sdk.example", "login": f"{name}@sdk.example"}
        return models.CreateUserRequest(**{
            "profile": {**fields, **profile},
            "credentials": {"password": {"value": "Lantern2x"}},
        })


class People(Case):
    async def test_from_creation_to_removal(self):
        made = await self.done(self.okta.create_user(self.user("isaac"), activate=False))
        self.assertEqual(made.status, "STAGED")
        await self.done(self.okta.activate_user(made.id, send_email=False))
        found = await self.done(self.okta.get_user("isaac@sdk.example"))
        self.assertEqual((found.id, found.status), (made.id, "ACTIVE"))
        changed = models.UpdateUserRequest(**{"profile": {"nickName": "Ike"}})
        updated = await self.done(self.okta.update_user(made.id, changed))
        self.assertEqual(updated.profile.nick_name, "Ike")
        await self.done(self.okta.suspend_user(made.id))
        await self.refused("E0000001", self.okta.suspend_user(made.id))
        await self.done(self.okta.unsuspend_user(made.id))
        await self.done(self.okta.deactivate_user(made.id))
        await self.done(self.okta.delete_user(made.id))
        await self.refused("E0000007", self.okta.get_user(made.id))

    async def test_refusals(self):
        await self.refused("E0000011", client("wrong").list_users())
        await self.refused("E0000007", self.okta.get_user("nobody"))
        await self.refused("E0000031", self.okta.list_users(search="((("))
        await self.refused("E0000029", self.okta.list_users(after="nonsense"))
        twice = self.user("ana", login="ana@fern.example")
        await self.refused("E0000001", self.okta.create_user(twice))

    async def test_search_and_filter(self):
        found = await self.done(self.okta.list_users(search='profile.department eq "Design"'))
        self.assertEqual([user.profile.login for user in found], ["ben@fern.example"])
        gone = await self.done(self.okta.list_users(filter='status eq "DEPROVISIONED"'))
        self.assertIn("gus@fern.example", [user.profile.login for user in gone])
        quick = await self.done(self.okta.list_users(q="chiyo"))
        self.assertEqual(len(quick), 1)


class Groups(Case):
    async def test_every_one_of_250_members_comes_once(self):
        group = models.AddGroupRequest(**{"profile": {"name": "Many"}})
        group = await self.done(self.okta.add_group(group))
        made = []
        for number in range(250):
            user = await self.done(self.okta.create_user(self.user(f"many{number:03}")))
            made.append(user.id)
        for user in made[:3]:
            await self.done(self.okta.assign_user_to_group(group.id, user))
        members = await self.done(self.okta.list_group_users(group.id))
        self.assertEqual(sorted(user.id for user in members), sorted(made[:3]))
        ids, after = [], None
        while True:
            users, response, error = await self.okta.list_users(limit=100, after=after)
            self.assertIsNone(error)
            ids.extend(user.id for user in users)
            after = PaginationHelper.extract_next_cursor(response.headers)
            if after is None:
                break
        self.assertEqual(len(ids), len(set(ids)))
        self.assertTrue(set(made) <= set(ids))

    async def test_a_name_is_taken_once(self):
        group = models.AddGroupRequest(**{"profile": {"name": "Only"}})
        made = await self.done(self.okta.add_group(group))
        await self.refused("E0000001", self.okta.add_group(group))
        await self.done(self.okta.delete_group(made.id))
        await self.refused("E0000007", self.okta.get_group(made.id))


class Applications(Case):
    async def test_a_bookmark_and_who_may_use_it(self):
        app = models.BookmarkApplication(**{
            "name": "bookmark", "label": "SDK", "signOnMode": "BOOKMARK",
            "settings": {"app": {"url": "https://sdk.example/", "requestIntegration": False}},
        })
        made = await self.done(self.okta.create_application(app))
        assigned = models.AppUserAssignRequest(**{"id": ANA})
        await self.done(self.okta.assign_user_to_application(made.id, assigned))
        people = await self.done(self.okta.list_application_users(made.id))
        self.assertEqual([person.id for person in people], [ANA])
        await self.refused("E0000056", self.okta.delete_application(made.id))
        await self.done(self.okta.deactivate_application(made.id))
        await self.done(self.okta.delete_application(made.id))


class Limits(Case):
    async def test_the_sdk_recovers_from_a_full_bucket(self):
        for _ in range(4):
            await self.done(self.okta.list_log_events())
        impatient = client(retries=0)
        answers = [await impatient.list_log_events() for _ in range(4)]
        self.assertTrue(any(answer[-1] is not None for answer in answers))


class Servers(Case):
    async def test_a_server_and_its_scope(self):
        server = models.AuthorizationServer(**{"name": "sdk", "description": "x", "audiences": ["api://sdk"]})
        made = await self.done(self.okta.create_authorization_server(server))
        scope = models.OAuth2Scope(**{"name": "drive"})
        scope = await self.done(self.okta.create_o_auth2_scope(made.id, scope))
        self.assertFalse(scope.system)
        await self.done(self.okta.deactivate_authorization_server(made.id))
        await self.done(self.okta.delete_authorization_server(made.id))
        await self.refused("E0000007", self.okta.get_authorization_server(made.id))


if __name__ == "__main__":
    unittest.main()

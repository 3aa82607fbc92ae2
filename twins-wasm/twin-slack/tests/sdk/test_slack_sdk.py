"""The unmodified Slack SDK for Python against the twin.

The twin serves the fixture beside this file at GLASSHOUSE_SLACK_URL, for example http://127.0.0.1:8080.
"""

import os
import unittest

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

URL = os.environ["GLASSHOUSE_SLACK_URL"] + "/api/"
WELCOME = "C0WELCOME"
PARENT = "1767600060.000100"


def client(token):
    return WebClient(token=token, base_url=URL)


class Case(unittest.TestCase):
    def setUp(self):
        self.bot = client("xoxb-demo")
        self.ana = client("xoxp-demo")

    def refused(self, code, call, **arguments):
        with self.assertRaises(SlackApiError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["error"], code)
        return caught.exception.response


class Identity(Case):
    def test_bot_and_user_tokens(self):
        answer = self.bot.auth_test()
        self.assertEqual(answer["url"], "https://fern.slack.com/")
        self.assertEqual((answer["user"], answer["team_id"]), ("sprout", "T0FERN"))
        self.assertTrue(answer["bot_id"].startswith("B"))
        self.assertNotIn("bot_id", self.ana.auth_test().data)

    def test_refused_tokens(self):
        self.refused("invalid_auth", client("xoxb-wrong").auth_test)
        self.refused("not_authed", client(None).auth_test)
        self.refused("account_inactive", client("xoxb-gone").auth_test)

    def test_missing_scope_says_what_is_needed(self):
        response = self.refused(
            "missing_scope", self.ana.reactions_add, channel=WELCOME, timestamp=PARENT, name="eyes"
        )
        self.assertEqual(response["needed"], "reactions:write")
        self.assertEqual(response.headers["x-accepted-oauth-scopes"], "reactions:write")


class Directory(Case):
    def test_every_channel_is_listed_once(self):
        pages = [page["channels"] for page in self.bot.conversations_list(limit=100)]
        ids = [channel["id"] for page in pages for channel in page]
        self.assertEqual([len(page) for page in pages], [100, 100, 63])
        self.assertEqual(len(set(ids)), 263)
        self.assertNotIn("C0SECRET", ids)

    def test_types_and_archived(self):
        private = self.bot.conversations_list(types="private_channel")["channels"]
        self.assertEqual([channel["id"] for channel in private], ["C0PLANS"])
        open_ones = self.bot.conversations_list(limit=999, exclude_archived=True)["channels"]
        self.assertEqual(len(open_ones), 262)
        self.refused("invalid_types", self.bot.conversations_list, types="rooms")

    def test_a_cursor_belongs_to_its_query(self):
        cursor = self.bot.conversations_list(limit=10)["response_metadata"]["next_cursor"]
        self.refused("invalid_cursor", self.bot.conversations_list, cursor=cursor, exclude_archived=True)
        self.refused("invalid_cursor", self.bot.conversations_list, cursor=cursor + "x")

    def test_channel_info(self):
        channel = self.bot.conversations_info(channel=WELCOME, include_num_members=True)["channel"]
        self.assertEqual((channel["name"], channel["num_members"]), ("welcome", 3))
        self.assertEqual(channel["topic"]["value"], "Hello")
        self.refused("channel_not_found", self.bot.conversations_info, channel="C0SECRET")

    def test_users(self):
        members = [user for page in self.bot.users_list(limit=50) for user in page["members"]]
        self.assertEqual(len({user["id"] for user in members}), 124)
        user = self.bot.users_info(user="U0ANA")["user"]
        self.assertEqual(user["profile"]["email"], "ana@fern.example")
        self.assertNotIn("email", self.ana.users_info(user="U0BEN")["user"]["profile"])
        self.refused("user_not_found", self.bot.users_info, user="U0NOBODY")


class Messages(Case):
    def test_post_reply_react_update_and_read_back(self):
        posted = self.bot.chat_postMessage(channel=WELCOME, text="Hello from the SDK")
        ts = posted["ts"]
        self.assertEqual(posted["message"]["bot_profile"]["name"], "Sprout")
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*In* the thread"}}]
        reply = self.bot.chat_postMessage(channel=WELCOME, thread_ts=ts, text="In the thread", blocks=blocks)
        self.assertIn("block_id", reply["message"]["blocks"][0])
        self.bot.reactions_add(channel=WELCOME, timestamp=ts, name="wave")
        self.refused("already_reacted", self.bot.reactions_add, channel=WELCOME, timestamp=ts, name="wave")
        self.bot.chat_update(channel=WELCOME, ts=ts, text="Hello again")

        thread = self.bot.conversations_replies(channel=WELCOME, ts=ts)["messages"]
        self.assertEqual([message["text"] for message in thread], ["Hello again", "In the thread"])
        parent = self.bot.conversations_history(channel=WELCOME, latest=ts, inclusive=True, limit=1)["messages"][0]
        self.assertEqual(parent["reply_count"], 1)
        self.assertEqual(parent["latest_reply"], reply["ts"])
        self.assertEqual(parent["reactions"], [{"name": "wave", "users": ["U0SPROUT"], "count": 1}])
        self.assertEqual(parent["edited"]["user"], "U0SPROUT")

    def test_history_pages_and_pins(self):
        whole = self.bot.conversations_history(channel=WELCOME)["messages"]
        pages = self.bot.conversations_history(channel=WELCOME, limit=1)
        paged = [message["ts"] for page in pages for message in page["messages"]]
        self.assertEqual(paged, [message["ts"] for message in whole])
        self.assertEqual(whole[-1]["pinned_to"], [WELCOME])

    def test_destinations(self):
        by_name = self.bot.chat_postMessage(channel="#welcome", text="By name")
        self.assertEqual(by_name["channel"], WELCOME)
        direct = self.bot.chat_postMessage(channel="U0BEN", text="Just you")
        self.assertTrue(direct["channel"].startswith("D"))
        again = self.bot.chat_postMessage(channel="U0BEN", text="Still you")
        self.assertEqual(again["channel"], direct["channel"])
        self.assertGreater(again["ts"], direct["ts"])

    def test_refused_posts(self):
        post = self.bot.chat_postMessage
        self.refused("channel_not_found", post, channel="C0NOWHERE", text="a")
        self.refused("channel_not_found", post, channel="C0SECRET", text="a")
        self.refused("not_in_channel", post, channel="C0DESIGN", text="a")
        self.refused("is_archived", post, channel="C0OLD", text="a")
        self.refused("no_text", post, channel=WELCOME, text="")
        self.refused("msg_too_long", post, channel=WELCOME, text="a" * 40_001)
        self.refused("thread_not_found", post, channel=WELCOME, text="a", thread_ts="1700000000.000100")
        response = self.refused("invalid_blocks", post, channel=WELCOME, text="a", blocks=[{"type": "sektion"}])
        self.assertIn("unsupported type: sektion", response["errors"][0])

    def test_refused_reads_and_edits(self):
        self.refused("not_in_channel", self.bot.conversations_history, channel="C0DESIGN")
        self.refused("thread_not_found", self.bot.conversations_replies, channel=WELCOME, ts="1700000000.000100")
        self.refused("message_not_found", self.bot.chat_update, channel=WELCOME, ts="1700000000.000100", text="a")
        self.refused("cant_update_message", self.bot.chat_update, channel=WELCOME, ts=PARENT, text="a")
        add = self.bot.reactions_add
        self.refused("message_not_found", add, channel=WELCOME, timestamp="1700000000.000100", name="wave")
        self.refused("invalid_name", add, channel=WELCOME, timestamp=PARENT, name=":wave:")

    def test_what_the_twin_lacks_is_refused(self):
        self.refused("unknown_method", self.bot.chat_delete, channel=WELCOME, ts=PARENT)


if __name__ == "__main__":
    unittest.main()

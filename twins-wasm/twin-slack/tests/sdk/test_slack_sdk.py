"""The unmodified Slack SDK for Python against the twin.

The twin serves the fixture beside this file at GLASSHOUSE_SLACK_URL, for example http://127.0.0.1:8080; without it the
SDK is left at the service's own address. The twin's clock must go on between two requests: a test waits until the twin
takes posts again.
"""

import unittest
import uuid

from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from service import WELCOME, client

PARENT = "1767600060.000100"


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
        # Other tests open channels in the same workspace: there are 263 at least.
        self.assertEqual([len(page) for page in pages[:2]], [100, 100])
        self.assertGreaterEqual(len(ids), 263)
        self.assertEqual(len(set(ids)), len(ids))
        self.assertNotIn("C0SECRET", ids)

    def test_types_and_archived(self):
        private = self.bot.conversations_list(types="private_channel")["channels"]
        self.assertEqual([channel["id"] for channel in private], ["C0PLANS"])
        open_ones = self.bot.conversations_list(limit=999, exclude_archived=True)["channels"]
        ids = [channel["id"] for channel in open_ones]
        self.assertTrue(WELCOME in ids and "C0OLD" not in ids)
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
        self.refused("unknown_method", self.bot.canvases_create, title="a")


class Channels(Case):
    def setUp(self):
        super().setUp()
        self.bot = client("xoxb-full")
        self.ana = client("xoxp-full")

    def fresh(self, private=False):
        name = f"room-{uuid.uuid4().hex[:12]}"
        return self.ana.conversations_create(name=name, is_private=private)["channel"]

    def test_a_channel_from_its_creation_to_its_end(self):
        channel = self.fresh()["id"]
        self.assertTrue(self.bot.conversations_join(channel=channel)["channel"]["is_member"])
        self.ana.conversations_setTopic(channel=channel, topic="Seeds")
        self.ana.conversations_setPurpose(channel=channel, purpose="Sowing")
        self.ana.conversations_invite(channel=channel, users=["U0BEN"])
        self.assertEqual(set(self.bot.conversations_members(channel=channel)["members"]), {"U0ANA", "U0BEN", "U0SPROUT"})
        self.ana.conversations_kick(channel=channel, user="U0BEN")
        renamed = f"renamed-{uuid.uuid4().hex[:12]}"
        self.assertEqual(self.ana.conversations_rename(channel=channel, name=renamed)["channel"]["name"], renamed)
        subtypes = [m.get("subtype") for m in self.bot.conversations_history(channel=channel)["messages"]]
        self.assertEqual(subtypes[:2], ["channel_name", "channel_join"])
        self.bot.conversations_leave(channel=channel)
        self.ana.conversations_archive(channel=channel)
        self.refused("already_archived", self.ana.conversations_archive, channel=channel)
        self.ana.conversations_unarchive(channel=channel)
        self.refused("name_taken", self.ana.conversations_create, name="welcome")
        self.refused("cant_invite_self", self.ana.conversations_invite, channel=channel, users="U0ANA")

    def test_direct_messages(self):
        first = self.ana.conversations_open(users=["U0BEN", "U0SPROUT"])["channel"]["id"]
        again = self.bot.conversations_open(users=["U0BEN", "U0ANA"])
        self.assertEqual((again["channel"]["id"], again["already_open"]), (first, True))

    def test_pins_reactions_and_permalinks(self):
        channel = self.fresh()["id"]
        ts = self.ana.chat_postMessage(channel=channel, text="Keep this")["ts"]
        self.ana.pins_add(channel=channel, timestamp=ts)
        self.assertEqual(self.ana.pins_list(channel=channel)["items"][0]["message"]["text"], "Keep this")
        self.refused("already_pinned", self.ana.pins_add, channel=channel, timestamp=ts)
        self.ana.reactions_add(channel=channel, timestamp=ts, name="eyes")
        self.assertEqual(self.ana.reactions_get(channel=channel, timestamp=ts)["message"]["reactions"][0]["count"], 1)
        self.ana.reactions_remove(channel=channel, timestamp=ts, name="eyes")
        self.refused("no_reaction", self.ana.reactions_remove, channel=channel, timestamp=ts, name="eyes")
        link = self.ana.chat_getPermalink(channel=channel, message_ts=ts)["permalink"]
        self.assertEqual(link, f"https://fern.slack.com/archives/{channel}/p{ts.replace('.', '')}")
        self.ana.chat_delete(channel=channel, ts=ts)
        self.refused("message_not_found", self.ana.chat_delete, channel=channel, ts=ts)

    def test_ephemeral_and_scheduled(self):
        self.assertIn("message_ts", self.bot.chat_postEphemeral(channel=WELCOME, user="U0ANA", text="psst").data)
        # The twin's clock is the trial's, and messages carry it.
        now = int(float(self.bot.chat_postMessage(channel=WELCOME, text="now")["ts"]))
        waiting = self.bot.chat_scheduleMessage(channel=WELCOME, text="later", post_at=now + 3600)
        listed = self.bot.chat_scheduledMessages_list(channel=WELCOME)["scheduled_messages"]
        self.assertIn(waiting["scheduled_message_id"], [message["id"] for message in listed])
        self.bot.chat_deleteScheduledMessage(channel=WELCOME, scheduled_message_id=waiting["scheduled_message_id"])
        self.refused("time_in_past", self.bot.chat_scheduleMessage, channel=WELCOME, text="a", post_at=now - 60)

    def test_history_over_250_messages(self):
        channel = self.fresh()["id"]
        for number in range(255):
            self.ana.chat_postMessage(channel=channel, text=str(number))
        pages = self.ana.conversations_history(channel=channel, limit=100)
        texts = [message["text"] for page in pages for message in page["messages"]]
        self.assertEqual(texts, [str(number) for number in reversed(range(255))])


class Files(Case):
    def setUp(self):
        self.bot = client("xoxb-full")

    def test_upload_in_three_steps_as_the_sdk_does_it(self):
        uploaded = self.bot.files_upload_v2(
            channel=WELCOME, content="one\ntwo\n", filename="notes.txt", title="Notes", initial_comment="Here"
        )
        file = uploaded["file"]["id"]
        shown = self.bot.files_info(file=file)
        self.assertEqual((shown["file"]["title"], shown["file"]["filetype"]), ("Notes", "text"))
        self.assertEqual(shown["content"], "one\ntwo\n")
        message = self.bot.conversations_history(channel=WELCOME, limit=1)["messages"][0]
        self.assertEqual((message["text"], message["files"][0]["id"]), ("Here", file))
        self.assertIn(file, [each["id"] for each in self.bot.files_list(channel=WELCOME)["files"]])
        self.bot.files_delete(file=file)
        self.refused("file_not_found", self.bot.files_info, file=file)

    def test_several_files_at_once(self):
        files = [{"content": "a", "filename": "a.txt"}, {"content": "b", "filename": "b.txt", "title": "B"}]
        uploaded = self.bot.files_upload_v2(channel=WELCOME, file_uploads=files)
        self.assertEqual([file["title"] for file in uploaded["files"]], ["a.txt", "B"])
        self.assertEqual(len(self.bot.conversations_history(channel=WELCOME, limit=1)["messages"][0]["files"]), 2)

    def test_the_retired_upload(self):
        self.refused("method_deprecated", self.bot.api_call, api_method="files.upload", data={"content": "a"})


class Workspace(Case):
    def setUp(self):
        self.bot = client("xoxb-full")
        self.ana = client("xoxp-full")

    def test_people(self):
        self.assertEqual(self.bot.users_lookupByEmail(email="ana@fern.example")["user"]["id"], "U0ANA")
        self.refused("users_not_found", self.bot.users_lookupByEmail, email="nobody@fern.example")
        status = {"status_text": "planting", "status_emoji": ":seedling:"}
        self.assertEqual(self.ana.users_profile_set(profile=status)["profile"]["status_text"], "planting")
        self.assertEqual(self.bot.users_profile_get(user="U0ANA")["profile"]["status_emoji"], ":seedling:")
        self.ana.users_setPresence(presence="away")
        self.assertEqual(self.bot.users_getPresence(user="U0ANA")["presence"], "away")
        self.ana.users_setPresence(presence="auto")

    def test_groups_bookmarks_and_the_rest(self):
        group = self.ana.usergroups_create(name=f"Team {uuid.uuid4().hex[:8]}")["usergroup"]["id"]
        self.ana.usergroups_users_update(usergroup=group, users=["U0BEN"])
        self.assertEqual(self.ana.usergroups_users_list(usergroup=group)["users"], ["U0BEN"])
        bookmark = self.bot.bookmarks_add(channel_id=WELCOME, title="Map", type="link", link="https://fern.example/")
        listed = self.bot.bookmarks_list(channel_id=WELCOME)["bookmarks"]
        self.assertIn(bookmark["bookmark"]["id"], [each["id"] for each in listed])
        self.assertEqual(self.bot.team_info()["team"]["domain"], "fern")
        self.assertEqual(self.bot.emoji_list()["emoji"]["plant"], "alias:fern")
        self.assertEqual(self.bot.api_test(foo="bar")["args"], {"foo": "bar"})

    def test_search(self):
        word = f"word{uuid.uuid4().hex[:8]}"
        self.ana.chat_postMessage(channel=WELCOME, text=f"A rare {word}, indeed")
        found = self.ana.search_messages(query=f"{word} in:#welcome from:me")["messages"]
        self.assertEqual((found["total"], found["matches"][0]["channel"]["id"]), (1, WELCOME))
        self.assertEqual(self.ana.search_messages(query=f"{word} -from:me")["messages"]["total"], 0)
        self.refused("not_allowed_token_type", self.bot.search_messages, query=word)

    def test_views(self):
        home = {"type": "home", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Hi"}}]}
        view = self.bot.views_publish(user_id="U0BEN", view=home)["view"]
        self.assertEqual(self.bot.views_publish(user_id="U0BEN", view=home, hash=view["hash"])["view"]["id"], view["id"])
        self.refused("hash_conflict", self.bot.views_publish, user_id="U0BEN", view=home, hash=view["hash"])
        modal = {"type": "modal", "title": {"type": "plain_text", "text": "A"}, "blocks": []}
        self.refused("invalid_trigger_id", self.bot.views_open, trigger_id="1.2.3", view=modal)

    def test_reminders(self):
        reminder = self.ana.reminders_add(text="water", time="in 10 minutes")["reminder"]["id"]
        self.assertEqual(self.ana.reminders_info(reminder=reminder)["reminder"]["text"], "water")
        self.ana.reminders_delete(reminder=reminder)
        self.refused("not_found", self.ana.reminders_info, reminder=reminder)


class Limits(Case):
    def test_the_sdk_recovers_from_too_many_posts(self):
        seen = []

        class Counting(RateLimitErrorRetryHandler):
            def prepare_for_next_attempt(self, *, response, **rest):
                seen.append(response.status_code)
                super().prepare_for_next_attempt(response=response, **rest)

        hasty = client("xoxb-hasty")
        hasty.retry_handlers.append(Counting(max_retry_count=3))
        for number in range(7):
            self.assertTrue(hasty.chat_postMessage(channel=WELCOME, text=str(number))["ok"])
        self.assertIn(429, seen)

    def test_without_a_retry_the_wait_is_told(self):
        hasty = client("xoxb-hasty")
        with self.assertRaises(SlackApiError) as caught:
            for number in range(7):
                hasty.chat_postMessage(channel=WELCOME, text=str(number))
        response = caught.exception.response
        self.assertEqual((response.status_code, response["error"]), (429, "ratelimited"))
        self.assertGreaterEqual(int(response.headers["Retry-After"]), 1)


if __name__ == "__main__":
    unittest.main()

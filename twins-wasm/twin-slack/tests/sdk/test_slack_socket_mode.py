"""The unmodified Bolt for Python in Socket Mode: an app without an address of its own, against the twin."""

import logging
import os
import queue
import time
import unittest
import urllib.request
import uuid

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk.errors import SlackApiError

from service import client

SHADE = "C0SHADE"
ADMIN = os.environ.get("GLASSHOUSE_ADMIN")
ARRIVES_WITHIN = 30


def dismiss(reason):
    """Has the twin tell its clients at sockets to go."""
    url, token = ADMIN.split("?")
    order = urllib.request.Request(f"{url}/dismiss?{token}&reason={reason}", method="POST")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(order) as answer:
        return answer.read()


class InSocketMode(unittest.TestCase):
    def setUp(self):
        self.ana = client("xoxp-full")
        # Listeners run before the acknowledgement, so that a test sees what they did.
        self.app = App(client=client("xoxb-moss"), process_before_response=True)
        # A test may end before the last acknowledgement is out; the client would log that at length.
        quiet = logging.getLogger("quiet")
        quiet.setLevel(logging.CRITICAL)
        self.handler = SocketModeHandler(self.app, "xapp-moss", logger=quiet)
        self.addCleanup(self.handler.close)
        self.handler.connect()

    def post(self, word):
        self.ana.chat_postMessage(channel=SHADE, text=word)

    def wait_for_text(self, text):
        end = time.monotonic() + ARRIVES_WITHIN
        while time.monotonic() < end:
            messages = self.ana.conversations_history(channel=SHADE, limit=5)["messages"]
            if text in [message["text"] for message in messages]:
                return
        self.fail(f"{text} never came")

    def test_a_message_is_told_and_answered(self):
        word = f"hello {uuid.uuid4()}"
        self.app.message(word)(lambda say: say(f"heard {word}"))
        self.post(word)
        self.wait_for_text(f"heard {word}")

    def test_a_command_is_answered_as_it_is_acknowledged(self):
        word = str(uuid.uuid4())
        self.app.command("/moss")(lambda ack, command: ack(text=f"grew {command['text']}", response_type="in_channel"))
        self.ana.api_call("chat.command", data={"channel": SHADE, "command": "/moss", "text": word})
        self.wait_for_text(f"grew {word}")

    def test_a_submitted_view_is_changed_by_its_acknowledgement(self):
        opened, word = queue.Queue(), str(uuid.uuid4())
        view = {
            "type": "modal", "callback_id": word, "title": {"type": "plain_text", "text": "Bed"}, "blocks": [],
        }
        after = dict(view, callback_id=f"after {word}")

        @self.app.command("/moss")
        def show(ack, client, command):
            ack()
            opened.put(client.views_open(trigger_id=command["trigger_id"], view=view)["view"]["id"])

        submitted = queue.Queue()
        self.app.view(f"after {word}")(lambda ack, view: (ack(), submitted.put(view["id"])))
        self.app.view(word)(lambda ack: ack(response_action="update", view=after))
        self.ana.api_call("chat.command", data={"channel": SHADE, "command": "/moss", "text": ""})
        shown = opened.get(timeout=ARRIVES_WITHIN)
        # A later submission is of the view that the first one's acknowledgement put there; it is the last that there is.
        end = time.monotonic() + ARRIVES_WITHIN
        with self.assertRaisesRegex(SlackApiError, "not_found"):
            while time.monotonic() < end:
                self.ana.api_call("views.submit", data={"view_id": shown})
        self.assertEqual(submitted.get(timeout=ARRIVES_WITHIN), shown)

    def test_a_bots_token_opens_no_socket(self):
        with self.assertRaisesRegex(SlackApiError, "not_allowed_token_type"):
            client("xoxb-moss").apps_connections_open(app_token="xoxb-moss")

    @unittest.skipUnless(ADMIN, "GLASSHOUSE_ADMIN is not set")
    def test_a_client_that_is_told_to_go_comes_back(self):
        before, word, seen = self.handler.client.session_id(), f"back {uuid.uuid4()}", queue.Queue()
        self.app.message(word)(lambda message: seen.put(message["user"]))
        dismiss("refresh_requested")
        end = time.monotonic() + ARRIVES_WITHIN
        while self.handler.client.session_id() == before and time.monotonic() < end:
            self.ana.auth_test()
        self.assertNotEqual(self.handler.client.session_id(), before)
        self.post(word)
        self.assertEqual(seen.get(timeout=ARRIVES_WITHIN), "U0ANA")


if __name__ == "__main__":
    unittest.main()

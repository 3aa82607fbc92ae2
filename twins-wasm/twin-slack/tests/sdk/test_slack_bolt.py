"""The unmodified Bolt for Python, and the SDK's own check of signatures, against the twin.

What the twin sends of its own accord arrives at GLASSHOUSE_RECEIVER_URL, where these tests listen; without that variable
nothing is delivered, and the tests that need it are skipped.
"""

import json
import os
import queue
import threading
import time
import unittest
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import urlsplit

from slack_bolt import App, BoltRequest
from slack_sdk.signature import SignatureVerifier

from service import WELCOME, client

SECRET = "greenhouse"
RECEIVER = os.environ.get("GLASSHOUSE_RECEIVER_URL")
ARRIVES_WITHIN = 30


def new_app():
    # Listeners run where they are called, so that a test sees what they did.
    return App(client=client("xoxb-full"), signing_secret=SECRET, process_before_response=True)


def signed(event):
    body = json.dumps({"type": "event_callback", "team_id": "T0FERN", "api_app_id": "A0SPROUT", "event": event})
    now = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=now, body=body)
    headers = {
        "content-type": ["application/json"],
        "x-slack-request-timestamp": [now],
        "x-slack-signature": [signature],
    }
    return body, headers


class Told(unittest.TestCase):
    """By its test."""

    def setUp(self):
        self.ana = client("xoxp-full")

    def post(self, text):
        ts = self.ana.chat_postMessage(channel=WELCOME, text=text)["ts"]
        return {"type": "message", "channel": WELCOME, "channel_type": "channel", "user": "U0ANA", "text": text, "ts": ts}

    def test_a_listener_answers_with_what_it_gets(self):
        app, word = new_app(), f"hello {uuid.uuid4()}"

        @app.message(word)
        def greet(message, say, context):
            self.assertEqual((context.bot_user_id, context.team_id), ("U0SPROUT", "T0FERN"))
            user = context.client.users_info(user=message["user"])["user"]
            say(text=f"Hi {user['real_name']}", thread_ts=message["ts"])

        event = self.post(word)
        body, headers = signed(event)
        self.assertEqual(app.dispatch(BoltRequest(body=body, headers=headers)).status, 200)
        thread = self.ana.conversations_replies(channel=WELCOME, ts=event["ts"])["messages"]
        self.assertEqual([message["text"] for message in thread], [word, "Hi Ana Silva"])

    def test_a_request_that_was_changed_on_its_way_is_refused(self):
        app = new_app()
        app.event("message")(lambda: self.fail("a forged event"))
        body, headers = signed({"type": "message"})
        self.assertEqual(app.dispatch(BoltRequest(body=body + " ", headers=headers)).status, 401)

    def test_wrong_tokens_end_the_start(self):
        with self.assertRaisesRegex(Exception, "invalid_auth"):
            App(client=client("xoxb-wrong"), signing_secret=SECRET)


class Receiver:
    """Hands everything that arrives to an app, and keeps it."""

    def __init__(self, app):
        self.requests = queue.Queue()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
                headers = {name.lower(): [value] for name, value in self.headers.items()}
                answer = app.dispatch(BoltRequest(body=body, headers=headers))
                self.send_response(answer.status)
                self.end_headers()
                self.wfile.write((answer.body or "").encode())
                receiver.requests.put((body, dict(self.headers.items()), answer.status))

            def log_message(self, *_):
                pass

        at = urlsplit(RECEIVER)
        self.server = HTTPServer((at.hostname, at.port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def wait_for(self, text):
        """The first request whose body has this text."""
        end = time.monotonic() + ARRIVES_WITHIN
        while True:
            body, headers, status = self.requests.get(timeout=max(0.1, end - time.monotonic()))
            if text in body:
                return body, headers, status

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@unittest.skipUnless(RECEIVER, "nothing is delivered outside: GLASSHOUSE_RECEIVER_URL is not set")
class Delivered(unittest.TestCase):
    """By the twin."""

    def setUp(self):
        self.ana = client("xoxp-full")
        self.app = new_app()
        self.receiver = Receiver(self.app)
        self.addCleanup(self.receiver.close)

    def test_a_message_is_told_and_signed(self):
        word = f"news {uuid.uuid4()}"
        self.app.message(word)(lambda say: say("noted"))
        ts = self.ana.chat_postMessage(channel=WELCOME, text=word)["ts"]
        body, headers, status = self.receiver.wait_for(word)
        self.assertEqual(status, 200)
        verifier = SignatureVerifier(SECRET)
        self.assertTrue(verifier.is_valid_request(body, headers))
        self.assertFalse(verifier.is_valid_request(body + " ", headers))
        self.assertFalse(SignatureVerifier("other").is_valid_request(body, headers))
        self.assertEqual(json.loads(body)["event"]["ts"], ts)
        texts = [message["text"] for message in self.ana.conversations_history(channel=WELCOME, limit=3)["messages"]]
        self.assertIn("noted", texts)

    def test_a_command_is_answered_where_the_twin_says(self):
        @self.app.command("/plant")
        def plant(ack, respond, command):
            ack()
            respond(text=f"planted {command['text']}", response_type="in_channel")

        self.ana.api_call("chat.command", data={"channel": WELCOME, "command": "/plant", "text": "peas"})
        _, _, status = self.receiver.wait_for("peas")
        self.assertEqual(status, 200)
        texts = [message["text"] for message in self.ana.conversations_history(channel=WELCOME, limit=3)["messages"]]
        self.assertIn("planted peas", texts)


if __name__ == "__main__":
    unittest.main()

"""Where the twin is, for all tests of this folder."""

import os

from slack_sdk import WebClient

WELCOME = "C0WELCOME"

_url = os.environ.get("GLASSHOUSE_SLACK_URL")


def client(token):
    """A client; without an address of the twin the SDK's own stays."""
    return WebClient(token=token, base_url=f"{_url}/api/") if _url else WebClient(token=token)

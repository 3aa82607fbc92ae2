"""The workspace in which a recording of Slack traffic was made, as far as the recording shows it.

A recording leans on members and channels that were there before it began. This reads one (JSON lines, gzip) and
prints a fixture for the twin: every member that an answer lists, every channel that a request names, one token for
whoever called, and the ids and addresses that uploads are given. These last are drawn by the service, no client can tell
them beforehand, and the addresses are longer than what the scorer learns. Nothing of the recording is kept here.

    python3 seed.py RECORDING.jsonl.gz TOKEN [CASSETTE] > fixture.json
"""

import gzip
import json
import re
import sys

CHANNEL = re.compile(r"^[CG][A-Z0-9]{8,}$")
SCOPES = """channels:history channels:join channels:manage channels:read channels:write chat:write emoji:read
files:read files:write groups:history groups:read groups:write im:history im:read im:write mpim:history mpim:read
mpim:write pins:read pins:write reactions:read reactions:write search:read team:read usergroups:read users.profile:read
users.profile:write users:read users:read.email users:write""".split()
PROFILE = ("first_name", "last_name", "display_name", "phone", "skype", "pronouns", "status_text", "status_emoji",
           "status_expiration")
FLAGS = ("is_admin", "is_owner", "is_primary_owner", "is_ultra_restricted", "is_app_user", "is_invited_user")


def walk(value):
    yield value
    for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(child)


def member(user):
    shown = user.get("profile", {})
    profile = {name: shown[name] for name in PROFILE if shown.get(name)}
    profile["display_name"] = shown.get("display_name", "")
    profile.update({name: True for name in FLAGS if user.get(name)})
    if shown.get("is_custom_image"):
        profile["picture"] = shown.get("image_original")
    if "color" in user:
        profile["color"] = user["color"]
    fields = {
        "id": user["id"], "name": user["name"], "real_name": shown.get("real_name", ""), "email": shown.get("email"),
        "title": shown.get("title", ""), "tz": user.get("tz"), "deleted": user.get("deleted", False),
        "is_bot": user.get("is_bot", False), "is_restricted": user.get("is_restricted", False),
        "updated": user.get("updated"), "bot_id": shown.get("bot_id"), "app_id": shown.get("api_app_id"),
        "profile": profile,
    }
    return {name: value for name, value in fields.items() if value is not None}


def main(path, token, only=None):
    users, channels, team, caller, uploads = {}, set(), {}, None, {}
    with gzip.open(path, "rt", encoding="utf8") as lines:
        for pair in map(json.loads, lines):
            if only not in (None, pair["c"]):
                continue
            form = (pair.get("b") or {}).get("$form", {}) if isinstance(pair.get("b"), dict) else {}
            channels.update(value for name in form for value in str(form[name]).split(",") if CHANNEL.match(value))
            answer = pair.get("r")
            if isinstance(answer, dict) and "upload_url" in answer and "filename" in form:
                ticket = answer["upload_url"].rsplit("/", 1)[-1]
                uploads.setdefault(form["filename"], []).append({"file_id": answer["file_id"], "ticket": ticket})
            for value in walk(answer):
                if isinstance(value, dict) and "profile" in value and "team_id" in value and "id" in value:
                    users[value["id"]] = member(value)
                    team.setdefault("id", value["team_id"])
                if isinstance(value, dict) and "user_team" in value:
                    team.setdefault("id", value["user_team"])
                    caller = caller or value["user"]
    caller = caller or next(iter(users), "U0CALLER00")
    users.setdefault(caller, {"id": caller, "name": "caller"})
    print(json.dumps({
        "team": {"id": team.get("id", "T0RECORDED"), "name": "Recorded", "domain": "recorded"},
        # What took days is replayed in seconds.
        "rate_limits": False,
        "tokens": {token: {"user": caller, "scopes": SCOPES}},
        "users": list(users.values()),
        "upcoming_uploads": uploads,
        "channels": [{"id": channel, "name": channel.lower(), "members": [caller]} for channel in sorted(channels)],
    }))


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The site in which a recording of Jira traffic was made, as it stood before, as far as the recording shows it.

`site.json` beside this holds the configuration of the site (types, statuses, fields, the project); it was written by
hand from what the recorded site's answers show. From the recording come the build that the site ran and the person whose
token was used first. With a CASSETTE's name the fixture is the site as that cassette found it, and holds nothing of what
came afterwards: the newest id of each kind, from which the site counts on. Without one it is for all cassettes in one
world, although years of other people's work lie between them: it then also tells the ids that the site gave away next,
and the answers that name another build than most cannot be met. Nothing of the recording is kept here.

    python3 seed.py RECORDING.jsonl.gz TOKEN [CASSETTE] > fixture.json
"""

import collections
import gzip
import json
import pathlib
import re
import sys


def pairs_of(path, only):
    with gzip.open(path, "rt", encoding="utf8") as lines:
        return [pair for pair in map(json.loads, lines) if only in (None, pair["c"])]


def given_away(pairs):
    """What creations answered, by kind; the numbers of issues by their project."""
    found = collections.defaultdict(list)
    for pair in pairs:
        answer = pair.get("r")
        if pair["m"] != "POST" or pair["s"] != 201 or not isinstance(answer, dict) or "id" not in answer:
            continue
        kind = pair["p"].rstrip("/").rsplit("/", 1)[-1]
        if kind in ("issue", "comment", "worklog", "version", "component") and str(answer["id"]).isdigit():
            found[kind].append(int(answer["id"]))
        if kind == "issue":
            project, number = answer["key"].rsplit("-", 1)
            found[project].append(int(number))
    return found


def ranks(pairs, issues):
    """The ranks of new issues, which rise by eight from one to the next where nothing else shows them."""
    seen = {}
    for pair in pairs:
        answer = pair.get("r")
        for value in answer.get("fields", {}).values() if isinstance(answer, dict) else ():
            if isinstance(value, str) and (match := re.fullmatch(r"0\|i([0-9a-z]{5}):", value)):
                seen.setdefault(int(answer["id"]), int(match[1], 36))
    found = []
    for issue in issues:
        found.append(seen.get(issue, found[-1] + 8 if found else 7))
    return found


def stand_before(fixture, given):
    """The newest id of each kind before the first that was given away. Ranks leave seven places free between two."""
    for project in fixture["projects"]:
        if numbers := given.pop(project["key"], None):
            project["last_number"] = numbers[0] - 1
    steps = {"rank": 8}
    fixture["counters"] = {kind: ids[0] - steps.get(kind, 1) for kind, ids in given.items() if ids}


def main(recording, token, only=None):
    pairs = pairs_of(recording, only)
    fixture = json.loads(pathlib.Path(__file__).with_name("site.json").read_text())
    person = next((answer["fields"]["creator"] for answer in (pair.get("r") for pair in pairs)
                   if isinstance(answer, dict) and answer.get("fields", {}).get("creator")), None)
    if person:
        old = fixture["users"][0]["account_id"]
        fixture = json.loads(json.dumps(fixture).replace(old, person["accountId"]))
        fixture["users"][0].update(display_name=person["displayName"], email=person.get("emailAddress", ""))
    fixture["tokens"] = {token: {"user": fixture["users"][0]["account_id"]}}
    given = given_away(pairs)
    given["rank"] = ranks(pairs, given["issue"])
    if only is None:
        fixture["upcoming"] = {kind: ids for kind, ids in given.items() if len(set(ids)) == len(ids)}
    else:
        stand_before(fixture, given)
    builds, dates = collections.Counter(), {}
    for pair in pairs:
        answer = pair.get("r")
        if isinstance(answer, dict) and "buildNumber" in answer:
            builds[answer["buildNumber"]] += 1
            dates.setdefault(answer["buildNumber"], answer["buildDate"])
    if builds:
        build = builds.most_common(1)[0][0]
        fixture["site"].update(build_number=build, build_date=dates[build])
    print(json.dumps(fixture))


if __name__ == "__main__":
    main(*sys.argv[1:])

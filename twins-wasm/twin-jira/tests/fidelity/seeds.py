"""One seed a recording: the site of `fixture.json` as it stood when the recording began.

Recordings of one site begin at different times, so the next ids, the build that the site ran and the person whose
token was used differ. They are state of before, which no behaviour can bring forth, and are read off each recording's
first answers. Everything else comes from the twin.

usage: seeds.py RECORDING.jsonl.gz FIXTURE.json FOLDER      writes FOLDER/CASSETTE.json, one for each cassette
"""

import copy
import gzip
import json
import pathlib
import sys


def before(fixture, pairs):
    """The fixture with the counters, build and person that a cassette's first answers show."""
    seed = copy.deepcopy(fixture)
    counters = seed.setdefault("counters", {})
    made = [pair["r"] for pair in pairs if pair["m"] == "POST" and pair["p"].endswith("/issue") and pair["s"] == 201]
    if made:
        counters["issue"] = int(made[0]["id"]) - 1
        key, number = made[0]["key"].rsplit("-", 1)
        for project in seed["projects"]:
            if project["key"] == key:
                project["last_number"] = int(number) - 1
    comments = [pair["r"] for pair in pairs if pair["m"] == "POST" and pair["p"].endswith("/comment") and pair["s"] == 201]
    if comments:
        counters["comment"] = int(comments[0]["id"]) - 1
    for pair in pairs:
        answer = pair.get("r")
        if isinstance(answer, dict) and "buildNumber" in answer:
            seed["site"]["build_number"] = answer["buildNumber"]
            seed["site"]["build_date"] = answer["buildDate"]
            break
    for pair in pairs:
        person = pair["r"].get("fields", {}).get("creator") if isinstance(pair.get("r"), dict) else None
        if person:
            user = seed["users"][0]
            user["display_name"], user["email"] = person["displayName"], person.get("emailAddress", "")
            break
    return seed


def main():
    recording, fixture, folder = sys.argv[1:]
    fixture = json.loads(pathlib.Path(fixture).read_text())
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    cassettes = {}
    with gzip.open(recording, "rt", encoding="utf8") as lines:
        for line in lines:
            pair = json.loads(line)
            cassettes.setdefault(pair["c"], []).append(pair)
    for name, pairs in cassettes.items():
        (folder / f"{name}.json").write_text(json.dumps(before(fixture, pairs)))


if __name__ == "__main__":
    main()

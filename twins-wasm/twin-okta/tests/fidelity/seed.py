"""The org in which a recording of Okta traffic was made, as far as the recording shows it.

A recording leans on what was there before it began, and a part of its creations were recorded without their bodies, so
that nobody can repeat them. This reads a recording (JSON lines, gzip) and prints one fixture for all of its cassettes:
every object that an answer shows and that no whole request of the same cassette made, in the form in which it was
shown first. Nothing of the recording is kept here.

    python3 seed.py RECORDING.jsonl.gz TOKEN [CASSETTE] > fixture.json
"""

import gzip
import json
import re
import sys
from urllib.parse import unquote

ID = r"([^/]+)"
SERVERS = f"/api/v1/authorizationServers/{ID}"
# The address of a collection, the table that holds it, and what its keys begin with.
COLLECTIONS = [
    ("/api/v1/users", "users", ""),
    (f"/api/v1/groups/{ID}/users", "users", ""),
    ("/api/v1/groups", "groups", ""),
    (f"/api/v1/users/{ID}/groups", "groups", ""),
    (f"/api/v1/(?:users|groups)/{ID}/roles", "role_assignments", "{0}/"),
    (f"/api/v1/(?:users|groups)/{ID}/roles/{ID}/targets/groups", "role_targets", "{0}/{1}/"),
    (f"/api/v1/users/{ID}/factors", "factors", "{0}/"),
    ("/api/v1/apps", "apps", ""),
    (f"/api/v1/apps/{ID}/users", "app_users", "{0}/"),
    (f"/api/v1/apps/{ID}/groups", "app_groups", "{0}/"),
    (f"/api/v1/apps/{ID}/credentials/csrs", "csrs", "{0}/"),
    (f"/api/v1/apps/{ID}/grants", "app_grants", "{0}/"),
    (f"/api/v1/apps/{ID}/tokens", "refresh_tokens", "{0}/"),
    (f"/api/v1/apps/{ID}/cwo/connections", "app_connections", "{0}/"),
    (f"/api/v1/apps/{ID}/credentials/secrets", "client_secrets", "{0}/"),
    (f"/api/v1/apps/{ID}/group-push/mappings", "group_pushes", "{0}/"),
    ("/api/v1/authorizationServers", "authorization_servers", ""),
    (f"{SERVERS}/scopes", "authorization_server_scopes", "{0}/"),
    (f"{SERVERS}/claims", "authorization_server_claims", "{0}/"),
    (f"{SERVERS}/policies", "authorization_server_policies", "{0}/"),
    (f"{SERVERS}/policies/{ID}/rules", "authorization_server_rules", "{0}/{1}/"),
    ("/api/v1/eventHooks", "event_hooks", ""),
    ("/api/v1/inlineHooks", "inline_hooks", ""),
    ("/api/v1/idps/credentials/keys", "idp_keys", ""),
    ("/api/v1/idps", "idps", ""),
    (f"/api/v1/idps/{ID}/users", "idp_users", "{0}/"),
    ("/api/v1/policies", "policies", ""),
    (f"/api/v1/policies/{ID}/rules", "policy_rules", "{0}/"),
    ("/api/v1/zones", "zones", ""),
    ("/api/v1/trustedOrigins", "trusted_origins", ""),
    ("/api/v1/behaviors", "behaviors", ""),
    ("/api/v1/captchas", "captchas", ""),
    ("/api/v1/device-assurances", "device_assurances", ""),
    ("/api/v1/devices", "devices", ""),
    ("/api/v1/realms", "realms", ""),
    ("/api/v1/realm-assignments", "realm_assignments", ""),
    ("/api/v1/domains", "domains", ""),
    ("/api/v1/email-domains", "email_domains", ""),
    ("/api/v1/email-servers", "email_servers", ""),
    ("/api/v1/hook-keys", "hook_keys", ""),
    ("/api/v1/security-events-providers", "security_events_providers", ""),
    ("/api/v1/device-posture-checks", "device_posture_checks", ""),
    ("/api/v1/logStreams", "log_streams", ""),
    ("/api/v1/push-providers", "push_providers", ""),
    ("/api/v1/templates/sms", "sms_templates", ""),
    ("/api/v1/iam/roles", "roles", ""),
    ("/api/v1/iam/resource-sets", "resource_sets", ""),
    ("/api/v1/meta/types/user", "user_types", ""),
    ("/api/v1/meta/uischemas", "ui_schemas", ""),
    ("/api/v1/api-tokens", "tokens", ""),
    ("/api/v1/principal-rate-limits", "principal_rate_limits", ""),
    ("/api/v1/brands", "brands", ""),
    (f"/api/v1/brands/{ID}/themes", "themes", "{0}/"),
    (f"/api/v1/brands/{ID}/templates/email/{ID}/customizations", "email_customizations", "{0}/{1}/"),
    ("/api/v1/authenticators", "authenticators", ""),
    ("/api/v1/features", "features", ""),
    ("/api/v1/mappings", "mappings", ""),
    ("/api/v1/meta/schemas/user/linkedObjects", "linked_objects", ""),
]
COLLECTIONS = [(re.compile(address), table, key) for address, table, key in COLLECTIONS]
# Parts of the org that exist once, and the name of the setting that holds each.
SETTINGS = {"/api/v1/threats/configuration": "threats", "/api/v1/rate-limit-settings/per-client": "per client",
            "/api/v1/org/captcha": "captcha"}
# Where every org has something from its first day that a list shows whole: the fixture says alone what is there.
REPLACED = ("authenticators", "brands", "features", "mappings", "realms")
# Of these a list shows many that the cassette never asks for. Where all cassettes lie side by side, only those that one
# names are taken: the lists are of several orgs.
NAMED_ONLY = {"users", "groups", "apps", "policies", "authorization_servers", "zones", "user_types"}
# Where a creation is refused for the name of another, and where the name is. Cassettes that used one name one after the
# other lie side by side here; only what a whole request of some cassette will make is left out, and a second login.
UNIQUE = {
    "users": ("profile", "login"), "groups": ("profile", "name"), "authorization_servers": ("name",),
    "policies": ("name",), "roles": ("label",), "user_types": ("name",),
}
# What was recorded in months is replayed in seconds.
WIDE = {bucket: {"limit": 10_000} for bucket in
        ("/api/v1/apps/*", "/api/v1/apps/**", "/api/v1/groups/**", "/api/v1/users/**", "/**")}
# The applications that every org has.
BUILT_IN_APPS = 3
# Creations that need no body.
BODILESS = re.compile(r"/(clone|generate|lifecycle/\w+)$")


def cassettes(path, only):
    found = {}
    with gzip.open(path, "rt", encoding="utf8") as lines:
        for pair in map(json.loads, lines):
            if only in (None, pair["c"]):
                found.setdefault(pair["c"], []).append(pair)
    return found.values()


def place(path):
    """The table and the beginning of the key for what an answer at this address shows, and the id that it names."""
    path = unquote(path).rstrip("/")
    for address, table, key in COLLECTIONS:
        if match := address.fullmatch(path):
            return table, key.format(*match.groups()), None
    above, _, last = path.rpartition("/")
    for address, table, key in COLLECTIONS:
        if match := address.fullmatch(above):
            return table, key.format(*match.groups()), last
    return None


def is_built_in(table, found):
    """What every org has; the twin makes its own."""
    return table not in REPLACED and (
        found.get("type") == "BUILT_IN" or found.get("isDefault") is True or found.get("system") is True
        or (table in ("user_types", "authorization_servers") and (found.get("default") or found.get("name") == "default"))
        or found.get("name") in ("saasure", "okta_enduser", "okta_browser_plugin", "flow")
    )


def identity(found):
    """What an object is known by: its id, the id of a key, or the name of a pair of relations."""
    return found.get("id") or found.get("kid") or found.get("primary", {}).get("name")


def listed(answer):
    """What an answer shows: itself, or the one list that it has instead of an id."""
    lists = [value for value in answer.values() if isinstance(value, list)] if isinstance(answer, dict) else []
    return lists[0] if len(lists) == 1 and identity(answer) is None else [answer]


def name_of(table, found):
    for step in UNIQUE.get(table, ()):
        found = found.get(step) if isinstance(found, dict) else None
    return table, found.lower() if isinstance(found, str) else None


def shown(table, found):
    """The document behind what an answer shows."""
    found = {name: value for name, value in found.items() if name not in ("_links", "_embedded")}
    if table == "role_targets":
        return {"group": found["id"]}
    if table == "users":
        credentials = found.get("credentials", {})
        if "password" in credentials:
            found["_password"] = ""
        if "recovery_question" in credentials:
            found["_answer"] = ""
    return found


class Org:
    def __init__(self, alone):
        self.alone = alone
        self.documents, self.logins, self.made_anywhere, self.lists = {}, set(), set(), {}
        self.subdomain, self.app_limit = "test", None

    def take(self, table, key, found):
        name = name_of(table, found)
        documents = self.documents.setdefault(table, {})
        if key in documents:
            # An object alone shows more than a list does.
            for field, value in shown(table, found).items():
                documents[key].setdefault(field, value)
            return
        if name[1] and (name in self.made_anywhere or name in self.logins):
            return
        if table == "users":
            self.logins.add(name)
        documents[key] = shown(table, found)
        if table == "role_targets":
            self.take("groups", found["id"], found)

    def device_users(self, device, answer):
        found = self.documents.get("devices", {}).get(device)
        if found is not None and "_users" not in found:
            found["_users"] = [link["user"]["id"] for link in answer]
            for link in answer:
                self.take("users", link["user"]["id"], link["user"])

    def only_the_commonest_list(self):
        """Recordings of several orgs lie side by side: of what lists show whole, the org that was listed most is
        taken. One cassette is of one org."""
        if self.alone:
            return
        for table, lists in self.lists.items():
            common = max(lists, key=lambda ids: (sum(ids == other for other in lists), len(ids)))
            found = self.documents.get(table, {})
            self.documents[table] = {key: found[key] for key in found if key in common}

    def cassette(self, pairs):
        made, seen, apps = set(), set(), BUILT_IN_APPS
        asked = " ".join(unquote(pair["p"] + "?" + pair.get("q", "")) + json.dumps(pair.get("b")) for pair in pairs)
        for pair in pairs:
            at, answer = place(pair["p"]), pair.get("r")
            if at and at[0] == "apps" and at[2] is None and pair["m"] == "POST" and "b" in pair:
                apps += pair["s"] < 300
                if pair["s"] == 400 and "Maximum number of instances" in json.dumps(answer):
                    self.app_limit = apps
            if at and at[0] == "apps" and at[2] and pair["m"] == "DELETE" and pair["s"] < 300:
                apps -= 1
            if self.alone and pair["p"] == "/api/v1/principal-rate-limits" and pair["s"] == 400 and "b" in pair:
                # The service looks for the token first: it was there.
                token = pair["b"].get("principalId", "")
                self.take("tokens", token, {"id": token, "name": ""})
            if pair["s"] >= 300 or answer is None:
                continue
            items = answer if isinstance(answer, list) else listed(answer)
            items = [item for item in items if isinstance(item, dict) and isinstance(identity(item), str)]
            if pair["m"] == "POST" and ("b" in pair or BODILESS.search(pair["p"])):
                made.update(identity(item) for item in items if identity(item) not in seen)
            seen.update(identity(item) for item in items)
            if pair["p"] in SETTINGS and pair["m"] == "GET" and isinstance(answer, dict):
                self.documents.setdefault("settings", {}).setdefault(SETTINGS[pair["p"]], shown("settings", answer))
            if pair["p"] == "/api/v1/meta/schemas/user/default" and pair["m"] == "GET":
                custom = answer["definitions"]["custom"]["properties"]
                self.documents.setdefault("settings", {}).setdefault("schema/user", {"properties": custom})
            if pair["p"] == "/api/v1/domains/default" and "domain" in answer:
                self.subdomain = answer["domain"].split(".")[0]
            if holder := re.fullmatch(f"/api/v1/devices/{ID}/users", pair["p"]):
                self.device_users(holder[1], answer)
            if at is None:
                continue
            table, above, named = at
            if table in REPLACED and named is None and pair["m"] == "GET":
                self.lists.setdefault(table, []).append({identity(item) for item in items} - made)
            if any(part in made for part in above.split("/")):
                continue
            seeded = table in ("authorization_server_scopes", "authorization_server_claims") and above.rstrip("/") in self.documents.get(
                "authorization_servers", {})
            for item in items:
                if identity(item) in made or (is_built_in(table, item) and not seeded):
                    continue
                if not self.alone and table in NAMED_ONLY and identity(item) not in asked and pair["m"] != "POST":
                    continue
                self.take(table, above + identity(item), item)


def main(recording, token, only=None):
    org, found = Org(only is not None), list(cassettes(recording, only))
    for pairs in found:
        for pair in pairs:
            at = place(pair["p"])
            if pair["m"] == "POST" and isinstance(pair.get("b"), dict) and at and at[2] is None and pair["s"] < 300:
                org.made_anywhere.add(name_of(at[0], pair["b"]))
    for pairs in found:
        org.cassette(pairs)
    org.only_the_commonest_list()
    # The recorder's own token is one of those that the recording lists; it must not have run out.
    own = org.documents.get("tokens", {})
    own = own.pop(min(own)) if own else {}
    # Behind everybody whom the recording lists.
    recorder = "00u" + "z" * 17
    limit = org.app_limit and org.app_limit + len(org.documents.get("apps", {}))
    print(json.dumps({
        "empty": sorted(set(REPLACED) & set(org.lists)),
        # The recordings' stand-in for the name of the org.
        "org": {"subdomain": org.subdomain, "company": "test", "search_lag_seconds": 0,
                "app_limit": limit if org.alone else None},
        "tokens": {token: {"user": recorder, "id": own.get("id"), "name": own.get("name", "")}},
        "users": [{"id": recorder, "profile": {"firstName": "Re", "lastName": "Corder", "email": "recorder@glasshouse.example"}}],
        "rate_limits": WIDE,
        "documents": org.documents,
    }))


if __name__ == "__main__":
    main(*sys.argv[1:])

// The unmodified Okta SDK for Node.js against the twin.
//
// The twin serves the fixture beside this folder at GLASSHOUSE_OKTA_URL; without it the client goes to the org's own
// address. The twin's clock must go on between two requests: one test waits out a rate limit.

import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { suite, test } from "node:test";

import okta from "@okta/okta-sdk-nodejs";

const orgUrl = process.env.GLASSHOUSE_OKTA_URL ?? "https://fern.okta.com";
const ANA = "00u0ana0fern00000sdk";
const ENGINEERING = "00g0eng0fern00000sdk";

function client(settings = {}) {
  // Without its cache, so that every read is a request.
  return new okta.Client({ orgUrl, token: "00sdk-admin-token", cacheMiddleware: null, ...settings });
}

const { userApi, groupApi, applicationApi, systemLogApi, eventHookApi, policyApi } = client();
const { authorizationServerApi, trustedOriginApi, networkZoneApi, schemaApi, userFactorApi } = client();
const { userTypeApi, linkedObjectApi, orgSettingApi, apiTokenApi, roleAssignmentApi, inlineHookApi } = client();

async function refused(status, code, call) {
  const error = await call.then(() => assert.fail(`no ${code}`), (error) => error);
  assert.deepEqual([error.status, error.errorCode], [status, code], error.message);
  assert.match(error.errorId, /^oae/);
  return error;
}

async function collect(collection) {
  const found = [];
  for await (const item of await collection) found.push(item);
  return found;
}

function person(name, profile = {}) {
  const address = `${name}@node.example`;
  return {
    profile: { firstName: name, lastName: "Node", email: address, login: address, ...profile },
    credentials: { password: { value: "Lantern2x" } },
  };
}

suite("people", () => {
  test("from creation to removal", async () => {
    const made = await userApi.createUser({ body: person("isaac"), activate: false });
    const userId = made.id;
    assert.equal(made.status, "STAGED");
    await userApi.activateUser({ id: userId, userId, sendEmail: false });
    const found = await userApi.getUser({ userId: "isaac@node.example" });
    assert.deepEqual([found.id, found.status], [userId, "ACTIVE"]);
    const updated = await userApi.updateUser({ userId, user: { profile: { nickName: "Ike" } } });
    assert.deepEqual([updated.profile.nickName, updated.profile.firstName], ["Ike", "isaac"]);
    const replaced = await userApi.replaceUser({ userId, user: person("isaac", { title: "Gardener" }) });
    assert.deepEqual([replaced.profile.title, replaced.profile.nickName ?? null], ["Gardener", null]);
    await userApi.suspendUser({ id: userId, userId });
    await refused(400, "E0000001", userApi.suspendUser({ id: userId, userId }));
    await userApi.unsuspendUser({ id: userId, userId });
    await userApi.expirePassword({ id: userId, userId });
    await userApi.deactivateUser({ id: userId, userId });
    await userApi.deleteUser({ id: userId, userId });
    await refused(404, "E0000007", userApi.getUser({ userId }));
  });

  test("refusals", async () => {
    await refused(401, "E0000011", client({ token: "wrong" }).userApi.getUser({ userId: ANA }));
    await refused(404, "E0000007", userApi.getUser({ userId: "nobody" }));
    await refused(400, "E0000031", collect(userApi.listUsers({ search: "(((" })));
    await refused(400, "E0000029", collect(userApi.listUsers({ after: "nonsense" })));
    const twice = await refused(400, "E0000001", userApi.createUser({ body: person("x", { login: "ana@fern.example" }) }));
    assert.match(twice.errorCauses[0].errorSummary, /^login: /);
    const weak = { ...person("weak"), credentials: { password: { value: "short" } } };
    await refused(400, "E0000001", userApi.createUser({ body: weak }));
  });

  test("search, filter and prefix", async () => {
    const found = await collect(userApi.listUsers({ search: 'profile.department eq "Design"' }));
    assert.deepEqual(found.map((user) => user.profile.login), ["ben@fern.example"]);
    const gone = await collect(userApi.listUsers({ filter: 'status eq "DEPROVISIONED"' }));
    assert.ok(gone.some((user) => user.profile.login === "gus@fern.example"));
    assert.equal((await collect(userApi.listUsers({ q: "chiyo" }))).length, 1);
  });

  test("factors and groups of one person", async () => {
    const made = await userApi.createUser({ body: person("faye") });
    const question = { question: "disliked_food", answer: "mushrooms" };
    const body = { factorType: "question", provider: "OKTA", profile: question };
    const factor = await userFactorApi.enrollFactor({ userId: made.id, body });
    assert.equal(factor.status, "ACTIVE");
    assert.equal((await collect(userFactorApi.listFactors({ userId: made.id })))[0].id, factor.id);
    await groupApi.assignUserToGroup({ groupId: ENGINEERING, userId: made.id });
    const names = (await collect(userApi.listUserGroups({ id: made.id, userId: made.id })))
      .map((group) => group.profile.name);
    assert.deepEqual(names.toSorted(), ["Engineering", "Everyone"]);
    await groupApi.unassignUserFromGroup({ groupId: ENGINEERING, userId: made.id });
  });
});

suite("groups", () => {
  test("every one of 260 groups and of 3 members comes once", async () => {
    const made = new Set();
    for (let number = 0; number < 260; number += 1) {
      const group = { profile: { name: `Node ${String(number).padStart(3, "0")}` } };
      made.add((await groupApi.createGroup({ group })).id);
    }
    const ids = (await collect(groupApi.listGroups({ limit: 100 }))).map((group) => group.id);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok([...made].every((id) => ids.includes(id)));
    const [groupId] = made;
    const people = ["gina", "hugo", "ines"];
    for (const name of people) {
      const user = await userApi.createUser({ body: person(name) });
      await groupApi.assignUserToGroup({ groupId, userId: user.id });
    }
    const members = await collect(groupApi.listGroupUsers({ groupId, limit: 2 }));
    assert.deepEqual(members.map((user) => user.profile.firstName).toSorted(), people);
  });

  test("a name is taken once, and a rule lives and dies", async () => {
    const group = { profile: { name: "Only" } };
    const made = await groupApi.createGroup({ group });
    await refused(400, "E0000001", groupApi.createGroup({ group }));
    const groupRule = {
      type: "group_rule", name: "Designers",
      conditions: { expression: { type: "urn:okta:expression:1.0", value: 'user.department == "Design"' } },
      actions: { assignUserToGroups: { groupIds: [made.id] } },
    };
    const rule = await groupApi.createGroupRule({ groupRule });
    assert.equal(rule.status, "INACTIVE");
    await groupApi.activateGroupRule({ ruleId: rule.id });
    await groupApi.deactivateGroupRule({ ruleId: rule.id });
    await groupApi.deleteGroupRule({ ruleId: rule.id });
    const renamed = await groupApi.replaceGroup({ groupId: made.id, group: { profile: { name: "Other" } } });
    assert.equal(renamed.profile.name, "Other");
    await groupApi.deleteGroup({ groupId: made.id });
    await refused(404, "E0000007", groupApi.getGroup({ groupId: made.id }));
  });
});

suite("applications", () => {
  test("a bookmark and who may use it", async () => {
    const application = {
      name: "bookmark", label: "Node", signOnMode: "BOOKMARK",
      settings: { app: { url: "https://node.example/", requestIntegration: false } },
    };
    const made = await applicationApi.createApplication({ application });
    const appId = made.id;
    await applicationApi.assignUserToApplication({ appId, appUser: { id: ANA } });
    await applicationApi.assignGroupToApplication({ appId, groupId: ENGINEERING });
    assert.equal((await collect(applicationApi.listApplicationGroupAssignments({ appId })))[0].id, ENGINEERING);
    assert.ok((await collect(applicationApi.listApplicationUsers({ appId }))).some((user) => user.id === ANA));
    await applicationApi.replaceApplication({ appId, application: { ...application, label: "Renamed" } });
    assert.equal((await applicationApi.getApplication({ appId })).label, "Renamed");
    await refused(403, "E0000056", applicationApi.deleteApplication({ appId }));
    await applicationApi.deactivateApplication({ appId });
    await applicationApi.deleteApplication({ appId });
  });

  test("a service signs in with its key, and may do what it was granted", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = { ...publicKey.export({ format: "jwk" }), kid: "node", use: "sig", alg: "RS256" };
    const application = {
      name: "oidc_client", label: "Service", signOnMode: "OPENID_CONNECT",
      credentials: { oauthClient: { token_endpoint_auth_method: "private_key_jwt" } },
      settings: {
        oauthClient: {
          application_type: "service", grant_types: ["client_credentials"], response_types: ["token"],
          jwks: { keys: [key] }, dpop_bound_access_tokens: true,
        },
      },
    };
    const made = await applicationApi.createApplication({ application });
    const grant = { issuer: orgUrl, scopeId: "okta.users.read" };
    await applicationApi.grantConsentToScope({ appId: made.id, oAuth2ScopeConsentGrant: grant });
    const service = client({
      authorizationMode: "PrivateKey", clientId: made.id, scopes: ["okta.users.read"], keyId: "node",
      privateKey: privateKey.export({ format: "pem", type: "pkcs8" }),
    });
    assert.equal((await service.userApi.getUser({ userId: ANA })).profile.firstName, "Ana");
    await refused(403, "E0000006", service.groupApi.getGroup({ groupId: ENGINEERING }));
  });
});

suite("the rest of an org", () => {
  test("an authorization server with scope, claim and policy", async () => {
    const authorizationServer = { name: "node", description: "x", audiences: ["api://node"] };
    const made = await authorizationServerApi.createAuthorizationServer({ authorizationServer });
    const authServerId = made.id;
    const scope = await authorizationServerApi.createOAuth2Scope({ authServerId, oAuth2Scope: { name: "drive" } });
    assert.equal(scope.system, false);
    const scopes = await collect(authorizationServerApi.listOAuth2Scopes({ authServerId }));
    assert.ok(scopes.some((each) => each.name === "openid"));
    const keys = await collect(authorizationServerApi.listAuthorizationServerKeys({ authServerId }));
    assert.equal(keys[0].kty, "RSA");
    await authorizationServerApi.deactivateAuthorizationServer({ authServerId });
    await authorizationServerApi.deleteAuthorizationServer({ authServerId });
  });

  test("settings of an org", async () => {
    const body = { name: "Node", origin: "https://node.example", scopes: [{ type: "CORS" }] };
    const origin = await trustedOriginApi.createTrustedOrigin({ trustedOrigin: body });
    assert.equal(origin.status, "ACTIVE");
    await trustedOriginApi.deleteTrustedOrigin({ trustedOriginId: origin.id });
    const zone = { type: "IP", name: "Node", gateways: [{ type: "CIDR", value: "192.0.2.0/24" }] };
    assert.equal((await networkZoneApi.createNetworkZone({ zone })).name, "Node");
    assert.ok((await collect(networkZoneApi.listNetworkZones({}))).length >= 3);
    const policies = await collect(policyApi.listPolicies({ type: "PASSWORD" }));
    assert.ok(policies.some((policy) => policy.system));
    const rules = await collect(policyApi.listPolicyRules({ policyId: policies[0].id }));
    assert.ok(rules.length >= 1);
    const [kind] = await collect(userTypeApi.listUserTypes());
    assert.equal(kind.name, "user");
    const schema = await schemaApi.getUserSchema({ schemaId: "default" });
    assert.equal(schema.definitions.base.properties.login.type, "string");
    assert.equal((await orgSettingApi.getOrgSettings()).subdomain, "fern");
    assert.ok((await collect(apiTokenApi.listApiTokens({}))).some((token) => token.name === "Demo token"));
    await roleAssignmentApi.assignRoleToUser({ userId: ANA, assignRoleRequest: { type: "HELP_DESK_ADMIN" } });
    const roles = await collect(roleAssignmentApi.listAssignedRolesForUser({ userId: ANA }));
    assert.ok(roles.some((role) => role.type === "HELP_DESK_ADMIN"));
    assert.deepEqual(await collect(linkedObjectApi.listLinkedObjectDefinitions()), []);
  });

  test("hooks", async () => {
    const channel = { type: "HTTP", version: "1.0.0", config: { uri: "https://receiver.example/okta", headers: [] } };
    const events = { type: "EVENT_TYPE", items: ["user.lifecycle.create"] };
    const hook = await eventHookApi.createEventHook({ eventHook: { name: "Node", events, channel } });
    assert.equal(hook.verificationStatus, "UNVERIFIED");
    assert.equal((await collect(eventHookApi.listEventHooks()))[0].id, hook.id);
    await refused(400, "E0000001", eventHookApi.deleteEventHook({ eventHookId: hook.id }));
    await eventHookApi.deactivateEventHook({ eventHookId: hook.id });
    await eventHookApi.deleteEventHook({ eventHookId: hook.id });
    const inlineHook = { name: "Node", type: "com.okta.oauth2.tokens.transform", version: "1.0.0", channel };
    const inline = await inlineHookApi.createInlineHook({ inlineHook });
    assert.equal(inline.status, "ACTIVE");
  });
});

suite("limits", () => {
  // Without an end the log has always one more page, and the SDK goes on asking for it.
  const ended = () => ({ limit: 1000, until: new Date(Date.now() + 60_000).toISOString() });

  test("the SDK recovers from a full bucket", async () => {
    const patient = client();
    const waits = [];
    patient.requestExecutor.on("backoff", (request, response, id, milliseconds) => waits.push(milliseconds));
    for (let number = 0; number < 4; number += 1) {
      assert.ok((await collect(patient.systemLogApi.listLogEvents(ended()))).length > 0);
    }
    assert.ok(waits.length > 0 && waits.every((wait) => wait > 0), `${waits}`);
  });

  test("without a retry the limit is told", async () => {
    const impatient = client({ requestExecutor: new okta.DefaultRequestExecutor({ maxRetries: 0 }) });
    const asked = [];
    for (let number = 0; number < 4; number += 1) {
      asked.push(collect(impatient.systemLogApi.listLogEvents(ended())).then(() => null, (error) => error));
    }
    const error = (await Promise.all(asked)).find((answer) => answer !== null);
    assert.deepEqual([error.status, error.errorCode], [429, "E0000047"]);
    assert.equal(error.headers.get("x-rate-limit-remaining"), "0");
  });
});

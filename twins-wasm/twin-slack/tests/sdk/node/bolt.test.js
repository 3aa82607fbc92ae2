// The unmodified Bolt for JavaScript against the twin.
//
// What the twin sends of its own accord arrives at GLASSHOUSE_RECEIVER_URL, where the app listens; without that
// variable nothing is delivered, and the tests that need it are skipped.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, suite, test } from "node:test";

import { App, HTTPReceiver, LogLevel } from "@slack/bolt";
import { InstallProvider } from "@slack/oauth";

import { AUTHORIZE, SERVICE, WELCOME, client } from "./clients.js";

const SIGNING_SECRET = "greenhouse";
const receiverUrl = process.env.GLASSHOUSE_RECEIVER_URL;
const undelivered = receiverUrl ? false : "nothing is delivered outside: GLASSHOUSE_RECEIVER_URL is not set";

const ana = client("xoxp-full");

function newApp(receiver) {
  const quiet = { logLevel: LogLevel.ERROR };
  const own = receiver ? { receiver } : { signingSecret: SIGNING_SECRET };
  return new App({ token: "xoxb-full", clientOptions: SERVICE, ...own, ...quiet });
}

/** A promise, and the function that fulfils it. */
function expectation() {
  let seen;
  const arrived = new Promise((resolve) => {
    seen = resolve;
  });
  return { arrived, seen };
}

async function texts(channel) {
  const { messages } = await ana.conversations.history({ channel, limit: 5 });
  return messages.map((message) => message.text);
}

suite("an app that is told by its test", () => {
  test("knows itself, and answers with what a listener gets", async () => {
    const app = newApp();
    const word = `hello ${randomUUID()}`;
    app.message(word, async ({ message, say, context, client: web }) => {
      assert.deepEqual([context.botUserId, context.teamId], ["U0SPROUT", "T0FERN"]);
      const { user } = await web.users.info({ user: message.user });
      await say({ text: `Hi ${user.real_name}`, thread_ts: message.ts });
    });
    const { ts } = await ana.chat.postMessage({ channel: WELCOME, text: word });
    const event = { type: "message", channel: WELCOME, channel_type: "channel", user: "U0ANA", text: word, ts };
    const body = { type: "event_callback", team_id: "T0FERN", api_app_id: "A0SPROUT", event };
    await app.processEvent({ body, ack: async () => {} });
    const thread = (await ana.conversations.replies({ channel: WELCOME, ts })).messages;
    assert.deepEqual(thread.map((message) => message.text), [word, "Hi Ana Silva"]);
  });

  test("is not told of what its own bot wrote", async () => {
    const app = newApp();
    app.message(async () => assert.fail("its own message"));
    const { ts, message } = await client("xoxb-full").chat.postMessage({ channel: WELCOME, text: "mine" });
    const event = { ...message, channel: WELCOME, channel_type: "channel", ts };
    const body = { type: "event_callback", team_id: "T0FERN", api_app_id: "A0SPROUT", event };
    await app.processEvent({ body, ack: async () => {} });
  });

  test("refuses a request that the service did not sign", async () => {
    const receiver = new HTTPReceiver({ signingSecret: SIGNING_SECRET, logLevel: LogLevel.ERROR, endpoints: "/events" });
    const app = newApp(receiver);
    app.event("app_mention", async () => assert.fail("a forged event"));
    const server = await app.start({ port: 0, host: "127.0.0.1" });
    try {
      const headers = {
        "content-type": "application/json",
        "x-slack-request-timestamp": `${Math.floor(Date.now() / 1000)}`,
        "x-slack-signature": `v0=${"0".repeat(64)}`,
      };
      const forged = { method: "POST", headers, body: '{"type":"event_callback","event":{"type":"app_mention"}}' };
      const answer = await fetch(`http://127.0.0.1:${server.address().port}/events`, forged);
      assert.equal(answer.status, 401);
    } finally {
      await app.stop();
    }
  });
});

suite("an app that is installed", () => {
  test("gets tokens for the code of a person's consent", async () => {
    const kept = [];
    const installer = new InstallProvider({
      clientId: "1.2", clientSecret: "sprout", stateSecret: "seedling", authorizationUrl: AUTHORIZE,
      clientOptions: SERVICE, logLevel: LogLevel.ERROR, legacyStateVerification: true,
      installationStore: {
        storeInstallation: async (installation) => kept.push(installation),
        fetchInstallation: async () => kept.at(-1),
      },
    });
    const page = await installer.generateInstallUrl({ scopes: ["chat:write"], redirectUri: "https://garden.example/back" });
    const redirect = await fetch(page, { redirect: "manual" });
    assert.equal(redirect.status, 302);
    const back = new URL(redirect.headers.get("location"));
    const pages = [];
    const response = { writeHead: () => {}, end: (html) => pages.push(html), setHeader: () => {} };
    const callbacks = { failure: (error) => assert.fail(error), success: () => pages.push("installed") };
    await installer.handleCallback({ url: `${back.pathname}${back.search}`, headers: {} }, response, callbacks);
    assert.deepEqual(pages, ["installed"]);
    const [installation] = kept;
    assert.deepEqual([installation.team.id, installation.bot.userId], ["T0FERN", "U0SPROUT"]);
    assert.equal((await client(installation.bot.token).auth.test()).user_id, "U0SPROUT");
    // The app rotates its tokens.
    assert.match(installation.bot.refreshToken, /^xoxe/);
    const renewed = await client(undefined).oauth.v2.access({
      client_id: "1.2", client_secret: "sprout", grant_type: "refresh_token",
      refresh_token: installation.bot.refreshToken,
    });
    assert.notEqual(renewed.access_token, installation.bot.token);
    const again = client(undefined).oauth.v2.access({
      client_id: "1.2", client_secret: "sprout", code: back.searchParams.get("code"),
    });
    await assert.rejects(again, (error) => error.data.error === "invalid_code");
  });
});

suite("an app that the twin tells", { skip: undelivered }, () => {
  const receiver = new HTTPReceiver({
    signingSecret: SIGNING_SECRET, logLevel: LogLevel.ERROR,
    endpoints: ["/", "/events", "/interactions", "/commands"],
  });
  let app;

  before(async () => {
    app = newApp(receiver);
    const { port, hostname } = new URL(receiverUrl ?? "http://127.0.0.1:0");
    if (receiverUrl) await app.start({ port: Number(port), host: hostname });
  });

  after(async () => {
    if (receiverUrl) await app.stop();
  });

  test("of a message, signed", { timeout: 30_000 }, async () => {
    const word = `news ${randomUUID()}`;
    const { arrived, seen } = expectation();
    app.message(word, async ({ message, body }) => seen({ message, body }));
    const { ts } = await ana.chat.postMessage({ channel: WELCOME, text: word });
    const { message, body } = await arrived;
    assert.deepEqual([message.ts, message.user, message.channel_type], [ts, "U0ANA", "channel"]);
    assert.match(body.event_id, /^Ev/);
    assert.equal(body.authorizations[0].user_id, "U0SPROUT");
  });

  test("of a mention and of a reaction", { timeout: 30_000 }, async () => {
    const [mention, reaction] = [expectation(), expectation()];
    app.event("app_mention", async ({ event, say }) => mention.seen((await say(`for <@${event.user}>`)).ts));
    app.event("reaction_added", async ({ event }) => reaction.seen(event));
    const { ts } = await ana.chat.postMessage({ channel: WELCOME, text: "<@U0SPROUT> are you there?" });
    await ana.reactions.add({ channel: WELCOME, timestamp: ts, name: "seedling" });
    await mention.arrived;
    assert.ok((await texts(WELCOME)).includes("for <@U0ANA>"));
    const event = await reaction.arrived;
    assert.deepEqual([event.reaction, event.user, event.item.ts], ["seedling", "U0ANA", ts]);
  });

  test("of a command, which it answers where the twin says", { timeout: 30_000 }, async () => {
    const { arrived, seen } = expectation();
    app.command("/plant", async ({ command, ack, respond, client: web }) => {
      await ack();
      await respond({ response_type: "in_channel", text: `planted ${command.text}` });
      const view = { type: "modal", callback_id: "bed", title: { type: "plain_text", text: "Bed" }, blocks: [] };
      seen(await web.views.open({ trigger_id: command.trigger_id, view }));
    });
    await ana.apiCall("chat.command", { channel: WELCOME, command: "/plant", text: "beans" });
    assert.equal((await arrived).view.callback_id, "bed");
    assert.ok((await texts(WELCOME)).includes("planted beans"));
  });

  test("of a click and of a form that was sent", { timeout: 30_000 }, async () => {
    const [click, form] = [expectation(), expectation()];
    app.action("water", async ({ ack, body, action, client: web }) => {
      await ack();
      const view = {
        type: "modal", callback_id: "can", title: { type: "plain_text", text: "Can" },
        submit: { type: "plain_text", text: "Pour" }, blocks: [],
      };
      click.seen({ action, view: (await web.views.open({ trigger_id: body.trigger_id, view })).view });
    });
    app.view("can", async ({ ack, view }) => {
      await ack();
      form.seen(view);
    });
    const button = { type: "button", action_id: "water", text: { type: "plain_text", text: "Water" }, value: "1" };
    const blocks = [{ type: "actions", block_id: "tools", elements: [button] }];
    const { ts } = await client("xoxb-full").chat.postMessage({ channel: WELCOME, text: "Tools", blocks });
    const actions = JSON.stringify([{ ...button, block_id: "tools" }]);
    await ana.apiCall("blocks.actions", { channel: WELCOME, message_ts: ts, actions });
    const { action, view } = await click.arrived;
    assert.deepEqual([action.action_id, action.value], ["water", "1"]);
    await ana.apiCall("views.submit", { view_id: view.id });
    assert.equal((await form.arrived).id, view.id);
  });
});

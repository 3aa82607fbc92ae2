// The unmodified Bolt for JavaScript in Socket Mode: an app without an address of its own, against the twin.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, suite, test } from "node:test";

import { App, LogLevel } from "@slack/bolt";

import { SERVICE, client } from "./clients.js";

const SHADE = "C0SHADE";
const ana = client("xoxp-full");
const LIMIT = { timeout: 30_000 };

/** A promise, and the function that fulfils it. */
function expectation() {
  let seen;
  const arrived = new Promise((resolve) => {
    seen = resolve;
  });
  return { arrived, seen };
}

suite("an app in Socket Mode", () => {
  let app;

  before(async () => {
    app = new App({
      token: "xoxb-moss", appToken: "xapp-moss", socketMode: true, clientOptions: SERVICE, logLevel: LogLevel.ERROR,
    });
    await app.start();
  }, LIMIT);

  after(async () => app.stop());

  test("is told of a message, and answers", LIMIT, async () => {
    const word = `hello ${randomUUID()}`;
    const { arrived, seen } = expectation();
    app.message(word, async ({ message, say, body }) => seen({ message, body, said: await say(`heard ${word}`) }));
    const { ts } = await ana.chat.postMessage({ channel: SHADE, text: word });
    const { message, body, said } = await arrived;
    assert.deepEqual([message.ts, message.user, message.channel_type], [ts, "U0ANA", "group"]);
    assert.match(body.event_id, /^Ev/);
    const { messages } = await ana.conversations.history({ channel: SHADE, oldest: said.ts, inclusive: true });
    assert.equal(messages.at(-1).text, `heard ${word}`);
  });

  test("answers a command with its acknowledgement, and a form with the next one", LIMIT, async () => {
    const [opened, form] = [expectation(), expectation()];
    const view = (callback) => ({
      type: "modal", callback_id: callback, title: { type: "plain_text", text: "Bed" }, blocks: [],
    });
    app.command("/moss", async ({ command, ack, client: web }) => {
      opened.seen((await web.views.open({ trigger_id: command.trigger_id, view: view("one") })).view);
      await ack({ response_type: "in_channel", text: `grew ${command.text}` });
    });
    app.view("one", async ({ ack }) => ack({ response_action: "update", view: view("two") }));
    app.view("two", async ({ ack, view: submitted }) => {
      await ack();
      form.seen(submitted);
    });
    await ana.apiCall("chat.command", { channel: SHADE, command: "/moss", text: "ferns" });
    const { id } = await opened.arrived;
    const texts = async () => {
      const { messages } = await ana.conversations.history({ channel: SHADE, limit: 5 });
      return messages.map((message) => message.text);
    };
    while (!(await texts()).includes("grew ferns"));
    // A later submission is of the view that the first one's acknowledgement put there; it is the last that there is.
    const submit = async () => {
      while (true) await ana.apiCall("views.submit", { view_id: id });
    };
    await assert.rejects(submit(), (error) => error.data.error === "not_found");
    const submitted = await form.arrived;
    assert.deepEqual([submitted.id, submitted.callback_id], [id, "two"]);
  });
});

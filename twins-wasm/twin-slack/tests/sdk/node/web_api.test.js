// The unmodified Slack SDK for Node.js against the twin.
//
// The twin serves the fixture beside this folder at GLASSHOUSE_SLACK_URL; without it the client is left at the
// service's own address. The twin's clock must go on between two requests: a test waits until it takes posts again.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { suite, test } from "node:test";

import { ErrorCode, LogLevel, WebClient, WebClientEvent } from "@slack/web-api";

import { SERVICE, WELCOME, client } from "./clients.js";

const PARENT = "1767600060.000100";
const bot = client("xoxb-full");
const ana = client("xoxp-full");

async function refused(code, call) {
  const error = await call.then(() => assert.fail(`no ${code}`), (error) => error);
  assert.equal(error.code, ErrorCode.PlatformError, error.stack);
  assert.equal(error.data.error, code);
  return error.data;
}

async function collect(pages, items) {
  const found = [];
  for await (const page of pages) found.push(...items(page));
  return found;
}

function freshName(kind) {
  return `${kind}-${randomUUID().replaceAll("-", "").slice(0, 12)}`;
}

async function freshChannel() {
  return (await ana.conversations.create({ name: freshName("node") })).channel.id;
}

suite("identity", () => {
  test("bot and user tokens", async () => {
    const answer = await bot.auth.test();
    assert.deepEqual([answer.url, answer.user, answer.team_id], ["https://fern.slack.com/", "sprout", "T0FERN"]);
    assert.match(answer.bot_id, /^B/);
    assert.equal((await ana.auth.test()).bot_id, undefined);
    assert.ok(answer.response_metadata.scopes.includes("chat:write"));
  });

  test("refused tokens", async () => {
    await refused("invalid_auth", client("xoxb-wrong").auth.test());
    await refused("not_authed", client(undefined).auth.test());
    await refused("account_inactive", client("xoxb-gone").auth.test());
  });

  test("a missing scope says what is needed", async () => {
    const add = client("xoxp-demo").reactions.add({ channel: WELCOME, timestamp: PARENT, name: "eyes" });
    const data = await refused("missing_scope", add);
    assert.equal(data.needed, "reactions:write");
    assert.deepEqual(data.response_metadata.acceptedScopes, ["reactions:write"]);
  });

  test("a token of one call", async () => {
    const answer = await client(undefined).auth.test({ token: "xoxp-full" });
    assert.equal(answer.user_id, "U0ANA");
  });
});

suite("directory", () => {
  test("every one of 263 channels comes once", async () => {
    const pages = bot.paginate("conversations.list", { limit: 100 });
    const ids = await collect(pages, (page) => page.channels.map((channel) => channel.id));
    assert.ok(ids.length >= 263, `${ids.length}`);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(!ids.includes("C0SECRET"));
  });

  test("everybody comes once", async () => {
    const ids = await collect(bot.paginate("users.list", { limit: 50 }), (page) => page.members.map((user) => user.id));
    assert.equal(new Set(ids).size, 124);
    assert.equal(ids.length, 124);
  });

  test("channels and people by id", async () => {
    const { channel } = await bot.conversations.info({ channel: WELCOME, include_num_members: true });
    assert.deepEqual([channel.name, channel.num_members, channel.topic.value], ["welcome", 3, "Hello"]);
    const { members } = await bot.conversations.members({ channel: WELCOME });
    assert.deepEqual(members.toSorted(), ["U0ANA", "U0BEN", "U0SPROUT"]);
    assert.equal((await bot.users.info({ user: "U0ANA" })).user.profile.email, "ana@fern.example");
    assert.equal((await bot.users.lookupByEmail({ email: "ben@fern.example" })).user.id, "U0BEN");
    await refused("user_not_found", bot.users.info({ user: "U0NOBODY" }));
    await refused("users_not_found", bot.users.lookupByEmail({ email: "nobody@fern.example" }));
    await refused("channel_not_found", bot.conversations.info({ channel: "C0NOWHERE" }));
  });

  test("wrong types and cursors", async () => {
    await refused("invalid_types", bot.conversations.list({ types: "rooms" }));
    await refused("invalid_cursor", bot.conversations.list({ cursor: "nonsense" }));
    await refused("unknown_method", bot.apiCall("rooms.list"));
  });
});

suite("messages", () => {
  test("post, reply, react, update and read back", async () => {
    const blocks = [{ type: "section", text: { type: "mrkdwn", text: "*In* blocks" } }];
    const posted = await bot.chat.postMessage({ channel: WELCOME, text: "Hello from Node", blocks });
    const ts = posted.ts;
    assert.equal(posted.message.bot_profile.name, "Sprout");
    assert.ok(posted.message.blocks[0].block_id);
    const reply = await bot.chat.postMessage({ channel: WELCOME, thread_ts: ts, text: "In the thread" });
    await bot.reactions.add({ channel: WELCOME, timestamp: ts, name: "wave" });
    await refused("already_reacted", bot.reactions.add({ channel: WELCOME, timestamp: ts, name: "wave" }));
    await bot.chat.update({ channel: WELCOME, ts, text: "Hello again" });
    const thread = (await bot.conversations.replies({ channel: WELCOME, ts })).messages;
    assert.deepEqual(thread.map((message) => message.text), ["Hello again", "In the thread"]);
    const latest = await bot.conversations.history({ channel: WELCOME, latest: ts, inclusive: true, limit: 1 });
    const [parent] = latest.messages;
    assert.deepEqual([parent.reply_count, parent.latest_reply, parent.edited.user], [1, reply.ts, "U0SPROUT"]);
    assert.deepEqual(parent.reactions, [{ name: "wave", users: ["U0SPROUT"], count: 1 }]);
    const { permalink } = await bot.chat.getPermalink({ channel: WELCOME, message_ts: ts });
    assert.equal(permalink, `https://fern.slack.com/archives/${WELCOME}/p${ts.replace(".", "")}`);
    await bot.reactions.remove({ channel: WELCOME, timestamp: ts, name: "wave" });
    await bot.chat.delete({ channel: WELCOME, ts: reply.ts });
    await refused("message_not_found", bot.chat.delete({ channel: WELCOME, ts: reply.ts }));
  });

  test("a stream of 255 messages is read back in pages", async () => {
    const channel = await freshChannel();
    for (let number = 0; number < 255; number += 1) await ana.chat.postMessage({ channel, text: `${number}` });
    const pages = ana.paginate("conversations.history", { channel, limit: 100 });
    const texts = await collect(pages, (page) => page.messages.map((message) => message.text));
    assert.equal(texts.length, 255);
    assert.deepEqual([texts[0], texts[254]], ["254", "0"]);
    assert.equal(new Set(texts).size, 255);
  });

  test("refused posts", async () => {
    const post = (options) => bot.chat.postMessage({ channel: WELCOME, text: "a", ...options });
    await refused("channel_not_found", post({ channel: "C0NOWHERE" }));
    await refused("not_in_channel", post({ channel: "C0DESIGN" }));
    await refused("is_archived", post({ channel: "C0OLD" }));
    await refused("no_text", post({ text: "" }));
    await refused("msg_too_long", post({ text: "a".repeat(40_001) }));
    await refused("thread_not_found", post({ thread_ts: "1700000000.000100" }));
    const data = await refused("invalid_blocks", post({ blocks: [{ type: "sektion" }] }));
    assert.match(data.errors[0], /unsupported type: sektion/);
    await refused("invalid_arguments", bot.conversations.history({ limit: 1 }));
  });

  test("scheduled and ephemeral messages", async () => {
    assert.ok((await bot.chat.postEphemeral({ channel: WELCOME, user: "U0ANA", text: "psst" })).message_ts);
    const now = Math.floor(Number((await bot.chat.postMessage({ channel: WELCOME, text: "now" })).ts));
    const waiting = await bot.chat.scheduleMessage({ channel: WELCOME, text: "later", post_at: now + 3600 });
    const id = waiting.scheduled_message_id;
    const listed = (await bot.chat.scheduledMessages.list({ channel: WELCOME })).scheduled_messages;
    assert.ok(listed.some((message) => message.id === id));
    await bot.chat.deleteScheduledMessage({ channel: WELCOME, scheduled_message_id: id });
    await refused("time_in_past", bot.chat.scheduleMessage({ channel: WELCOME, text: "a", post_at: now - 60 }));
  });
});

suite("channels", () => {
  test("a channel from its creation to its end", async () => {
    const channel = await freshChannel();
    assert.equal((await bot.conversations.join({ channel })).channel.is_member, true);
    await ana.conversations.setTopic({ channel, topic: "Seeds" });
    await ana.conversations.setPurpose({ channel, purpose: "Sowing" });
    await ana.conversations.invite({ channel, users: "U0BEN" });
    await ana.conversations.kick({ channel, user: "U0BEN" });
    const name = freshName("renamed");
    assert.equal((await ana.conversations.rename({ channel, name })).channel.name, name);
    await bot.conversations.mark({ channel, ts: "1767600000.000100" });
    await bot.conversations.leave({ channel });
    await ana.conversations.archive({ channel });
    await refused("already_archived", ana.conversations.archive({ channel }));
    await ana.conversations.unarchive({ channel });
    await refused("name_taken", ana.conversations.create({ name: "welcome" }));
  });

  test("direct messages, pins, bookmarks", async () => {
    const first = await ana.conversations.open({ users: "U0BEN,U0SPROUT" });
    const again = await ana.conversations.open({ users: "U0SPROUT,U0BEN" });
    assert.deepEqual([again.channel.id, again.already_open], [first.channel.id, true]);
    const channel = await freshChannel();
    const { ts } = await ana.chat.postMessage({ channel, text: "Keep this" });
    await ana.pins.add({ channel, timestamp: ts });
    assert.equal((await ana.pins.list({ channel })).items[0].message.text, "Keep this");
    await refused("already_pinned", ana.pins.add({ channel, timestamp: ts }));
    const link = { channel_id: channel, title: "Map", type: "link", link: "https://fern.example/" };
    const { bookmark } = await ana.bookmarks.add(link);
    assert.equal((await ana.bookmarks.list({ channel_id: channel })).bookmarks[0].id, bookmark.id);
  });
});

suite("workspace", () => {
  test("people, groups and the rest", async () => {
    const profile = { status_text: "planting", status_emoji: ":seedling:" };
    assert.equal((await ana.users.profile.set({ profile })).profile.status_text, "planting");
    assert.equal((await bot.users.profile.get({ user: "U0ANA" })).profile.status_emoji, ":seedling:");
    const { usergroup } = await ana.usergroups.create({ name: freshName("Team") });
    await ana.usergroups.users.update({ usergroup: usergroup.id, users: "U0BEN" });
    assert.deepEqual((await ana.usergroups.users.list({ usergroup: usergroup.id })).users, ["U0BEN"]);
    assert.equal((await bot.team.info()).team.domain, "fern");
    assert.equal((await bot.emoji.list()).emoji.plant, "alias:fern");
    assert.equal((await bot.api.test({ foo: "bar" })).args.foo, "bar");
  });

  test("search", async () => {
    const word = freshName("word");
    await ana.chat.postMessage({ channel: WELCOME, text: `A rare ${word}, indeed` });
    const found = (await ana.search.messages({ query: `${word} in:#welcome from:me` })).messages;
    assert.deepEqual([found.total, found.matches[0].channel.id], [1, WELCOME]);
    await refused("not_allowed_token_type", bot.search.messages({ query: word }));
  });

  test("views", async () => {
    const home = { type: "home", blocks: [{ type: "section", text: { type: "mrkdwn", text: "Hi" } }] };
    const { view } = await bot.views.publish({ user_id: "U0BEN", view: home });
    await bot.views.publish({ user_id: "U0BEN", view: home, hash: view.hash });
    await refused("hash_conflict", bot.views.publish({ user_id: "U0BEN", view: home, hash: view.hash }));
    const modal = { type: "modal", title: { type: "plain_text", text: "A" }, blocks: [] };
    await refused("invalid_trigger_id", bot.views.open({ trigger_id: "1.2.3", view: modal }));
  });
});

suite("files", () => {
  test("an upload in three steps as the SDK does it", async () => {
    const upload = { channel_id: WELCOME, filename: "notes.txt", title: "Notes", initial_comment: "Here" };
    const uploaded = await bot.filesUploadV2({ ...upload, content: "one\ntwo\n" });
    const file = uploaded.files[0].files[0].id;
    const shown = await bot.files.info({ file });
    assert.deepEqual([shown.file.title, shown.file.filetype, shown.content], ["Notes", "text", "one\ntwo\n"]);
    const [message] = (await bot.conversations.history({ channel: WELCOME, limit: 1 })).messages;
    assert.deepEqual([message.text, message.files[0].id], ["Here", file]);
    const listed = (await bot.files.list({ channel: WELCOME })).files;
    assert.ok(listed.some((each) => each.id === file));
    await bot.files.delete({ file });
    await refused("file_not_found", bot.files.info({ file }));
  });

  test("bytes arrive as they were", async () => {
    const bytes = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256));
    const uploaded = await bot.filesUploadV2({ channel_id: WELCOME, file: bytes, filename: "all.bin" });
    const { file } = await bot.files.info({ file: uploaded.files[0].files[0].id });
    assert.equal(file.size, 1024);
    const answer = await fetch(file.url_private_download, { headers: { authorization: "Bearer xoxb-full" } });
    assert.deepEqual(Buffer.from(await answer.arrayBuffer()), bytes);
  });

  test("several files at once", async () => {
    const file_uploads = [{ content: "a", filename: "a.txt" }, { content: "b", filename: "b.txt", title: "B" }];
    const uploaded = await bot.filesUploadV2({ channel_id: WELCOME, file_uploads });
    assert.deepEqual(uploaded.files[0].files.map((file) => file.title), ["a.txt", "B"]);
  });
});

suite("limits", () => {
  test("the SDK recovers from too many posts", async () => {
    const hasty = client("xoxb-hasty");
    const waits = [];
    hasty.on(WebClientEvent.RATE_LIMITED, (seconds) => waits.push(seconds));
    for (let number = 0; number < 7; number += 1) {
      assert.equal((await hasty.chat.postMessage({ channel: WELCOME, text: `${number}` })).ok, true);
    }
    assert.ok(waits.length > 0 && waits.every((seconds) => seconds >= 1), `${waits}`);
  });

  test("without a retry the wait is told", async () => {
    const options = { ...SERVICE, rejectRateLimitedCalls: true, logLevel: LogLevel.ERROR };
    const hasty = new WebClient("xoxb-hasty", options);
    const posts = async () => {
      for (let number = 0; number < 7; number += 1) await hasty.chat.postMessage({ channel: WELCOME, text: "a" });
    };
    await assert.rejects(posts, (error) => error.code === ErrorCode.RateLimitedError && error.retryAfter >= 1);
  });
});

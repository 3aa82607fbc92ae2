// A report's page in a browser that is offline, with everything that goes wrong in it kept for the test's end.
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

// Without these the browser talks to its makers, which a closed network refuses many times a second.
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

export async function browser() {
  return chromium.launch({ executablePath: process.env.GLASSHOUSE_CHROMIUM, args: QUIET });
}

export async function open(browser, file, { hash = "", scheme = "light", width = 1440 } = {}) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, offline: true });
  const page = await context.newPage();
  const wrong = [];
  page.on("console", (message) => wrong.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`error: ${error.stack}`));
  page.on("dialog", (dialog) => { wrong.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("popup", (popup) => wrong.push(`popup: ${popup.url()}`));
  const own = pathToFileURL(file).href;
  page.on("request", (request) => { if (request.url().split("#")[0] !== own) wrong.push(`request: ${request.url()}`); });
  await page.goto(own + hash);
  await page.waitForSelector("html[data-ready]");
  return { page, done: async () => { assert.deepEqual(wrong, []); await context.close(); } };
}

// Until the page shows what an address means.
export async function shows(page, selector, text) {
  const found = page.locator(selector).filter({ hasText: text }).first();
  await found.waitFor();
  return found;
}

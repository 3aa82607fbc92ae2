// Where the twin is, for all suites of this folder.

import { LogLevel, WebClient } from "@slack/web-api";

const url = process.env.GLASSHOUSE_SLACK_URL;

/** Options of a client; without an address of the twin the SDK's own stays. */
export const SERVICE = url ? { slackApiUrl: `${url}/api/` } : {};

/** Where people consent to an app. */
export const AUTHORIZE = `${url ?? "https://slack.com"}/oauth/v2/authorize`;

export const WELCOME = "C0WELCOME";

/** A client that says only what is wrong. */
export function client(token) {
  return new WebClient(token, { ...SERVICE, logLevel: LogLevel.ERROR });
}

// A trial's events as steps: what each is called, what it wrote, which faults met it, which judges point at it.

function steps(record) {
  const all = record.events.map((event) => ({ event, at: event.at, ...described(event.happening), writes: [], pins: [] }));
  const written = record.writes?.length ? record.writes : record.changes ?? [];
  for (const write of written) all[write.event]?.writes.push(write);
  for (const judgement of record.judgements ?? []) {
    for (const index of judgement.evidence ?? []) all[index]?.pins.push(judgement);
  }
  all.forEach((step, index) => {
    if (step.kind === "fault" && index > 0) all[index - 1].fault = step.event.happening.fault;
  });
  return all;
}

// A happening without content is its name alone.
function happened(happening) {
  return typeof happening === "string" ? [happening, null] : Object.entries(happening)[0] ?? ["unknown", null];
}

function drawnBytes(what) {
  if (typeof what === "number") return count(what, "random byte");
  const many = typeof what === "string" ? new TextEncoder().encode(what).length : Math.floor((what?.base64?.replace(/=+$/, "").length ?? 0) * 0.75);
  return count(many, "random byte");
}

// Kind for colours, mark for the list, label for people, and `shape`: what two trials are compared by.
function described(happening) {
  const [kind, what] = happened(happening);
  switch (kind) {
    case "exchange": return exchanged(what);
    case "delivery": return delivered(what);
    case "line": return { kind: "log", label: firstLine(what), shape: "log" };
    case "slept": return { kind: "sleep", label: `slept ${span(what)}`, shape: "sleep" };
    case "drew": return { kind: "random", label: `drew ${drawnBytes(what)}`, shape: "random" };
    case "read_clock": return { kind: "clock", label: "read the clock", shape: "clock" };
    case "called":
      return { kind: "tool", label: `${what.interface}.${what.function}${what.error ? `: ${what.error.case}` : ""}`, bad: Boolean(what.error),
        shape: `${what.interface}.${what.function} ${what.error?.case ?? "ok"}` };
    case "answered": return { kind: "answer", label: `answered: ${firstLine(what)}`, shape: "answer" };
    case "failed": return { kind: "failure", label: `failed: ${firstLine(what)}`, shape: "failure" };
    case "fault":
      return { kind: "fault", label: `fault ${what.kind} into ${what.operation}`, shape: `fault ${what.kind} ${what.operation}` };
    case "left_script": return { kind: "persona", bad: true, label: `${what.persona} left the script: ${firstLine(what.why)}`, shape: "left script" };
    default: return { kind: "other", label: `${kind.replaceAll("_", " ")} ${summed(what)}`, shape: kind };
  }
}

function exchanged({ twin, request, response }) {
  const status = response?.status;
  const { host, path } = target(request.url);
  return {
    kind: "call", method: request.method, host, path, twin, status,
    bad: status === undefined || status >= 400 || repliesNo(response),
    label: `${request.method} ${host}${path} ${status ?? "without answer"}`,
    place: `${request.method} ${host}${path}`,
    shape: `${request.method} ${host}${path} ${status ?? "no answer"}${repliesNo(response) ? " not ok" : ""}`,
  };
}

function delivered({ from, to, attempt, request, outcome }) {
  const { host, path } = target(request.url);
  const [came, detail] = typeof outcome === "string" ? [outcome, ""] : Object.entries(outcome)[0];
  const ending = `${came.replaceAll("_", " ")} ${typeof detail === "number" ? detail : ""}`.trim();
  return {
    kind: "delivery", method: request.method, host, path, twin: from,
    status: typeof detail === "number" ? detail : undefined,
    bad: came !== "answered" || detail < 200 || detail > 299,
    label: `${from} \u2192 ${to ?? host}${attempt > 1 ? `, attempt ${attempt}` : ""}: ${ending}`,
    shape: `delivery ${from} ${to ?? host} ${ending}`,
  };
}

// Slack says no with status 200.
function repliesNo(response) {
  return typeof response?.body === "string" && /^\s*\{\s*"ok"\s*:\s*false/.test(response.body);
}

function target(url) {
  const match = /^[a-z]+:\/\/([^/?#]*)([^?#]*)/i.exec(url);
  return match ? { host: match[1], path: match[2] || "/" } : { host: "", path: url };
}

function firstLine(text) {
  const line = String(text).trimStart().split("\n", 1)[0];
  return line.length > 160 ? line.slice(0, 160) + "\u2026" : line;
}

function summed(value) {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return firstLine(text ?? "");
}

const MARKS = {
  call: "\u2192", delivery: "\u21aa", log: "\u2261", sleep: "\u2016", random: "#", clock: "\u25f7", tool: "\u25b8", persona: "\u263a", answer: "\u2713",
  failure: "\u2717", fault: "\u26a1", other: "\u00b7",
};
const KIND_NAMES = {
  call: "call", delivery: "delivery", log: "log line", sleep: "sleep", random: "random bytes", clock: "clock", tool: "tool call", persona: "persona", answer: "answer",
  failure: "failure", fault: "fault", other: "event",
};

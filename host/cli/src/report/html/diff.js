// JSON for reading: numbers keep their digits, long runs that are alike fold, changed values stand under each other.

// A number as it was written; a 64-bit id would lose digits as a JavaScript number.
class Digits {
  constructor(source) { this.source = source; }
}

function parsed(text) {
  const keep = (_, value, context) => (typeof value === "number" && context?.source ? new Digits(context.source) : value);
  try {
    return { value: JSON.parse(text, keep) };
  } catch {
    return null;
  }
}

function scalar(value) {
  return value instanceof Digits ? value.source : JSON.stringify(value);
}

function isBranch(value) {
  return value !== null && typeof value === "object" && !(value instanceof Digits);
}

function same(a, b) {
  if (!isBranch(a) || !isBranch(b)) return !isBranch(a) && !isBranch(b) && scalar(a) === scalar(b);
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key]));
}

// Lines of one value, all with the same sign.
function lines(value, sign, depth, key, comma, into) {
  if (!isBranch(value)) return into.push({ sign, depth, key, value, comma });
  const list = Array.isArray(value);
  const entries = Object.entries(value);
  const [open, close] = list ? "[]" : "{}";
  if (entries.length === 0) return into.push({ sign, depth, key, mark: open + close, comma });
  into.push({ sign, depth, key, mark: open });
  entries.forEach(([name, child], index) =>
    lines(child, sign, depth + 1, list ? null : name, index < entries.length - 1, into));
  into.push({ sign, depth, mark: close, comma });
}

// Lines of the change from `a` to `b`.
function changed(a, b, depth, key, comma, into) {
  if (same(a, b)) return lines(b, " ", depth, key, comma, into);
  const list = Array.isArray(a);
  if (!isBranch(a) || !isBranch(b) || list !== Array.isArray(b)) {
    lines(a, "-", depth, key, comma, into);
    return lines(b, "+", depth, key, comma, into);
  }
  into.push({ sign: " ", depth, key, mark: list ? "[" : "{" });
  const pairs = list ? paired(a, b) : keyed(a, b);
  pairs.forEach(({ name, from, to }, index) => {
    const last = index < pairs.length - 1;
    if (to === undefined) lines(from.value, "-", depth + 1, name, last, into);
    else if (from === undefined) lines(to.value, "+", depth + 1, name, last, into);
    else changed(from.value, to.value, depth + 1, name, last, into);
  });
  into.push({ sign: " ", depth, mark: list ? "]" : "}", comma });
}

function keyed(a, b) {
  const gone = Object.keys(a).filter((key) => !Object.hasOwn(b, key)).map((name) => ({ name, from: { value: a[name] } }));
  const kept = Object.keys(b).map((name) => ({
    name, from: Object.hasOwn(a, name) ? { value: a[name] } : undefined, to: { value: b[name] },
  }));
  return [...gone, ...kept];
}

// Elements of two lists: what both begin and end with stands, what lies between is compared in order.
function paired(a, b) {
  let head = 0;
  while (head < a.length && head < b.length && same(a[head], b[head])) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && same(a[a.length - 1 - tail], b[b.length - 1 - tail])) tail += 1;
  const pairs = [];
  for (let index = 0; index < Math.max(a.length, b.length) - tail; index += 1) {
    const from = index < a.length - tail ? { value: a[index] } : undefined;
    const to = index < b.length - tail ? { value: b[index] } : undefined;
    if (from || to) pairs.push({ name: null, from, to });
  }
  for (let back = tail; back > 0; back -= 1) {
    pairs.push({ name: null, from: { value: a[a.length - back] }, to: { value: b[b.length - back] } });
  }
  return pairs;
}

const ALIKE = 3;

// Folds what is alike further than three lines from a change.
function folded(all) {
  const near = new Set();
  all.forEach((line, index) => {
    if (line.sign === " ") return;
    for (let at = index - ALIKE; at <= index + ALIKE; at += 1) near.add(at);
  });
  const shown = [];
  for (let index = 0; index < all.length; index += 1) {
    const from = index;
    while (index < all.length && !near.has(index)) index += 1;
    if (index - from > 2) shown.push({ folded: all.slice(from, index) });
    else shown.push(...all.slice(from, index));
    if (index < all.length) shown.push(all[index]);
  }
  return shown;
}

function valueClass(value) {
  if (typeof value === "string") return "j-text";
  return value instanceof Digits || typeof value === "number" ? "j-number" : "j-word";
}

function lineElement(line) {
  if (line.folded) {
    const box = el("div", { class: "fold" });
    box.append(el("button", { type: "button", class: "link", click: () => box.replaceWith(...line.folded.map(lineElement)) },
      `${count(line.folded.length, "line")} alike`));
    return box;
  }
  const name = { "+": "added", "-": "removed", " ": "alike" }[line.sign];
  const row = el("div", { class: `line ${name}` }, el("span", { class: "sign", "aria-label": name === "alike" ? undefined : name }, line.sign));
  const body = el("span", { class: "body" });
  body.style.paddingInlineStart = `${line.depth * 1.25 + 1}em`;
  if (line.key !== null && line.key !== undefined) body.append(el("span", { class: "j-key" }, JSON.stringify(line.key)), ": ");
  if (line.mark) body.append(line.mark);
  else body.append(el("span", { class: valueClass(line.value) }, typeof line.value === "string"
    ? cut(JSON.stringify(line.value), 4000) : scalar(line.value)));
  if (line.comma) body.append(",");
  row.append(body);
  return row;
}

const MOST_LINES = 2000;

function linesElement(all) {
  const box = el("div", { class: "json" }, all.slice(0, MOST_LINES).map(lineElement));
  if (all.length > MOST_LINES) {
    box.append(el("button", { type: "button", class: "link", click: (event) => event.target.replaceWith(...all.slice(MOST_LINES).map(lineElement)) },
      `show ${count(all.length - MOST_LINES, "further line")}`));
  }
  return box;
}

// A text that may be JSON, for reading.
function jsonElement(text) {
  const value = parsed(text);
  if (value === null || !isBranch(value.value)) return el("pre", { class: "text" }, cut(text, 20000));
  const all = [];
  lines(value.value, " ", 0, null, false, all);
  return linesElement(all);
}

// Two texts that may be JSON, as one diff; either may be absent.
function diffElement(before, after) {
  const [a, b] = [before, after].map((text) => (text === null || text === undefined ? null : parsed(text) ?? { value: text }));
  const all = [];
  if (a && b) changed(a.value, b.value, 0, null, false, all);
  else if (a) lines(a.value, "-", 0, null, false, all);
  else if (b) lines(b.value, "+", 0, null, false, all);
  return linesElement(a && b ? folded(all) : all);
}

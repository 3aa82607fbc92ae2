// Everything that a trial wrote is shown as text, never as markup, and what would not show is shown as its code point:
// controls, terminal escapes, characters that turn the direction of writing, and tags that nobody sees.

const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|[\ud800-\udfff]/gu;

function named(character) {
  return "U+" + character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
}

// For attributes and titles, where no element can stand.
function visibleString(text) {
  return String(text).replace(UNSEEN, (character) => "\u27e8" + named(character) + "\u27e9");
}

// For elements: each unseen character is an element of its own, so that it cannot be mistaken for text.
function visible(text) {
  const whole = String(text);
  const shown = document.createDocumentFragment();
  let from = 0;
  for (const match of whole.matchAll(UNSEEN)) {
    shown.append(whole.slice(from, match.index));
    const mark = document.createElement("span");
    mark.className = "unseen-character";
    mark.textContent = named(match[0]);
    shown.append(mark);
    from = match.index + match[0].length;
  }
  shown.append(whole.slice(from));
  return shown;
}

// An element. Strings among the children become text; functions among the attributes listen.
function el(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : visibleString(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : visible(child));
  }
  return element;
}

// Long text is cut at first; the rest is a click away.
function cut(text, longest, wrap = (part) => visible(part)) {
  if (text.length <= longest) return wrap(text);
  const box = el("span", {}, wrap(text.slice(0, longest)));
  const more = el("button", { type: "button", class: "link", click: () => box.replaceChildren(wrap(text)) },
    ` show all ${text.length.toLocaleString("en")} characters`);
  box.append(more);
  return box;
}

function count(number, noun, plural = noun + "s") {
  return `${number.toLocaleString("en")} ${number === 1 ? noun : plural}`;
}

function rate(value) {
  return value === null || value === undefined ? "\u2013" : value.toFixed(3);
}

// Rounded outwards: what is shown never promises more than what was computed.
function bounds(lower, upper) {
  const down = Math.floor(lower * 1e3) / 1e3;
  const up = Math.ceil(upper * 1e3) / 1e3;
  return `[${down.toFixed(3)}, ${up.toFixed(3)}]`;
}

// Nanoseconds as people say them: at most two units.
function span(nanoseconds) {
  const units = [["d", 864e11], ["h", 36e11], ["m", 6e10], ["s", 1e9]];
  if (nanoseconds < 1e3) return `${Math.round(nanoseconds)} ns`;
  if (nanoseconds < 1e6) return `${trimmed(nanoseconds / 1e3)} \u00b5s`;
  if (nanoseconds < 1e9) return `${trimmed(nanoseconds / 1e6)} ms`;
  if (nanoseconds < 6e10) return `${trimmed(nanoseconds / 1e9)} s`;
  const at = units.findIndex(([, size]) => nanoseconds >= size);
  const [[large, size], [small, part] = ["", 1]] = units.slice(at, at + 2);
  const whole = Math.floor(nanoseconds / size);
  const rest = small ? Math.floor((nanoseconds - whole * size) / part) : 0;
  return rest ? `${whole} ${large} ${rest} ${small}` : `${whole} ${large}`;
}

// The same as a clock shows it, so that moments stand under each other.
function clockTime(nanoseconds) {
  const two = (number) => String(number).padStart(2, "0");
  const milliseconds = Math.floor(nanoseconds / 1e6);
  const [days, hours, minutes] = [864e5, 36e5, 6e4].map((unit, at) => Math.floor(milliseconds / unit) % [Infinity, 24, 60][at]);
  const seconds = `${two(Math.floor(milliseconds / 1e3) % 60)}.${String(milliseconds % 1e3).padStart(3, "0")}`;
  return `${days ? `${days}d ` : ""}${hours || days ? `${days ? two(hours) : hours}:${two(minutes)}` : minutes}:${seconds}`;
}

function trimmed(number) {
  return number >= 100 ? number.toFixed(0) : Number(number.toPrecision(3)).toString();
}

// A moment of the trial's own clock.
function moment(start, nanoseconds) {
  const date = new Date(Date.parse(start) + nanoseconds / 1e6);
  return Number.isNaN(date.getTime()) ? "" : date.toISOString().replace("T", " ").replace(/\.000Z$|Z$/, "");
}

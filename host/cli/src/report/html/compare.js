// Two trials side by side. They are compared by what the subject did: calls with their answers, faults, deliveries.
// What was drawn for each trial is taken out first, or every two trials would differ at their first step.

function maskedShape(step, drawn) {
  let shape = step.shape;
  for (const [name, text] of drawn) shape = shape.replaceAll(text, `\${${name}}`);
  return `${shape} | ${step.writes.map((write) => `${write.twin}/${write.table}`).sort().join(" ")}`;
}

// Every drawn text of some length, the longest first.
function drawnTexts(trial) {
  const found = [];
  const walk = (name, value) => {
    if (typeof value === "string" && value.length > 1) found.push([name, value]);
    else if (value && typeof value === "object") Object.entries(value).forEach(([key, child]) => walk(`${name}.${key}`, child));
  };
  Object.entries(trial.drawn ?? {}).forEach(([name, value]) => walk(name, value));
  return found.sort((a, b) => b[1].length - a[1].length);
}

// Beyond this many pairs, steps stand beside each other by number alone.
const MOST_PAIRS = 4e6;

// Pairs of steps in order, either side of a pair may be missing: the longest common sequence of shapes.
function aligned(a, b) {
  if (a.length * b.length > MOST_PAIRS) {
    return Array.from({ length: Math.max(a.length, b.length) }, (_, index) => [index < a.length ? index : null, index < b.length ? index : null]);
  }
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = a[i] === b[j] ? longest[(i + 1) * width + j + 1] + 1 : Math.max(longest[(i + 1) * width + j], longest[i * width + j + 1]);
    }
  }
  const pairs = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (longest[(i + 1) * width + j] >= longest[i * width + j + 1]) pairs.push([i++, null]);
    else pairs.push([null, j++]);
  }
  while (i < a.length) pairs.push([i++, null]);
  while (j < b.length) pairs.push([null, j++]);
  return pairs;
}

// Within what differs, steps that go to the same place stand beside each other.
function settled(pairs, places) {
  const all = [];
  let [a, b] = [[], []];
  const flush = () => {
    const inner = aligned(a.map((index) => places[0][index]), b.map((index) => places[1][index]));
    all.push(...inner.map(([i, j]) => [i === null ? null : a[i], j === null ? null : b[j]]));
    [a, b] = [[], []];
  };
  for (const [i, j] of pairs) {
    if (i !== null && j !== null) { flush(); all.push([i, j]); } else if (i !== null) a.push(i); else b.push(j);
  }
  flush();
  return all;
}

function placesOf({ record }) {
  return record.steps.map((step) => step.place ?? step.kind);
}

function compareView(left, right) {
  const shapes = [left, right].map(({ trial, record }) => record.steps.map((step) => maskedShape(step, drawnTexts(trial))));
  const pairs = settled(aligned(...shapes), [left, right].map(placesOf));
  const parts = pairs.findIndex(([a, b]) => a === null || b === null || shapes[0][a] !== shapes[1][b]);
  const details = [left, right].map(() => el("div", { class: "detail", tabindex: "0" }));
  const list = pairList(left, right, pairs, parts, (pair) => showPair(left, right, pair, details));
  const view = el("div", { class: "compare" }, el("h1", {}, "Side by side"), partWords(left, right, pairs, parts, list),
    el("div", { class: "pair-heads" }, [left, right].map(sideHead)), list, el("div", { class: "pair-details" }, details));
  list.choose(Math.max(parts, 0));
  view.ready = () => list.focus();
  return view;
}

function sideHead({ scenario, trial }) {
  const how = outcome(trial);
  return el("p", {}, el("a", { href: trialAddress(scenario, trial) }, `${scenario.id} trial ${trial.index}`), " ", el("span", { class: `badge ${how}` }, OUTCOMES[how]),
    trial.reason ? el("span", { class: "quiet" }, ` ${firstLine(trial.reason)}`) : null);
}

function partWords(left, right, pairs, parts, list) {
  if (parts < 0) return el("p", { class: "note" }, "Both trials take the same steps; they differ in what was drawn and in texts.");
  const [a, b] = pairs[parts];
  const words = [[left, a], [right, b]].map(([{ trial, record }, index]) => `trial ${trial.index} ${index === null ? "has no such step" : `has ${record.steps[index].label}`}`);
  return el("p", { class: "note" }, "First divergent step: ", el("button", { type: "button", class: "link", id: "divergent", click: () => { list.choose(parts); list.focus(); } }, `row ${parts + 1}`), `: ${words.join("; ")}.`);
}

function pairList(left, right, pairs, parts, chosenOne) {
  const cell = (record, index) => (index === null ? el("span", { class: "step absent" }, "\u2013") : pairCell(record.steps[index]));
  const items = pairs.map(([a, b], number) => el("li", {
    role: "option", id: `p-${number}`, "aria-selected": "false", class: `pair${number === parts ? " parts" : ""}${a === null || b === null ? " uneven" : ""}`,
    "aria-label": number === parts ? "first divergent step" : undefined, click: () => { list.choose(number); list.focus(); },
  }, cell(left.record, a), cell(right.record, b)));
  const list = listbox({ class: "pairs", "aria-label": "Steps of both trials", keydown: (event) => {
    const moves = { ArrowDown: list.at + 1, ArrowUp: list.at - 1, Home: 0, End: items.length - 1, d: Math.max(parts, 0) };
    if (event.key in moves && !event.ctrlKey && !event.metaKey && !event.altKey) { list.choose(moves[event.key]); event.preventDefault(); }
  } }, items, (at) => chosenOne(pairs[at]));
  return list;
}

function pairCell(step) {
  return el("span", { class: `step ${step.kind}${step.bad ? " bad" : ""}` }, el("span", { class: "at" }, clockTime(step.at)),
    el("span", { class: "glyph", "aria-label": KIND_NAMES[step.kind] }, MARKS[step.kind]), stepWords(step), step.fault ? el("span", { class: "flag fault" }, "\u26a1") : null,
    step.writes.length ? el("span", { class: "flag wrote" }, `\u0394${step.writes.length}`) : null);
}

function showPair(left, right, pair, details) {
  [left, right].forEach(({ record }, side) => {
    const index = pair[side];
    const parts = index === null ? [el("p", { class: "quiet" }, "No such step.")]
      : [stepDetail(record, record.steps[index]), record.steps[index].writes.length ? byTwin(record.steps[index].writes) : null];
    details[side].replaceChildren(...parts.flat(Infinity).filter((part) => part instanceof Node));
  });
}

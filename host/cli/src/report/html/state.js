// The twins' documents before and after a step, or from the start up to it.

// Net changes of the writes among the first steps: the first `before` and the last `after` of each document.
function netWrites(all, upTo) {
  const net = new Map();
  for (const step of all.slice(0, upTo + 1)) {
    for (const write of step.writes) {
      const name = JSON.stringify([write.twin, write.table, write.key]);
      const known = net.get(name);
      net.set(name, { ...write, before: known ? known.before : write.before, first: known?.first ?? step.event.index, last: step.event.index });
    }
  }
  return [...net.values()].filter((write) => write.before !== write.after);
}

const states = { whole: false };

function stateDetail(record, at, again) {
  const step = record.steps[at];
  const writes = states.whole ? netWrites(record.steps, at) : step.writes;
  const choice = el("div", { class: "choice", role: "group", "aria-label": "Which changes" },
    [[false, `this step (${step.writes.length})`], [true, "from the start up to here"]].map(([whole, name]) =>
      el("button", { type: "button", "aria-pressed": String(states.whole === whole), click: () => { states.whole = whole; again(); } }, name)));
  const note = record.writes?.length || !record.changes?.length ? null
    : el("p", { class: "quiet" }, "This run recorded what each document became in the end; each change stands at the step that wrote it last.");
  const none = states.whole ? "No document has changed so far." : "This step changed no document.";
  return [choice, note, writes.length === 0 ? el("p", { class: "quiet" }, none) : byTwin(writes)];
}

function byTwin(writes) {
  const twins = Map.groupBy ? Map.groupBy(writes, (write) => write.twin) : grouped(writes);
  return [...twins].map(([twin, own]) => el("section", { class: "twin" }, el("h3", {}, twin), own.map(documentDiff)));
}

function grouped(writes) {
  const twins = new Map();
  for (const write of writes) twins.set(write.twin, [...(twins.get(write.twin) ?? []), write]);
  return twins;
}

function documentDiff(write) {
  const created = write.before === null || write.before === undefined;
  const removed = write.after === null || write.after === undefined;
  const what = created ? "created" : removed ? "removed" : "changed";
  const text = (body) => (body === null || body === undefined ? null : typeof body === "string" ? body : JSON.stringify(body));
  return el("article", { class: `document ${what}` },
    el("h4", {}, el("span", { class: `badge ${what}` }, what), " ", el("span", { class: "mono" }, `${write.table} / ${write.key}`),
      write.last !== undefined && write.last !== write.first ? el("span", { class: "quiet" }, ` steps ${write.first} to ${write.last}`) : null),
    diffElement(text(write.before), text(write.after)));
}

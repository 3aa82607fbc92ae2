// The suite: verdict, chart, and the table of scenarios.

const COLUMNS = [
  { key: "id", name: "Scenario", of: (one) => one.id },
  { key: "weight", name: "Weight", number: true, of: (one) => one.weight ?? 0 },
  { key: "passes", name: "Passes", number: true, of: (one) => one.passes ?? 0 },
  { key: "rate", name: "Rate", number: true, of: (one) => one.rate ?? -1 },
  { key: "lower", name: "Interval", of: (one) => one.lower ?? -1 },
  { key: "missing", name: "No verdict", number: true, of: (one) => one.missing ?? 0 },
  { key: "seeds", name: "Seeds in planned order", of: null },
];

// Kept while one goes to a trial and back.
const chosen = { sort: "plan", down: false, text: "", kinds: new Set(), tag: "", class: "", last: null };

function suiteView() {
  const { index } = report;
  const body = el("tbody", {});
  const said = el("p", { class: "quiet count", role: "status" });
  const head = el("tr", {});
  const refresh = () => refreshTable(head, body, said, refresh);
  const view = el("div", { class: "suite" }, verdict(index), leftOut(index), el("section", { class: "panel", "aria-labelledby": "chart-title" },
    el("h2", { id: "chart-title" }, "Satisfaction"), satisfactionChart(index), chartNote(index)),
  el("section", { "aria-labelledby": "table-title" }, el("h2", { id: "table-title" }, "Scenarios"), filters(refresh), said,
    el("div", { class: "wide" }, el("table", { class: "scenarios" }, el("thead", {}, head), body))), components(index));
  refresh();
  return view;
}

function verdict(index) {
  const all = index.satisfaction;
  const more = index.assessment;
  const figure = more?.estimands?.suite ?? all;
  const facts = [
    ["gate", `at least ${index.gate?.threshold}`],
    ["trials", count(all.trials ?? 0, "planned trial")],
    ["no verdict", String((all.trials ?? 0) - (all.judged ?? 0))],
    ["confidence", all.confidence ? `${Number((all.confidence * 100).toFixed(4))} %` : null],
    ["guarantee", figure.guarantee], ...assessed(more), ["judges", all.calibration?.kind ?? (typeof all.calibration === "string" ? all.calibration : null)],
  ].filter(([, value]) => typeof value === "string");
  return el("section", { class: `verdict ${index.decision}`, "aria-label": "Verdict" },
    el("p", { class: "decision" }, index.decision),
    el("p", { class: "figure" }, el("b", {}, rate(figure.point)), " ", el("span", {}, Number.isFinite(figure.lower) ? bounds(figure.lower, figure.upper) : "")),
    el("dl", { class: "facts" }, facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))));
}

// What one wants to know besides, where the run says it.
function assessed(more) {
  if (!more) return [];
  const four = more.repeats?.pass_k?.find((one) => one.k === 4);
  const shown = (value) => (Number.isFinite(value) ? value.toFixed(3) : null);
  return [["all of 4 pass", shown(four?.all_corrected ?? four?.all)], ["flake rate", shown(more.repeats?.flake)],
    ["least effect shown", shown(more.minimum_effect?.unpaired)],
    ["stopped early", more.gate?.stopped_early ? `after ${more.gate.counted} of ${more.gate.planned}` : null]];
}

function leftOut(index) {
  if (!index.left_out) return null;
  return el("p", { class: "note" }, `${count(index.left_out, "record")} did not fit into the report; the run's own files hold them.`);
}

function chartNote(index) {
  const gate = index.gate?.threshold;
  return el("p", { class: "quiet" }, Number.isFinite(gate) ? `The dashed line is the gate, ${gate}. ` : "",
    "Bars are intervals; dots are the share that was seen.");
}

function filters(refresh) {
  const tags = [...new Set(report.index.scenarios.flatMap((one) => one.tags ?? []))].sort();
  const text = el("input", { type: "search", id: "filter", placeholder: "id, title, tag, reason", autocomplete: "off", "aria-label": "Filter scenarios", "aria-keyshortcuts": "/", input: (event) => {
    chosen.text = event.target.value; refresh();
  } });
  text.value = chosen.text;
  const kinds = Object.entries(KINDS).map(([kind, name]) => {
    const many = report.index.scenarios.filter((one) => one.kind === kind).length;
    return el("button", { type: "button", class: `chip ${kind}`, disabled: many === 0, "aria-pressed": String(chosen.kinds.has(kind)), click: (event) => {
      if (!chosen.kinds.delete(kind)) chosen.kinds.add(kind);
      event.currentTarget.setAttribute("aria-pressed", String(chosen.kinds.has(kind)));
      refresh();
    } }, `${name} `, el("span", { class: "many" }, String(many)));
  });
  const select = el("select", { "aria-label": "Tag", change: (event) => { chosen.tag = event.target.value; refresh(); } },
    el("option", { value: "" }, "every tag"), tags.map((tag) => el("option", { value: tag, selected: tag === chosen.tag }, tag)));
  const classes = [...new Set(report.index.scenarios.map((one) => one.assessed?.class).filter(Boolean))].sort();
  const ofClass = el("select", { "aria-label": "Class", change: (event) => { chosen.class = event.target.value; refresh(); } },
    el("option", { value: "" }, "every class"), classes.map((one) => el("option", { value: one, selected: one === chosen.class }, one)));
  return el("div", { class: "filters", role: "search" }, text, kinds, tags.length ? select : null, classes.length ? ofClass : null);
}

function fits(scenario) {
  const words = chosen.text.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => scenario.searched.includes(word))
    && (chosen.kinds.size === 0 || chosen.kinds.has(scenario.kind))
    && (chosen.class === "" || scenario.assessed?.class === chosen.class)
    && (chosen.tag === "" || (scenario.tags ?? []).includes(chosen.tag));
}

function sorted(scenarios) {
  const column = COLUMNS.find((one) => one.key === chosen.sort);
  if (!column?.of) return scenarios;
  const way = chosen.down ? -1 : 1;
  const order = (a, b) => (typeof a === "string" ? (a < b ? -1 : Number(a > b)) : a - b);
  return [...scenarios].sort((a, b) => way * order(column.of(a), column.of(b)));
}

function refreshTable(head, body, said, refresh) {
  head.replaceChildren(...COLUMNS.map((column) => headCell(column, refresh)));
  const shown = sorted(report.index.scenarios.filter(fits));
  body.replaceChildren(...shown.map(scenarioRow));
  if (shown.length === 0) body.append(el("tr", {}, el("td", { colspan: COLUMNS.length, class: "quiet" }, "No scenario fits the filter.")));
  const all = report.index.scenarios.length;
  said.textContent = shown.length === all ? count(all, "scenario") : `${shown.length} of ${count(all, "scenario")}`;
}

function headCell(column, refresh) {
  const active = chosen.sort === column.key;
  const attributes = { scope: "col", class: column.number ? "number" : undefined, "aria-sort": active ? (chosen.down ? "descending" : "ascending") : undefined };
  if (!column.of) return el("th", attributes, column.name);
  const sort = () => {
    chosen.down = active && !chosen.down;
    chosen.sort = column.key;
    refresh();
    document.querySelector(`th button[data-key="${column.key}"]`)?.focus();
  };
  return el("th", attributes, el("button", { type: "button", "data-key": column.key, click: sort }, column.name,
    el("span", { class: "way", "aria-hidden": "true" }, active ? (chosen.down ? " \u2193" : " \u2191") : "")));
}

function scenarioRow(scenario) {
  const link = el("a", { href: address("s", scenario.id), class: "row-link" }, scenario.id);
  return el("tr", { class: scenario.kind, click: (event) => { if (!event.target.closest("a")) link.click(); } },
    el("th", { scope: "row" }, link, scenario.critical ? el("span", { class: "tag critical" }, "critical") : null,
      scenario.assessed?.class ? el("span", { class: "tag class", title: "where 95 % of the posterior of its rate lie" }, scenario.assessed.class) : null,
      el("span", { class: "title" }, scenario.title ?? ""), (scenario.tags ?? []).map((tag) => el("span", { class: "tag" }, tag))),
    el("td", { class: "number" }, (scenario.weight ?? 0).toFixed(3)),
    el("td", { class: "number" }, `${scenario.passes ?? 0}/${scenario.n ?? 0}`),
    el("td", { class: "number strong" }, rate(scenario.rate)),
    el("td", { class: "interval" }, smallInterval(scenario, report.index.gate?.threshold),
      el("span", { class: "bounds" }, Number.isFinite(scenario.lower) ? bounds(scenario.lower, scenario.upper) : "")),
    el("td", { class: "number" }, scenario.missing ? String(scenario.missing) : ""),
    el("td", { class: "seeds" }, seedStrip(scenario, 60)));
}

function components(index) {
  if (!index.components?.length) return null;
  const rows = index.components.map((one) => el("tr", {}, el("td", {}, one.role), el("td", {}, one.name), el("td", { class: "mono" }, one.digest ?? "")));
  return el("details", { class: "panel" }, el("summary", {}, `${count(index.components.length, "component")} and their digests`),
    el("table", {}, el("thead", {}, el("tr", {}, ["role", "name", "digest"].map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, rows)));
}

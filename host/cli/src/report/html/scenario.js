// One scenario: the history of its seeds, each with what was drawn, how it ended, and the way to its record.

const GLYPHS = { pass: "", fail: "\u00d7", missing: "?" };

function seedCell(scenario, trial) {
  const how = outcome(trial);
  const words = `trial ${trial.index}, seed ${trial.seed}: ${OUTCOMES[how]}${trial.reason ? `: ${firstLine(trial.reason)}` : ""}`;
  const attributes = { class: `cell ${how}${trial.block ? " kept" : ""}`, title: words, "aria-label": words };
  return trial.block
    ? el("a", { ...attributes, href: trialAddress(scenario, trial), tabindex: "-1" }, GLYPHS[how])
    : el("span", { ...attributes, role: "img" }, GLYPHS[how]);
}

function seedStrip(scenario, most) {
  const shown = scenario.trials.slice(0, most);
  const rest = scenario.trials.length - shown.length;
  return el("span", { class: "strip" }, shown.map((trial) => seedCell(scenario, trial)), rest > 0 ? el("span", { class: "quiet" }, ` +${rest}`) : null);
}

function scenarioView(scenario) {
  chosen.last = scenario.id;
  const drawn = [...new Set(scenario.trials.flatMap((trial) => Object.keys(trial.drawn ?? {})))];
  return el("div", { class: "scenario" },
    el("h1", {}, scenario.id), scenario.title ? el("p", { class: "lead" }, scenario.title) : null,
    el("dl", { class: "facts" },
      [["passes", `${scenario.passes ?? 0} of ${scenario.n ?? 0}`], ["rate", rate(scenario.rate)],
        ["interval", Number.isFinite(scenario.lower) ? bounds(scenario.lower, scenario.upper) : "\u2013"],
        ["weight", (scenario.weight ?? 0).toFixed(3)], ["no verdict", String(scenario.missing ?? 0)]]
        .map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))),
    el("section", { class: "panel" }, el("h2", {}, "Seeds in planned order"), seedStrip(scenario, 2000), legend()),
    reasons(scenario),
    el("section", {}, el("h2", {}, "Trials"), el("div", { class: "wide" }, trialTable(scenario, drawn))));
}

function legend() {
  return el("p", { class: "quiet legend" }, Object.entries(OUTCOMES).map(([how, words]) =>
    [el("span", { class: `cell ${how}`, "aria-hidden": "true" }, GLYPHS[how]), ` ${words}  `]), "A frame marks trials with a record.");
}

function reasons(scenario) {
  if (!scenario.reasons?.length) return null;
  return el("section", { class: "panel" }, el("h2", {}, "Why trials do not satisfy"), el("ul", { class: "reasons" },
    scenario.reasons.map((one) => el("li", {}, el("b", {}, `${one.count}\u00d7`), " ", one.class === "judged" ? "" : `${one.class.replaceAll("_", " ")}: `, cut(one.reason, 400)))));
}

const MOST_ROWS = 500;

function trialTable(scenario, drawn) {
  const head = ["Trial", "Seed", "Outcome", "Ending", "Steps", "Reason", ...drawn];
  // What to look at comes first: trials that do not satisfy, then the rest in planned order.
  const order = [...scenario.trials].sort((a, b) => Number(outcome(a) === "pass") - Number(outcome(b) === "pass"));
  const body = el("tbody", {}, order.slice(0, MOST_ROWS).map((trial) => trialRow(scenario, trial, drawn)));
  if (order.length > MOST_ROWS) {
    const more = el("tr", {}, el("td", { colspan: head.length }, el("button", { type: "button", class: "link", click: () => {
      more.replaceWith(...order.slice(MOST_ROWS).map((trial) => trialRow(scenario, trial, drawn)));
    } }, `show ${count(order.length - MOST_ROWS, "further trial")}`)));
    body.append(more);
  }
  return el("table", { class: "trials" }, el("thead", {}, el("tr", {}, head.map((name) => el("th", { scope: "col" }, name)))), body);
}

function trialRow(scenario, trial, drawn) {
  const how = outcome(trial);
  const link = trial.block ? el("a", { href: trialAddress(scenario, trial), class: "row-link" }, String(trial.index)) : null;
  const row = el("tr", { class: link ? `${how} kept` : how }, el("th", { scope: "row", class: "number" }, link ?? String(trial.index)),
    el("td", { class: "mono" }, trial.seed),
    el("td", {}, el("span", { class: `badge ${how}` }, trial.class === "judged" || trial.class === "budget" ? OUTCOMES[how] : trial.class.replaceAll("_", " "))),
    el("td", {}, endingWords(trial.ending)), el("td", { class: "number" }, trial.steps === undefined ? "" : String(trial.steps)),
    el("td", { class: "reason" }, trial.reason ? cut(trial.reason, 300) : link ? "" : el("span", { class: "quiet" }, "no record kept")),
    drawn.map((name) => el("td", { class: "drawn" }, drawnWords(trial.drawn?.[name]))));
  if (link) row.addEventListener("click", (event) => { if (!event.target.closest("a, button")) link.click(); });
  return row;
}

function drawnWords(value) {
  if (value === undefined) return "";
  if (typeof value === "string") return cut(value, 80);
  const plain = value !== null && typeof value === "object" && Object.values(value).every((one) => typeof one !== "object");
  return cut(plain ? Object.values(value).join(" \u00b7 ") : JSON.stringify(value), 80);
}

function endingWords(ending) {
  if (typeof ending === "string") return ending.replaceAll("_", " ");
  const [kind, why] = Object.entries(ending ?? { unknown: "" })[0];
  return `${kind.replaceAll("_", " ")}: ${firstLine(why)}`;
}

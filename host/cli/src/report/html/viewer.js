// The trial viewer: verdict, timeline, the list of steps, and one step in full.

const TABS = [["step", "Step"], ["state", "State"], ["judges", "Judges"], ["log", "Log"], ["task", "Task"]];
const viewing = { tab: "step" };

function trialView(opened, first) {
  const { scenario, trial, record } = opened;
  const panel = el("div", { class: "detail", role: "tabpanel", id: "detail", tabindex: "0", "aria-label": "Detail" });
  const tabs = el("div", { class: "tabs", role: "tablist", "aria-label": "What to show of the step" });
  let at = 0;
  const show = () => showDetail(opened, at, tabs, panel, choose, show);
  const list = stepList(record.steps, (index) => { at = index; line.select(index); replaceStep(scenario, trial, index); show(); });
  const choose = (index) => { list.choose(index); viewing.tab = "step"; show(); };
  const line = timeline(record.steps, (index) => { list.choose(index); list.focus(); });
  tabs.addEventListener("keydown", (event) => moveTab(event, tabs, show));
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); list.focus(); }
  });
  list.addEventListener("keydown", (event) => listKeys(event, record.steps, list, panel, show));
  const begin = first ?? firstOfInterest(record);
  const view = el("div", { class: "trial" }, trialHead(opened), el("div", { class: "axis-box" }, line, axisNote(record)),
    el("div", { class: "panes" }, el("div", { class: "steps-pane" }, list), el("div", { class: "detail-pane" }, tabs, panel)));
  list.choose(begin);
  view.ready = () => list.focus();
  return view;
}

// Where a reader wants to begin: the first step that a failing judge points at, else the first step.
function firstOfInterest(record) {
  const at = record.steps.findIndex((step) => step.pins.some(isFailing));
  return Math.max(at, 0);
}

function trialHead({ scenario, trial, record }) {
  const how = outcome(trial);
  return el("header", { class: "trial-head" },
    el("h1", {}, `${scenario.id} `, el("span", { class: "quiet" }, `trial ${trial.index}`), " ", el("span", { class: `badge ${how}` }, OUTCOMES[how])),
    el("p", { class: "quiet" }, "seed ", el("span", { class: "mono" }, trial.seed), `, ${count(record.steps.length, "step")} in ${span(lastMoment(record))} of virtual time, ${endingWords(trial.ending)}`),
    trial.reason ? el("p", { class: "note fail" }, cut(trial.reason, 600)) : null, comparison(scenario, trial));
}

function lastMoment(record) {
  return record.steps.length ? record.steps[record.steps.length - 1].at : 0;
}

function axisNote(record) {
  return el("p", { class: "quiet axis-note" }, el("span", {}, moment(record.start, 0)), el("span", {}, "virtual time, pauses drawn short"), el("span", {}, `+${span(lastMoment(record))}`));
}

function comparison(scenario, trial) {
  const others = scenario.trials.filter((other) => other.index !== trial.index && isHere(other));
  if (others.length === 0) return null;
  const best = others.find((other) => outcome(other) !== outcome(trial)) ?? others[0];
  const select = el("select", { id: "other", "aria-label": "Other trial" }, others.slice(0, 300).map((other) =>
    el("option", { value: other.index, selected: other === best }, `trial ${other.index}, ${OUTCOMES[outcome(other)]}`)));
  const go = () => { location.hash = address("c", scenario.id, trial.index, scenario.id, select.value); };
  return el("p", { class: "compare-with" }, el("label", { for: "other" }, "Side by side with "), select, " ", el("button", { type: "button", click: go }, "Compare"));
}

function stepList(all, chosenOne) {
  const items = all.map((step, index) => stepItem(step, index, () => { list.choose(index); list.focus(); }));
  const list = listbox({ class: "steps", "aria-label": "Steps" }, items, chosenOne);
  return list;
}

function stepItem(step, index, choose, side = "s") {
  return el("li", { role: "option", id: `${side}-${index}`, class: `step ${step.kind}${step.bad ? " bad" : ""}`, "aria-selected": "false", click: choose },
    el("span", { class: "at" }, clockTime(step.at)), el("span", { class: "glyph", "aria-label": KIND_NAMES[step.kind] }, MARKS[step.kind]),
    stepWords(step), el("span", { class: "flags" },
      step.fault ? el("span", { class: "flag fault", title: `fault ${step.fault.kind}` }, "\u26a1") : null,
      step.writes.length ? el("span", { class: "flag wrote", title: count(step.writes.length, "document") + " changed" }, `\u0394${step.writes.length}`) : null,
      step.pins.length ? el("span", { class: `flag pin ${step.pins.some(isFailing) ? "fail" : "pass"}`, title: `evidence of ${step.pins.map((pin) => pin.judge).join(", ")}` }, "\u25c6") : null));
}

function stepWords(step) {
  if (step.kind !== "call") return el("span", { class: "words" }, step.label);
  return el("span", { class: "words" }, el("b", {}, step.method), " ", el("span", { class: "host" }, step.host), step.path, " ",
    el("span", { class: step.bad ? "status bad" : "status" }, step.status === undefined ? "no answer" : String(step.status)));
}

function listKeys(event, all, list, panel, show) {
  const moves = { ArrowDown: list.at + 1, ArrowUp: list.at - 1, PageDown: list.at + 15, PageUp: list.at - 15, Home: 0, End: all.length - 1 };
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in moves) list.choose(moves[event.key]);
  else if (event.key === "Enter") panel.focus();
  else if (event.key === "e") list.choose(nextWith(all, list.at, (step) => step.pins.length > 0));
  else if (event.key === "w") list.choose(nextWith(all, list.at, (step) => step.writes.length > 0));
  else if (/^[1-5]$/.test(event.key)) { viewing.tab = TABS[Number(event.key) - 1][0]; show(); } else return;
  event.preventDefault();
}

function nextWith(all, from, wanted) {
  for (let offset = 1; offset <= all.length; offset += 1) {
    const at = (from + offset) % all.length;
    if (wanted(all[at])) return at;
  }
  return from;
}

function moveTab(event, tabs, show) {
  const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!way) return;
  const at = TABS.findIndex(([key]) => key === viewing.tab);
  [viewing.tab] = TABS[(at + way + TABS.length) % TABS.length];
  show();
  tabs.querySelector("[aria-selected=true]").focus();
  event.preventDefault();
}

function showDetail(opened, at, tabs, panel, choose, again) {
  const { record } = opened;
  const step = record.steps[at];
  const many = { state: step?.writes.length, judges: record.judgements?.length };
  tabs.replaceChildren(...TABS.map(([key, name], number) => el("button", {
    type: "button", role: "tab", id: `tab-${key}`, "aria-controls": "detail", "aria-selected": String(viewing.tab === key),
    tabindex: viewing.tab === key ? "0" : "-1", "aria-keyshortcuts": String(number + 1), click: () => { viewing.tab = key; again(); },
  }, name, many[key] ? el("span", { class: "many" }, ` ${many[key]}`) : null)));
  panel.setAttribute("aria-labelledby", `tab-${viewing.tab}`);
  const detail = { step: () => (step ? stepDetail(record, step) : "The trial has no step."), state: () => (step ? stateDetail(record, at, again) : ""),
    judges: () => judgesDetail(opened, choose), log: () => logDetail(record, choose), task: () => taskDetail(opened) }[viewing.tab]();
  panel.replaceChildren(...[detail].flat(Infinity).filter((child) => child).map((child) => (child instanceof Node ? child : visible(child))));
  panel.scrollTop = 0;
}

// The address names the step, without an entry in the history for each.
function replaceStep(scenario, trial, index) {
  history.replaceState(null, "", address("t", scenario.id, trial.index, index));
}

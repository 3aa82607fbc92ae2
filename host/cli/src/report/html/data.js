// The data lie in the page as compressed blocks; each trial's is unpacked when it is opened.

const unpacked = new Map();

async function unpack(id) {
  if (unpacked.has(id)) return unpacked.get(id);
  const block = document.getElementById(id);
  if (block === null) throw new Error(`this page has no block ${id}`);
  const bytes = Uint8Array.from(atob(block.textContent.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const value = JSON.parse(await new Response(stream).text());
  unpacked.set(id, value);
  return value;
}

// What the suite's pages read; filled before anything is shown.
const report = { index: null, page: 0 };

async function openReport() {
  report.index = await unpack("index");
  report.page = Number(document.getElementById("index").dataset.page);
  const trials = await unpack("trials");
  report.index.scenarios.forEach((scenario, number) => { scenario.trials = trials[number] ?? []; });
  for (const scenario of report.index.scenarios) {
    scenario.kind = scenarioKind(scenario);
    scenario.searched = [scenario.id, scenario.title ?? "", ...(scenario.tags ?? []),
      ...scenario.trials.map((trial) => trial.reason ?? "")].join("\n").toLowerCase();
  }
}

function scenarioNamed(id) {
  return report.index.scenarios.find((scenario) => scenario.id === id);
}

function trialOf(scenario, index) {
  return scenario?.trials.find((trial) => trial.index === index);
}

// How a trial counts: its class says whether there is a verdict at all.
function outcome(trial) {
  if (trial.class === "infra" || trial.class === "judge_error" || trial.class === "user_sim_invalid") return "missing";
  return trial.satisfied ? "pass" : "fail";
}

const OUTCOMES = { pass: "satisfies", fail: "does not satisfy", missing: "no verdict" };

function scenarioKind(scenario) {
  const all = scenario.trials.map(outcome);
  if (all.every((one) => one === "missing")) return "missing";
  if (all.every((one) => one !== "fail")) return "passing";
  return all.some((one) => one === "pass") ? "mixed" : "failing";
}

const KINDS = { failing: "none pass", mixed: "some pass", passing: "all pass", missing: "no verdict" };

// A trial's record, with what its page needs worked out once.
async function openTrial(scenario, index) {
  const trial = trialOf(scenario, index);
  if (!trial?.block) return null;
  const record = await unpack(trial.block);
  if (!record.steps) record.steps = steps(record);
  return { scenario, trial, record };
}

// Whether this page holds the trial; another page may.
function isHere(trial) {
  return Boolean(trial.block) && (trial.page ?? 0) === report.page;
}

function trialAddress(scenario, trial, step) {
  const route = address("t", scenario.id, trial.index, ...(step === undefined ? [] : [step]));
  return isHere(trial) ? route : report.index.pages[trial.page ?? 0] + route;
}

function address(...parts) {
  return "#/" + parts.map((part) => encodeURIComponent(part)).join("/");
}

// Addresses, keys and the head of the page.

const main = document.getElementById("main");

function parts() {
  return location.hash.replace(/^#\/?/, "").split("/").filter(Boolean).map((part) => {
    try { return decodeURIComponent(part); } catch { return part; }
  });
}

async function view() {
  const [kind, id, index, third, fourth] = parts();
  const scenario = id === undefined ? null : scenarioNamed(id);
  if (kind === undefined) return { body: suiteView(), trail: [] };
  if (!scenario) return { body: nothing(`There is no scenario ${id ?? ""}.`), trail: [] };
  const up = [[scenario.id, address("s", scenario.id)]];
  if (kind === "s") return { body: scenarioView(scenario), trail: up };
  const left = await openTrial(scenario, Number(index));
  if (!left) return { body: nothing(`The report holds no record of trial ${index} of ${scenario.id}.`), trail: up };
  const own = [...up, [`trial ${index}`, address("t", scenario.id, index)]];
  if (kind === "t") return { body: trialView(left, third === undefined ? undefined : Number(third)), trail: own };
  const right = await openTrial(scenarioNamed(third), Number(fourth));
  if (!right) return { body: nothing("The report holds no record of the other trial."), trail: own };
  return { body: compareView(left, right), trail: [...own, [`and trial ${fourth}`, null]] };
}

function nothing(words) {
  return el("p", { class: "note" }, words);
}

let shown = 0;

async function show() {
  const turn = ++shown;
  let made;
  try {
    made = await view();
  } catch (error) {
    made = { body: nothing(`This part of the report cannot be shown: ${error.message}`), trail: [] };
  }
  if (turn !== shown) return;
  head(made.trail);
  main.replaceChildren(made.body);
  scrollTo(0, 0);
  made.body.ready?.();
  if (!made.body.ready) focusAfter(made.trail);
  const names = made.trail.map(([name]) => name).reverse();
  document.title = visibleString([...names, report.index.suite.title || report.index.suite.id].join(" \u2013 "));
  document.getElementById("said").textContent = document.title;
}

// Back on the suite's page, the focus is where it was; a scenario begins at its first trial with a record.
function focusAfter(trail) {
  const links = [...main.querySelectorAll("a.row-link")];
  const link = trail.length ? links[0] : links.find((one) => one.textContent === chosen.last);
  (link ?? main).focus({ preventScroll: !link || trail.length > 0 });
}

function head(trail) {
  const { suite } = report.index;
  const crumbs = [[suite.title || suite.id, "#/"], ...trail];
  document.getElementById("top").replaceChildren(
    el("nav", { "aria-label": "Where you are" }, el("ol", {}, crumbs.map(([name, to], index) =>
      el("li", {}, to && index < crumbs.length - 1 ? el("a", { href: to }, name) : el("span", { "aria-current": "page" }, name))))),
    el("p", { class: "quiet keys" }, keyWords(trail.length)));
}

function keyWords(depth) {
  const words = [["\u2191\u2193", "move"], ["Enter", "open"]];
  if (depth) words.push(["Esc", "back"]);
  if (depth === 0) words.push(["/", "filter"]);
  if (depth === 2) words.push(["e", "next evidence"], ["w", "next change"], ["1\u20135", "tabs"]);
  if (depth === 3) words.push(["d", "divergence"]);
  return words.map(([key, what]) => [el("kbd", {}, key), ` ${what}  `]);
}

function up() {
  const [kind, id, index] = parts();
  if (kind === undefined) return;
  location.hash = kind === "s" ? "#/" : kind === "t" ? address("s", id) : address("t", id, index);
}

// Arrows walk over the rows of a table; Escape goes one level up.
function keys(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.matches("input, select, textarea");
  if (event.key === "Escape" && event.target.matches("input") && event.target.value) {
    event.target.value = "";
    event.target.dispatchEvent(new Event("input"));
  } else if (event.key === "Escape") up();
  else if (event.key === "/" && !typing) document.getElementById("filter")?.focus();
  else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !event.target.matches("select, [role=listbox]")) {
    if (!walk(event.key === "ArrowDown" ? 1 : -1)) return;
  } else if (event.key === "Enter" && event.target.id === "filter") walk(1);
  else return;
  event.preventDefault();
}

function walk(way) {
  const links = [...main.querySelectorAll("a.row-link")];
  if (links.length === 0 || document.activeElement.closest(".detail")) return false;
  const at = links.indexOf(document.activeElement);
  const to = at < 0 ? (way > 0 ? 0 : links.length - 1) : Math.min(Math.max(at + way, 0), links.length - 1);
  links[to].focus();
  return true;
}

try {
  await openReport();
  addEventListener("hashchange", show);
  addEventListener("keydown", keys);
  await show();
} catch (error) {
  main.replaceChildren(el("p", { class: "note fail" }, `This report cannot be opened: ${error.message}`));
}
document.documentElement.dataset.ready = "true";

// Satisfaction with its intervals. One scale for the whole page, so that every row reads against the gate.

function ticks(low) {
  const step = 1 - low > 0.5 ? 0.2 : 1 - low > 0.2 ? 0.1 : 0.05;
  const all = [];
  for (let at = 1; at > low - 1e-9; at -= step) all.unshift(Number(at.toFixed(2)));
  return all;
}

// Where the scale begins: below everything that is drawn, on a round number.
function scaleFrom(values) {
  const lowest = Math.min(...values.filter(Number.isFinite), 0.9);
  return Math.max(0, Math.floor((lowest - 0.02) * 10) / 10);
}

function figures(index) {
  const all = index.satisfaction;
  const missing = (all.trials ?? 0) - (all.judged ?? 0);
  const rows = [];
  const add = (name, note, figure) => {
    if (figure && Number.isFinite(figure.point) && Number.isFinite(figure.lower)) rows.push({ name, note, ...figure });
  };
  const estimands = index.assessment?.estimands;
  add("suite", "more trials of these scenarios", estimands?.suite ?? all);
  add("population", "other stories like these", estimands?.population);
  add("population", "the same, strictly", estimands?.population_strict);
  if (missing > 0) {
    add("worst case", `${missing} without verdict as failed`, all.worst);
    add("best case", `${missing} without verdict as passed`, all.best);
  }
  return rows;
}

const CHART = { width: 860, label: 270, numbers: 150, row: 26, top: 22 };

function satisfactionChart(index) {
  const rows = figures(index);
  const low = scaleFrom(rows.flatMap((row) => [row.lower, row.point]).concat(index.gate?.threshold ?? 1));
  const from = CHART.label;
  const to = CHART.width - CHART.numbers;
  const x = (value) => from + ((Math.max(value, low) - low) / (1 - low)) * (to - from);
  const height = CHART.top + rows.length * CHART.row + 8;
  const bottom = height - 6;
  const chart = svg("svg", { class: "chart", viewBox: `0 0 ${CHART.width} ${height}`, role: "img", "aria-label": chartWords(rows, index) });
  for (const at of ticks(low)) {
    chart.append(svg("line", { class: "grid", x1: x(at), x2: x(at), y1: CHART.top - 4, y2: bottom }),
      svg("text", { class: "tick", x: x(at), y: 12, "text-anchor": "middle" }, at.toFixed(2)));
  }
  rows.forEach((row, number) => {
    const y = CHART.top + number * CHART.row + CHART.row / 2;
    chart.append(svg("text", { class: "name", x: 0, y: y + 4 }, row.name, svg("title", {}, row.note)),
      svg("text", { class: "note", x: 86, y: y + 4 }, row.note),
      ...intervalMarks(row, x, y, 7, index.gate?.threshold),
      svg("text", { class: "number", x: CHART.width, y: y + 4, "text-anchor": "end" }, `${rate(row.point)} ${bounds(row.lower, row.upper)}`));
  });
  chart.append(gateLine(index, x, CHART.top - 6, bottom));
  return chart;
}

function chartWords(rows, index) {
  const said = rows.map((row) => `${row.name} ${rate(row.point)}, interval ${bounds(row.lower, row.upper)}`);
  return `Satisfaction: ${said.join("; ")}. Gate: at least ${index.gate?.threshold}.`;
}

function gateLine(index, x, top, bottom) {
  const gate = index.gate?.threshold;
  if (!Number.isFinite(gate)) return svg("g", {});
  return svg("line", { class: "gate", x1: x(gate), x2: x(gate), y1: top, y2: bottom }, svg("title", {}, `gate: at least ${gate}`));
}

function intervalMarks(row, x, y, half, gate) {
  const side = row.lower >= gate ? "above" : row.upper < gate ? "below" : "astride";
  return [
    svg("line", { class: `reach ${side}`, x1: x(row.lower), x2: x(row.upper), y1: y, y2: y }),
    svg("line", { class: `reach ${side}`, x1: x(row.lower), x2: x(row.lower), y1: y - half / 2, y2: y + half / 2 }),
    svg("line", { class: `reach ${side}`, x1: x(row.upper), x2: x(row.upper), y1: y - half / 2, y2: y + half / 2 }),
    svg("circle", { class: `point ${side}`, cx: x(row.point), cy: y, r: half / 2 + 0.5 }),
  ];
}

const SMALL = { width: 180, height: 18, edge: 5 };

// The same for one row of the table, on the scale from 0 to 1.
function smallInterval(scenario, gate) {
  const x = (value) => SMALL.edge + value * (SMALL.width - 2 * SMALL.edge);
  const y = SMALL.height / 2;
  const box = svg("svg", { class: "small-chart", viewBox: `0 0 ${SMALL.width} ${SMALL.height}`, "aria-hidden": "true" },
    svg("line", { class: "axis", x1: x(0), x2: x(1), y1: y, y2: y }));
  if (Number.isFinite(gate)) box.append(svg("line", { class: "gate", x1: x(gate), x2: x(gate), y1: 1, y2: SMALL.height - 1 }));
  if (Number.isFinite(scenario.rate) && Number.isFinite(scenario.lower)) {
    box.append(...intervalMarks({ lower: scenario.lower, upper: scenario.upper, point: scenario.rate }, x, y, 6, gate));
  }
  return box;
}

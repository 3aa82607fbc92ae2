// Steps on the trial's own time. Long pauses are drawn short, with their length written on them: a subject's calls take
// microseconds and its sleeps take days.

const LINE = { height: 74, edge: 14, lane: 40 };

// As wide as the page when it is drawn; a later change of the window scales it.
function lineWidth() {
  return Math.max(document.getElementById("main").clientWidth - 60, 500);
}

function positions(all, width) {
  const places = [];
  let x = 0;
  all.forEach((step, index) => {
    if (index > 0) x += 1 + 0.8 * Math.log10(1 + Math.max(0, step.at - all[index - 1].at) / 1e6);
    places.push(x);
  });
  const whole = Math.max(x, 1);
  return places.map((place) => LINE.edge + (place / whole) * (width - 2 * LINE.edge));
}

// A pause is labelled where it is a second or more and has room for its words.
const PAUSE = 1e9;

function timeline(all, choose) {
  const width = lineWidth();
  const xs = positions(all, width);
  const box = svg("svg", { class: "timeline", viewBox: `0 0 ${width} ${LINE.height}`, "aria-hidden": "true", preserveAspectRatio: "none" },
    svg("line", { class: "axis", x1: LINE.edge, x2: width - LINE.edge, y1: LINE.lane, y2: LINE.lane }));
  all.forEach((step, index) => {
    const gap = index > 0 ? step.at - all[index - 1].at : 0;
    if (gap >= PAUSE) {
      const [from, to] = [xs[index - 1], xs[index]];
      box.append(svg("line", { class: "pause", x1: from, x2: to, y1: LINE.lane, y2: LINE.lane }));
      if (to - from > 46) box.append(svg("text", { class: "tick", x: (from + to) / 2, y: LINE.height - 4, "text-anchor": "middle" }, span(gap)));
    }
  });
  const marks = all.map((step, index) => {
    const mark = stepMark(step, xs[index]);
    mark.addEventListener("click", () => choose(index));
    return mark;
  });
  const cursor = svg("line", { class: "cursor", y1: 4, y2: LINE.height - 16 });
  box.append(cursor, ...marks);
  box.select = (index) => {
    cursor.setAttribute("x1", xs[index] ?? 0);
    cursor.setAttribute("x2", xs[index] ?? 0);
    marks.forEach((mark, at) => mark.classList.toggle("chosen", at === index));
  };
  return box;
}

function stepMark(step, x) {
  const mark = svg("g", { class: `mark ${step.kind}${step.bad ? " bad" : ""}` }, svg("title", {}, `+${span(step.at)} ${step.label}`),
    svg("rect", { class: "hit", x: x - 5, y: 2, width: 10, height: LINE.height - 18 }), shapeOf(step, x));
  if (step.writes.length) mark.append(svg("rect", { class: "wrote", x: x - 2, y: LINE.lane + 8, width: 4, height: 9 }));
  if (step.pins.length) mark.append(svg("path", { class: `pin ${step.pins.some(isFailing) ? "fail" : "pass"}`, d: `M${x} 20 l5 -5 l-5 -5 l-5 5 z` }));
  return mark;
}

function shapeOf(step, x) {
  const y = LINE.lane;
  switch (step.kind) {
    case "call": return svg("circle", { cx: x, cy: y, r: 4.5 });
    case "delivery": return svg("path", { d: `M${x - 5} ${y + 4} h10 l-5 -9 z` });
    case "fault": return svg("path", { d: `M${x} ${y - 6} l6 6 l-6 6 l-6 -6 z` });
    case "answer": case "failure": return svg("rect", { x: x - 5, y: y - 5, width: 10, height: 10 });
    default: return svg("rect", { x: x - 1, y: y - 6, width: 2, height: 12 });
  }
}

function isFailing(judgement) {
  return typeof judgement.ruling?.score === "number" ? judgement.ruling.score < 1 : Boolean(judgement.error);
}

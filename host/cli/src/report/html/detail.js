// One step in full: call, reply, fault, log line; what it did to the twins' documents; what judges say of it.

function stepDetail(record, step) {
  const [kind, what] = happened(step.event.happening);
  const facts = [["step", String(step.event.index)], ["virtual time", `+${span(step.at)}`], ["clock", moment(record.start, step.at)],
    ["twin", step.twin], ["fuel", step.event.fuel === undefined ? null : Number(step.event.fuel).toLocaleString("en")], ["chain", step.event.chain]];
  return [el("dl", { class: "facts small" }, facts.filter(([, value]) => value).map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", { class: name === "chain" ? "mono" : undefined }, value)))),
    step.fault ? faultNote(step.fault) : null, happeningDetail(kind, what), pinned(step)];
}

function happeningDetail(kind, what) {
  switch (kind) {
    case "exchange":
      return [message("Call", requestLine(what.request), what.request),
        what.response ? message("Reply", statusLine(what.response), what.response) : el("p", { class: "note fail" }, "The call failed before any answer", refusal(what.error))];
    case "delivery":
      return [el("p", {}, "From ", el("b", {}, what.from), " to ", el("b", {}, what.to ?? "nobody"), `, attempt ${what.attempt}: `, jsonWords(what.outcome)),
        message("Delivery", requestLine(what.request), what.request)];
    case "fault": return faultNote(what);
    case "line": case "answered": case "failed": return el("section", {}, el("h3", {}, { line: "Log line", answered: "Answer", failed: "Failure" }[kind]), jsonElement(String(what)));
    case "slept": return el("p", {}, `The subject slept ${span(what)}.`);
    case "drew": return el("p", {}, `The subject drew ${drawnBytes(what)}.`);
    case "read_clock": return el("p", {}, "The subject read the clock.");
    case "called":
      return [el("section", {}, el("h3", {}, "Call"), el("p", { class: "first mono" }, `${what.interface}.${what.function}`), jsonElement(JSON.stringify(what.arguments))),
        what.error ? el("p", { class: "note fail" }, "It failed", refusal(what.error))
          : el("section", {}, el("h3", {}, "Result"), jsonElement(typeof what.result === "string" ? what.result : JSON.stringify(what.result ?? null)))];
    default: return el("section", {}, el("h3", {}, kind.replaceAll("_", " ")), jsonElement(typeof what === "string" ? what : JSON.stringify(what)));
  }
}

function refusal(error) {
  return error ? [": ", el("b", {}, error.case), " ", cut(error.text ?? "", 2000)] : ".";
}

function jsonWords(value) {
  return typeof value === "string" ? value.replaceAll("_", " ") : Object.entries(value).map(([name, detail]) => `${name.replaceAll("_", " ")} ${detail}`).join(", ");
}

function faultNote(fault) {
  const lasts = fault.duration ? ` for ${span(Number(fault.duration))}` : "";
  return el("p", { class: "note fault" }, el("b", {}, `Fault injected: ${fault.kind}`), ` into ${fault.operation} of ${fault.twin}${lasts} (rule ${fault.rule} of the scenario).`);
}

function requestLine(request) {
  return [el("b", {}, request.method), " ", cut(request.url, 600)];
}

function statusLine(response) {
  return [el("b", { class: response.status >= 400 ? "bad" : "good" }, String(response.status)), ` ${bodyWords(response.body)}`];
}

function bodyWords(body) {
  const size = typeof body === "string" ? new Blob([body]).size : Math.floor((body?.base64?.length ?? 0) * 0.75);
  return size === 0 ? "no body" : count(size, "byte");
}

function message(title, line, { headers, body }) {
  const table = headers?.length
    ? el("details", {}, el("summary", {}, count(headers.length, "header")), el("table", { class: "headers" }, el("tbody", {},
      headers.map(({ name, value }) => el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, cut(String(value), 1000)))))))
    : null;
  return el("section", { class: "message" }, el("h3", {}, title), el("p", { class: "first mono" }, line), table, bodyElement(headers, body));
}

function bodyElement(headers, body) {
  if (body === "" || body === undefined || body === null) return null;
  if (typeof body !== "string") return el("pre", { class: "text" }, "bytes, base64: ", cut(String(body.base64), 2000));
  const type = headers?.find(({ name }) => name === "content-type")?.value ?? "";
  if (!type.includes("x-www-form-urlencoded")) return jsonElement(body);
  return el("table", { class: "headers" }, el("tbody", {}, [...new URLSearchParams(body)].map(([name, value]) =>
    el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, cut(value, 4000))))));
}

function pinned(step) {
  if (step.pins.length === 0) return null;
  return el("section", {}, el("h3", {}, "Judges that point here"), step.pins.map((judgement) => judgementElement(judgement, null)));
}

function judgementElement(judgement, choose) {
  const score = judgement.ruling?.score;
  const how = judgement.error || judgement.ruling === "abstain" ? "missing" : score >= 1 ? "pass" : "fail";
  const words = judgement.error ? "gave no verdict" : judgement.ruling === "abstain" ? "abstains" : `score ${score}`;
  const links = choose && judgement.evidence?.length
    ? el("p", { class: "evidence" }, "evidence: ", judgement.evidence.map((index) => [el("button", { type: "button", class: "link", click: () => choose(Number(index)) }, `step ${index}`), " "]))
    : null;
  return el("div", { class: `judgement ${how}` }, el("p", {}, el("b", {}, judgement.judge), " ", el("span", { class: `badge ${how}` }, words)),
    el("p", { class: "because" }, cut(judgement.reason ?? judgement.error ?? "", 4000)), links);
}

function judgesDetail(opened, choose) {
  const { record, trial } = opened;
  return [trial.reason ? el("p", { class: "note fail" }, cut(trial.reason, 4000)) : null,
    record.judgements?.length ? record.judgements.map((one) => judgementElement(one, choose)) : el("p", { class: "quiet" }, "No judge was asked.")];
}

function logDetail(record, choose) {
  const spoken = record.steps.filter((step) => ["log", "answer", "failure"].includes(step.kind));
  if (spoken.length === 0) return el("p", { class: "quiet" }, "The subject wrote no line.");
  return el("ol", { class: "log" }, spoken.map((step) => {
    const [, what] = happened(step.event.happening);
    return el("li", { class: step.kind }, el("button", { type: "button", class: "link", click: () => choose(step.event.index) }, `+${span(step.at)}`),
      el("span", { class: "mono" }, cut(String(what), 2000)));
  }));
}

function taskDetail(opened) {
  const { record, trial } = opened;
  const drawn = Object.entries(trial.drawn ?? {});
  return [el("h3", {}, "What the user wants"), el("pre", { class: "text prose" }, cut(record.story ?? "", 20000)),
    drawn.length ? [el("h3", {}, "Drawn for this trial"), el("table", { class: "headers" }, el("tbody", {}, drawn.map(([name, value]) =>
      el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, typeof value === "string" ? value : JSON.stringify(value))))))] : null,
    el("h3", {}, "Ending"), el("p", {}, endingWords(record.ending))];
}

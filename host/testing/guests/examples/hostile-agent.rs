//! An agent that does what its input says, `{"do": "loop"}` for example, with no regard for limits.

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};

use plugin_sdk::capability::Level;
use plugin_sdk::{Agent, AgentImports, Answer, Error, Request, Task};
use serde_json::Value;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;
/// Linear memory grows by these pages, and the system below by smaller ones.
const WASM_PAGE: usize = 64 * KIB;
/// What a guest hands over in one call where it wants the host to copy a lot.
const HUGE: usize = 64 * MIB;
const REQUESTS: u32 = 10_000;

/// How often this memory has seen a run.
static RUNS: AtomicU32 = AtomicU32::new(0);

struct Hostile;

plugin_sdk::export!(agent: Hostile);

impl Agent for Hostile {
    fn run(imports: &mut impl AgentImports, task: &Task) -> Result<Answer, Error> {
        let input: Value =
            serde_json::from_str(&task.input).map_err(|error| Error::InvalidArgument(error.to_string()))?;
        let text = match input.get("do").and_then(Value::as_str).unwrap_or_default() {
            "answer" => "Done.".to_owned(),
            "ask" => ask(imports, input.get("url").and_then(Value::as_str).unwrap_or_default())?,
            "count" => (RUNS.fetch_add(1, Ordering::Relaxed) + 1).to_string(),
            "fail" => return Err(Error::Other("did not feel like it".to_owned())),
            "loop" => spin(),
            "recurse" => format!("{}", deeper(black_box(0))),
            "grow" => grow(),
            "memory-fill" => fill_memory(),
            "trap" => trap(),
            "flood" => flood(imports),
            "long-line" => {
                imports.write(Level::Info, &"x".repeat(HUGE));
                "Wrote one line.".to_owned()
            }
            "escape" => {
                imports.write(Level::Info, "\u{1b}[2Jx\r\n::error::y");
                "Wrote one line.".to_owned()
            }
            "now" => imports.now().to_string(),
            "draw" => format!("Drew {} bytes.", imports.fill(u32::MAX).len()),
            "request" => requests(imports),
            "huge-request" => huge_request(imports),
            "huge-answer" => "x".repeat(HUGE),
            "seek" => seek(imports, input.get("scenario").and_then(Value::as_str).unwrap_or_default()),
            "sleep" => {
                imports.sleep(u64::MAX);
                "Slept.".to_owned()
            }
            other => {
                return Err(Error::InvalidArgument(format!("there is no way to misbehave called `{other}`")));
            }
        };
        Ok(Answer { text })
    }
}

/// Computes for ever.
fn spin() -> String {
    let mut n = 0_u64;
    loop {
        n = black_box(n.wrapping_add(1));
    }
}

/// Fills a block of memory for ever: few instructions, much work for each.
fn fill_memory() -> String {
    let mut block = vec![0_u8; MIB];
    let mut value = 0_u8;
    loop {
        block.fill(black_box(value));
        value = value.wrapping_add(1);
        black_box(&block);
    }
}

/// Calls itself until the stack ends. Nothing is kept in linear memory, so it is the engine's stack that ends.
#[inline(never)]
fn deeper(n: u64) -> u64 {
    if n == u64::MAX { n } else { deeper(n + 1).rotate_left(7) ^ n }
}

/// Takes memory until it is refused, writes to all of it, and goes on living.
fn grow() -> String {
    let mut taken: Vec<Vec<u8>> = Vec::new();
    loop {
        let mut block = Vec::new();
        if block.try_reserve_exact(MIB).is_err() {
            break;
        }
        block.resize(MIB, 0);
        for byte in block.iter_mut().step_by(WASM_PAGE) {
            *byte = 1;
        }
        taken.push(block);
    }
    let touched: usize = taken.iter().flatten().map(|byte| usize::from(*byte)).sum();
    format!("Took {} MiB and touched {touched} pages.", taken.len())
}

#[expect(clippy::panic, reason = "a panic is what this guest is for")]
fn trap() -> String {
    panic!("as asked")
}

/// Writes to the log for ever.
fn flood(imports: &mut impl AgentImports) -> String {
    let line = "x".repeat(KIB);
    loop {
        imports.write(Level::Info, &line);
    }
}

/// Sends one request, and gives up in the host's words where there is no answer.
fn ask(imports: &mut impl AgentImports, url: &str) -> Result<String, Error> {
    let request =
        Request { method: "GET".to_owned(), url: url.to_owned(), headers: Vec::new(), body: Vec::new() };
    Ok(imports.send(&request)?.status.to_string())
}

/// Looks for what judges know wherever anything answers, and tells all that it found.
fn seek(imports: &mut impl AgentImports, scenario: &str) -> String {
    const FILES: [&str; 4] = ["judge.toml", "oracle.json", "judge.toml.sealed", ""];
    let below = |file: &str| {
        let folders =
            ["", "sealed/", "/sealed/", "../sealed/", "..\\sealed\\", "/proc/self/cwd/", "//sealed/"];
        let mut paths: Vec<String> = folders.iter().map(|folder| format!("{folder}{file}")).collect();
        paths.push(format!("{scenario}/sealed/{file}"));
        paths.push(format!("../{scenario}/sealed/{file}"));
        paths
    };
    let mut found = Vec::new();
    for path in FILES.iter().flat_map(|file| below(file)) {
        found.extend(
            imports
                .read_file(&path, 0, 1 << 20)
                .ok()
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        );
        found.extend(imports.list(&path).ok().map(|items| format!("{items:?}")));
        for url in
            [format!("file:///{path}"), format!("https://sealed/{path}"), format!("https://slack.com/{path}")]
        {
            let request = Request { method: "GET".to_owned(), url, headers: Vec::new(), body: Vec::new() };
            let answer = imports.send(&request);
            found.extend(answer.ok().map(|answer| String::from_utf8_lossy(&answer.body).into_owned()));
        }
    }
    found.extend(imports.granted_tools().iter().map(|tool| format!("{tool:?}")));
    for tool in ["judge", "sealed", "read"] {
        found.extend(imports.call_tool(tool, "{}").ok());
    }
    for line in &found {
        imports.write(Level::Info, line);
    }
    format!("Found {} things: {}", found.len(), found.join(" "))
}

/// Sends one request after the other, whatever comes back.
fn requests(imports: &mut impl AgentImports) -> String {
    let request = request(Vec::new());
    let answered = (0..REQUESTS).filter(|_| imports.send(&request).is_ok()).count();
    format!("{answered} of {REQUESTS} requests were answered.")
}

fn huge_request(imports: &mut impl AgentImports) -> String {
    let outcome = imports.send(&request(vec![b'x'; HUGE]));
    format!("{:?}", outcome.map(|response| response.status))
}

fn request(body: Vec<u8>) -> Request {
    Request {
        method: "POST".to_owned(),
        url: "https://slack.com/api/api.test".to_owned(),
        headers: Vec::new(),
        body,
    }
}

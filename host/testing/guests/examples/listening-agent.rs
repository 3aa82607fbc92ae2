//! An agent that also takes what services send it. Its input is a list of steps: a number of nanoseconds to sleep, or
//! the URL of a request, with `header: value` lines after it.
//!
//! What it is sent says in its query what it does: `status=500` answers so, `slow` takes a second, `again` asks the
//! emitting twin for the next of the same kind, `trap` breaks, `spin` computes for ever.

#![cfg(target_arch = "wasm32")]
#![allow(unsafe_code, reason = "generated; the canonical ABI is raw pointers")]

use bindings::exports::glasshouse::agent::{inbound, run};
use bindings::glasshouse::capability::{clock, http, log};
use bindings::glasshouse::types::types::{Header, Request, Response};
use run::{Answer, Error, Task};
use serde_json::Value;
use std::sync::atomic::{AtomicU32, Ordering};

mod bindings {
    #![allow(missing_docs, reason = "generated; the WIT documents every item")]

    wit_bindgen::generate!({
        path: "../../../wit",
        inline: "
            package testing:guests;

            world listening {
                include glasshouse:agent/listening-agent@0.1.0;
            }
        ",
        generate_all,
    });
}

/// How often this memory has seen a call.
static CALLS: AtomicU32 = AtomicU32::new(0);

struct Listening;

impl run::Guest for Listening {
    fn run(task: Task) -> Result<Answer, Error> {
        let steps: Vec<Value> =
            serde_json::from_str(&task.input).map_err(|error| Error::InvalidArgument(error.to_string()))?;
        for step in &steps {
            match (step.as_u64(), step.as_str()) {
                (Some(duration), _) => clock::sleep(duration),
                (None, Some(request)) => {
                    http::send(&read(request))?;
                }
                (None, None) => return Err(Error::InvalidArgument(format!("no step: {step}"))),
            }
        }
        CALLS.fetch_add(1, Ordering::Relaxed);
        Ok(Answer { text: "Done.".to_owned() })
    }
}

impl inbound::Guest for Listening {
    #[expect(clippy::panic, reason = "a panic is what it is asked for")]
    fn handle(request: Request) -> Response {
        let calls = CALLS.fetch_add(1, Ordering::Relaxed);
        log::write(log::Level::Info, &format!("{} after {calls} calls", request.url));
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        match query {
            "slow" => clock::sleep(1_000_000_000),
            "again" => {
                let next = format!("https://emitting.example/emit\nto: {}", request.url);
                // Nobody is told whether it could be asked for: there is nothing to do about it.
                let _ = http::send(&read(&next));
            }
            "trap" => panic!("as asked"),
            "spin" => loop {
                CALLS.fetch_add(1, Ordering::Relaxed);
            },
            _ => {}
        }
        let status = query.strip_prefix("status=").and_then(|status| status.parse().ok());
        Response { status: status.unwrap_or(200), headers: Vec::new(), body: Vec::new() }
    }
}

/// A request as steps write it.
fn read(text: &str) -> Request {
    let mut lines = text.lines();
    let url = lines.next().unwrap_or_default().to_owned();
    let fields = lines.filter_map(|line| line.split_once(": "));
    let headers = fields.map(|(name, value)| Header { name: name.to_owned(), value: value.to_owned() });
    Request { method: "GET".to_owned(), url, headers: headers.collect(), body: Vec::new() }
}

bindings::export!(Listening with_types_in bindings);

//! An agent that uses what its input lists, one after the other, and answers with what came of each: tools, files, models,
//! requests, time and random numbers, granted or not.

#![cfg(target_arch = "wasm32")]
#![allow(unsafe_code, reason = "generated; the canonical ABI is raw pointers")]

use bindings::exports::glasshouse::agent::run::{Answer, Error, Guest, Task};
use bindings::glasshouse::capability::{clock, http, model, random, tools, workspace};
use bindings::glasshouse::types::types;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicU32, Ordering};

mod bindings {
    #![allow(missing_docs, reason = "generated; the WIT documents every item")]

    wit_bindgen::generate!({ path: "../../../wit", world: "glasshouse:agent/agent", generate_all });
}

/// How often this instance was asked what it remembers.
static REMEMBERED: AtomicU32 = AtomicU32::new(0);

struct Using;

impl Guest for Using {
    fn run(task: Task) -> Result<Answer, Error> {
        let wanted: Value = serde_json::from_str(&task.input).unwrap_or_default();
        let uses = wanted.as_array().into_iter().flatten();
        let told: Vec<_> = uses.map(|wanted| told(used(wanted))).collect();
        Ok(Answer { text: Value::from(told).to_string() })
    }
}

fn text(wanted: &Value, key: &str) -> String {
    wanted[key].as_str().unwrap_or_default().to_owned()
}

fn used(wanted: &Value) -> Result<String, types::Error> {
    let path = text(wanted, "path");
    match wanted["use"].as_str().unwrap_or_default() {
        "definitions" => Ok(tools::definitions().into_iter().map(|tool| tool.name + " ").collect()),
        "call" => tools::call(&text(wanted, "name"), &wanted["arguments"].to_string()),
        "read" => workspace::read(&path, 0, 1_000).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
        "write" => workspace::write(&path, text(wanted, "text").as_bytes()).map(|()| "written".to_owned()),
        "list" => Ok(workspace::list(&path)?.into_iter().map(|item| item.name + " ").collect()),
        "remove" => workspace::remove(&path).map(|()| "removed".to_owned()),
        "ask" => ask(&text(wanted, "model"), text(wanted, "text")),
        "remember" => Ok(REMEMBERED.fetch_add(1, Ordering::Relaxed).to_string()),
        "draw" => Ok(random::next().to_string()),
        "now" => Ok(clock::now().to_string()),
        "get" => {
            let url = text(wanted, "url");
            let request = types::Request { method: "GET".into(), url, headers: Vec::new(), body: Vec::new() };
            http::send(&request).map(|response| response.status.to_string())
        }
        other => Err(types::Error::InvalidArgument(format!("no use is called `{other}`"))),
    }
}

fn ask(name: &str, text: String) -> Result<String, types::Error> {
    let message = model::Message { speaker: model::Speaker::User, parts: vec![model::Part::Text(text)] };
    let reply = model::complete(&model::Request {
        model: name.to_owned(),
        messages: vec![message],
        tools: Vec::new(),
        max_tokens: 100,
        temperature: None,
        output_schema: None,
    })?;
    let part = |part| match part {
        model::Part::Text(text) => text,
        _ => String::new(),
    };
    Ok(reply.message.parts.into_iter().map(part).collect())
}

/// What came of a use, as JSON.
fn told(outcome: Result<String, types::Error>) -> Value {
    let (case, text) = match outcome {
        Ok(text) => ("ok", text),
        Err(types::Error::Denied(text)) => ("denied", text),
        Err(types::Error::NotFound(text)) => ("not-found", text),
        Err(types::Error::InvalidArgument(text)) => ("invalid-argument", text),
        Err(types::Error::Conflict(text)) => ("conflict", text),
        Err(types::Error::TimedOut(text)) => ("timed-out", text),
        Err(types::Error::Unavailable(text)) => ("unavailable", text),
        Err(types::Error::QuotaExceeded(text)) => ("quota-exceeded", text),
        Err(types::Error::Other(text)) => ("other", text),
    };
    json!([case, text])
}

bindings::export!(Using with_types_in bindings);

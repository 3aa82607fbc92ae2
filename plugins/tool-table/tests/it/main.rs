//! `query` and `describe`, called as a host calls them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod hostile;
mod queries;
mod tables;

use plugin_sdk::testing::Stage;
use plugin_sdk::{Error, Function, Request, Tool};
use serde_json::{Value, json};
use tool_table::Query;

/// The answer of a function in a workspace with those files.
fn call_with<F: Function>(files: &[(&str, &[u8])], arguments: &Value) -> Result<Value, Error> {
    let mut stage = Stage::new(|_: &Request| Err(Error::NotFound("nobody".to_owned())));
    stage.files = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    let answer = <F as Tool>::call(&mut stage, F::NAME, &arguments.to_string())?;
    Ok(serde_json::from_str(&answer).unwrap())
}

fn call<F: Function>(arguments: Value) -> Result<Value, Error> {
    call_with::<F>(&[], &arguments)
}

/// The rows of a query over a table as text.
fn rows(sql: &str, text: &str) -> Value {
    call::<Query>(json!({"sql": sql, "source": {"text": text}})).unwrap()["rows"].clone()
}

/// The text of a refusal as `invalid-argument`.
fn refusal(sql: &str, text: &str) -> String {
    match call::<Query>(json!({"sql": sql, "source": {"text": text}})) {
        Err(Error::InvalidArgument(text)) => text,
        other => panic!("{sql}: {other:?}"),
    }
}

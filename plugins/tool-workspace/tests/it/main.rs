//! Every function over a workspace in memory, called as a host calls it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod apply_patch;
mod edit;
mod find;
mod read;

use plugin_sdk::testing::Stage;
use plugin_sdk::{Error, Function, Request, Response, Tool};
use serde_json::Value;

type Files = Stage<fn(&Request) -> Result<Response, Error>>;

/// A workspace with those files.
fn workspace(files: &[(&str, &[u8])]) -> Files {
    let mut stage: Files = Stage::new(|_| Err(Error::NotFound("nobody".to_owned())));
    stage.files = files.iter().map(|(path, bytes)| ((*path).to_owned(), bytes.to_vec())).collect();
    stage
}

/// The answer of a function.
fn call<F: Function>(files: &mut Files, arguments: Value) -> Result<Value, Error> {
    let answer = <F as Tool>::call(files, F::NAME, &arguments.to_string())?;
    Ok(serde_json::from_str(&answer).unwrap())
}

/// The text of a refusal as `invalid-argument`.
fn refusal<F: Function>(files: &mut Files, arguments: Value) -> String {
    match call::<F>(files, arguments) {
        Err(Error::InvalidArgument(text)) => text,
        other => panic!("{other:?}"),
    }
}

/// A file of the workspace as text.
fn text(files: &Files, path: &str) -> String {
    String::from_utf8(files.files[path].clone()).unwrap()
}

//! What tools read for an agent: patches, tables, pages.

use plugin_sdk::testing::Stage;
use plugin_sdk::{Error, Function, Header, Request, Response, Tool};
use serde_json::{Value, json};
use tool_http::Fetch;
use tool_table::{Describe, Query};
use tool_workspace::ApplyPatch;

/// Stands between the parts of one input: the ASCII record separator.
const BETWEEN: char = '\u{1e}';

/// A patch in the V4A format, applied to three files. A patch that is refused changes none of them.
pub fn patch(bytes: &[u8]) {
    let Ok(patch) = std::str::from_utf8(bytes) else { return };
    let mut stage = Stage::new(nobody);
    let files: [(&str, &[u8]); 3] = [
        ("a.txt", b"one\ntwo\nthree\nfour\nfive\nsix\nseven\n"),
        ("src/lib.rs", b"fn one() {\r\n    1\r\n}\r\n\r\nfn two() {\r\n    2\r\n}\r\n"),
        ("empty", b""),
    ];
    stage.files = files.map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).into();
    let before = stage.files.clone();
    if call::<ApplyPatch>(&mut stage, &json!({"patch": patch})).is_err() {
        assert_eq!(stage.files, before, "a patch that was refused left something behind");
    }
}

/// A query, and behind a record separator the table in CSV or JSON.
pub fn table(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (sql, table) = text.split_once(BETWEEN).unwrap_or(("SELECT * FROM t", text));
    for header in [true, false] {
        let source = json!({"text": table, "header": header});
        let _ = call::<Query>(&mut Stage::new(nobody), &json!({"sql": sql, "source": source}));
        let _ = call::<Describe>(&mut Stage::new(nobody), &json!({"source": source}));
    }
}

/// A body from the web behind the line of its content type.
pub fn page(bytes: &[u8]) {
    let mut lines = bytes.splitn(2, |byte| *byte == b'\n');
    let (Some(media), Some(body)) = (lines.next(), lines.next()) else { return };
    let value = String::from_utf8_lossy(media).into_owned();
    let response = Response {
        status: 200,
        headers: vec![Header { name: "content-type".to_owned(), value }],
        body: body.to_vec(),
    };
    let mut stage = Stage::new(|_: &Request| Ok(response.clone()));
    let fetched = call::<Fetch>(&mut stage, &json!({"url": "https://a.example/"}));
    assert!(fetched.is_ok(), "a body is refused: {fetched:?}");
}

fn nobody(_: &Request) -> Result<Response, Error> {
    Err(Error::NotFound("nobody".to_owned()))
}

/// A call as a host makes it; an answer has to be JSON.
fn call<F: Function>(
    stage: &mut Stage<impl FnMut(&Request) -> Result<Response, Error>>,
    arguments: &Value,
) -> Result<Value, Error> {
    let answer = <F as Tool>::call(stage, F::NAME, &arguments.to_string())?;
    Ok(serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{} answers no JSON: {error}", F::NAME)))
}

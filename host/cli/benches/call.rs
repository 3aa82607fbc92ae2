//! What one `glasshouse call` of a compiled component takes, the whole process, beside the shortest thing that the same
//! binary can do.
#![allow(clippy::expect_used, clippy::print_stdout, missing_docs, reason = "a benchmark")]

use glasshouse_testing::{Candidate, measure};
use std::path::Path;
use std::process::{Command, Stdio};

const ROUNDS: usize = 20;

const ARGUMENTS: &str = r#"{"sql": "select city, sum(n) as total from data group by city", "source": {"text": "city,n\nBern,2\nUlm,3\nBern,4\n"}}"#;

fn main() {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-cache");
    let mut candidates = [
        Candidate { name: "glasshouse --version", run: Box::new(|| run(&cache, &["--version"])) },
        Candidate {
            name: "glasshouse call, compiled before",
            run: Box::new(|| run(&cache, &["call", "tool-table", "query", ARGUMENTS])),
        },
    ];
    for figure in measure(&mut candidates, ROUNDS, 1) {
        println!("{figure}");
    }
}

fn run(cache: &Path, args: &[&str]) {
    let mut glasshouse = Command::new(env!("CARGO_BIN_EXE_glasshouse"));
    glasshouse.args(args).env("GLASSHOUSE_CACHE", cache).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(glasshouse.status().expect("the binary starts").success(), "{args:?}");
}

//! `fidelity`: replays recorded traffic of the services at their twins and holds the figures to their floors.
//!
//! `twins-wasm/fidelity.json` names the recording, the token and the floor of each twin. Recordings and the program
//! that compares lie beside the checkout in `../shared/fidelity` and are no part of it; without them nothing is checked.
//! The world before a recording is made from it, once for all of its cassettes, by `tests/fidelity/seed.py` of the twin.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::glasshouse;
use crate::process::{Server, capture, program};
use crate::workspace::Workspace;

/// Where the recordings are, from the root of the checkout.
const RECORDINGS: &str = "../shared/fidelity";
/// A door opens within milliseconds; this is for a machine under heavy load.
const READY: Duration = Duration::from_secs(60);

/// Replays every recording and fails when a twin passes less of it than its floor. Where there are no recordings it
/// gives the reason why nothing was checked.
pub(crate) fn check(workspace: &Workspace) -> Result<Option<String>> {
    let recordings = workspace.root.join(RECORDINGS);
    if !recordings.join("score.py").is_file() {
        let reason = format!("no recordings in {RECORDINGS}; the fidelity of the twins is not checked");
        eprintln!("glasshouse: {reason}");
        return Ok(Some(reason));
    }
    glasshouse::build(workspace)?;
    let text = fs::read_to_string(workspace.root.join("twins-wasm/fidelity.json"))?;
    let plan: BTreeMap<String, Value> = serde_json::from_str(&text).context("twins-wasm/fidelity.json")?;
    let mut below = Vec::new();
    for (twin, entry) in &plan {
        let score = replay(workspace, &recordings, twin, entry)
            .with_context(|| format!("the recording of {twin} cannot be replayed"))?;
        println!("{}", score.line(twin));
        if score.passed * 100 < score.floor * score.pairs {
            below.push(twin.as_str());
        }
    }
    if below.is_empty() {
        return Ok(None);
    }
    bail!("below the floor in twins-wasm/fidelity.json: {}", below.join(", "))
}

/// What a replay came to.
#[derive(Debug, PartialEq, Eq)]
struct Score {
    passed: u64,
    pairs: u64,
    /// In percent.
    floor: u64,
}

impl Score {
    /// Reads what the scorer wrote.
    fn read(result: &Value, floor: u64) -> Result<Self> {
        let rows = result["rows"].as_array().context("the scorer wrote no rows")?;
        let passed = rows.iter().filter(|row| row["pass"].as_f64() == Some(1.0)).count();
        Ok(Self { passed: passed.try_into()?, pairs: rows.len().try_into()?, floor })
    }

    fn line(&self, twin: &str) -> String {
        let tenths = (self.passed * 1_000).checked_div(self.pairs).unwrap_or_default();
        let (whole, tenth) = (tenths / 10, tenths % 10);
        let Self { passed, pairs, floor } = self;
        format!("{twin}: {passed} of {pairs} recorded pairs pass ({whole}.{tenth} %, floor {floor} %)")
    }
}

fn replay(workspace: &Workspace, recordings: &Path, twin: &str, entry: &Value) -> Result<Score> {
    let field = |name: &str| entry[name].as_str().with_context(|| format!("`{name}` is no text"));
    let floor = entry["floor"].as_u64().context("`floor` is no number")?;
    let recording = recordings.join(field("recording")?);
    let folder = workspace.made("fidelity");
    fs::create_dir_all(&folder)?;
    let (fixture, result) =
        (folder.join(format!("{twin}.fixture.json")), folder.join(format!("{twin}.result.json")));
    let seed = workspace.root.join(format!("twins-wasm/twin-{twin}/tests/fidelity/seed.py"));
    let seeded = capture(program("python3", &[]).arg(seed).arg(&recording).arg(field("token")?))?;
    fs::write(&fixture, seeded)?;
    let mut serve = program(workspace.binary(), &["serve", "--twin", twin, "--listen", "127.0.0.1:0"]);
    let (_server, ready) = Server::start(serve.arg("--fixture").arg(&fixture), READY)?;
    let url = ready.pointer(&format!("/doors/{twin}")).and_then(Value::as_str);
    let url = url.with_context(|| format!("no door for {twin} in {ready}"))?;
    let authorization = format!("{} {}", field("scheme")?, field("token")?);
    let mut score = program("python3", &[]);
    score.arg(recordings.join("score.py")).arg("replay").arg(&recording);
    score.args(["--base", url, "--auth", &authorization, "--top", "0", "--out"]).arg(&result);
    capture(&mut score)?;
    Score::read(&serde_json::from_str(&fs::read_to_string(&result)?)?, floor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_counts_rows_that_pass_whole() {
        let result = serde_json::json!({"rows": [{"pass": 1.0}, {"pass": 0.0}, {"pass": 1.0}]});
        let score = Score::read(&result, 66).unwrap();
        assert_eq!(score, Score { passed: 2, pairs: 3, floor: 66 });
        assert_eq!(score.line("okta"), "okta: 2 of 3 recorded pairs pass (66.6 %, floor 66 %)");
        assert!(Score::read(&serde_json::json!({}), 1).is_err());
    }
}

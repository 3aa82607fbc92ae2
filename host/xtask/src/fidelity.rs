//! `fidelity`: replays recorded traffic of the services at their twins and holds the figures to their floors.
//!
//! `twins-wasm/fidelity.json` names the recording, the token and the floor of each twin. Recordings and the program
//! that compares lie beside the checkout in `../shared/fidelity` and are no part of it; without them nothing is checked.
//! A recording has many cassettes, made at different times and in different orgs. Each is replayed in the world as it stood
//! before it, which `tests/fidelity/seed.py` of the twin makes from the recording.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
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

/// Tells the names of a recording's cassettes, in order.
const CASSETTES: &str = "
import gzip, json, sys
with gzip.open(sys.argv[1], 'rt', encoding='utf8') as lines:
    print(json.dumps(list(dict.fromkeys(json.loads(line)['c'] for line in lines))))
";

/// One recording and the twin that it is replayed at.
struct Replay<'r> {
    workspace: &'r Workspace,
    twin: &'r str,
    recording: PathBuf,
    scorer: PathBuf,
    token: &'r str,
    /// The `Authorization` header of every request that had one.
    authorization: String,
    floor: u64,
    /// Where fixtures and results go.
    folder: PathBuf,
}

fn replay(workspace: &Workspace, recordings: &Path, twin: &str, entry: &Value) -> Result<Score> {
    let field = |name: &str| entry[name].as_str().with_context(|| format!("`{name}` is no text"));
    let folder = workspace.made("fidelity");
    fs::create_dir_all(&folder)?;
    let replay = Replay {
        workspace,
        twin,
        recording: recordings.join(field("recording")?),
        scorer: recordings.join("score.py"),
        token: field("token")?,
        authorization: format!("{} {}", field("scheme")?, field("token")?),
        floor: entry["floor"].as_u64().context("`floor` is no number")?,
        folder,
    };
    let names = capture(program("python3", &["-c", CASSETTES]).arg(&replay.recording))?;
    let names: Vec<String> = serde_json::from_str(&names).context("the names of the cassettes")?;
    let mut total = Score { passed: 0, pairs: 0, floor: replay.floor };
    for name in &names {
        let score = replay.cassette(name).with_context(|| format!("cassette {name}"))?;
        total.passed += score.passed;
        total.pairs += score.pairs;
    }
    Ok(total)
}

impl Replay<'_> {
    fn cassette(&self, name: &str) -> Result<Score> {
        let twin = self.twin;
        let file = |kind: &str| self.folder.join(format!("{twin}.{kind}.json"));
        let (fixture, result) = (file("fixture"), file("result"));
        let seed = self.workspace.root.join(format!("twins-wasm/twin-{twin}/tests/fidelity/seed.py"));
        let mut seeded = program("python3", &[]);
        fs::write(&fixture, capture(seeded.arg(seed).arg(&self.recording).args([self.token, name]))?)?;
        let mut serve =
            program(self.workspace.binary(), &["serve", "--twin", twin, "--listen", "127.0.0.1:0"]);
        let (_server, ready) = Server::start(serve.arg("--fixture").arg(&fixture), READY)?;
        let url = ready.pointer(&format!("/doors/{twin}")).and_then(Value::as_str);
        let url = url.with_context(|| format!("no door for {twin} in {ready}"))?;
        let mut score = program("python3", &[]);
        score.arg(&self.scorer).arg("replay").arg(&self.recording);
        score.args(["--base", url, "--auth", &self.authorization, "--only", &exactly(name), "--top", "0"]);
        capture(score.arg("--out").arg(&result))?;
        Score::read(&serde_json::from_str(&fs::read_to_string(&result)?)?, self.floor)
    }
}

/// A pattern that is found in one name alone.
fn exactly(name: &str) -> String {
    let escaped = name.chars().flat_map(|found| {
        let mark = (!found.is_alphanumeric() && found != '_').then_some('\\');
        mark.into_iter().chain([found])
    });
    format!("^{}$", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_found_whole() {
        assert_eq!(exactly("test_a/Test.b_1[x]"), r"^test_a\/Test\.b_1\[x\]$");
    }

    #[test]
    fn a_score_counts_rows_that_pass_whole() {
        let result = serde_json::json!({"rows": [{"pass": 1.0}, {"pass": 0.0}, {"pass": 1.0}]});
        let score = Score::read(&result, 66).unwrap();
        assert_eq!(score, Score { passed: 2, pairs: 3, floor: 66 });
        assert_eq!(score.line("okta"), "okta: 2 of 3 recorded pairs pass (66.6 %, floor 66 %)");
        assert!(Score::read(&serde_json::json!({}), 1).is_err());
    }
}

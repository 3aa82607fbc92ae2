//! A judge that does what its criterion says, `{"do": "trap"}` for example, instead of judging.

use plugin_sdk::{Error, Judge, JudgeImports, Ruling, Verdict};
use serde_json::Value;

struct Hostile;

plugin_sdk::export!(judge: Hostile);

impl Judge for Hostile {
    fn judge(imports: &mut impl JudgeImports, criterion: &str) -> Result<Verdict, Error> {
        let criterion: Value =
            serde_json::from_str(criterion).map_err(|error| Error::InvalidArgument(error.to_string()))?;
        let ruling = match criterion.get("do").and_then(Value::as_str).unwrap_or_default() {
            "pass" => Ruling::Score(1.0),
            "abstain" => Ruling::Abstain,
            "too-much" => Ruling::Score(1.7),
            "too-little" => Ruling::Score(-0.1),
            "not-a-number" => Ruling::Score(f64::NAN),
            "trap" => trap(),
            "loop" => spin(imports),
            "fail" => return Err(Error::Other("did not feel like it".to_owned())),
            other => {
                return Err(Error::InvalidArgument(format!("there is no way to misbehave called `{other}`")));
            }
        };
        Ok(Verdict { ruling, reason: "because".to_owned(), evidence: Vec::new() })
    }
}

#[allow(clippy::panic, reason = "a trap is what is asked for")]
fn trap() -> Ruling {
    panic!("as asked")
}

fn spin(imports: &mut impl JudgeImports) -> Ruling {
    while imports.event_count() < u64::MAX {}
    Ruling::Abstain
}

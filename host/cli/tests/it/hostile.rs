//! A hostile subject ends with the type of what it did, and the polite scenario beside it does not notice.

use crate::glasshouse::Place;
use crate::suite;
use serde_json::{Value, json};

const TRIALS: u32 = 4;

/// What it does, and how that ends; `null` where the words are the engine's own.
fn endings() -> Vec<(&'static str, Value)> {
    vec![
        ("answer", json!("answered")),
        ("fail", json!({ "gave_up": null })),
        ("flood", json!({ "limit": "output" })),
        ("grow", json!({ "limit": "memory" })),
        ("loop", json!({ "limit": "fuel" })),
        ("recurse", json!({ "limit": "stack" })),
        ("request", json!({ "limit": "requests" })),
        ("sleep", json!({ "limit": "virtual_time" })),
        ("trap", json!({ "trapped": null })),
    ]
}

#[test]
fn every_hostile_trial_ends_with_its_type_and_every_polite_one_passes() {
    let place = Place::new();
    let does: Vec<_> = endings().iter().map(|(does, _)| *does).collect();
    suite::write(&place, "hostile", "hostile-agent", TRIALS, &does);
    let said = place.run(&["run", "hostile", "--out", "report", "--threads", "2"]);
    assert!([0, 1, 3].contains(&said.code), "{}", said.shown());

    let results: Vec<Value> =
        place.read("report/results.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(results.len(), does.len() * TRIALS as usize);
    for (does, ending) in endings() {
        let of_this: Vec<_> = results.iter().filter(|result| result["scenario"] == does).collect();
        assert_eq!(of_this.len(), TRIALS as usize, "{does}");
        for result in of_this {
            let mut found = result["ending"].clone();
            for words in ["gave_up", "trapped"] {
                if let Some(words) = found.get_mut(words) {
                    *words = Value::Null;
                }
            }
            assert_eq!(found, ending, "{does}: {result}");
            let class = if ending.get("limit").is_some() { "budget" } else { "judged" };
            assert_eq!(result["class"], class, "{does}: {result}");
            if does == "answer" {
                assert_eq!(result["satisfied"], true, "{result}");
            }
        }
    }
}

//! Calibration sets.

use glasshouse_model::{CalibrationSet, Digest};

fn set(judges: &Digest) -> String {
    format!(
        r#"{{"schema": "calibration/1", "judges": "{judges}", "trials": [
            {{"trial": "refund 3", "label": true, "satisfied": true}},
            {{"trial": "refund 4", "label": false, "satisfied": true}}
        ]}}"#
    )
}

#[test]
fn a_set_belongs_to_its_judges() {
    let (judges, others) = (Digest::of(b"judges"), Digest::of(b"one word of a rubric is another"));
    let read = CalibrationSet::parse("calibration.json", &set(&judges)).unwrap();
    assert_eq!(read.pairs(&judges).unwrap().collect::<Vec<_>>(), [(true, true), (false, true)]);
    let refused = read.pairs(&others).err().unwrap().to_string();
    assert!(refused.contains(&others.to_string()) && refused.contains("judge its trials again"), "{refused}");
}

#[test]
fn mistakes_have_their_place() {
    let good = set(&Digest::of(b"judges"));
    for (text, wanted) in [
        (good.replace("calibration/1", "calibration/2"), "calibration.json: `schema` must be"),
        (good.replace("\"label\": false", "\"label\": 0"), "calibration.json:3:"),
        (good.replace("refund 4\"", "refund 4\", \"labelled\": 1"), "calibration.json:3:"),
        (good.replace("]}", "]"), "calibration.json:4:"),
        (String::new(), "calibration.json:1:"),
    ] {
        let mistakes = CalibrationSet::parse("calibration.json", &text).unwrap_err().to_string();
        assert!(mistakes.starts_with(wanted), "{wanted}: {mistakes}");
    }
}

//! Every figure of `data/satisfaction.json`, to the digits that it states.

mod batches;
mod errors;
mod gates;
mod pairs;
mod proportions;

use serde_json::Value;
use std::sync::OnceLock;

/// Of closed forms.
const CLOSED: f64 = 1e-9;
/// Of quantiles.
const INVERSE: f64 = 1e-7;
/// Of melded intervals.
const MELD: f64 = 1e-6;

fn vectors() -> &'static Value {
    static VECTORS: OnceLock<Value> = OnceLock::new();
    VECTORS.get_or_init(|| serde_json::from_str(include_str!("../data/satisfaction.json")).unwrap())
}

fn rows(key: &str) -> &'static [Value] {
    let rows = vectors()[key].as_array().unwrap();
    assert!(rows.len() > 1, "{key}");
    rows
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

fn count(value: &Value) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

fn near(found: f64, wanted: &Value, tolerance: f64, what: &dyn std::fmt::Display) {
    let wanted = number(wanted);
    assert!((found - wanted).abs() <= tolerance, "{what}: {found} is not {wanted}");
}

fn pair(found: (f64, f64), wanted: &Value, tolerance: f64, what: &dyn std::fmt::Display) {
    near(found.0, &wanted[0], tolerance, what);
    near(found.1, &wanted[1], tolerance, what);
}

/// Every top-level key is used by a test of this folder: a figure that is added asks for its test.
#[test]
fn no_figure_is_left_out() {
    let sources = [
        include_str!("batches.rs"),
        include_str!("errors.rs"),
        include_str!("gates.rs"),
        include_str!("pairs.rs"),
        include_str!("proportions.rs"),
    ];
    for key in vectors().as_object().unwrap().keys().filter(|key| *key != "_meta") {
        let quoted = format!("\"{key}\"");
        assert!(sources.iter().any(|source| source.contains(&quoted)), "{key}");
    }
}

//! Intervals against figures computed with 30 digits: see `data/README.md`.

use glasshouse_judge::clopper_pearson;
use serde_json::Value;

#[test]
fn intervals_agree_with_figures_of_thirty_digits() {
    let rows: Vec<Value> = serde_json::from_str(include_str!("data/clopper_pearson.json")).unwrap();
    assert!(rows.len() > 20);
    for row in rows {
        let number = |key: &str| row[key].as_f64().unwrap();
        let interval = clopper_pearson(number("x"), number("n"), number("confidence")).unwrap();
        for (found, key) in [(interval.lower, "lower"), (interval.upper, "upper")] {
            assert!((found - number(key)).abs() < 1e-9, "{key} of {row}: {found}");
        }
    }
}

#[test]
fn the_bounds_rise_with_the_passes_and_narrow_with_the_trials() {
    let at = |x: f64, n: f64| clopper_pearson(x, n, 0.95).unwrap();
    let mut before = at(0.0, 40.0);
    for step in 1..=160 {
        let next = at(f64::from(step) / 4.0, 40.0);
        assert!(next.lower >= before.lower && next.upper >= before.upper && next.lower <= next.upper);
        before = next;
    }
    for n in [10.0, 100.0, 1e4, 1e6, 1e7] {
        let (wide, narrow) = (at(0.9 * n, n), at(9.0 * n, 10.0 * n));
        assert!(narrow.upper - narrow.lower < wide.upper - wide.lower);
    }
}

#[test]
fn what_is_no_proportion_is_refused() {
    for (x, n, confidence) in [
        (2.0, 1.0, 0.95),
        (-1.0, 1.0, 0.95),
        (f64::NAN, 1.0, 0.95),
        (1.0, f64::INFINITY, 0.95),
        (1.0, f64::NAN, 0.95),
        (1.0, 2.0, 0.0),
        (1.0, 2.0, 1.0),
        (1.0, 2.0, f64::NAN),
    ] {
        assert!(clopper_pearson(x, n, confidence).is_err(), "{x} {n} {confidence}");
    }
    let nothing = clopper_pearson(0.0, 0.0, 0.95).unwrap();
    assert_eq!((nothing.lower, nothing.upper), (0.0, 1.0));
}

#[test]
fn small_effective_counts_beside_large_ones_widen_the_interval() {
    let interval = clopper_pearson(1e-9, 1e6, 0.95).unwrap();
    assert!(interval.lower == 0.0 && interval.upper > 3.6e-6 && interval.upper < 3.8e-6);
}

//! One proportion, and repeats of one scenario: every outcome enumerated.

use crate::Case;
use crate::table::{Class, Row};
use glasshouse_judge::{Interval, clopper_pearson, pass_k, wald, wilson};

const CONFIDENCE: f64 = 0.95;

pub(crate) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for n in [10, 30, 100] {
        for rate in [0.5, 0.8, 0.9, 0.95, 0.99] {
            cases.push(Box::new(move |_| proportion(n, rate)));
        }
    }
    for (n, rate, k) in [(4, 0.9, 4), (8, 0.9, 4), (10, 0.9, 4), (10, 0.95, 8), (5, 0.7, 3)] {
        cases.push(Box::new(move |_| repeats(n, rate, k)));
    }
    cases
}

/// The chance of each number of passes.
fn binomial(n: u32, rate: f64) -> Vec<f64> {
    let mut chances = vec![1.0];
    for _ in 0..n {
        let mut next = vec![0.0; chances.len() + 1];
        for (passes, chance) in chances.iter().enumerate() {
            next[passes] += chance * (1.0 - rate);
            next[passes + 1] += chance * rate;
        }
        chances = next;
    }
    chances
}

fn proportion(n: u32, rate: f64) -> Vec<Row> {
    let chances = binomial(n, rate);
    let held = |holds: &dyn Fn(f64) -> bool| -> f64 {
        (0..=n).filter(|x| holds(f64::from(*x))).map(|x| chances[x as usize]).sum()
    };
    let size = f64::from(n);
    let within = |interval: Interval| interval.lower - 1e-12 <= rate && rate <= interval.upper + 1e-12;
    let row = |method, class, actual| Row {
        case: "C1 one proportion (enumerated)",
        cell: format!("n={n} p={rate}"),
        method,
        class,
        nominal: CONFIDENCE,
        actual,
        repeats: None,
    };
    // Wald's interval is right now and then by luck of the grid; it has to fail where gates live.
    let control = if rate >= 0.95 { Class::Control } else { Class::Shown };
    vec![
        row("wald", control, held(&|x| within(wald(x, size, CONFIDENCE).unwrap()))),
        row("wilson", Class::Shown, held(&|x| within(wilson(x, size, CONFIDENCE).unwrap()))),
        row(
            "clopper-pearson",
            Class::Exact,
            held(&|x| within(clopper_pearson(x, size, CONFIDENCE).unwrap())),
        ),
        row(
            "clopper-pearson lower",
            Class::Exact,
            held(&|x| clopper_pearson(x, size, 2.0 * CONFIDENCE - 1.0).unwrap().lower <= rate + 1e-12),
        ),
    ]
}

/// Not a coverage: how near the expectation of `pass_k` is to the truth, beside that of the plain power.
fn repeats(n: u32, rate: f64, k: u32) -> Vec<Row> {
    let chances = binomial(n, rate);
    let mean = |value: &dyn Fn(u32) -> f64| -> f64 { (0..=n).map(|c| chances[c as usize] * value(c)).sum() };
    let row = |method, class, expectation: f64| Row {
        case: "C9 pass^k, 1 - |bias| (enumerated)",
        cell: format!("n={n} p={rate} k={k}"),
        method,
        class,
        nominal: 1.0,
        actual: 1.0 - (expectation - rate.powi(k as i32)).abs(),
        repeats: None,
    };
    vec![
        row("(c/n)^k", Class::Control, mean(&|c| (f64::from(c) / f64::from(n)).powi(k as i32))),
        row("pass^k", Class::Exact, mean(&|c| pass_k(c, n, k).unwrap())),
    ]
}

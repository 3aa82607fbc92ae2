//! Intervals that allow for judges' errors.

use crate::Case;
use crate::random::{Random, Rates, equal};
use crate::table::{Class, Counts, Row};
use glasshouse_judge::{
    Labels, Melder, Stratum, box_bounds, lang_reiczigel, point, population_size, prediction_powered,
    suite_size, wilson,
};
use std::collections::BTreeMap;

const NOMINAL: f64 = 0.95;

/// Points a side of the grid: as good as a finer one for coverage, and an interval takes no time.
const GRID: u32 = 16;

pub(crate) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for truth in [0.7, 0.9, 0.97] {
        for (judge, n) in [
            (Judge { sensitivity: 0.95, specificity: 0.9, satisfied: 150, unsatisfied: 50 }, 200),
            (Judge { sensitivity: 0.9, specificity: 0.8, satisfied: 80, unsatisfied: 40 }, 300),
            (Judge { sensitivity: 0.97, specificity: 0.95, satisfied: 300, unsatisfied: 100 }, 1000),
            (Judge { sensitivity: 0.85, specificity: 0.7, satisfied: 60, unsatisfied: 60 }, 500),
        ] {
            cases.push(Box::new(move |repeats| simple(truth, judge, n, repeats)));
        }
    }
    for (batch, labelled, truth, sensitivity, specificity, class) in [
        (500, 60, 0.9, 0.95, 0.8, Class::Outside),
        (2000, 100, 0.9, 0.97, 0.9, Class::Outside),
        (2000, 200, 0.97, 0.95, 0.85, Class::Outside),
        (2000, 100, 0.7, 0.85, 0.75, Class::Approximate),
        (2000, 400, 0.9, 0.95, 0.85, Class::Approximate),
    ] {
        let judge = Judge { sensitivity, specificity, satisfied: 0, unsatisfied: 0 };
        cases.push(Box::new(move |repeats| audit(batch, labelled, truth, judge, class, repeats)));
    }
    for (scenarios, mean, judge) in [
        (50, 0.9, Judge { sensitivity: 0.95, specificity: 0.9, satisfied: 200, unsatisfied: 100 }),
        (100, 0.9, Judge { sensitivity: 0.9, specificity: 0.8, satisfied: 100, unsatisfied: 50 }),
    ] {
        cases.push(Box::new(move |repeats| pipeline(scenarios, mean, judge, repeats)));
    }
    cases
}

#[derive(Debug, Clone, Copy)]
struct Judge {
    sensitivity: f64,
    specificity: f64,
    satisfied: u32,
    unsatisfied: u32,
}

impl Judge {
    fn labels(&self, random: &mut Random) -> Labels {
        Labels {
            satisfied: self.satisfied,
            satisfied_passed: random.binomial(self.satisfied, self.sensitivity),
            unsatisfied: self.unsatisfied,
            unsatisfied_failed: random.binomial(self.unsatisfied, self.specificity),
        }
    }

    fn apparent(&self, truth: f64) -> f64 {
        truth * self.sensitivity + (1.0 - truth) * (1.0 - self.specificity)
    }
}

/// Melders of labels that came before.
#[derive(Default)]
struct Melders(BTreeMap<(u32, u32), Melder>);

impl Melders {
    fn of(&mut self, labels: &Labels) -> &Melder {
        let key = (labels.satisfied_passed, labels.unsatisfied_failed);
        self.0.entry(key).or_insert_with(|| Melder::new(labels, GRID))
    }
}

/// C4: independent trials, judged with errors.
fn simple(truth: f64, judge: Judge, n: u32, repeats: u32) -> Vec<Row> {
    let Judge { sensitivity, specificity, satisfied, unsatisfied } = judge;
    let cell = format!("{truth} Se={sensitivity} Sp={specificity} ({satisfied}/{unsatisfied}) n={n}");
    let mut random = Random::of(&cell);
    let mut melders = Melders::default();
    let naive = if truth > 0.8 { Class::Control } else { Class::Shown };
    let mut counts = Counts::new("C4 judge error", cell, repeats);
    for _ in 0..repeats {
        let labels = judge.labels(&mut random);
        let (x, n) = (f64::from(random.binomial(n, judge.apparent(truth))), f64::from(n));
        counts.add("uncorrected wilson", naive, NOMINAL, wilson(x, n, NOMINAL).unwrap().holds(truth));
        let closed = lang_reiczigel(x / n, n, &labels, 0.025);
        let held = closed.lower <= truth && truth <= closed.upper;
        counts.add("lang-reiczigel", Class::Approximate, NOMINAL, held);
        let melder = melders.of(&labels);
        counts.add("meld", Class::Approximate, NOMINAL, melder.holds(x, n, 0.025, truth));
        counts.add("meld lower", Class::Approximate, NOMINAL, melder.lower_holds(x, n, 0.05, truth));
        counts.add("box", Class::Exact, NOMINAL, box_bounds(x, n, &labels, 0.025).rate.holds(truth));
    }
    counts.rows()
}

/// C8: labels drawn from the batch itself.
fn audit(batch: u32, labelled: u32, truth: f64, judge: Judge, class: Class, repeats: u32) -> Vec<Row> {
    let Judge { sensitivity, specificity, .. } = judge;
    let cell = format!("{truth} Se={sensitivity} Sp={specificity} N={batch} labels={labelled}");
    let mut random = Random::of(&cell);
    let mut counts = Counts::new("C8 labels from the batch", cell, repeats);
    let mut trial = || {
        let label = random.chance(truth);
        let passes = if label { sensitivity } else { 1.0 - specificity };
        (f64::from(u8::from(label)), f64::from(u8::from(random.chance(passes))))
    };
    for _ in 0..repeats {
        let labels: Vec<_> = (0..labelled).map(|_| trial()).collect();
        let rest: Vec<_> = (0..batch).map(|_| trial().1).collect();
        let held = prediction_powered(&labels, &rest, None, NOMINAL)
            .is_some_and(|found| found.interval.holds(truth));
        counts.add("prediction-powered", class, NOMINAL, held);
    }
    counts.rows()
}

/// C10: scenarios, trials and judges at once.
fn pipeline(scenarios: usize, mean: f64, judge: Judge, repeats: u32) -> Vec<Row> {
    const TRIALS: u32 = 5;
    let Judge { sensitivity, satisfied, unsatisfied, .. } = judge;
    let cell = format!("S={scenarios} n={TRIALS} mean={mean} Se={sensitivity} ({satisfied}/{unsatisfied})");
    let (mut random, rates) = (Random::of(&cell), Rates::beta(mean, 0.25));
    let (mut melders, weights) = (Melders::default(), equal(scenarios));
    let mut counts = Counts::new("C10 scenarios and judge error, lower bound", cell, repeats);
    for _ in 0..repeats {
        let labels = judge.labels(&mut random);
        let own: Vec<f64> = (0..scenarios).map(|_| rates.draw(&mut random)).collect();
        let suite_truth = own.iter().sum::<f64>() / scenarios as f64;
        let strata: Vec<_> = weights
            .iter()
            .zip(&own)
            .map(|(weight, rate)| {
                let passes = random.binomial(TRIALS, judge.apparent(*rate));
                Stratum { weight: *weight, trials: TRIALS, passes }
            })
            .collect();
        let share = point(&strata);
        let sizes = [
            ("population", population_size(&strata, 0.05).unwrap(), rates.mean),
            ("suite", suite_size(&strata), suite_truth),
        ];
        for (name, n, truth) in sizes {
            let x = (share * n).min(n);
            let (meld, strict) = match name {
                "population" => ("population meld", "population box"),
                _ => ("suite meld", "suite box"),
            };
            let held = melders.of(&labels).lower_holds(x, n, 0.05, truth);
            counts.add(meld, Class::Approximate, NOMINAL, held);
            let lower = box_bounds(x, n, &labels, 0.05).rate.lower;
            counts.add(strict, Class::Exact, NOMINAL, lower <= truth);
        }
    }
    counts.rows()
}

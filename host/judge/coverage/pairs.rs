//! Two builds on common seeds.

use crate::Case;
use crate::random::{Random, Rates, equal};
use crate::table::{Class, Counts, Row};
use glasshouse_judge::{PairedDifference, PairedScenario};

const NOMINAL: f64 = 0.95;
const SCENARIOS: usize = 50;
const TRIALS: u32 = 4;
const EFFECT: f64 = 0.05;

pub(crate) fn cases() -> Vec<Case> {
    [0.0, 0.5, 0.9]
        .into_iter()
        .map(|common| Box::new(move |repeats| paired(common, repeats)) as Case)
        .collect()
}

/// C7: the second build is five points worse; a share of the randomness is common.
fn paired(common: f64, repeats: u32) -> Vec<Row> {
    let cell = format!("{common} of the randomness common, S={SCENARIOS} n={TRIALS}");
    let (mut random, rates, weights) = (Random::of(&cell), Rates::beta(0.85, 0.2), equal(SCENARIOS));
    let mut counts = Counts::new("C7 paired builds", cell, repeats);
    for _ in 0..repeats {
        let mut truth = 0.0;
        let scenarios: Vec<_> = weights
            .iter()
            .map(|weight| {
                let first = rates.draw(&mut random);
                let second = (first - EFFECT).max(0.0);
                truth += weight * (second - first);
                let pairs = (0..TRIALS).map(|_| {
                    let luck = random.uniform();
                    let other = if random.chance(common) { luck } else { random.uniform() };
                    (luck < first, other < second)
                });
                PairedScenario { weight: *weight, pairs: pairs.collect() }
            })
            .collect();
        let found = PairedDifference::of(&scenarios, NOMINAL).unwrap();
        counts.add("paired, suite", Class::Approximate, NOMINAL, found.suite.holds(truth));
        counts.add("paired, population", Class::Approximate, NOMINAL, found.population.holds(-EFFECT));
        // The power that common seeds buy: shown as the share of batches that see the difference.
        counts.add("power: sees it", Class::Shown, 1.0, found.suite.upper < 0.0);
    }
    counts.rows()
}

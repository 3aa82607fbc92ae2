//! Intervals of suites: for other scenarios like these, and for these scenarios.

use crate::Case;
use crate::random::{Random, Rates, equal, zipf};
use crate::table::{Class, Counts, Row};
use glasshouse_judge::{
    Stratum, clopper_pearson, point, population_bounds, population_variance, sequence_lower, suite_bounds,
    suite_variance, wilson,
};

const NOMINAL: f64 = 0.95;
/// Quantiles of the normal distribution, and of t with 9, 19, 49 and 199 degrees of freedom, at 0.95.
const Z: f64 = 1.959_963_984_540_054;
const T: [(usize, f64); 4] = [(10, 1.833_113), (20, 1.729_133), (50, 1.676_551), (200, 1.652_547)];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for scenarios in [10, 20, 50, 200] {
        for trials in [5, 20] {
            for (mean, icc) in [(0.9, 1.0 / 3.0), (0.9, 0.048), (0.97, 0.25), (0.7, 1.0 / 3.0)] {
                cases.push(Box::new(move |repeats| population(scenarios, trials, mean, icc, repeats)));
            }
        }
    }
    for (scenarios, trials) in [(20, 5), (50, 4), (100, 2), (100, 10)] {
        for profile in PROFILES {
            for heavy in [false, true] {
                cases.push(Box::new(move |repeats| flat(scenarios, trials, profile, heavy, repeats)));
            }
        }
    }
    for (scenarios, trials) in [(20, 100), (50, 200), (100, 400)] {
        for profile in PROFILES {
            cases.push(Box::new(move |repeats| proportional(scenarios, trials, profile, repeats)));
        }
    }
    for (scenarios, trials, mean, icc) in [(20, 20, 0.97, 0.25), (50, 5, 0.97, 0.25), (50, 5, 0.9, 1.0 / 3.0)]
    {
        cases.push(Box::new(move |repeats| strict(scenarios, trials, mean, icc, repeats)));
    }
    cases
}

fn draw(random: &mut Random, weights: &[f64], trials: &[u32], rates: &[f64]) -> Vec<Stratum> {
    let rows = weights.iter().zip(trials).zip(rates);
    rows.map(|((weight, trials), rate)| Stratum {
        weight: *weight,
        trials: *trials,
        passes: random.binomial(*trials, *rate),
    })
    .collect()
}

/// C2: clusters of trials by scenario.
fn population(scenarios: usize, trials: u32, mean: f64, icc: f64, repeats: u32) -> Vec<Row> {
    let cell = format!("S={scenarios} n={trials} mean={mean} icc={icc:.3}");
    let (mut random, rates) = (Random::of(&cell), Rates::beta(mean, icc));
    let (weights, each) = (equal(scenarios), vec![trials; scenarios]);
    let truth = rates.mean;
    let within = scenarios >= 200 || (scenarios >= 50 && mean <= 0.9);
    let class = if within { Class::Approximate } else { Class::Shown };
    // The design rules are there for these two.
    let lower_class = match (scenarios, trials, mean) {
        (20, 20, 0.97) => Class::Outside,
        _ => class,
    };
    let pooled = if icc > 0.2 && trials == 20 { Class::Control } else { Class::Shown };
    let cluster = if mean > 0.95 && scenarios <= 50 { Class::Control } else { Class::Shown };
    let t = T.iter().find(|(size, _)| *size == scenarios).unwrap().1;
    let mut counts = Counts::new("C2 population, clustered", cell, repeats);
    for _ in 0..repeats {
        let own: Vec<f64> = (0..scenarios).map(|_| rates.draw(&mut random)).collect();
        let strata = draw(&mut random, &weights, &each, &own);
        let total = f64::from(trials) * scenarios as f64;
        let passes = f64::from(strata.iter().map(|stratum| stratum.passes).sum::<u32>());
        counts.add("pooled wilson", pooled, NOMINAL, wilson(passes, total, NOMINAL).unwrap().holds(truth));
        let se = population_variance(&strata).unwrap().sqrt();
        counts.add("cluster-t lower", cluster, NOMINAL, point(&strata) - t * se <= truth);
        counts.add("kg-cp", class, NOMINAL, population_bounds(&strata, 0.025).unwrap().holds(truth));
        counts.add(
            "kg-cp lower",
            lower_class,
            NOMINAL,
            population_bounds(&strata, 0.05).unwrap().lower <= truth,
        );
    }
    counts.rows()
}

/// How the rates of a suite's scenarios differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Profile {
    Mostly99,
    Mixed,
    OneBad,
    TenthBroken,
}

const PROFILES: [Profile; 4] = [Profile::Mostly99, Profile::Mixed, Profile::OneBad, Profile::TenthBroken];

impl Profile {
    fn rates(self, scenarios: usize) -> Vec<f64> {
        let of = |at: usize| match self {
            Self::Mostly99 => 0.99,
            Self::Mixed => 0.7 + 0.3 * at as f64 / (scenarios - 1) as f64,
            Self::OneBad => {
                if at == 0 {
                    0.5
                } else {
                    0.98
                }
            }
            Self::TenthBroken => {
                if at % 10 == 3 {
                    0.0
                } else {
                    0.95
                }
            }
        };
        (0..scenarios).map(of).collect()
    }
}

/// C3: as many trials for each scenario, whatever it weighs.
fn flat(scenarios: usize, trials: u32, profile: Profile, heavy: bool, repeats: u32) -> Vec<Row> {
    let cell = format!("S={scenarios} n={trials} {} {profile:?}", if heavy { "zipf" } else { "equal" });
    let mut random = Random::of(&cell);
    let weights = if heavy { zipf(scenarios) } else { equal(scenarios) };
    let (rates, each) = (profile.rates(scenarios), vec![trials; scenarios]);
    let truth: f64 = weights.iter().zip(&rates).map(|(weight, rate)| weight * rate).sum();
    // Flat trials under heavy weights are outside of the rules; the worst of them is named in the report's rules.
    let worst = heavy && profile == Profile::OneBad && trials == 2;
    let class = if worst {
        Class::Outside
    } else if heavy {
        Class::Shown
    } else {
        Class::Approximate
    };
    let two_sided = if heavy { Class::Shown } else { Class::Approximate };
    let jeffreys = if profile == Profile::Mostly99 { Class::Control } else { Class::Shown };
    let wald = if trials == 2 && heavy { Class::Control } else { Class::Shown };
    let mut counts = Counts::new("C3 suite, flat trials", cell, repeats);
    for _ in 0..repeats {
        let strata = draw(&mut random, &weights, &each, &rates);
        let (lower, upper) = sum_of_posteriors(&strata);
        counts.add("sum of posteriors", jeffreys, NOMINAL, lower <= truth && truth <= upper);
        let half = Z * suite_variance(&strata).sqrt();
        counts.add("wald, stratified", wald, NOMINAL, (point(&strata) - truth).abs() <= half);
        counts.add("kg-cp", two_sided, NOMINAL, suite_bounds(&strata, 0.025).unwrap().holds(truth));
        counts.add("kg-cp lower", class, NOMINAL, suite_bounds(&strata, 0.05).unwrap().lower <= truth);
        if !heavy {
            let (x, n) = (
                f64::from(strata.iter().map(|s| s.passes).sum::<u32>()),
                f64::from(trials) * scenarios as f64,
            );
            let pooled = clopper_pearson(x, n, NOMINAL).unwrap();
            // Proven by Hoeffding's theorem for equal shares; the rates differ all they like.
            counts.add("pooled clopper-pearson", Class::Exact, NOMINAL, pooled.holds(truth));
        }
    }
    counts.rows()
}

/// The rejected sum of posteriors with a weak prior each, as normal.
fn sum_of_posteriors(strata: &[Stratum]) -> (f64, f64) {
    let (mut mean, mut variance) = (0.0, 0.0);
    for stratum in strata {
        let (a, b) = (f64::from(stratum.passes) + 0.5, f64::from(stratum.trials - stratum.passes) + 0.5);
        mean += stratum.weight * a / (a + b);
        variance += stratum.weight.powi(2) * a * b / ((a + b).powi(2) * (a + b + 1.0));
    }
    (mean - Z * variance.sqrt(), mean + Z * variance.sqrt())
}

/// C3b: trials in proportion to usage, and trials drawn by usage.
fn proportional(scenarios: usize, trials: u32, profile: Profile, repeats: u32) -> Vec<Row> {
    let cell = format!("S={scenarios} N={trials} zipf {profile:?}");
    let mut random = Random::of(&cell);
    let (weights, rates) = (zipf(scenarios), profile.rates(scenarios));
    let each: Vec<u32> =
        weights.iter().map(|weight| 2.max((f64::from(trials) * weight).ceil() as u32)).collect();
    let truth: f64 = weights.iter().zip(&rates).map(|(weight, rate)| weight * rate).sum();
    let mut counts = Counts::new("C3b suite, trials by usage", cell, repeats);
    for _ in 0..repeats {
        let strata = draw(&mut random, &weights, &each, &rates);
        let class = Class::Approximate;
        counts.add("kg-cp", class, NOMINAL, suite_bounds(&strata, 0.025).unwrap().holds(truth));
        counts.add("kg-cp lower", class, NOMINAL, suite_bounds(&strata, 0.05).unwrap().lower <= truth);
        let drawn = (0..trials).filter(|_| {
            let scenario = random.weighted(&weights);
            random.chance(rates[scenario])
        });
        let passes = drawn.count() as f64;
        let sampled = clopper_pearson(passes, f64::from(trials), NOMINAL).unwrap();
        counts.add("usage-sampled cp", Class::Exact, NOMINAL, sampled.holds(truth));
    }
    counts.rows()
}

/// C3c: one number a scenario, as an e-process: always valid, and wide.
fn strict(scenarios: usize, trials: u32, mean: f64, icc: f64, repeats: u32) -> Vec<Row> {
    let cell = format!("S={scenarios} n={trials} mean={mean} icc={icc:.3}");
    let (mut random, rates) = (Random::of(&format!("strict {cell}")), Rates::beta(mean, icc));
    let mut counts = Counts::new("C3c population, strict lower bound", cell, repeats);
    for _ in 0..repeats {
        let sum: f64 = (0..scenarios)
            .map(|_| {
                let rate = rates.draw(&mut random);
                f64::from(random.binomial(trials, rate)) / f64::from(trials)
            })
            .sum();
        let lower = sequence_lower(sum, scenarios as f64, 0.05);
        counts.add("e-process over scenarios", Class::Exact, NOMINAL, lower <= rates.mean);
    }
    counts.rows()
}

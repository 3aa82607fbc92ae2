//! Gates that may stop at any trial.

use crate::Case;
use crate::random::{Random, zipf};
use crate::table::{Class, Counts, Row};
use glasshouse_judge::{
    Claim, FLOOR, Panel, PlannedScenario, Sequential, Sprt, TrialOrder, Wealth, clopper_pearson, course,
    draw_chances, ln_e_greater, ln_e_less,
};
use glasshouse_model::{Allocation, Drawn, Ending, Gate, GateMode, Seed, TrialClass, TrialResult};

const ALPHA: f64 = 0.05;
const NOMINAL: f64 = 1.0 - ALPHA;
/// Trials of a batch, at most.
const LONGEST: u32 = 1000;

pub(crate) fn cases() -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for threshold in [0.9, 0.95] {
        cases.push(Box::new(move |repeats| boundary(threshold, repeats)));
    }
    for rate in [0.9, 0.95] {
        cases.push(Box::new(move |repeats| ratio(rate, repeats)));
    }
    cases.push(Box::new(adaptive));
    cases.push(Box::new(spent));
    for (slower, workers) in [(1.0, 64), (3.0, 64), (10.0, 64), (10.0, 16)] {
        cases.push(Box::new(move |repeats| arrival(slower, workers, repeats)));
    }
    cases
}

/// For each number of trials, the passes from which on a rule says yes: it rises with the passes.
fn limits(says: impl Fn(f64, f64) -> bool) -> Vec<u32> {
    let mut limits = vec![u32::MAX];
    let mut least = 0;
    for n in 1..=LONGEST {
        while least <= n && !says(f64::from(least), f64::from(n)) {
            least += 1;
        }
        limits.push(least);
        least = least.saturating_sub(1);
    }
    limits
}

/// C5a: the truth is the threshold, so each pass and each fail is wrong.
fn boundary(threshold: f64, repeats: u32) -> Vec<Row> {
    let cell = format!("threshold={threshold} N={LONGEST}");
    let mut random = Random::of(&cell);
    let enough = -libm::log(ALPHA);
    let pass = limits(|k, n| ln_e_greater(k, n, threshold) >= enough);
    let peek = limits(|k, n| clopper_pearson(k, n, 1.0 - 2.0 * ALPHA).unwrap().lower >= threshold);
    // Of fails, which mirror passes.
    let fail = limits(|k, n| ln_e_less(n - k, n, threshold) >= enough);
    let mut counts = Counts::new("C5 a truth at the threshold", cell, repeats);
    for _ in 0..repeats {
        let (mut passes, mut passed, mut failed, mut peeked) = (0, false, false, false);
        for n in 1..=LONGEST {
            passes += u32::from(random.chance(threshold));
            passed |= passes >= pass[n as usize];
            peeked |= passes >= peek[n as usize];
            failed |= n - passes >= fail[n as usize];
        }
        counts.add("clopper-pearson, peeking", Class::Control, NOMINAL, !peeked);
        counts.add("e-process: no false pass", Class::Exact, NOMINAL, !passed);
        counts.add("e-process: no false fail", Class::Exact, NOMINAL, !failed);
    }
    counts.rows()
}

/// C5c: the ratio test between 0.9 and 0.95.
fn ratio(rate: f64, repeats: u32) -> Vec<Row> {
    let (test, cell) = (Sprt::new(0.9, 0.95, ALPHA, ALPHA).unwrap(), format!("0.9 or 0.95, truth {rate}"));
    let mut random = Random::of(&cell);
    let mut counts = Counts::new("C5c sprt", cell, repeats);
    for _ in 0..repeats {
        let mut ratio = 0.0;
        while ratio > test.fail_at && ratio < test.pass_at {
            ratio += if random.chance(rate) { test.step_pass } else { test.step_fail };
        }
        // Wald's limits are approximate; overshoot makes them conservative on the whole.
        counts.add("sprt", Class::Approximate, NOMINAL, (ratio >= test.pass_at) == (rate > 0.9));
    }
    counts.rows()
}

/// C6: trials are spent where they are needed; the truth is the threshold.
fn adaptive(repeats: u32) -> Vec<Row> {
    const SCENARIOS: usize = 30;
    const TRIALS: u32 = 600;
    let mut random = Random::of("adaptive");
    let weights = zipf(SCENARIOS);
    let rates: Vec<f64> = (0..SCENARIOS).map(|at| if at % 7 == 2 { 0.6 } else { 0.93 }).collect();
    let threshold: f64 = weights.iter().zip(&rates).map(|(weight, rate)| weight * rate).sum();
    let mut counts = Counts::new("C6 adaptive allocation", format!("S={SCENARIOS} N={TRIALS}"), repeats);
    for _ in 0..repeats {
        let mut wealth = Wealth::new(threshold, FLOOR);
        let mut seen = vec![(0_u32, 0_u32); SCENARIOS];
        let (mut passed, mut chances) = (false, weights.clone());
        for trial in 0..TRIALS {
            if trial % 20 == 0 {
                let estimates: Vec<f64> =
                    seen.iter().map(|(c, n)| (f64::from(*c) + 0.5) / (f64::from(*n) + 1.0)).collect();
                chances = draw_chances(&weights, &estimates, FLOOR);
            }
            let scenario = random.weighted(&chances);
            let satisfied = random.chance(rates[scenario]);
            wealth.add(weights[scenario], chances[scenario], satisfied, 0.3);
            seen[scenario].0 += u32::from(satisfied);
            seen[scenario].1 += 1;
            passed |= wealth.shows(ALPHA);
        }
        counts.add("wealth: no false pass", Class::Exact, NOMINAL, !passed);
    }
    counts.rows()
}

/// The same through the gate itself, which bets by what it saw, on both sides.
fn spent(repeats: u32) -> Vec<Row> {
    const SCENARIOS: usize = 30;
    let mut random = Random::of("spent");
    let weights = zipf(SCENARIOS);
    let rates: Vec<f64> = (0..SCENARIOS).map(|at| if at % 7 == 2 { 0.6 } else { 0.93 }).collect();
    let threshold: f64 = weights.iter().zip(&rates).map(|(weight, rate)| weight * rate).sum();
    let scenario = |(at, weight): (usize, &f64)| PlannedScenario::new(format!("s{at}"), *weight, 20);
    let plan: Vec<_> = weights.iter().enumerate().map(scenario).collect();
    let gate = Gate { mode: GateMode::Sequential, ..Gate::fixed(threshold, NOMINAL) };
    let panel = Panel::uncalibrated("");
    let mut counts = Counts::new("C6 adaptive allocation", "through the gate, N=600".to_owned(), repeats);
    for repeat in 0..repeats {
        let order = TrialOrder { allocation: Allocation::Adaptive, seed: u64::from(repeat) };
        let mut course = course(&plan, order.seed).unwrap();
        let mut gate = Sequential::new(&plan, &gate, &panel, order).unwrap();
        let mut next = 0;
        while let Some(turn) = course.turns().get(next).copied() {
            let satisfied = random.chance(rates[turn.scenario]);
            if gate.observe(&trial(&plan[turn.scenario].id, next, satisfied)) {
                break;
            }
            course.settle(satisfied);
            next += 1;
        }
        counts.add("bettors: no false pass", Class::Exact, NOMINAL, gate.claim() != Claim::Pass);
        counts.add("bettors: no false fail", Class::Exact, NOMINAL, gate.claim() != Claim::Fail);
    }
    counts.rows()
}

fn trial(scenario: &str, number: usize, satisfied: bool) -> TrialResult {
    TrialResult {
        scenario: scenario.to_owned(),
        index: u32::try_from(number).unwrap(),
        seed: Seed(0),
        drawn: Drawn::default(),
        class: TrialClass::Judged,
        satisfied,
        ending: Ending::Answered,
        judgements: Vec::new(),
        reason: String::new(),
        retries: 0,
    }
}

/// C11: trials end in another order than they were planned; failing ones take longer.
fn arrival(slower: f64, workers: usize, repeats: u32) -> Vec<Row> {
    const THRESHOLD: f64 = 0.9;
    let cell = format!("fails {slower}x slower, {workers} workers");
    let mut random = Random::of(&cell);
    let enough = -libm::log(ALPHA);
    let pass = limits(|k, n| ln_e_greater(k, n, THRESHOLD) >= enough);
    let class = if slower > 1.0 { Class::Control } else { Class::Shown };
    let mut counts = Counts::new("C11 order of arrival", cell, repeats);
    for _ in 0..repeats {
        let planned: Vec<bool> = (0..LONGEST).map(|_| random.chance(THRESHOLD)).collect();
        let arrived = arrivals(&planned, slower, workers, &mut random);
        let passes = |order: &mut dyn Iterator<Item = bool>| {
            let mut count = 0;
            order.zip(1_usize..).any(|(satisfied, n)| {
                count += u32::from(satisfied);
                count >= pass[n]
            })
        };
        let by_arrival = passes(&mut arrived.iter().map(|trial| planned[*trial]));
        let by_plan = passes(&mut planned.iter().copied());
        counts.add("e-process, arrival order", class, NOMINAL, !by_arrival);
        counts.add("e-process, planned order", Class::Exact, NOMINAL, !by_plan);
    }
    counts.rows()
}

/// The order in which trials end on so many workers.
fn arrivals(planned: &[bool], slower: f64, workers: usize, random: &mut Random) -> Vec<usize> {
    let mut free_at = vec![0.0; workers];
    let mut ends: Vec<(f64, usize)> = Vec::with_capacity(planned.len());
    for (trial, satisfied) in planned.iter().enumerate() {
        let next = (0..workers).min_by(|a, b| f64::total_cmp(&free_at[*a], &free_at[*b])).unwrap_or(0);
        free_at[next] += random.exponential(if *satisfied { 1.0 } else { slower });
        ends.push((free_at[next], trial));
    }
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    ends.into_iter().map(|(_, trial)| trial).collect()
}

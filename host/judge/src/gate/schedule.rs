//! The order in which a sequential gate wants its trials: every scenario once, then scenarios drawn by their usage.
//!
//! The first sweep is one observation, the usage's mean over all scenarios; every draw is one observation of its own.
//! Both have the suite's satisfaction as their mean, whatever came before, which is all that the e-process needs.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// The scenario of each of `trials` trials, by its place in `weights`, which are finite and above 0. With fewer trials
/// than scenarios there is one sweep all the same.
pub fn usage_schedule(weights: &[f64], trials: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..weights.len()).collect();
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let all: f64 = weights.iter().sum();
    while order.len() < trials && !weights.is_empty() {
        order.push(drawn(weights, uniform(&mut random) * all));
    }
    order
}

/// The scenario of each of `trials` trials where all are drawn by their weights, as [`usage_schedule`] draws them after
/// its sweep.
pub fn usage_draws(weights: &[f64], trials: usize, seed: u64) -> Vec<usize> {
    let order = usage_schedule(weights, weights.len().saturating_add(trials), seed);
    order.into_iter().skip(weights.len()).collect()
}

/// How many of `trials` trials each scenario gets where they go by weight: rounded up, and at least two, without which
/// nothing is known of how far a scenario's trials differ.
pub fn proportional_counts(weights: &[f64], trials: u32) -> Vec<u32> {
    let all: f64 = weights.iter().sum();
    // A share that comes to a whole number but for its last binary digit is that number.
    let count = |weight: &f64| (f64::from(trials) * weight / all - 1e-9).ceil();
    weights.iter().map(|weight| (count(weight).max(2.0)) as u32).collect()
}

/// The first place at which the sum of `weights` is above `at`.
pub(super) fn drawn(weights: &[f64], at: f64) -> usize {
    let mut left = at;
    let place = weights.iter().position(|weight| {
        left -= weight;
        left < 0.0
    });
    place.unwrap_or(weights.len().saturating_sub(1))
}

/// Within 0 to 1, without 1.
pub(super) fn uniform(random: &mut ChaCha8Rng) -> f64 {
    const STEPS: f64 = 9_007_199_254_740_992.0;
    (random.next_u64() >> 11) as f64 / STEPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sweep_comes_first_and_then_the_usage() {
        let order = usage_schedule(&[6.0, 3.0, 1.0], 10_003, 7);
        assert_eq!(order[..3], [0, 1, 2]);
        let count = |scenario| order[3..].iter().filter(|drawn| **drawn == scenario).count();
        assert!(count(0).abs_diff(6000) < 200 && count(1).abs_diff(3000) < 200, "{} {}", count(0), count(1));
        assert_eq!(order, usage_schedule(&[6.0, 3.0, 1.0], 10_003, 7));
        assert_ne!(order, usage_schedule(&[6.0, 3.0, 1.0], 10_003, 8));
        assert_eq!(usage_schedule(&[1.0, 1.0], 1, 0), [0, 1]);
        assert_eq!(usage_draws(&[6.0, 3.0, 1.0], 10_000, 7), order[3..]);
    }

    #[test]
    fn trials_go_by_weight_and_each_scenario_has_two() {
        assert_eq!(proportional_counts(&[6.0, 3.0, 1.0], 100), [60, 30, 10]);
        assert_eq!(proportional_counts(&[1.0, 1.0, 1.0], 100), [34, 34, 34]);
        assert_eq!(proportional_counts(&[98.0, 1.0, 1.0], 20), [20, 2, 2]);
        assert_eq!(proportional_counts(&[0.1, 0.2, 0.7], 10), [2, 2, 7]);
    }
}

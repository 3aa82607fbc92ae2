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
        let mut left = uniform(&mut random) * all;
        let drawn = weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        order.push(drawn.unwrap_or(weights.len() - 1));
    }
    order
}

/// Within 0 to 1, without 1.
fn uniform(random: &mut ChaCha8Rng) -> f64 {
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
    }
}

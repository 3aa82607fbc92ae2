//! Tests that need no judge to be calibrated: as long as the same judges rule on both builds, equal builds give equal
//! verdicts.

use crate::numeric::{beta, ln};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use std::f64::consts::LN_2;

/// Up to so many scenarios every pattern of signs is gone through.
const EXACT: usize = 20;
/// Patterns that are drawn for more.
const DRAWN: u32 = 100_000;
/// Sums that differ by less are the same sum.
const ROUNDING: f64 = 1e-12;

/// The two-sided p-value of a mean difference, when every scenario's difference could as well have had the other sign.
/// `differences` are weighted. Exact up to 20 scenarios, by seeded draws beyond.
pub fn sign_flip(differences: &[f64]) -> f64 {
    let observed = differences.iter().sum::<f64>().abs() - ROUNDING;
    if differences.len() <= EXACT {
        let patterns = 1_u32 << differences.len();
        let extreme =
            (0..patterns).filter(|pattern| signed(differences, u64::from(*pattern)).abs() >= observed);
        return extreme.count() as f64 / f64::from(patterns);
    }
    let mut random = ChaCha8Rng::seed_from_u64(0);
    let mut extreme = 1_u32;
    for _ in 0..DRAWN {
        let sum: f64 = differences.chunks(64).map(|chunk| signed(chunk, random.next_u64())).sum();
        extreme += u32::from(sum.abs() >= observed);
    }
    f64::from(extreme) / f64::from(DRAWN + 1)
}

fn signed(differences: &[f64], pattern: u64) -> f64 {
    let sign = |bit: usize| if pattern >> bit & 1 == 1 { -1.0 } else { 1.0 };
    differences.iter().enumerate().map(|(bit, difference)| sign(bit) * difference).sum()
}

/// McNemar's exact two-sided p-value of the discordant pairs: `better` and `worse` of them.
pub fn mcnemar(better: u32, worse: u32) -> f64 {
    let (few, all) = (f64::from(better.min(worse)), f64::from(better + worse));
    // The chance of at most `few` heads in `all` tosses is a share of a beta distribution.
    if better == worse { 1.0 } else { (2.0 * beta::above(few + 1.0, all - few, 0.5)).min(1.0) }
}

/// `ln E` that one build is better than the other, after so many discordant pairs; may be looked at after each.
pub fn ln_e_discordant(better: u32, worse: u32) -> f64 {
    let (b, c) = (f64::from(better), f64::from(worse));
    beta::ln_beta(0.5 + b, 0.5 + c) - beta::ln_beta(0.5, 0.5) + (b + c) * LN_2
}

/// Whether that evidence is enough.
pub(crate) fn discordant_shows(better: u32, worse: u32, alpha: f64) -> bool {
    ln_e_discordant(better, worse) >= -ln(alpha)
}

//! Seeded draws: every case has a stream of its own, so that no case moves another's figures.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};

/// Values of a discrete stand-in for a continuous distribution of rates.
const GRID: u32 = 2048;

pub(crate) struct Random(ChaCha8Rng);

impl Random {
    pub(crate) fn of(case: &str) -> Self {
        // FNV-1a: any spreading of names over seeds would do.
        let seed = case.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    /// Within 0 to 1, without 1.
    pub(crate) fn uniform(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    pub(crate) fn chance(&mut self, rate: f64) -> bool {
        self.uniform() < rate
    }

    pub(crate) fn binomial(&mut self, n: u32, rate: f64) -> u32 {
        (0..n).map(|_| u32::from(self.chance(rate))).sum()
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        (self.uniform() * end as f64) as usize
    }

    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.uniform())
    }

    /// A place in a list, by weights that sum to 1.
    pub(crate) fn weighted(&mut self, weights: &[f64]) -> usize {
        let mut left = self.uniform();
        let drawn = weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        drawn.unwrap_or(weights.len() - 1)
    }
}

/// Rates that scenarios are drawn from: equally likely values whose mean is known without error.
pub(crate) struct Rates {
    values: Vec<f64>,
    pub(crate) mean: f64,
}

impl Rates {
    /// Like a beta distribution with this mean and intraclass correlation.
    pub(crate) fn beta(mean: f64, icc: f64) -> Self {
        let concentration = 1.0 / icc - 1.0;
        let (a, b) = (mean * concentration, (1.0 - mean) * concentration);
        let middle = |step: u32| (f64::from(step) + 0.5) / f64::from(GRID);
        let values: Vec<f64> = (0..GRID).map(|step| beta_quantile(a, b, middle(step))).collect();
        let mean = values.iter().sum::<f64>() / f64::from(GRID);
        Self { values, mean }
    }

    pub(crate) fn draw(&self, random: &mut Random) -> f64 {
        self.values[random.below(self.values.len())]
    }
}

/// From the Clopper-Pearson bound, which is such a quantile; counts of at least a half. Smaller ones go by bisection.
fn beta_quantile(a: f64, b: f64, p: f64) -> f64 {
    use special::Beta as _;
    let ln_beta = a.ln_beta(b);
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..50 {
        let middle = f64::midpoint(low, high);
        if middle.inc_beta(a, b, ln_beta) < p {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// Usage of `n` scenarios, all alike.
pub(crate) fn equal(n: usize) -> Vec<f64> {
    vec![1.0 / n as f64; n]
}

/// Usage of `n` scenarios by Zipf's law.
pub(crate) fn zipf(n: usize) -> Vec<f64> {
    let all: f64 = (1..=n).map(|rank| 1.0 / rank as f64).sum();
    (1..=n).map(|rank| 1.0 / rank as f64 / all).collect()
}

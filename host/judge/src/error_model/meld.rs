//! The melded interval (Bayer, Fay and Graubard 2022): confidence distributions of apparent rate, sensitivity and
//! specificity, put together as if they were independent posteriors, each turned to the side that keeps the bound.

use super::Labels;
use crate::interval::Interval;
use crate::numeric::beta::{below, density, ln_beta, quantile};

/// Points a side of the grid over sensitivity and specificity; bounds are within 0.001 of those of finer ones.
pub const MELD_GRID: u32 = 64;

/// Halvings of the search for a bound.
const HALVINGS: u32 = 60;

/// Counts below this are taken as none, as in `clopper_pearson`.
const LEAST_COUNT: f64 = 0.5;

/// The melded bounds of `x` of `n` effective passes, each wrong with a probability of about `tail`.
pub fn meld(x: f64, n: f64, labels: &Labels, tail: f64) -> Interval {
    Melder::new(labels, MELD_GRID).bounds(x, n, tail)
}

/// Labels with the quantiles that every melded interval of them needs.
#[derive(Debug, Clone)]
pub struct Melder {
    /// For the lower bound: sensitivity and specificity at the middles of equal shares.
    lower: [Vec<f64>; 2],
    /// For the upper bound.
    upper: [Vec<f64>; 2],
}

impl Melder {
    /// With `grid` points a side.
    pub fn new(labels: &Labels, grid: u32) -> Self {
        let middles = |a: f64, b: f64| -> Vec<f64> {
            (0..grid).map(|step| quantile(a, b, (f64::from(step) + 0.5) / f64::from(grid))).collect()
        };
        let (m1, m0) = (f64::from(labels.satisfied), f64::from(labels.unsatisfied));
        let (tp, tn) = (f64::from(labels.satisfied_passed), f64::from(labels.unsatisfied_failed));
        Self {
            lower: [middles(tp + 1.0, m1 - tp), middles(tn, m0 - tn + 1.0)],
            upper: [middles(tp, m1 - tp + 1.0), middles(tn + 1.0, m0 - tn)],
        }
    }

    /// Both bounds.
    pub fn bounds(&self, x: f64, n: f64, tail: f64) -> Interval {
        Interval { lower: self.lower(x, n, tail), upper: self.upper(x, n, tail) }
    }

    /// The lower bound. Where sensitivity and specificity tell nothing, the true rate may be 0.
    pub fn lower(&self, x: f64, n: f64, tail: f64) -> f64 {
        if x < LEAST_COUNT {
            return 0.0;
        }
        let [sensitivities, specificities] = &self.lower;
        let share = Shares::new(x, n - x + 1.0);
        bound(tail, |rate| mean_share(&|x| share.below(x), sensitivities, specificities, rate, 1.0))
    }

    /// The upper bound. Where sensitivity and specificity tell nothing, the true rate may be 1.
    pub fn upper(&self, x: f64, n: f64, tail: f64) -> f64 {
        if n - x < LEAST_COUNT {
            return 1.0;
        }
        let [sensitivities, specificities] = &self.upper;
        let share = Shares::new(x + 1.0, n - x);
        bound(1.0 - tail, |rate| mean_share(&|x| share.below(x), sensitivities, specificities, rate, 0.0))
    }
}

impl Melder {
    /// Whether the interval holds a rate; far cheaper than its bounds.
    pub fn holds(&self, x: f64, n: f64, tail: f64, rate: f64) -> bool {
        self.lower_holds(x, n, tail, rate) && self.upper_holds(x, n, tail, rate)
    }

    /// Whether the lower bound is at most a rate.
    pub fn lower_holds(&self, x: f64, n: f64, tail: f64, rate: f64) -> bool {
        let [sensitivities, specificities] = &self.lower;
        let share = |point: f64| below(x, n - x + 1.0, point);
        x < LEAST_COUNT || mean_share(&share, sensitivities, specificities, rate, 1.0) >= tail
    }

    /// Whether the upper bound is at least a rate.
    fn upper_holds(&self, x: f64, n: f64, tail: f64, rate: f64) -> bool {
        let [sensitivities, specificities] = &self.upper;
        let share = |point: f64| below(x + 1.0, n - x, point);
        n - x < LEAST_COUNT || mean_share(&share, sensitivities, specificities, rate, 0.0) <= 1.0 - tail
    }
}

/// The least rate below which a share `wanted` lies; 1 where none has it.
fn bound(wanted: f64, share: impl Fn(f64) -> f64) -> f64 {
    if share(0.0) >= wanted {
        return 0.0;
    }
    if share(1.0) < wanted {
        return 1.0;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        if share(middle) < wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    f64::midpoint(low, high)
}

/// How much of the melded distribution lies at or below `rate`. `blind` is what a point counts where the judges tell
/// nothing.
fn mean_share(
    share: &impl Fn(f64) -> f64,
    sensitivities: &[f64],
    specificities: &[f64],
    rate: f64,
    blind: f64,
) -> f64 {
    let mut sum = 0.0;
    for sensitivity in sensitivities {
        for specificity in specificities {
            let youden = sensitivity + specificity - 1.0;
            sum += if youden > 0.0 { share(rate * youden + 1.0 - specificity) } else { blind };
        }
    }
    sum / (sensitivities.len() * specificities.len()) as f64
}

/// The share of a beta distribution below any point, from a table of values and densities: the grid asks for it
/// 250,000 times a bound.
struct Shares {
    a: f64,
    b: f64,
    low: f64,
    width: f64,
    /// Value and slope times width at each knot.
    knots: Vec<(f64, f64)>,
}

/// Cells of the table.
const CELLS: usize = 2048;
/// Standard deviations that it reaches to each side; beyond them nothing is left.
const REACH: f64 = 40.0;
/// Cells beside 0 and 1 where the density need not be smooth; there the exact share is taken.
const ROUGH: usize = 16;

impl Shares {
    fn new(a: f64, b: f64) -> Self {
        let sum = a + b;
        let (mean, sd) = (a / sum, (a * b / (sum * sum * (sum + 1.0))).sqrt());
        let (low, high) = ((mean - REACH * sd).max(0.0), (mean + REACH * sd).min(1.0));
        let width = (high - low) / CELLS as f64;
        let ln_beta = ln_beta(a, b);
        let knot = |cell: usize| {
            let x = low + width * cell as f64;
            let slope = if x > 0.0 && x < 1.0 { density(a, b, ln_beta, x) } else { 0.0 };
            (below(a, b, x), slope * width)
        };
        Self { a, b, low, width, knots: (0..=CELLS).map(knot).collect() }
    }

    fn below(&self, x: f64) -> f64 {
        let at = (x - self.low) / self.width;
        if at <= 0.0 {
            return 0.0;
        }
        let cell = at as usize;
        let (Some((value, slope)), Some((next, next_slope))) =
            (self.knots.get(cell), self.knots.get(cell + 1))
        else {
            return 1.0;
        };
        if self.is_rough(cell) {
            return below(self.a, self.b, x);
        }
        let t = at - cell as f64;
        let s = 1.0 - t;
        s * s * ((1.0 + 2.0 * t) * value + t * slope) + t * t * ((3.0 - 2.0 * t) * next - s * next_slope)
    }

    fn is_rough(&self, cell: usize) -> bool {
        let ends_at_one = self.low + self.width * CELLS as f64 >= 1.0 - f64::EPSILON;
        (self.low <= 0.0 && cell < ROUGH) || (ends_at_one && cell + ROUGH >= CELLS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_agrees_with_the_function() {
        for (a, b) in
            [(160.0, 41.0), (280.5, 1.3), (200.0, 1.0), (1.0, 200.0), (3.2, 0.7), (950.0, 51.0), (2.0, 2.0)]
        {
            let shares = Shares::new(a, b);
            for step in 0..=4000 {
                let x = f64::from(step) / 4000.0;
                assert!((shares.below(x) - below(a, b, x)).abs() < 2e-8, "{a} {b} {x}");
            }
        }
    }

    #[test]
    fn an_interval_holds_what_lies_between_its_bounds() {
        let labels = Labels { satisfied: 100, satisfied_passed: 95, unsatisfied: 60, unsatisfied_failed: 52 };
        let melder = Melder::new(&labels, 16);
        let Interval { lower, upper } = melder.bounds(160.0, 200.0, 0.025);
        for (rate, held) in
            [(lower - 1e-6, false), (lower + 1e-6, true), (upper - 1e-6, true), (upper + 1e-6, false)]
        {
            assert_eq!(melder.holds(160.0, 200.0, 0.025, rate), held, "{rate}");
        }
    }

    #[test]
    fn labels_of_one_side_or_none_tell_nothing() {
        let none = Labels { satisfied: 0, satisfied_passed: 0, unsatisfied: 0, unsatisfied_failed: 0 };
        let chance = Labels { satisfied: 4, satisfied_passed: 0, unsatisfied: 4, unsatisfied_failed: 0 };
        for labels in [none, chance] {
            assert_eq!(meld(50.0, 60.0, &labels, 0.025), Interval { lower: 0.0, upper: 1.0 });
        }
    }
}

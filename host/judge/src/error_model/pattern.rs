//! The posterior of one trajectory from the pattern of its judges' verdicts. A pattern is a number whose bits are the
//! verdicts of `judges` judges, the first judge's the highest.

use crate::numeric::chi_square_above;
use serde::Serialize;

/// Rounds of expectation and maximisation; the estimate does not move after far fewer.
const ROUNDS: u32 = 500;

/// Patterns that a calibration set has to hold for each cell of the joint table, on average.
const LABELS_A_CELL: usize = 10;

/// How often each pattern stood for satisfied and for unsatisfied trials. Joint counts keep what judges have in common.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PatternTable {
    /// Chance of each pattern where the trial satisfies.
    pub satisfied: Vec<f64>,
    /// Chance of each pattern where it does not.
    pub unsatisfied: Vec<f64>,
}

impl PatternTable {
    /// From the counts of all patterns in the calibration set, with half a count added to each.
    pub fn joint(satisfied: &[u32], unsatisfied: &[u32]) -> Self {
        let shares = |counts: &[u32]| {
            let total = counts.iter().map(|count| f64::from(*count) + 0.5).sum::<f64>();
            counts.iter().map(|count| (f64::from(*count) + 0.5) / total).collect()
        };
        Self { satisfied: shares(satisfied), unsatisfied: shares(unsatisfied) }
    }

    /// As if judges erred independently: the fallback where labels are too few for joint counts, to be named as such.
    pub fn independent(judges: &[JudgeRates]) -> Self {
        let patterns = 0..1_usize << judges.len();
        let chance = |pattern: usize, passes: fn(&JudgeRates) -> f64| {
            let bits = judges.iter().rev().enumerate();
            let factor = |(bit, judge): (usize, &JudgeRates)| {
                if pattern >> bit & 1 == 1 { passes(judge) } else { 1.0 - passes(judge) }
            };
            bits.map(factor).product::<f64>()
        };
        Self {
            satisfied: patterns.clone().map(|pattern| chance(pattern, |judge| judge.sensitivity)).collect(),
            unsatisfied: patterns.map(|pattern| chance(pattern, |judge| 1.0 - judge.specificity)).collect(),
        }
    }

    /// Whether so many labels are enough for joint counts of so many judges.
    pub fn is_joint_enough(judges: u32, labels: usize) -> bool {
        1_usize.checked_shl(judges).is_some_and(|patterns| patterns <= labels / LABELS_A_CELL)
    }
}

/// What is known of one judge alone.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct JudgeRates {
    /// Share of satisfied trials that it passes.
    pub sensitivity: f64,
    /// Share of unsatisfied trials that it fails.
    pub specificity: f64,
}

/// How likely a trial satisfies, from the chances of its pattern and the prevalence of satisfied trials.
pub fn trajectory_posterior(prevalence: f64, satisfied: f64, unsatisfied: f64) -> f64 {
    let (yes, no) = (prevalence * satisfied, (1.0 - prevalence) * unsatisfied);
    if yes + no > 0.0 { yes / (yes + no) } else { prevalence }
}

/// The same with independent judges.
pub fn independent_posterior(prevalence: f64, judges: &[JudgeRates], pattern: usize) -> f64 {
    let table = PatternTable::independent(judges);
    let at = |chances: &[f64]| chances.get(pattern).copied().unwrap_or(0.0);
    trajectory_posterior(prevalence, at(&table.satisfied), at(&table.unsatisfied))
}

/// The share of satisfied trials that makes a batch's pattern counts most likely, by expectation and maximisation
/// from one half.
pub fn prevalence(table: &PatternTable, counts: &[u32]) -> f64 {
    let total: f64 = counts.iter().copied().map(f64::from).sum();
    let mut prevalence = 0.5;
    if total <= 0.0 {
        return prevalence;
    }
    for _ in 0..ROUNDS {
        let rows = counts.iter().zip(table.satisfied.iter().zip(&table.unsatisfied));
        prevalence = rows
            .map(|(count, (yes, no))| f64::from(*count) * trajectory_posterior(prevalence, *yes, *no))
            .sum::<f64>()
            / total;
    }
    prevalence
}

/// How well the error model fits a batch.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Drift {
    /// Pearson's statistic over the patterns.
    pub chi_square: f64,
    /// Patterns less two: one for the total, one for the prevalence.
    pub freedom: u32,
    /// Chance of so bad a fit; under 0.001 the error model does not describe this build.
    pub p: f64,
}

/// Compares a batch's pattern counts with what the table predicts at its own prevalence; none where fewer than three
/// patterns leave nothing to compare.
pub fn drift(table: &PatternTable, counts: &[u32]) -> Option<Drift> {
    let freedom = u32::try_from(counts.len()).ok()?.checked_sub(2).filter(|freedom| *freedom > 0)?;
    let share = prevalence(table, counts);
    let total: f64 = counts.iter().copied().map(f64::from).sum();
    let rows = counts.iter().zip(table.satisfied.iter().zip(&table.unsatisfied));
    let part = |(count, (yes, no)): (&u32, (&f64, &f64))| {
        let expected = total * (share * yes + (1.0 - share) * no);
        (f64::from(*count) - expected).powi(2) / expected
    };
    let chi_square = rows.map(part).sum::<f64>();
    let p = chi_square_above(chi_square, f64::from(freedom));
    (total > 0.0).then_some(Drift { chi_square, freedom, p })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_from_the_model_fits_and_another_does_not() {
        let table = PatternTable::joint(&[2, 6, 8, 134], &[36, 6, 5, 3]);
        let fitting = drift(&table, &[30, 14, 16, 240]).unwrap();
        let foreign = drift(&table, &[5, 140, 140, 15]).unwrap();
        assert!(fitting.p > 0.01 && foreign.p < 0.001, "{fitting:?} {foreign:?}");
    }

    #[test]
    fn joint_counts_need_ten_labels_a_pattern() {
        assert!(PatternTable::is_joint_enough(2, 40));
        assert!(!PatternTable::is_joint_enough(3, 40));
        assert!(!PatternTable::is_joint_enough(200, 40));
    }
}

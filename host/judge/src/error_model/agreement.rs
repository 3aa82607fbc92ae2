//! How far raters agree beyond chance.

use crate::interval::Interval;
use crate::numeric::normal_quantile;
use serde::Serialize;
use std::collections::BTreeMap;

/// Cohen's kappa of two raters.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Kappa {
    /// Share of equal ratings.
    pub observed: f64,
    /// Agreement beyond chance: 1 always, 0 no more than chance.
    pub kappa: f64,
    /// Its interval at 95 %, with the large-sample variance of Fleiss, Cohen and Everitt (1969).
    pub interval: Interval,
}

/// Of two raters who say yes or no; `table[i][j]` counts the units that the first calls `i` and the second `j`.
/// None where a rater never varies.
pub fn cohen_kappa(table: [[u32; 2]; 2]) -> Option<Kappa> {
    let [[a, b], [c, d]] = table.map(|row| row.map(f64::from));
    let n = a + b + c + d;
    let [a, b, c, d] = [a / n, b / n, c / n, d / n];
    let (rows, columns) = ([a + b, c + d], [a + c, b + d]);
    let [[r0, r1], [c0, c1]] = [rows, columns];
    let (observed, chance) = (a + d, r0 * c0 + r1 * c1);
    let kappa = (observed - chance) / (1.0 - chance);
    let on = a * (1.0 - (r0 + c0) * (1.0 - kappa)).powi(2) + d * (1.0 - (r1 + c1) * (1.0 - kappa)).powi(2);
    let off = (1.0 - kappa).powi(2) * (b * (c0 + r1).powi(2) + c * (c1 + r0).powi(2));
    let mid = (kappa - chance * (1.0 - kappa)).powi(2);
    let se = ((on + off - mid) / n).sqrt() / (1.0 - chance);
    let half = normal_quantile(0.975) * se;
    let interval = Interval { lower: kappa - half, upper: kappa + half };
    (kappa.is_finite() && se.is_finite()).then_some(Kappa { observed, kappa, interval })
}

/// Krippendorff's alpha for nominal ratings: one list a unit, with the ratings that it got; units with fewer than two
/// count for nothing. None where all ratings are the same, or none can be compared.
pub fn krippendorff_alpha(units: &[Vec<u32>]) -> Option<f64> {
    let mut totals: BTreeMap<u32, f64> = BTreeMap::new();
    let (mut ratings, mut disagreements) = (0.0, 0.0);
    for unit in units.iter().filter(|unit| unit.len() > 1) {
        let mut counts: BTreeMap<u32, f64> = BTreeMap::new();
        unit.iter().for_each(|rating| *counts.entry(*rating).or_default() += 1.0);
        let size = unit.len() as f64;
        let agreeing: f64 = counts.values().map(|count| count * (count - 1.0)).sum();
        disagreements += (size * (size - 1.0) - agreeing) / (size - 1.0);
        ratings += size;
        counts.into_iter().for_each(|(rating, count)| *totals.entry(rating).or_default() += count);
    }
    let agreeing: f64 = totals.values().map(|count| count * (count - 1.0)).sum();
    let expected = (ratings * (ratings - 1.0) - agreeing) / (ratings - 1.0);
    (expected > 0.0).then(|| 1.0 - disagreements / expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn alpha_of_the_textbook_example() {
        // Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", example B: two raters, ten units, nominal;
        // alpha = 0.095.
        let first = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0];
        let second = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0];
        let units: Vec<_> = first.iter().zip(second).map(|(one, other)| vec![*one, other]).collect();
        let alpha = krippendorff_alpha(&units).unwrap();
        assert!((alpha - 0.095).abs() < 5e-4, "{alpha}");
        assert_eq!(krippendorff_alpha(&[vec![1, 1], vec![2]]), None);
        assert_eq!(krippendorff_alpha(&[vec![1, 1], vec![2, 2]]), Some(1.0));
    }

    #[test]
    fn raters_that_never_vary_have_no_kappa() {
        assert_eq!(cohen_kappa([[10, 0], [0, 0]]), None);
    }
}

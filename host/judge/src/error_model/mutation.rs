//! How many broken trajectories a judge catches.

use crate::interval::cp_lower;
use serde::Serialize;

/// Satisfied trajectories that were broken on purpose, and how many of them the judge fails.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MutationScore {
    /// Broken trajectories that the judge failed.
    pub killed: u32,
    /// All broken trajectories.
    pub mutants: u32,
    /// Share that was killed; none without mutants.
    pub score: Option<f64>,
    /// Its one-sided lower bound at 95 %.
    pub lower: f64,
}

impl MutationScore {
    /// From both counts.
    pub fn of(killed: u32, mutants: u32) -> Self {
        let (x, n) = (f64::from(killed), f64::from(mutants));
        Self { killed, mutants, score: (mutants > 0).then(|| x / n), lower: cp_lower(x, n, 0.05) }
    }
}

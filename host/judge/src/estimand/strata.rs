//! Weighted counts of a suite's scenarios: point, variances, and the sizes that the weights alone leave.

/// One scenario's part: weight above 0, trials above 0, passes at most trials. The weights of all sum to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stratum {
    /// Its share of the usage.
    pub weight: f64,
    /// Judged trials.
    pub trials: u32,
    /// Those of them that satisfy.
    pub passes: u32,
}

impl Stratum {
    /// Passes a trial.
    pub fn rate(&self) -> f64 {
        f64::from(self.passes) / f64::from(self.trials)
    }
}

/// The weighted share of passes.
pub fn point(strata: &[Stratum]) -> f64 {
    strata.iter().map(|stratum| stratum.weight * stratum.rate()).sum::<f64>().clamp(0.0, 1.0)
}

/// Variance of the point over other seeds for the same scenarios. A scenario with one trial adds nothing, because its
/// variance is not known; designs with such a scenario are outside of the design rules.
pub fn suite_variance(strata: &[Stratum]) -> f64 {
    let part = |stratum: &Stratum| {
        let rate = stratum.rate();
        let free = f64::from(stratum.trials) - 1.0;
        if free > 0.0 { stratum.weight * stratum.weight * rate * (1.0 - rate) / free } else { 0.0 }
    };
    strata.iter().map(part).sum()
}

/// Variance of the point over other scenarios from the same usage: clusters are scenarios. Of a single scenario it is
/// not known.
pub fn population_variance(strata: &[Stratum]) -> Option<f64> {
    let scenarios = strata.len() as f64;
    let mean = point(strata);
    let squares = strata.iter().map(|stratum| (stratum.weight * (stratum.rate() - mean)).powi(2));
    (strata.len() > 1).then(|| scenarios / (scenarios - 1.0) * squares.sum::<f64>())
}

/// The number of trials of a simple sample with the same weights (Kish 1965).
pub fn kish_size(strata: &[Stratum]) -> f64 {
    strata
        .iter()
        .map(|stratum| stratum.weight * stratum.weight / f64::from(stratum.trials))
        .sum::<f64>()
        .recip()
}

/// The number of equally weighted scenarios with the same concentration of weights.
pub fn scenarios_size(strata: &[Stratum]) -> f64 {
    strata.iter().map(|stratum| stratum.weight * stratum.weight).sum::<f64>().recip()
}

/// The most weight that one trial carries, in averages over all trials.
pub fn leverage(strata: &[Stratum]) -> f64 {
    let trials = total(strata);
    strata.iter().map(|stratum| stratum.weight * trials / f64::from(stratum.trials)).fold(0.0, f64::max)
}

/// All judged trials.
pub(crate) fn total(strata: &[Stratum]) -> f64 {
    strata.iter().map(|stratum| f64::from(stratum.trials)).sum()
}

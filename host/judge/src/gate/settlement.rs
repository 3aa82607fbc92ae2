//! Deterministic settlement: what the trials to come can no longer change. It settles the observed figure of this plan
//! alone, and says nothing of the suite.

use serde::Serialize;

/// What is sure of the observed figure before the plan has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Settled {
    /// At or above the threshold even if every trial to come fails.
    Above,
    /// Below the threshold even if every trial to come passes.
    Below,
    /// The trials to come decide.
    Open,
}

/// From each scenario's share of the usage, planned trials, settled trials and passes among them.
pub fn settled(scenarios: &[(f64, u32, u32, u32)], threshold: f64) -> Settled {
    let (mut least, mut most) = (0.0, 0.0);
    for (weight, planned, ran, passes) in scenarios.iter().copied() {
        let planned_trials = f64::from(planned.max(1));
        least += weight * f64::from(passes) / planned_trials;
        most += weight * f64::from(passes + planned.saturating_sub(ran)) / planned_trials;
    }
    if least >= threshold {
        Settled::Above
    } else if most < threshold {
        Settled::Below
    } else {
        Settled::Open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rest_of_the_plan_decides_until_it_cannot() {
        assert_eq!(settled(&[(0.5, 10, 9, 9), (0.5, 10, 9, 9)], 0.9), Settled::Above);
        assert_eq!(settled(&[(0.5, 10, 9, 8), (0.5, 10, 9, 9)], 0.9), Settled::Open);
        assert_eq!(settled(&[(0.5, 10, 9, 6), (0.5, 10, 9, 8)], 0.9), Settled::Below);
    }
}

//! Intervals of one proportion, and figures of one scenario.

use super::{CLOSED, INVERSE, count, near, number, pair, rows, vectors};
use glasshouse_judge::{
    Interval, Posterior, agresti_coull, clopper_pearson, corrected_pass_k, flake_rate, hoeffding_lower,
    jeffreys, pass_at_k, pass_k, shrink, wilson,
};

fn both(interval: Interval) -> (f64, f64) {
    (interval.lower, interval.upper)
}

#[test]
fn single_proportions() {
    for row in rows("single_proportion") {
        let (k, n) = (number(&row["k"]), number(&row["n"]));
        near(k / n, &row["point"], CLOSED, row);
        pair(both(wilson(k, n, 0.95).unwrap()), &row["wilson95"], CLOSED, row);
        pair(both(clopper_pearson(k, n, 0.95).unwrap()), &row["clopper_pearson95"], INVERSE, row);
        pair(both(jeffreys(k, n, 0.95).unwrap()), &row["jeffreys95"], INVERSE, row);
        pair(both(agresti_coull(k, n, 0.95).unwrap()), &row["agresti_coull95"], CLOSED, row);
        near(wilson(k, n, 0.9).unwrap().lower, &row["wilson_lower_1sided95"], CLOSED, row);
        let one_sided = clopper_pearson(k, n, 0.9).unwrap();
        near(one_sided.lower, &row["cp_lower_1sided95"], INVERSE, row);
        near(one_sided.upper, &row["cp_upper_1sided95"], INVERSE, row);
        near(Posterior::of(k as u32, n as u32).mean(), &row["jeffreys_posterior_mean"], CLOSED, row);
    }
    for row in rows("clopper_pearson_fractional") {
        let (x, n) = (number(&row["x"]), number(&row["n"]));
        near(clopper_pearson(x, n, 0.9).unwrap().lower, &row["lower_1sided95"], INVERSE, row);
        pair(both(clopper_pearson(x, n, 0.95).unwrap()), &row["two_sided95"], INVERSE, row);
    }
    for row in rows("hoeffding_lower") {
        let found = hoeffding_lower(number(&row["mean"]), number(&row["n"]), number(&row["alpha"]));
        near(found, &row["lower"], CLOSED, row);
    }
}

#[test]
fn repeats() {
    for row in rows("pass_k") {
        let (n, c, k) = (count(&row["n"]), count(&row["c"]), count(&row["k"]));
        near(pass_k(c, n, k).unwrap(), &row["pass_hat_k"], CLOSED, row);
        near(pass_at_k(c, n, k).unwrap(), &row["pass_at_k"], CLOSED, row);
        // The biased one, which nobody may show.
        near((f64::from(c) / f64::from(n)).powi(k as i32), &row["plugin_biased"], CLOSED, row);
    }
    for row in rows("flake_rate") {
        near(flake_rate(count(&row["c"]), count(&row["n"])).unwrap(), &row["flake"], CLOSED, row);
    }
    for row in rows("judge_corrected_pass_hat_k") {
        let (n, c, k) = (count(&row["n"]), count(&row["c"]), count(&row["k"]));
        let found = corrected_pass_k(c, n, k, number(&row["se"]), number(&row["sp"])).unwrap();
        near(found, &row["value"], CLOSED, row);
        near(pass_k(c, n, k).unwrap(), &row["uncorrected"], CLOSED, row);
    }
    assert_eq!((pass_k(3, 3, 4), pass_at_k(3, 3, 4), flake_rate(1, 1)), (None, None, None));
    assert_eq!(corrected_pass_k(3, 3, 2, 0.5, 0.5), None);
}

#[test]
fn corrected_repeats_are_unbiased() {
    let check = &vectors()["judge_corrected_pass_hat_k_unbiased_check"];
    let [theta, se, sp] = ["theta", "se", "sp"].map(|key| number(&check[key]));
    let (n, k) = (count(&check["n"]), count(&check["k"]));
    let apparent = theta * se + (1.0 - theta) * (1.0 - sp);
    let mut chance = (1.0 - apparent).powi(n as i32);
    let mut expectation = 0.0;
    for c in 0..=n {
        expectation += chance * corrected_pass_k(c, n, k, se, sp).unwrap();
        chance *= f64::from(n - c) / f64::from(c + 1) * apparent / (1.0 - apparent);
    }
    near(expectation, &check["expectation"], CLOSED, check);
    near(theta.powi(k as i32), &check["theta_pow_k"], CLOSED, check);
}

#[test]
fn posteriors_of_scenarios() {
    for row in rows("scenario_posterior") {
        let posterior = Posterior::of(count(&row["c"]), count(&row["n"]));
        for (found, key) in [
            (posterior.alpha, "alpha"),
            (posterior.beta, "beta"),
            (posterior.mean(), "mean"),
            (posterior.solid(), "p_ge_0_9"),
            (posterior.broken(), "p_le_0_1"),
            (posterior.flaky(), "p_flaky_0_1_to_0_9"),
        ] {
            near(found, &row[key], CLOSED, row);
        }
        // Tails keep their digits however small they are; those of `p_ge_0_9` are one minus something there.
        if posterior.broken() < 1e-8 {
            assert!((posterior.broken() / number(&row["p_le_0_1"]) - 1.0).abs() < 1e-9, "{row}");
        }
        for (k, wanted) in row["expected_theta_pow"].as_object().unwrap() {
            near(posterior.expected_power(k.parse().unwrap()), wanted, CLOSED, row);
        }
    }
}

#[test]
fn shrinkage() {
    let wanted = &vectors()["hierarchical_grid"];
    let counts: Vec<_> = vectors()["suite"]["scenarios"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (count(&row["passes"]), count(&row["n"])))
        .collect();
    let found = shrink(&counts);
    near(found.mean, &wanted["posterior_mean_mu"], CLOSED, wanted);
    near(found.ln_concentration, &wanted["posterior_mean_log_kappa"], CLOSED, wanted);
    for (at, rate) in found.rates.iter().enumerate() {
        near(*rate, &wanted["scenario_shrunk_means"][at], CLOSED, wanted);
    }
}

//! Evidence of sequential gates.

use super::{CLOSED, INVERSE, count, near, number, pair, rows, vectors};
use glasshouse_judge::{
    FLOOR, Labels, Sprt, Wealth, all_pass_stop, apparent_thresholds, confidence_sequence, ln_e_discordant,
    ln_e_greater, ln_e_less, ln_e_two_sided, sequence_lower, zero_failure_trials,
};

#[test]
fn evidence() {
    for row in rows("eprocess_beta_mixture") {
        let [k, n, m] = ["k", "n", "m"].map(|key| number(&row[key]));
        near(ln_e_two_sided(k, n, m), &row["log_e_two_sided"], CLOSED, row);
        near(ln_e_greater(k, n, m), &row["log_e_greater"], CLOSED, row);
        near(ln_e_less(k, n, m), &row["log_e_less"], CLOSED, row);
    }
    for row in rows("eprocess_discordant") {
        near(ln_e_discordant(count(&row["b"]), count(&row["c"])), &row["log_e"], CLOSED, row);
    }
}

#[test]
fn confidence_sequences() {
    for row in rows("confidence_sequence") {
        let [k, n, alpha] = ["k", "n", "alpha"].map(|key| number(&row[key]));
        let found = confidence_sequence(k, n, alpha);
        pair((found.lower, found.upper), &row["two_sided"], INVERSE, row);
        near(sequence_lower(k, n, alpha), &row["lower_1sided"], INVERSE, row);
    }
}

#[test]
fn where_a_subject_without_fails_stops() {
    for (threshold, wanted) in vectors()["stop_rule_all_pass_alpha05"].as_object().unwrap() {
        let threshold: f64 = threshold.parse().unwrap();
        let stop = all_pass_stop(threshold, 0.05).unwrap();
        assert_eq!(stop, count(&wanted["all_pass_stop_n"]), "{threshold}");
        let at = |n: u32| ln_e_greater(f64::from(n), f64::from(n), threshold);
        near(at(stop), &wanted["log_e_at_stop"], CLOSED, wanted);
        near(at(stop - 1), &wanted["log_e_before"], CLOSED, wanted);
        near(zero_failure_trials(threshold, 0.05), &wanted["fixed_n_clopper_pearson"], 0.0, wanted);
    }
    for (threshold, wanted) in vectors()["zero_failure_n"].as_object().unwrap() {
        near(zero_failure_trials(threshold.parse().unwrap(), 0.05), wanted, 0.0, threshold);
    }
}

#[test]
fn a_path_to_a_pass() {
    let wanted = &vectors()["stop_rule_path"];
    let (tau, alpha) = (number(&wanted["tau"]), number(&wanted["alpha"]));
    let mut passes = 0.0;
    let mut path = wanted["path"].as_array().unwrap().iter().peekable();
    let mut first = None;
    for (n, verdict) in (1..).zip("1110111111".repeat(12).chars()) {
        passes += f64::from(u8::from(verdict == '1'));
        let evidence = ln_e_greater(passes, f64::from(n), tau);
        if first.is_none() && evidence >= -alpha.ln() {
            first = Some(n);
        }
        if let Some(row) = path.next_if(|row| count(&row["n"]) == n) {
            near(passes, &row["k"], 0.0, row);
            near(evidence, &row["log_e_greater"], CLOSED, row);
            near(ln_e_less(passes, f64::from(n), tau), &row["log_e_less"], CLOSED, row);
        }
    }
    assert_eq!((first, path.next()), (Some(count(&wanted["first_n_pass"])), None));
}

#[test]
fn gates_of_judges_that_err() {
    for row in rows("gate_apparent_threshold") {
        let labels = Labels {
            satisfied: count(&row["m1"]),
            satisfied_passed: count(&row["tp"]),
            unsatisfied: count(&row["m0"]),
            unsatisfied_failed: count(&row["tn"]),
        };
        let alpha = number(&row["alpha"]);
        near(labels.sensitivity_bounds(alpha / 4.0).upper, &row["se_upper"], INVERSE, row);
        near(labels.specificity_bounds(alpha / 4.0).lower, &row["sp_lower"], INVERSE, row);
        let found = apparent_thresholds(number(&row["tau"]), &labels, alpha);
        near(found.pass, &row["apparent_threshold"], INVERSE, row);
        assert!(found.fail <= found.pass, "{row}");
        near(alpha / 2.0, &row["alpha_for_eprocess"], 0.0, row);
    }
}

#[test]
fn ratio_tests() {
    for row in rows("sprt") {
        let [p0, p1, alpha, beta] = ["p0", "p1", "alpha", "beta"].map(|key| number(&row[key]));
        let test = Sprt::new(p0, p1, alpha, beta).unwrap();
        near(test.pass_at, &row["log_A"], CLOSED, row);
        near(test.fail_at, &row["log_B"], CLOSED, row);
        near(test.step_pass, &row["step_pass"], CLOSED, row);
        near(test.step_fail, &row["step_fail"], CLOSED, row);
        near(test.all_pass_stop(), &row["all_pass_stop_n"], 0.0, row);
    }
    assert_eq!((Sprt::new(0.9, 0.9, 0.05, 0.05), Sprt::new(0.9, 1.0, 0.05, 0.05)), (None, None));
}

#[test]
fn wealth_under_adaptive_allocation() {
    let wanted = &vectors()["ipw_eprocess"];
    assert_eq!(number(&wanted["eps_floor"]), FLOOR);
    let mut wealth = Wealth::new(number(&wanted["tau"]), FLOOR);
    near(wealth.most(), &wanted["lambda_max"], CLOSED, wanted);
    for step in wanted["steps"].as_array().unwrap() {
        let weight = number(&wanted["weights"][step["scenario"].as_u64().unwrap() as usize]);
        let satisfied = count(&step["y"]) == 1;
        let failure = if satisfied { 0.0 } else { weight / number(&step["q"]) };
        near(failure, &step["X"], CLOSED, step);
        near(1.0 - number(&wanted["tau"]) - failure, &step["Z"], CLOSED, step);
        wealth.add(weight, number(&step["q"]), satisfied, number(&wanted["lambda_fixed"]));
        near(wealth.ln_wealth(), &step["log_wealth"], CLOSED, step);
    }
    assert!(!wealth.shows(0.05));
}

//! Figures that allow for judges' errors.

use super::{CLOSED, INVERSE, MELD, count, near, number, pair, rows, vectors};
use glasshouse_judge::{
    JudgeRates, Labels, Melder, MutationScore, PatternTable, box_bounds, cohen_kappa, independent_posterior,
    lang_reiczigel, meld, prediction_powered, prevalence, rogan_gladen, trajectory_posterior,
};
use serde_json::Value;

fn labels(row: &Value) -> Labels {
    Labels {
        satisfied: count(&row["m1"]),
        satisfied_passed: count(&row["tp"]),
        unsatisfied: count(&row["m0"]),
        unsatisfied_failed: count(&row["tn"]),
    }
}

#[test]
fn points_and_closed_forms() {
    for row in rows("judge_corrected") {
        let (x, n, labels) = (number(&row["x"]), number(&row["n"]), labels(row));
        near(labels.sensitivity(), &row["se"], CLOSED, row);
        near(labels.specificity(), &row["sp"], CLOSED, row);
        near(labels.youden(), &row["youden"], CLOSED, row);
        let found = rogan_gladen(x / n, n, &labels);
        near(x / n, &row["apparent"], CLOSED, row);
        near(found.raw, &row["rogan_gladen_raw"], CLOSED, row);
        near(found.clipped, &row["rogan_gladen_clipped"], CLOSED, row);
        near(found.delta_se, &row["delta_se"], CLOSED, row);
        let (found, wanted) = (lang_reiczigel(x / n, n, &labels, 0.025), &row["lang_reiczigel95"]);
        near(found.centre, &wanted["theta"], CLOSED, row);
        near(found.shift, &wanted["shift"], CLOSED, row);
        near(found.se, &wanted["se"], CLOSED, row);
        near(found.lower, &wanted["lo"], CLOSED, row);
        near(found.upper, &wanted["hi"], CLOSED, row);
        let one_sided = lang_reiczigel(x / n, n, &labels, 0.05).lower;
        near(one_sided, &row["lang_reiczigel_lower_1sided95"], CLOSED, row);
    }
}

#[test]
fn boxes() {
    for row in rows("judge_corrected") {
        let (x, n, labels) = (number(&row["x"]), number(&row["n"]), labels(row));
        let (found, wanted) = (box_bounds(x, n, &labels, 0.025), &row["box95"]);
        for (interval, keys) in [
            (found.rate, ["lo", "hi"]),
            (found.apparent, ["pL", "pU"]),
            (found.sensitivity, ["seL", "seU"]),
            (found.specificity, ["spL", "spU"]),
        ] {
            near(interval.lower, &wanted[keys[0]], INVERSE, row);
            near(interval.upper, &wanted[keys[1]], INVERSE, row);
        }
        let (found, wanted) = (box_bounds(x, n, &labels, 0.05), &row["box_lower_1sided95"]);
        near(found.rate.lower, &wanted["lo"], INVERSE, row);
        near(found.apparent.lower, &wanted["pL"], INVERSE, row);
        near(found.sensitivity.upper, &wanted["seU"], INVERSE, row);
        near(found.specificity.lower, &wanted["spL"], INVERSE, row);
    }
}

#[test]
fn melded_intervals() {
    for row in rows("judge_corrected") {
        let (x, n, labels) = (number(&row["x"]), number(&row["n"]), labels(row));
        let fine = Melder::new(&labels, 256);
        let both = fine.bounds(x, n, 0.025);
        pair((both.lower, both.upper), &row["meld95_K256"], MELD, row);
        near(fine.lower(x, n, 0.05), &row["meld_lower_1sided95_K256"], MELD, row);
        // The grid that is used is within a thousandth.
        let usual = meld(x, n, &labels, 0.025);
        pair((usual.lower, usual.upper), &row["meld95_K256"], 1e-3, row);
        // And the closed form is near enough to tell a broken meld.
        let closed = lang_reiczigel(x / n, n, &labels, 0.025);
        assert!(
            (closed.lower - usual.lower).abs() < 0.02 && (closed.upper - usual.upper).abs() < 0.02,
            "{row}"
        );
    }
}

#[test]
fn posteriors_of_trajectories() {
    let wanted = &vectors()["trajectory_posterior_naive_bayes"];
    let judges: Vec<_> = wanted["judges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|judge| JudgeRates { sensitivity: number(&judge["se"]), specificity: number(&judge["sp"]) })
        .collect();
    for row in wanted["patterns"].as_array().unwrap() {
        let bits = row["pattern"].as_array().unwrap();
        let pattern = bits.iter().fold(0, |pattern, bit| pattern << 1 | count(bit) as usize);
        let found = independent_posterior(number(&wanted["prevalence"]), &judges, pattern);
        near(found, &row["posterior"], CLOSED, row);
    }
}

const PATTERNS: [&str; 4] = ["00", "01", "10", "11"];

fn table() -> PatternTable {
    let wanted = &vectors()["trajectory_posterior_pattern_table"];
    let counts = |key: &str| PATTERNS.map(|pattern| count(&wanted[key][pattern]));
    PatternTable::joint(&counts("calibration_satisfied"), &counts("calibration_unsatisfied"))
}

#[test]
fn joint_pattern_tables() {
    let (table, wanted) = (table(), &vectors()["trajectory_posterior_pattern_table"]);
    for row in wanted["patterns"].as_array().unwrap() {
        let at = PATTERNS.iter().position(|pattern| row["pattern"] == *pattern).unwrap();
        near(table.satisfied[at], &row["lik_sat"], CLOSED, row);
        near(table.unsatisfied[at], &row["lik_unsat"], CLOSED, row);
        let found =
            trajectory_posterior(number(&wanted["prevalence"]), table.satisfied[at], table.unsatisfied[at]);
        near(found, &row["posterior_at_prev_0_85"], CLOSED, row);
    }
    let composite = |passes: fn(&str) -> bool| {
        let pairs = ["calibration_satisfied", "calibration_unsatisfied"].into_iter().flat_map(|key| {
            PATTERNS.into_iter().flat_map(move |pattern| {
                let pair = (key == "calibration_satisfied", passes(pattern));
                std::iter::repeat_n(pair, count(&wanted[key][pattern]) as usize)
            })
        });
        Labels::count(pairs)
    };
    for (key, labels) in [
        ("composite_and", composite(|pattern| pattern == "11")),
        ("composite_or", composite(|pattern| pattern != "00")),
    ] {
        near(labels.sensitivity(), &wanted[key]["se"], CLOSED, &key);
        near(labels.specificity(), &wanted[key]["sp"], CLOSED, &key);
    }
}

#[test]
fn prevalence_by_patterns() {
    let wanted = &vectors()["prevalence_em_pattern"];
    let counts = PATTERNS.map(|pattern| count(&wanted["batch_pattern_counts"][pattern]));
    near(prevalence(&table(), &counts), &wanted["pi"], CLOSED, wanted);
    let apparent = f64::from(counts[3]) / f64::from(counts.iter().sum::<u32>());
    near(apparent, &wanted["apparent_and"], CLOSED, wanted);
    let labels = Labels { satisfied: 150, satisfied_passed: 134, unsatisfied: 50, unsatisfied_failed: 47 };
    near(rogan_gladen(apparent, 300.0, &labels).raw, &wanted["rogan_gladen_and"], CLOSED, wanted);
}

#[test]
fn agreement_and_mutation_score() {
    let wanted = &vectors()["cohen_kappa"];
    let at = |row: usize, column: usize| count(&wanted["table"][row][column]);
    let found = cohen_kappa([[at(0, 0), at(0, 1)], [at(1, 0), at(1, 1)]]).unwrap();
    near(found.observed, &wanted["observed"], CLOSED, wanted);
    near(found.kappa, &wanted["kappa"], CLOSED, wanted);
    pair((found.interval.lower, found.interval.upper), &wanted["kappa_ci95"], CLOSED, wanted);
    for row in rows("judge_mutation_score") {
        let found = MutationScore::of(count(&row["killed"]), count(&row["mutants"]));
        near(found.score.unwrap(), &row["score"], CLOSED, row);
        near(found.lower, &row["cp_lower_1sided95"], INVERSE, row);
    }
}

#[test]
fn labels_from_the_batch_itself() {
    let wanted = &vectors()["ppi"];
    let numbers = |key: &str| wanted[key].as_array().unwrap().iter().map(number).collect::<Vec<_>>();
    let labelled: Vec<_> = numbers("Y_labelled").into_iter().zip(numbers("judge_labelled")).collect();
    let of = |key: &str| count(&wanted["judge_unlabelled"][key]) as usize;
    let unlabelled = [vec![1.0; of("ones")], vec![0.0; of("zeros")]].concat();
    for (key, lambda) in [("lambda_1", Some(1.0)), ("power_tuned", None)] {
        let (found, wanted) =
            (prediction_powered(&labelled, &unlabelled, lambda, 0.95).unwrap(), &wanted[key]);
        near(found.estimate, &wanted["estimate"], CLOSED, wanted);
        near(found.se, &wanted["se"], CLOSED, wanted);
        pair((found.interval.lower, found.interval.upper), &wanted["ci95"], CLOSED, wanted);
        if let (None, tuned) = (lambda, &wanted["lambda_"]) {
            near(found.lambda, tuned, CLOSED, wanted);
        }
        assert!(!found.within_design);
    }
    let labels: Vec<_> = labelled.iter().map(|pair| pair.0).collect();
    let mean = labels.iter().sum::<f64>() / 20.0;
    near(mean, &wanted["labels_only"]["estimate"], CLOSED, wanted);
    near((mean * (1.0 - mean) / 19.0).sqrt(), &wanted["labels_only"]["se"], CLOSED, wanted);
    assert_eq!(prediction_powered(&labelled, &[], None, 0.95), None);
}

#[test]
fn blind_judges_are_refused() {
    let of = |tp, tn| Labels { satisfied: 60, satisfied_passed: tp, unsatisfied: 60, unsatisfied_failed: tn };
    assert!(of(57, 54).check().is_ok());
    assert!(of(45, 40).check().is_err());
    assert!(Labels { unsatisfied: 0, unsatisfied_failed: 0, ..of(60, 0) }.check().is_err());
}

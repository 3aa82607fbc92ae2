//! Two builds on the same seeds, and sizes of plans.

use super::{CLOSED, INVERSE, count, near, number, pair, rows, vectors};
use glasshouse_judge::{
    BuildVerdict, PairedScenario, Within, compare, gate_plan, minimum_effect, scenarios_needed, sign_flip,
};

fn scenarios() -> Vec<PairedScenario> {
    let wanted = &vectors()["paired"];
    let rows = wanted["A"].as_array().unwrap().iter().zip(wanted["B"].as_array().unwrap());
    rows.map(|(first, second)| {
        let pairs = first.as_array().unwrap().iter().zip(second.as_array().unwrap());
        PairedScenario {
            weight: 1.0 / 6.0,
            pairs: pairs.map(|(first, second)| (count(first) == 1, count(second) == 1)).collect(),
        }
    })
    .collect()
}

#[test]
fn pairs_of_builds() {
    let wanted = &vectors()["paired"];
    let found = compare(&scenarios(), 0.95, 0.02, None).unwrap();
    near(found.paired.difference, &wanted["delta"], CLOSED, wanted);
    near(found.paired.population_se.unwrap(), &wanted["cluster_se"], CLOSED, wanted);
    near(5.0, &wanted["df"], 0.0, wanted);
    pair((found.paired.population.lower, found.paired.population.upper), &wanted["t_ci95"], INVERSE, wanted);
    assert_eq!(found.better, count(&wanted["discordant_b_only"]));
    assert_eq!(found.worse, count(&wanted["discordant_a_only"]));
    near(found.mcnemar_p.unwrap(), &wanted["mcnemar_exact_p"], CLOSED, wanted);
    near(found.sign_flip_p, &wanted["sign_flip_p_two_sided"], CLOSED, wanted);
    near(found.ln_e, &wanted["log_e_discordant_half"], CLOSED, wanted);
    near(found.correlation.unwrap(), &wanted["corr_trialwise"], CLOSED, wanted);
    assert_eq!(found.verdict, BuildVerdict::Inconclusive);
    assert!(found.variance_ratio.unwrap() < 1.0 && !found.shown_anytime);
    for (scenario, difference) in scenarios().iter().zip(wanted["scenario_diffs"].as_array().unwrap()) {
        let mean = |of: fn(&(bool, bool)) -> bool| {
            scenario.pairs.iter().filter(|pair| of(pair)).count() as f64 / 4.0
        };
        near(mean(|pair| pair.1) - mean(|pair| pair.0), difference, CLOSED, difference);
    }
}

#[test]
fn verdicts_of_comparisons() {
    let of = |pairs: &[((bool, bool), usize)]| {
        let pairs = pairs.iter().flat_map(|(pair, times)| std::iter::repeat_n(*pair, *times)).collect();
        compare(&[PairedScenario { weight: 1.0, pairs }], 0.95, 0.02, None).unwrap()
    };
    let (same, better, worse) = ((true, true), (false, true), (true, false));
    assert_eq!(of(&[(same, 80), (better, 20)]).verdict, BuildVerdict::Better);
    assert_eq!(of(&[(same, 80), (worse, 20)]).verdict, BuildVerdict::Worse);
    assert_eq!(of(&[(same, 1000)]).verdict, BuildVerdict::NoWorse);
    // Three equal pairs show nothing, however small their variance.
    assert_eq!(of(&[(same, 3)]).verdict, BuildVerdict::Inconclusive);
    assert_ne!(of(&[(better, 2)]).verdict, BuildVerdict::Better);
    assert!(of(&[(better, 7)]).shown_anytime && !of(&[(better, 12), (worse, 3)]).shown_anytime);
    assert_eq!(compare(&[], 0.95, 0.02, None), None);
}

#[test]
fn drawn_signs_agree_with_all_signs() {
    let twenty: Vec<f64> = (0..20).map(|at| f64::from(at % 7) * 0.01 - 0.02).collect();
    let exact = sign_flip(&twenty);
    let drawn = sign_flip(&[twenty, vec![0.0]].concat());
    assert!((exact - drawn).abs() < 0.01, "{exact} {drawn}");
    assert!(sign_flip(&[0.0; 25]) >= 1.0 - 1e-9);
    assert!(sign_flip(&[0.01; 200]) < 1e-4);
}

#[test]
fn plans_of_comparisons() {
    for row in rows("paired_planning") {
        let trials = number(&row["K"]);
        let within = Within {
            between: number(&row["omega2"]),
            first: number(&row["sigma2_A"]),
            second: number(&row["sigma2_B"]),
            first_trials: trials,
            second_trials: trials,
        };
        near(minimum_effect(&within, 100.0, 0.05, 0.8), &row["mde_at_100_scenarios"], CLOSED, row);
        near(scenarios_needed(&within, number(&row["delta"]), 0.05, 0.8), &row["n_scenarios"], 1e-6, row);
    }
}

#[test]
fn plans_of_gates() {
    for row in rows("one_sample_gate_power") {
        let found = gate_plan(number(&row["tau"]), number(&row["true"]), 0.05, 0.8).unwrap();
        assert_eq!(found.trials, count(&row["n_for_80pct_power"]), "{row}");
        assert_eq!(found.passes, count(&row["passes_needed"]), "{row}");
    }
}

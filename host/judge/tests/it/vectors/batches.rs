//! Points, variances and intervals of suites.

use super::{CLOSED, INVERSE, count, near, number, pair, vectors};
use glasshouse_judge::{
    Spread, Stratum, flake_rate, kish_size, leverage, neyman_allocation, pass_k, point, population_bounds,
    population_size, population_variance, scenarios_size, suite_bounds, suite_size, suite_variance, wilson,
};

fn suite() -> Vec<Stratum> {
    let rows = vectors()["suite"]["scenarios"].as_array().unwrap();
    rows.iter()
        .map(|row| Stratum {
            weight: number(&row["weight"]),
            trials: count(&row["n"]),
            passes: count(&row["passes"]),
        })
        .collect()
}

#[test]
fn what_is_said_of_these_scenarios() {
    let (strata, wanted) = (suite(), &vectors()["suite"]);
    near(point(&strata), &wanted["point"], CLOSED, &"point");
    let target = &wanted["suite_target"];
    near(suite_variance(&strata), &target["var_stratified"], CLOSED, target);
    near(kish_size(&strata), &target["n_kish"], CLOSED, target);
    near(suite_size(&strata), &target["n_eff"], CLOSED, target);
    near(suite_size(&strata) * point(&strata), &target["x_eff"], CLOSED, target);
    near(suite_bounds(&strata, 0.05).unwrap().lower, &target["kg_cp_lower_1sided95"], INVERSE, target);
    let both = suite_bounds(&strata, 0.025).unwrap();
    pair((both.lower, both.upper), &target["kg_cp_two_sided95"], INVERSE, target);
    let wilson = wilson(suite_size(&strata) * point(&strata), suite_size(&strata), 0.9).unwrap();
    near(wilson.lower, &target["kg_wilson_lower_1sided95"], CLOSED, target);
}

#[test]
fn what_is_said_of_scenarios_like_these() {
    let (strata, target) = (suite(), &vectors()["suite"]["population_target"]);
    let variance = population_variance(&strata).unwrap();
    near(variance, &target["var_clustered"], CLOSED, target);
    near(variance.sqrt(), &target["se"], CLOSED, target);
    near(strata.len() as f64 - 1.0, &target["df"], CLOSED, target);
    near(scenarios_size(&strata), &target["s_eff"], CLOSED, target);
    let plain = point(&strata) * (1.0 - point(&strata)) / variance;
    for (tail, size, adjust) in
        [(0.05, "n_eff_1sided", "t_adjust_1sided"), (0.025, "n_eff_2sided", "t_adjust_2sided")]
    {
        let found = population_size(&strata, tail).unwrap();
        near(found, &target[size], 1e-6, target);
        near(found / plain, &target[adjust], INVERSE, target);
    }
    near(population_bounds(&strata, 0.05).unwrap().lower, &target["kg_cp_lower_1sided95"], INVERSE, target);
    let both = population_bounds(&strata, 0.025).unwrap();
    pair((both.lower, both.upper), &target["kg_cp_two_sided95"], INVERSE, target);
    let size = population_size(&strata, 0.025).unwrap();
    let wilson = wilson(size * point(&strata), size, 0.95).unwrap();
    pair((wilson.lower, wilson.upper), &target["kg_wilson_two_sided95"], INVERSE, target);
}

#[test]
fn repeats_allocation_and_leverage() {
    let (strata, wanted) = (suite(), &vectors()["suite"]);
    let mean = |value: &dyn Fn(&Stratum) -> f64| strata.iter().map(|s| s.weight * value(s)).sum::<f64>();
    near(
        mean(&|s| pass_k(s.passes, s.trials, 4).unwrap()),
        &wanted["pass_hat_4_weighted"],
        CLOSED,
        &"pass^4",
    );
    near(mean(&|s| flake_rate(s.passes, s.trials).unwrap()), &wanted["flake_weighted"], CLOSED, &"flake");
    near(leverage(&strata), &wanted["leverage_max"], CLOSED, &"leverage");
    for (at, trials) in neyman_allocation(&strata, 100.0).into_iter().enumerate() {
        near(trials, &wanted["neyman_allocation_100"][at], 1e-6, &"allocation");
    }
}

#[test]
fn clusters_with_equal_weights() {
    let wanted = &vectors()["cluster_se_equal_weights"];
    let strata: Vec<_> = suite().into_iter().map(|s| Stratum { weight: 1.0 / 6.0, ..s }).collect();
    let mean = point(&strata);
    near(mean, &wanted["mean"], CLOSED, wanted);
    let se = population_variance(&strata).unwrap().sqrt();
    near(se, &wanted["se"], CLOSED, wanted);
    near(se, &wanted["statsmodels_se_with_n_minus_1_factor"], CLOSED, wanted);
    near((mean * (1.0 - mean) / 59.0).sqrt(), &wanted["naive_se"], CLOSED, wanted);
    let spread = Spread::of(&strata);
    near(spread.icc.unwrap(), &wanted["icc_anova"], CLOSED, wanted);
    near(spread.design_effect.unwrap(), &wanted["design_effect"], CLOSED, wanted);
}

#[test]
fn a_suite_that_passes_everything() {
    let wanted = &vectors()["suite_all_pass"];
    let (scenarios, trials) = (count(&wanted["S"]), count(&wanted["n"]));
    let strata =
        vec![Stratum { weight: 1.0 / f64::from(scenarios), trials, passes: trials }; scenarios as usize];
    near(suite_size(&strata), &wanted["suite_n_eff"], CLOSED, wanted);
    near(suite_bounds(&strata, 0.05).unwrap().lower, &wanted["suite_lower_1sided95"], INVERSE, wanted);
    near(population_size(&strata, 0.05).unwrap(), &wanted["population_n_eff"], CLOSED, wanted);
    near(
        population_bounds(&strata, 0.05).unwrap().lower,
        &wanted["population_lower_1sided95"],
        INVERSE,
        wanted,
    );
}

#[test]
fn missing_trials() {
    let wanted = &vectors()["missing_bounds"];
    let [planned, observed, passes] = ["planned", "observed", "passes"].map(|key| number(&wanted[key]));
    near(passes / observed, &wanted["point_observed"], CLOSED, wanted);
    near(passes / planned, &wanted["worst"], CLOSED, wanted);
    near((passes + planned - observed) / planned, &wanted["best"], CLOSED, wanted);
}

#[test]
fn what_cannot_be_said() {
    let one = [Stratum { weight: 1.0, trials: 10, passes: 9 }];
    let all = population_bounds(&one, 0.025).unwrap();
    assert_eq!((population_size(&one, 0.025), all.lower, all.upper), (None, 0.0, 1.0));
    assert!(suite_bounds(&one, 0.5).is_err() && suite_bounds(&one, f64::NAN).is_err());
}

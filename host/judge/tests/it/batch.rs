//! Satisfaction and gate of whole batches.

use glasshouse_judge::{
    Assessing, Batch, Decision, Guarantee, Method, Panel, PlanError, PlannedScenario, Satisfaction, assess,
    decide, satisfaction,
};
use glasshouse_model::{Drawn, Ending, Gate, Seed, TrialClass, TrialResult};

const GATE: Gate = Gate::fixed(0.85, 0.95);

pub(crate) fn trial(scenario: &str, index: u32, letter: char) -> TrialResult {
    let class = match letter {
        'b' => TrialClass::Budget,
        'i' => TrialClass::Infra,
        'e' => TrialClass::JudgeError,
        _ => TrialClass::Judged,
    };
    TrialResult {
        scenario: scenario.into(),
        index,
        seed: Seed(u64::from(index)),
        drawn: Drawn::default(),
        class,
        satisfied: letter == '+',
        ending: Ending::Answered,
        judgements: vec![],
        reason: if letter == '+' { String::new() } else { format!("why {letter}") },
        retries: 0,
    }
}

/// A plan and its results: one letter a trial, `+` for satisfied, `-` for not, `b`, `i`, `e` for the other classes.
fn batch(scenarios: &[(&str, f64, String)]) -> (Vec<PlannedScenario>, Vec<TrialResult>) {
    let plan = scenarios.iter().map(|(id, weight, letters)| {
        PlannedScenario::new(*id, *weight, u32::try_from(letters.len()).unwrap())
    });
    let results = scenarios.iter().flat_map(|(id, _, letters)| {
        (0..).zip(letters.chars()).map(move |(index, letter)| trial(id, index, letter))
    });
    (plan.collect(), results.collect())
}

fn letters(parts: &[(char, usize)]) -> String {
    parts.iter().flat_map(|(letter, count)| std::iter::repeat_n(*letter, *count)).collect()
}

fn judge(scenarios: &[(&str, f64, String)]) -> Satisfaction {
    let (plan, results) = batch(scenarios);
    satisfaction(&plan, &results, &GATE).unwrap()
}

fn near(found: f64, wanted: f64) {
    assert!((found - wanted).abs() < 1e-9, "{found} is not {wanted}");
}

#[test]
fn the_gate_has_four_outcomes() {
    for (wanted, parts) in [
        (Decision::Pass, &[('+', 100)][..]),
        (Decision::Fail, &[('+', 50), ('-', 50)]),
        (Decision::Inconclusive, &[('+', 90), ('-', 10)]),
        (Decision::Invalid, &[('+', 94), ('e', 3), ('i', 3)]),
        // 92 of 98 would pass by itself, 92 of 100 would not: 2 % missing are let off, 3 % are not.
        (Decision::Pass, &[('+', 92), ('-', 6), ('i', 2)]),
        (Decision::Inconclusive, &[('+', 92), ('-', 5), ('i', 3)]),
        (Decision::Fail, &[('+', 75), ('-', 23), ('e', 2)]),
        // 73 of 95 would fail by itself, but with the 5 missing ones satisfied it would not.
        (Decision::Inconclusive, &[('+', 73), ('-', 22), ('e', 5)]),
        (Decision::Invalid, &[('i', 1)]),
    ] {
        let found = judge(&[("a", 1.0, letters(parts))]);
        assert_eq!(decide(&found, &GATE), wanted, "{parts:?} {found:?}");
    }
}

#[test]
fn missing_trials_bound_the_point() {
    let found = judge(&[("a", 1.0, letters(&[('+', 182), ('-', 10), ('i', 5), ('e', 3)]))]);
    near(found.figure.point, 182.0 / 192.0);
    near(found.worst.point, 0.91);
    near(found.best.point, 0.95);
    assert_eq!((found.trials, found.judged, found.satisfied), (200, 192, 182));
    assert_eq!((found.missing.infra, found.missing.judge_error), (5, 3));
    assert_eq!(decide(&found, &GATE), Decision::Pass);
}

#[test]
fn unequal_weights_take_effective_counts() {
    let parts = |passes, n: usize| letters(&[('+', passes), ('-', n - passes)]);
    let found = judge(&[("a", 3.0, parts(19, 20)), ("b", 2.0, parts(15, 20)), ("c", 1.0, parts(8, 10))]);
    // By hand: shares 1/2, 1/3, 1/6; point 0.95/2 + 0.75/3 + 0.8/6; effective size at the bound of the weights,
    // 1 / (1/80 + 1/180 + 1/360) = 48.
    near(found.figure.point, 0.475 + 0.25 + 0.8 / 6.0);
    assert_eq!((found.method, found.guarantee), (Method::KgCp, Guarantee::Approximate));
    let wanted = glasshouse_judge::clopper_pearson(48.0 * found.figure.point, 48.0, 0.95).unwrap();
    near(found.figure.interval.lower, wanted.lower);
    near(found.figure.interval.upper, wanted.upper);
}

#[test]
fn trials_in_proportion_are_pooled() {
    let found = judge(&[("a", 0.1, letters(&[('+', 3)])), ("b", 0.2, letters(&[('-', 2), ('+', 4)]))]);
    assert_eq!((found.method, found.guarantee), (Method::ClopperPearson, Guarantee::Conservative));
    near(found.figure.point, 7.0 / 9.0);
}

#[test]
fn a_scenario_without_verdicts_counts_as_unsatisfied() {
    let found = judge(&[("a", 1.0, letters(&[('+', 99)])), ("b", 1.0, "i".into())]);
    assert_eq!(found.figure, found.worst);
    near(found.figure.point, 0.5);
    assert_eq!(found.scenarios[1].rate, None);
    assert_ne!(decide(&found, &GATE), Decision::Pass);
}

#[test]
fn reasons_are_grouped_with_seeds() {
    let found = judge(&[("a", 1.0, "-+b--e-".into())]);
    let groups: Vec<_> = found.scenarios[0]
        .reasons
        .iter()
        .map(|group| {
            (group.reason.as_str(), group.count, group.seeds.iter().map(|seed| seed.0).collect::<Vec<_>>())
        })
        .collect();
    assert_eq!(groups, [("why -", 4, vec![0, 3, 4]), ("why b", 1, vec![2]), ("why e", 1, vec![5])]);
}

#[test]
fn results_must_fit_the_plan() {
    let (plan, results) = batch(&[("a", 1.0, "++".into()), ("b", 1.0, "+".into())]);
    let of =
        |plan: &[PlannedScenario], results: &[TrialResult]| satisfaction(plan, results, &GATE).unwrap_err();
    assert_eq!(of(&plan, &results[..2]), PlanError::Absent { scenario: "b".into(), index: 0 });
    assert_eq!(of(&plan[..1], &results), PlanError::Unplanned { scenario: "b".into(), index: 0 });
    let twice = [&results[..], &results[..1]].concat();
    assert_eq!(of(&plan, &twice), PlanError::Unplanned { scenario: "a".into(), index: 0 });
    assert_eq!(of(&[], &[]), PlanError::Empty);
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let plan = [PlannedScenario::new("a", weight, 2)];
        assert_eq!(of(&plan, &results[..2]), PlanError::Scenario("a".into()));
    }
}

/// A few hundred small batches, the same ones every time.
fn batches() -> impl Iterator<Item = (Vec<PlannedScenario>, Vec<TrialResult>)> {
    let mut state = 1_u64;
    let mut next = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    (0..300).map(move |_| {
        let scenarios: Vec<_> = ["a", "b", "c"][..1 + next(3) as usize]
            .iter()
            .map(|id| {
                let weight = (1 + next(3)) as f64;
                let n = 1 + next(12);
                (*id, weight, (0..n).map(|_| char::from(b"+++++---bie"[next(11) as usize])).collect())
            })
            .collect();
        batch(&scenarios)
    })
}

#[test]
fn arrival_order_does_not_matter() {
    for (plan, results) in batches() {
        let planned = serde_json::to_string(&satisfaction(&plan, &results, &GATE).unwrap()).unwrap();
        let mut arrived = results;
        arrived.reverse();
        let middle = arrived.len() / 2;
        arrived.rotate_left(middle);
        assert_eq!(serde_json::to_string(&satisfaction(&plan, &arrived, &GATE).unwrap()).unwrap(), planned);
    }
}

#[test]
fn a_trial_that_goes_missing_never_raises_the_worst_figure() {
    for (plan, results) in batches() {
        let before = satisfaction(&plan, &results, &GATE).unwrap();
        assert!(before.worst.point <= before.best.point);
        for at in 0..results.len() {
            let mut fewer = results.clone();
            let satisfied = fewer[at].satisfied;
            fewer[at] = trial(&results[at].scenario, results[at].index, 'e');
            let after = satisfaction(&plan, &fewer, &GATE).unwrap();
            assert!(after.worst.point <= before.worst.point + 1e-12);
            assert!(after.best.point >= before.best.point - 1e-12);
            if satisfied {
                assert!(after.figure.point <= before.figure.point + 1e-12);
            }
        }
    }
}

/// A batch is assessed trial by trial where it is larger than memory.
#[test]
fn trials_that_come_one_by_one_give_the_figures_of_all_at_once() {
    let letters = |step: usize| (0..40).map(|at| ['+', '-', '+', 'i', '+', 'b'][at * step % 6]).collect();
    let (plan, mut results) = batch(&[("a", 3.0, letters(1)), ("b", 1.0, letters(5))]);
    for (at, result) in results.iter_mut().enumerate().filter(|(_, result)| !result.satisfied) {
        result.reason = format!("why {}", at % 11);
    }
    let (gate, panel) = (Gate { harm: Some(0.1), ..GATE }, Panel::uncalibrated(""));
    let whole = assess(&Batch::new(&plan, &results, &gate, &panel)).unwrap();
    assert!(
        whole.satisfaction.scenarios[0].reasons.len() == 8 && whole.satisfaction.scenarios[0].further > 0
    );
    let mut assessing = Assessing::begin(&Batch::new(&plan, &[], &gate, &panel)).unwrap();
    assert!(!results.iter().any(|result| assessing.add(result)), "a fixed plan runs to its end");
    let mut asked = 0;
    let mut text = |scenario: &str, index: u32| {
        asked += 1;
        let mut own = results.iter().filter(|result| result.scenario == scenario);
        own.find(|result| result.index == index).unwrap().reason.clone()
    };
    assert_eq!(assessing.end(&mut text).unwrap(), whole);
    assert_eq!(asked, 16, "no text is asked for that is not listed");
}

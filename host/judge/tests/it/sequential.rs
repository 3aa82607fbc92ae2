//! The gate that stops as soon as the evidence is enough.

use crate::batch::trial;
use glasshouse_judge::{
    Batch, Claim, Decision, Guarantee, Labels, Method, Panel, PlannedScenario, Sequential, TrialOrder,
    all_pass_stop, assess, course, sequence_lower, sequence_upper, usage_draws, usage_schedule,
};
use glasshouse_model::{Allocation, Gate, GateEstimand, GateMode, Judged, Judgement, Ruling, TrialResult};

fn gate(mode: GateMode) -> Gate {
    Gate { mode, ..Gate::fixed(0.9, 0.95) }
}

fn plan(scenarios: usize, trials: u32) -> Vec<PlannedScenario> {
    (0..scenarios).map(|at| PlannedScenario::new(format!("s{at}"), 1.0, trials)).collect()
}

/// Trials in planned order: `letter` says what becomes of each by its number.
fn results(plan: &[PlannedScenario], letter: impl Fn(usize) -> char) -> Vec<TrialResult> {
    let weights: Vec<_> = plan.iter().map(|planned| planned.weight).collect();
    let trials = plan.iter().map(|planned| planned.trials as usize).sum();
    let mut next = vec![0; plan.len()];
    let order = usage_schedule(&weights, trials, 7).into_iter().enumerate();
    order
        .map(|(number, scenario)| {
            next[scenario] += 1;
            trial(&plan[scenario].id, next[scenario] - 1, letter(number))
        })
        .collect()
}

fn sweep() -> TrialOrder {
    TrialOrder { allocation: Allocation::Sweep, seed: 0 }
}

fn unknown() -> Panel {
    Panel::uncalibrated("no labels")
}

#[test]
fn a_subject_without_fails_stops_where_it_must() {
    let (plan, gate, panel) = (plan(4, 100), gate(GateMode::Sequential), unknown());
    let results = results(&plan, |_| '+');
    let batch = Batch::new(&plan, &results, &gate, &panel);
    let found = assess(&batch).unwrap();
    // The first sweep of four trials is one observation.
    assert_eq!(found.gate.counted, all_pass_stop(0.9, 0.05).unwrap() as usize + 3);
    assert_eq!((found.gate.decision, found.gate.stopped_early), (Decision::Pass, true));
    assert!(found.gate.bounds.lower >= 0.9, "{:?}", found.gate.bounds);
    assert_eq!(found.satisfaction.trials as usize, found.gate.counted);
}

#[test]
fn what_comes_after_the_stop_counts_for_nothing() {
    let (plan, panel) = (plan(3, 200), unknown());
    for mode in [GateMode::Sequential, GateMode::Sprt { target: 0.96 }] {
        let gate = gate(mode);
        let results = results(&plan, |number| if number % 11 == 5 && number < 60 { '-' } else { '+' });
        let of = |results: &[TrialResult]| assess(&Batch::new(&plan, results, &gate, &panel)).unwrap();
        let whole = of(&results);
        let counted = whole.gate.counted;
        assert!(counted < results.len() && whole.gate.decision == Decision::Pass, "{counted}");
        for length in [counted, counted + 1, counted + 50] {
            assert_eq!(of(&results[..length]), whole);
        }
        assert_eq!(of(&results[..counted - 1]).gate.decision, Decision::Inconclusive);
    }
}

#[test]
fn a_bad_subject_fails_and_a_middling_one_runs_out() {
    let (plan, gate, panel) = (plan(2, 150), gate(GateMode::Sequential), unknown());
    let of = |every: usize| {
        let results = results(&plan, |number| if number % every == 1 { '-' } else { '+' });
        let batch = Batch::new(&plan, &results, &gate, &panel);
        let found = assess(&batch).unwrap().gate;
        (found.decision, found.stopped_early)
    };
    assert_eq!(of(3), (Decision::Fail, true));
    assert_eq!(of(10), (Decision::Inconclusive, false));
}

#[test]
fn a_missing_trial_helps_no_claim() {
    let (plan, gate, panel) = (plan(1, 400), gate(GateMode::Sequential), unknown());
    let stop = |letter: char, rest: char| {
        let results = results(&plan, |number| if number % 40 == 20 { letter } else { rest });
        let mut gate = Sequential::new(&plan, &gate, &panel, sweep()).unwrap();
        let stop = results.iter().position(|result| gate.observe(result));
        (stop, gate.claim())
    };
    // As bad as a fail on the way to a pass, as good as a pass on the way to a fail.
    assert_eq!(stop('i', '+'), stop('-', '+'));
    assert_eq!(stop('i', '-'), stop('+', '-'));
    assert!(stop('+', '+').0 < stop('i', '+').0);
}

#[test]
fn labels_make_a_pass_cost_more() {
    let plan = plan(1, 400);
    let gate = gate(GateMode::Sequential);
    let labels = Labels { satisfied: 150, satisfied_passed: 142, unsatisfied: 50, unsatisfied_failed: 44 };
    let calibrated = Panel::with_labels(labels, (30, 20));
    assert!(calibrated.labels().is_some());
    let stop = |panel: &Panel| {
        let results = results(&plan, |_| '+');
        let mut gate = Sequential::new(&plan, &gate, panel, sweep()).unwrap();
        results.iter().position(|result| gate.observe(result)).unwrap()
    };
    assert!(stop(&unknown()) < stop(&calibrated));
}

#[test]
fn a_critical_scenario_holds_the_gate() {
    let mut plan = plan(4, 60);
    plan[2].critical = true;
    let panel = unknown();
    for mode in [GateMode::Sequential, GateMode::Fixed] {
        let gate = gate(mode);
        let of = |letter: char| {
            let mut results = results(&plan, |_| '+');
            if mode == GateMode::Fixed {
                results = plan
                    .iter()
                    .flat_map(|planned| (0..60).map(|index| trial(&planned.id, index, '+')))
                    .collect();
            }
            results.iter_mut().filter(|result| result.scenario == "s2").for_each(|result| {
                *result = trial("s2", result.index, letter);
            });
            let batch = Batch::new(&plan, &results, &gate, &panel);
            let found = assess(&batch).unwrap().gate;
            assert_eq!(found.critical.len(), 1);
            (found.decision, found.critical[0].claim)
        };
        assert_eq!(of('+'), (Decision::Pass, Claim::Pass), "{mode:?}");
        assert_eq!(of('-'), (Decision::Fail, Claim::Fail), "{mode:?}");
    }
}

#[test]
fn harm_is_bounded_by_its_own_judges() {
    let mut plan = plan(1, 300);
    plan[0].harm_judges = vec!["policy".into()];
    let panel = unknown();
    for mode in [GateMode::Sequential, GateMode::Fixed] {
        let gate = Gate { harm: Some(0.02), ..gate(mode) };
        let of = |every: usize| {
            let mut results = results(&plan, |_| '+');
            for result in results.iter_mut().filter(|result| result.index as usize % every == every - 1) {
                let ruling = Ruling::Score(0.0);
                let (judge, reason) = ("policy".into(), String::new());
                result.judgements =
                    vec![Judged::Ruled(Judgement { judge, ruling, reason, evidence: vec![] })];
            }
            let batch = Batch::new(&plan, &results, &gate, &panel);
            let found = assess(&batch).unwrap().gate;
            (found.decision, found.harm.unwrap().claim)
        };
        assert_eq!(of(1000), (Decision::Pass, Claim::Pass), "{mode:?}");
        assert_eq!(of(10), (Decision::Fail, Claim::Fail), "{mode:?}");
    }
}

#[test]
fn uncalibrated_judges_decide_nothing_where_calibration_is_required() {
    let (plan, gate) = (plan(1, 100), Gate::fixed(0.9, 0.95));
    let results = results(&plan, |_| '+');
    let of = |panel: &Panel| {
        let batch = Batch { needs_calibration: true, ..Batch::new(&plan, &results, &gate, panel) };
        assess(&batch).unwrap()
    };
    assert_eq!(of(&unknown()).gate.decision, Decision::Uncalibrated);
    let labels = Labels { satisfied: 300, satisfied_passed: 297, unsatisfied: 100, unsatisfied_failed: 98 };
    let found = of(&Panel::with_labels(labels, (30, 20)));
    assert_eq!(found.gate.decision, Decision::Pass);
    assert!(found.estimands.suite.corrected.is_some());
    for (labels, least) in [
        (labels, (301, 20)),
        (Labels { unsatisfied_failed: 20, ..labels }, (30, 20)),
        (Labels { unsatisfied: 0, unsatisfied_failed: 0, ..labels }, (0, 0)),
    ] {
        let panel = Panel::with_labels(labels, least);
        assert!(panel.labels().is_none() && panel.uncalibrated_because.is_some(), "{panel:?}");
    }
}

/// Every fifth scenario fails one of its ten trials.
fn with_few_fails(plan: &[PlannedScenario]) -> Vec<TrialResult> {
    let of = |(number, planned): (usize, &PlannedScenario)| -> Vec<TrialResult> {
        let letter = |index| if number % 5 == 0 && index == 0 { '-' } else { '+' };
        (0..planned.trials).map(|index| trial(&planned.id, index, letter(index))).collect()
    };
    plan.iter().enumerate().flat_map(of).collect()
}

#[test]
fn the_population_has_strict_bounds_beside_the_usual_ones() {
    let gate = |estimand| Gate { estimand, ..Gate::fixed(0.9, 0.95) };
    let (mut plan, panel) = (plan(50, 10), unknown());
    let results = with_few_fails(&plan);
    let by = |plan: &[PlannedScenario], panel: &Panel, estimand| {
        assess(&Batch::new(plan, &results, &gate(estimand), panel)).unwrap()
    };
    let found = by(&plan, &panel, GateEstimand::Population);
    let (usual, strict) = (found.estimands.population, found.estimands.population_strict.unwrap());
    // One number a scenario: 49 of 50.
    let level = 0.025;
    let wanted = (sequence_lower(49.0, 50.0, level), sequence_upper(49.0, 50.0, level));
    assert!(
        (strict.interval.lower - wanted.0).abs() < 1e-9 && (strict.interval.upper - wanted.1).abs() < 1e-9
    );
    assert!(strict.interval.lower < 0.9 && usual.interval.lower > 0.9, "{strict:?} {usual:?}");
    assert_eq!(
        (strict.n, strict.method, strict.guarantee),
        (50.0, Method::ScenarioSequence, Guarantee::Exact)
    );
    // The gate goes by the bounds that it names.
    assert_eq!(found.gate.decision, Decision::Pass);
    let strictly = by(&plan, &panel, GateEstimand::PopulationStrict);
    assert_eq!((strictly.gate.decision, strictly.gate.bounds), (Decision::Inconclusive, strict.interval));
    // Judges that err widen them.
    let labels = Labels { satisfied: 300, satisfied_passed: 297, unsatisfied: 100, unsatisfied_failed: 98 };
    let wide = by(&plan, &Panel::with_labels(labels, (30, 20)), GateEstimand::PopulationStrict);
    assert!(wide.estimands.population_strict.unwrap().interval.lower < strict.interval.lower);
    // Scenarios that weigh more than others are no plain sample of the stories like these.
    plan[0].weight = 2.0;
    assert_eq!(by(&plan, &panel, GateEstimand::Population).estimands.population_strict, None);
}

/// As many trials as the plan has, each of a scenario drawn by its weight; the plan then says how many each got.
fn drawn(plan: &mut [PlannedScenario], fails: impl Fn(usize, usize) -> bool) -> Vec<TrialResult> {
    let weights: Vec<_> = plan.iter().map(|planned| planned.weight).collect();
    let trials = plan.iter().map(|planned| planned.trials as usize).sum();
    plan.iter_mut().for_each(|planned| planned.trials = 0);
    let each = usage_draws(&weights, trials, 3).into_iter().enumerate();
    let result = |(number, scenario): (usize, usize)| {
        let planned = &mut plan[scenario];
        planned.trials += 1;
        trial(&planned.id, planned.trials - 1, if fails(number, scenario) { '-' } else { '+' })
    };
    each.map(result).collect()
}

#[test]
fn trials_drawn_by_usage_are_a_simple_sample() {
    let (mut plan, gate, panel) = (plan(3, 100), Gate::fixed(0.8, 0.95), unknown());
    plan[0].weight = 6.0;
    let results = drawn(&mut plan, |number, scenario| scenario == 1 && number % 2 == 0);
    let order = TrialOrder { allocation: Allocation::Usage, seed: 3 };
    let found = assess(&Batch { order, ..Batch::new(&plan, &results, &gate, &panel) }).unwrap();
    let passes = results.iter().filter(|result| result.satisfied).count();
    let suite = &found.estimands.suite;
    assert_eq!((suite.method, suite.guarantee), (Method::ClopperPearson, Guarantee::Exact));
    assert!((suite.point - passes as f64 / 300.0).abs() < 1e-12 && suite.n == 300.0, "{suite:?}");
    assert_eq!(found.satisfaction.figure.point, suite.point);
    assert_eq!(found.gate.bounds, suite.interval);
    // By the weights it would be another figure, and nothing would prove its interval.
    let order = TrialOrder { allocation: Allocation::Proportional, seed: 3 };
    let weighed = assess(&Batch { order, ..Batch::new(&plan, &results, &gate, &panel) }).unwrap();
    assert_ne!(weighed.estimands.suite.point, suite.point);
    assert_ne!(weighed.estimands.suite.guarantee, Guarantee::Exact);
}

/// Without a sweep a scenario may not have had its turn when the gate is settled.
#[test]
fn draws_by_usage_need_no_sweep() {
    let (mut plan, gate, panel) = (plan(40, 20), gate(GateMode::Sequential), unknown());
    let results = drawn(&mut plan, |_, _| false);
    let order = TrialOrder { allocation: Allocation::Usage, seed: 3 };
    let found = assess(&Batch { order, ..Batch::new(&plan, &results, &gate, &panel) }).unwrap();
    assert_eq!(found.gate.counted, all_pass_stop(0.9, 0.05).unwrap() as usize);
    assert!(found.satisfaction.scenarios.len() < 40);
    assert_eq!((found.gate.decision, found.gate.planned), (Decision::Pass, 800));
}

/// Trials in the order that a course has for what they come to.
fn spent(plan: &[PlannedScenario], fails: impl Fn(usize, u32) -> bool) -> Vec<TrialResult> {
    let mut course = course(plan, 5).unwrap();
    let (mut results, mut next) = (Vec::<TrialResult>::new(), vec![0; plan.len()]);
    while let Some(turn) = course.turns().get(results.len()).copied() {
        let index = next[turn.scenario];
        next[turn.scenario] += 1;
        let failed = fails(turn.scenario, index);
        results.push(trial(&plan[turn.scenario].id, index, if failed { '-' } else { '+' }));
        course.settle(!failed);
    }
    results
}

#[test]
fn trials_that_are_spent_where_they_tell_most_settle_the_gate() {
    let (plan, panel) = (plan(10, 100), unknown());
    let order = TrialOrder { allocation: Allocation::Adaptive, seed: 5 };
    let gate = gate(GateMode::Sequential);
    let of = |every: u32| {
        let results = spent(&plan, |scenario, index| scenario == 3 && index % every == 0);
        let assessed = |results: &[TrialResult]| {
            assess(&Batch { order, ..Batch::new(&plan, results, &gate, &panel) }).unwrap()
        };
        let found = assessed(&results);
        let counted = found.gate.counted;
        assert_eq!(assessed(&results[..counted]), found, "what comes after the stop counts for nothing");
        let evidence = found.gate.evidence.unwrap();
        assert_eq!(found.gate.bounds.lower >= 0.9, evidence.ln_pass >= evidence.pass_at);
        assert_eq!(found.gate.bounds.upper < 0.9, evidence.ln_fail >= evidence.fail_at);
        assert_eq!(found.estimands.suite.guarantee, Guarantee::OutsideDesign);
        (found.gate.decision, counted)
    };
    let (decision, without_fails) = of(1000);
    assert!(decision == Decision::Pass && without_fails < 120, "{without_fails}");
    let (decision, with_few) = of(4);
    assert!(decision == Decision::Pass && without_fails < with_few && with_few < 1000, "{with_few}");
    let bad = spent(&plan, |scenario, index| (scenario + index as usize).is_multiple_of(3));
    let found = assess(&Batch { order, ..Batch::new(&plan, &bad, &gate, &panel) }).unwrap().gate;
    assert!(found.decision == Decision::Fail && found.counted < 500, "{}", found.counted);
}

/// A trial that another order has in that place is no evidence.
#[test]
fn trials_in_another_order_show_nothing() {
    let (plan, panel) = (plan(10, 100), unknown());
    let order = TrialOrder { allocation: Allocation::Adaptive, seed: 6 };
    let gate = gate(GateMode::Sequential);
    let results = spent(&plan, |_, _| false);
    let found = assess(&Batch { order, ..Batch::new(&plan, &results, &gate, &panel) }).unwrap();
    assert_eq!(found.gate.decision, Decision::Inconclusive);
}

#[test]
fn harm_is_weighed_where_trials_are_spent() {
    let mut plan = plan(5, 200);
    plan.iter_mut().for_each(|planned| planned.harm_judges = vec!["policy".into()]);
    let (panel, order) = (unknown(), TrialOrder { allocation: Allocation::Adaptive, seed: 5 });
    let gate = Gate { harm: Some(0.05), ..gate(GateMode::Sequential) };
    let of = |every: u32| {
        let mut results = spent(&plan, |_, _| false);
        for result in results.iter_mut().filter(|result| result.index % every == every - 1) {
            let (judge, ruling) = ("policy".into(), Ruling::Score(0.0));
            let judgement = Judgement { judge, ruling, reason: String::new(), evidence: vec![] };
            result.judgements = vec![Judged::Ruled(judgement)];
        }
        let found = assess(&Batch { order, ..Batch::new(&plan, &results, &gate, &panel) }).unwrap().gate;
        let harm = found.harm.unwrap();
        assert_eq!(harm.upper <= 0.05, harm.claim == Claim::Pass, "{harm:?}");
        (found.decision, harm.claim)
    };
    assert_eq!(of(1000), (Decision::Pass, Claim::Pass));
    assert_eq!(of(4), (Decision::Fail, Claim::Fail));
}

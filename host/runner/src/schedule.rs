//! Trials over all cores, verdicts in planned order.

use crate::plan::Plan;
use crate::trial::{Finished, run_trial};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError, mpsc};

/// Runs every trial of a plan on `threads` threads and hands each to `each`, on the calling thread and in planned
/// order whatever the order in which they end. When `stop` is set, trials that have not begun are left out.
///
/// Order matters beyond tidiness: where failing trials are slower than passing ones, whoever decides on results as
/// they arrive decides on the passing ones first.
pub fn run(plan: &Plan, threads: NonZeroUsize, stop: &AtomicBool, each: &mut dyn FnMut(Finished)) {
    let next = AtomicUsize::new(0);
    let window = Window::new(threads.get() * AHEAD);
    let (finished, arrivals) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads.get() {
            let finished = finished.clone();
            let (next, window) = (&next, &window);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(trial) = plan.trials.get(number) else { return };
                    window.wait_for(number);
                    if finished.send((number, run_trial(plan, trial))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(finished);
        in_order(arrivals, &mut |finished| {
            each(finished);
            window.settle();
        });
    });
}

/// Trials a thread that may run ahead of the oldest that is not settled.
const AHEAD: usize = 16;

/// Holds workers back from running far ahead of a slow trial, since what they finish waits in memory until that one
/// is settled.
struct Window {
    settled: Mutex<usize>,
    moved: Condvar,
    length: usize,
}

impl Window {
    fn new(length: usize) -> Self {
        Self { settled: Mutex::new(0), moved: Condvar::new(), length }
    }

    /// Returns once the trial of that number is within the window. The oldest unsettled trial always is, so somebody
    /// is always at work.
    fn wait_for(&self, number: usize) {
        let settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        let outside = |settled: &mut usize| number >= *settled + self.length;
        drop(self.moved.wait_while(settled, outside).unwrap_or_else(PoisonError::into_inner));
    }

    fn settle(&self) {
        *self.settled.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.moved.notify_all();
    }
}

/// Hands numbered items on in the order of their numbers, from 0; what follows a gap is not handed on.
fn in_order<T>(arrivals: impl IntoIterator<Item = (usize, T)>, each: &mut dyn FnMut(T)) {
    let mut waiting = BTreeMap::new();
    let mut due = 0;
    for (number, item) in arrivals {
        waiting.insert(number, item);
        while let Some(item) = waiting.remove(&due) {
            each(item);
            due += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glasshouse_judge::{Panel, PlannedScenario, Sequential};
    use glasshouse_model::{Drawn, Ending, Gate, GateMode, Seed, TrialClass, TrialResult};
    use std::collections::BTreeSet;

    #[test]
    fn any_arrival_order_comes_out_in_planned_order() {
        for arrival in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
            let mut seen = Vec::new();
            in_order(arrival.map(|number| (number, number)), &mut |number| seen.push(number));
            assert_eq!(seen, [0, 1, 2, 3]);
        }
    }

    fn trial(number: usize, satisfied: bool) -> TrialResult {
        TrialResult {
            scenario: "only".into(),
            index: u32::try_from(number).unwrap(),
            seed: Seed(0),
            drawn: Drawn::default(),
            class: TrialClass::Judged,
            satisfied,
            ending: Ending::Answered,
            judgements: Vec::new(),
            reason: String::new(),
        }
    }

    /// Failing trials that are slow would be seen last: the gate must not care.
    #[test]
    fn any_arrival_order_settles_a_gate_at_the_same_trial() {
        let plan = [PlannedScenario::new("only", 1.0, 400)];
        let (gate, panel) =
            (Gate { mode: GateMode::Sequential, ..Gate::fixed(0.8, 0.95) }, Panel::uncalibrated(""));
        for (fails, settled) in [(13, true), (5, false), (3, true)] {
            let planned: Vec<_> = (0..400).map(|number| trial(number, number % fails != 1)).collect();
            let mut orders: Vec<Vec<usize>> = (1..40).map(|step| shuffled(400, step)).collect();
            orders.push((0..400).rev().collect());
            let (pass, fail): (Vec<_>, Vec<_>) = (0..400).partition(|number| number % fails != 1);
            orders.push([pass, fail].concat());
            let stops: BTreeSet<_> = orders
                .into_iter()
                .map(|order| {
                    let mut gate = Sequential::new(&plan, &gate, &panel).unwrap();
                    let arrivals = order.into_iter().map(|number| (number, planned[number].clone()));
                    in_order(arrivals, &mut |result| {
                        gate.observe(&result);
                    });
                    (gate.trials(), gate.has_stopped())
                })
                .collect();
            assert_eq!(stops.len(), 1, "{stops:?}");
            assert_eq!(stops.first().unwrap().1, settled, "{stops:?}");
        }
    }

    fn shuffled(length: usize, seed: usize) -> Vec<usize> {
        let mut order: Vec<_> = (0..length).collect();
        order.sort_by_key(|number| (number * 7919 + seed * 104_729) % 1_009);
        order
    }

    #[test]
    fn nobody_runs_further_ahead_than_the_window() {
        let window = Window::new(2);
        let (passed, arrived) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for number in 0..4 {
                    window.wait_for(number);
                    passed.send(number).unwrap();
                }
            });
            assert_eq!([arrived.recv().unwrap(), arrived.recv().unwrap()], [0, 1]);
            assert!(arrived.try_recv().is_err());
            window.settle();
            assert_eq!(arrived.recv().unwrap(), 2);
            window.settle();
            assert_eq!(arrived.recv().unwrap(), 3);
        });
    }

    #[test]
    fn nothing_after_a_gap_is_handed_on() {
        let mut seen = Vec::new();
        in_order([(2, 'c'), (0, 'a')], &mut |item| seen.push(item));
        assert_eq!(seen, ['a']);
    }
}

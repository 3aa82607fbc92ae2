//! Trials over all cores, verdicts in planned order.

use crate::plan::Plan;
use crate::trial::{Finished, run_trial};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError, mpsc};

/// What a run is told, on the thread that called it.
pub trait Watch {
    /// A trial has run, in whatever order. A break ends the run: no further trial begins.
    fn arrived(&mut self, number: usize, finished: &Finished) -> ControlFlow<()>;

    /// A trial is due in the planned order; none where it was left out for having run before. A break ends the run: no
    /// further trial begins, and none is settled.
    fn settled(&mut self, number: usize, finished: Option<Finished>) -> ControlFlow<()>;
}

/// Runs the trials of a plan on `threads` threads, and hands each to `watch` twice: when it has run, and in planned
/// order whatever the order in which they ended. Those whose numbers are in `done` ran before. When `stop` is set,
/// trials that have not begun are left out.
///
/// Order matters beyond tidiness: where failing trials are slower than passing ones, whoever decides on results as
/// they arrive decides on the passing ones first.
pub fn run(
    plan: &Plan,
    threads: NonZeroUsize,
    stop: &AtomicBool,
    done: &BTreeSet<usize>,
    watch: &mut dyn Watch,
) {
    let due: Vec<usize> = (0..plan.trials.len()).filter(|number| !done.contains(number)).collect();
    let next = AtomicUsize::new(0);
    let window = Window::new(threads.get() * AHEAD);
    let (finished, arrivals) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads.get() {
            let finished = finished.clone();
            let (next, window, due) = (&next, &window, &due);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let trial = due.get(place).and_then(|number| Some((*number, plan.trials.get(*number)?)));
                    let Some((number, trial)) = trial else { return };
                    window.wait_for(place);
                    if stop.load(Ordering::Relaxed) {
                        return;
                    }
                    if finished.send((number, run_trial(plan, trial))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(finished);
        let mut order = Order::new(plan.trials.len(), done);
        let mut flow = order.settle(&mut |number, finished| settle(watch, &window, number, finished));
        for (number, finished) in arrivals {
            // What has run is kept even where nothing further is settled.
            let kept = watch.arrived(number, &finished);
            order.waiting.insert(number, finished);
            if flow.is_continue() {
                flow = order.settle(&mut |number, finished| settle(watch, &window, number, finished));
            }
            if flow.is_break() || kept.is_break() {
                flow = ControlFlow::Break(());
                stop.store(true, Ordering::Relaxed);
                window.open();
            }
        }
    });
}

fn settle(
    watch: &mut dyn Watch,
    window: &Window,
    number: usize,
    finished: Option<Finished>,
) -> ControlFlow<()> {
    if finished.is_some() {
        window.settle();
    }
    watch.settled(number, finished)
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
        let outside = |settled: &mut usize| number >= settled.saturating_add(self.length);
        drop(self.moved.wait_while(settled, outside).unwrap_or_else(PoisonError::into_inner));
    }

    fn settle(&self) {
        let mut settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        *settled = settled.saturating_add(1);
        self.moved.notify_all();
    }

    /// Holds nobody back any more.
    fn open(&self) {
        *self.settled.lock().unwrap_or_else(PoisonError::into_inner) = usize::MAX;
        self.moved.notify_all();
    }
}

/// Trials that have run, until they are due in the planned order; what follows a gap is not settled.
struct Order<'d, T> {
    due: usize,
    end: usize,
    done: &'d BTreeSet<usize>,
    waiting: BTreeMap<usize, T>,
}

impl<'d, T> Order<'d, T> {
    fn new(end: usize, done: &'d BTreeSet<usize>) -> Self {
        Self { due: 0, end, done, waiting: BTreeMap::new() }
    }

    fn settle(&mut self, each: &mut dyn FnMut(usize, Option<T>) -> ControlFlow<()>) -> ControlFlow<()> {
        while self.due < self.end {
            let item = self.waiting.remove(&self.due);
            if item.is_none() && !self.done.contains(&self.due) {
                break;
            }
            let number = self.due;
            self.due += 1;
            each(number, item)?;
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glasshouse_judge::{Panel, PlannedScenario, Sequential};
    use glasshouse_model::{Drawn, Ending, Gate, GateMode, Seed, TrialClass, TrialResult};
    use std::collections::BTreeSet;

    /// What is settled after each arrival; `done` ran before.
    fn settled(end: usize, done: &[usize], arrivals: &[usize]) -> Vec<(usize, bool)> {
        let done = done.iter().copied().collect();
        let mut order = Order::new(end, &done);
        let mut seen = Vec::new();
        for number in [None].into_iter().chain(arrivals.iter().copied().map(Some)) {
            order.waiting.extend(number.map(|number| (number, ())));
            let flow = order.settle(&mut |number, item| {
                seen.push((number, item.is_some()));
                ControlFlow::Continue(())
            });
            assert!(flow.is_continue());
        }
        seen
    }

    #[test]
    fn any_arrival_order_comes_out_in_planned_order() {
        for arrival in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
            assert_eq!(settled(4, &[], &arrival), [(0, true), (1, true), (2, true), (3, true)]);
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
            retries: 0,
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
                    let done = BTreeSet::new();
                    let mut due = Order::new(planned.len(), &done);
                    for (number, result) in arrivals {
                        due.waiting.insert(number, result);
                        let flow = due.settle(&mut |_, result| {
                            gate.observe(&result.unwrap());
                            ControlFlow::Continue(())
                        });
                        assert!(flow.is_continue());
                    }
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
    fn trials_that_ran_before_are_settled_in_their_place() {
        let wanted = [(0, false), (1, true), (2, false), (3, false)];
        assert_eq!(settled(4, &[0, 2, 3], &[1]), wanted);
        assert_eq!(settled(2, &[0, 1], &[]), [(0, false), (1, false)]);
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
    fn nothing_after_a_gap_is_settled() {
        assert_eq!(settled(4, &[3], &[2, 0]), [(0, true)]);
    }

    #[test]
    fn nothing_is_settled_after_the_end_of_a_run() {
        let done = BTreeSet::new();
        let mut order = Order::new(3, &done);
        order.waiting.extend([(0, ()), (1, ())]);
        let mut seen = Vec::new();
        let flow = order.settle(&mut |number, _| {
            seen.push(number);
            ControlFlow::Break(())
        });
        assert_eq!((flow, seen), (ControlFlow::Break(()), vec![0]));
    }
}

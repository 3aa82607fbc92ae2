//! Trials over all cores, verdicts in planned order.

use crate::course::Course;
use crate::plan::{Plan, PlannedTrial};
use crate::trial::{Finished, run_and_prove};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError, mpsc};
use std::thread;

/// What a run is told, on the thread that called it.
pub trait Watch {
    /// A trial has run, in whatever order. A break ends the run: no further trial begins.
    fn arrived(&mut self, number: usize, finished: &Finished) -> ControlFlow<()>;

    /// A trial is due in the planned order; none where it was left out for having run before. A break ends the run: no
    /// further trial begins, and none is settled.
    fn settled(&mut self, number: usize, finished: Option<Finished>) -> ControlFlow<()>;
}

/// Runs the trials of a plan on `threads` threads, and hands each to `watch` twice: when it has run, and in planned
/// order whatever the order in which they ended. Those whose numbers are in `done`, with whether they satisfied, ran
/// before. When `stop` is set, trials that have not begun are left out.
///
/// Order matters beyond tidiness: where failing trials are slower than passing ones, whoever decides on results as
/// they arrive decides on the passing ones first.
pub fn run(
    plan: &Plan,
    threads: NonZeroUsize,
    stop: &AtomicBool,
    done: &BTreeMap<usize, bool>,
    watch: &mut dyn Watch,
) {
    run_by(run_and_prove, plan, threads, stop, done, watch);
}

/// The same, each trial run by `one`.
pub(crate) fn run_by(
    one: fn(&Plan, &PlannedTrial) -> Finished,
    plan: &Plan,
    threads: NonZeroUsize,
    stop: &AtomicBool,
    done: &BTreeMap<usize, bool>,
    watch: &mut dyn Watch,
) {
    // One that finds no trial is of no use, and a machine has so many only.
    let workers = threads.get().min(plan.trials.len());
    let queue = Queue::new(workers.saturating_mul(AHEAD));
    let (mut course, mut order) = (Course::of(plan), Order::new(done));
    queue.go_on(order.go_on(course.numbers()), 0, course.is_whole());
    let mut flow = settle(&mut order, &mut course, &queue, watch);
    if flow.is_break() {
        return;
    }
    let (finished, arrivals) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..workers {
            let (finished, queue) = (finished.clone(), &queue);
            let worker = move || work(one, plan, queue, stop, &finished);
            // The machine has no room for a further one: those that began take all trials. Where there is none,
            // nothing is settled, and the run can be gone on with.
            if thread::Builder::new().spawn_scoped(scope, worker).is_err() {
                break;
            }
        }
        drop(finished);
        for (number, finished) in arrivals {
            // What has run is kept even where nothing further is settled.
            let kept = watch.arrived(number, &finished);
            order.waiting.insert(number, finished);
            if flow.is_continue() {
                flow = settle(&mut order, &mut course, &queue, watch);
            }
            if flow.is_break() || kept.is_break() {
                flow = ControlFlow::Break(());
                stop.store(true, Ordering::Relaxed);
                queue.close();
            }
        }
    });
}

/// Runs one trial after the other, until there is none or the run is stopped.
fn work(
    one: fn(&Plan, &PlannedTrial) -> Finished,
    plan: &Plan,
    queue: &Queue,
    stop: &AtomicBool,
    finished: &mpsc::Sender<(usize, Finished)>,
) {
    while let Some(number) = queue.take() {
        if stop.load(Ordering::Relaxed) {
            // Others may wait for this trial to be settled.
            queue.close();
            return;
        }
        let Some(trial) = plan.trials.get(number) else { return };
        if finished.send((number, one(plan, trial))).is_err() {
            return;
        }
    }
}

/// Trials a thread that may run ahead of the oldest that is not settled.
const AHEAD: usize = 16;

/// The trials that are to run, in planned order. It holds workers back from running far ahead of a slow trial, since what
/// they finish waits in memory until that one is settled, and from asking for a trial that is not drawn yet.
struct Queue {
    state: Mutex<Waiting>,
    moved: Condvar,
    ahead: usize,
}

#[derive(Default)]
struct Waiting {
    /// The numbers of all trials that have to run, those that were taken included.
    due: Vec<usize>,
    taken: usize,
    settled: usize,
    /// Whether no further number comes.
    is_whole: bool,
    /// Whether nothing more is handed out.
    is_closed: bool,
}

impl Queue {
    fn new(ahead: usize) -> Self {
        Self { state: Mutex::default(), moved: Condvar::new(), ahead }
    }

    /// The next trial, once it is within the window; none where there is no further one. The oldest unsettled trial is
    /// always within, so somebody is always at work.
    fn take(&self) -> Option<usize> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let must_wait = |state: &mut Waiting| {
            let is_held = state.taken >= state.settled.saturating_add(self.ahead);
            let is_there = state.taken < state.due.len();
            !state.is_closed && if is_there { is_held } else { !state.is_whole }
        };
        let mut state = self.moved.wait_while(state, must_wait).unwrap_or_else(PoisonError::into_inner);
        let number = state.due.get(state.taken).copied().filter(|_| !state.is_closed)?;
        state.taken += 1;
        Some(number)
    }

    /// Adds what is to run; `settled` more trials that ran now are settled.
    fn go_on(&self, more: impl IntoIterator<Item = usize>, settled: usize, is_whole: bool) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.due.extend(more);
        state.settled = state.settled.saturating_add(settled);
        state.is_whole = is_whole;
        self.moved.notify_all();
    }

    /// Hands out nothing more.
    fn close(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).is_closed = true;
        self.moved.notify_all();
    }
}

/// Settles what is due; what follows in the order may depend on it.
fn settle(
    order: &mut Order<'_, Finished>,
    course: &mut Course<'_>,
    queue: &Queue,
    watch: &mut dyn Watch,
) -> ControlFlow<()> {
    while let Some((number, settled)) = order.next() {
        let (satisfied, finished) = match settled {
            Settled::Before(satisfied) => (satisfied, None),
            Settled::Now(finished) => (finished.result.satisfied, Some(finished)),
        };
        course.settle(satisfied);
        let more = order.go_on(course.numbers());
        queue.go_on(more, usize::from(finished.is_some()), course.is_whole());
        watch.settled(number, finished)?;
    }
    ControlFlow::Continue(())
}

/// Trials that have run, until they are due in the planned order; what follows a gap is not settled.
struct Order<'d, T> {
    /// As far as it is known.
    numbers: Vec<usize>,
    due: usize,
    done: &'d BTreeMap<usize, bool>,
    waiting: BTreeMap<usize, T>,
}

/// A trial that is due.
enum Settled<T> {
    /// It ran before; whether it satisfied.
    Before(bool),
    /// It ran now.
    Now(T),
}

impl<'d, T> Order<'d, T> {
    fn new(done: &'d BTreeMap<usize, bool>) -> Self {
        Self { numbers: Vec::new(), due: 0, done, waiting: BTreeMap::new() }
    }

    /// Adds what is known further of the order; those of it that have to run.
    fn go_on(&mut self, known: &[usize]) -> Vec<usize> {
        let more = known.get(self.numbers.len()..).unwrap_or_default();
        self.numbers.extend(more);
        more.iter().copied().filter(|number| !self.done.contains_key(number)).collect()
    }

    /// The next trial that is due, where it has run.
    fn next(&mut self) -> Option<(usize, Settled<T>)> {
        let number = *self.numbers.get(self.due)?;
        let settled = match self.waiting.remove(&number) {
            Some(item) => Settled::Now(item),
            None => Settled::Before(*self.done.get(&number)?),
        };
        self.due += 1;
        Some((number, settled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use glasshouse_judge::{Panel, PlannedScenario, Sequential, TrialOrder};
    use glasshouse_model::{Allocation, Drawn, Ending, Gate, GateMode, Seed, TrialClass, TrialResult};
    use std::collections::BTreeSet;

    /// What is settled after each arrival; `done` ran before.
    fn settled(end: usize, done: &[usize], arrivals: &[usize]) -> Vec<(usize, bool)> {
        let done = done.iter().map(|number| (*number, true)).collect();
        let mut order = Order::new(&done);
        let due = order.go_on(&(0..end).collect::<Vec<_>>());
        assert!(due.iter().all(|number| !done.contains_key(number)), "{due:?}");
        let mut seen = Vec::new();
        for number in [None].into_iter().chain(arrivals.iter().copied().map(Some)) {
            order.waiting.extend(number.map(|number| (number, ())));
            while let Some((number, settled)) = order.next() {
                seen.push((number, matches!(settled, Settled::Now(()))));
            }
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
                    let sweep = TrialOrder { allocation: Allocation::Sweep, seed: 0 };
                    let mut gate = Sequential::new(&plan, &gate, &panel, sweep).unwrap();
                    let arrivals = order.into_iter().map(|number| (number, planned[number].clone()));
                    let done = BTreeMap::new();
                    let mut due = Order::new(&done);
                    due.go_on(&(0..planned.len()).collect::<Vec<_>>());
                    for (number, result) in arrivals {
                        due.waiting.insert(number, result);
                        while let Some((_, Settled::Now(result))) = due.next() {
                            gate.observe(&result);
                        }
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

    fn take_all(queue: &Queue, passed: mpsc::Sender<usize>) {
        while let Some(number) = queue.take() {
            passed.send(number).unwrap();
        }
    }

    #[test]
    fn nobody_runs_further_ahead_than_the_window() {
        let queue = Queue::new(2);
        queue.go_on(5..9, 0, true);
        let (passed, arrived) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| take_all(&queue, passed));
            assert_eq!([arrived.recv().unwrap(), arrived.recv().unwrap()], [5, 6]);
            assert!(arrived.try_recv().is_err());
            queue.go_on([], 1, true);
            assert_eq!(arrived.recv().unwrap(), 7);
            queue.go_on([], 1, true);
            assert_eq!(arrived.recv().unwrap(), 8);
            assert!(arrived.recv().is_err(), "there is no further one");
        });
    }

    /// Who asks for a trial that is not drawn yet waits for it, or for the end.
    #[test]
    fn a_trial_that_is_not_drawn_yet_is_waited_for() {
        let queue = Queue::new(8);
        let (passed, arrived) = mpsc::channel();
        std::thread::scope(|scope| {
            scope.spawn(|| take_all(&queue, passed));
            for number in [3, 1] {
                queue.go_on([number], 0, false);
                assert_eq!(arrived.recv().unwrap(), number);
            }
            queue.close();
            assert!(arrived.recv().is_err());
        });
    }

    #[test]
    fn nothing_after_a_gap_is_settled() {
        assert_eq!(settled(4, &[3], &[2, 0]), [(0, true)]);
    }
}

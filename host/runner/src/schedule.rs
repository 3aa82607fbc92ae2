//! Trials over all cores, verdicts in planned order.

use crate::plan::Plan;
use crate::trial::{Finished, run_trial};
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

/// Runs every trial of a plan on `threads` threads and hands each to `each`, on the calling thread and in planned
/// order whatever the order in which they end. When `stop` is set, trials that have not begun are left out.
///
/// Order matters beyond tidiness: where failing trials are slower than passing ones, whoever decides on results as
/// they arrive decides on the passing ones first.
pub fn run(plan: &Plan, threads: NonZeroUsize, stop: &AtomicBool, each: &mut dyn FnMut(Finished)) {
    let next = AtomicUsize::new(0);
    // A full channel holds the workers back, so that finished trials never pile up.
    let (finished, arrivals) = mpsc::sync_channel(2 * threads.get());
    std::thread::scope(|scope| {
        for _ in 0..threads.get() {
            let finished = finished.clone();
            let next = &next;
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(ran) = plan.trials.get(number).and_then(|trial| run_trial(plan, trial)) else {
                        return;
                    };
                    if finished.send((number, ran)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(finished);
        in_order(arrivals, each);
    });
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

    #[test]
    fn any_arrival_order_comes_out_in_planned_order() {
        for arrival in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
            let mut seen = Vec::new();
            in_order(arrival.map(|number| (number, number)), &mut |number| seen.push(number));
            assert_eq!(seen, [0, 1, 2, 3]);
        }
    }

    #[test]
    fn nothing_after_a_gap_is_handed_on() {
        let mut seen = Vec::new();
        in_order([(2, 'c'), (0, 'a')], &mut |item| seen.push(item));
        assert_eq!(seen, ['a']);
    }
}

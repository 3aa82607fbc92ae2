//! The planned order of a run as far as it is known: whole from the start, or drawn as trials are settled.

use crate::plan::Plan;
use glasshouse_judge::Course as Draws;

/// The numbers of the trials, in planned order.
pub(crate) struct Course<'p> {
    plan: &'p Plan,
    numbers: Vec<usize>,
    /// None where the order is the plan's own.
    draws: Option<Draws>,
    /// Trials of each scenario that stand in the order.
    next: Vec<usize>,
}

impl<'p> Course<'p> {
    pub(crate) fn of(plan: &'p Plan) -> Self {
        let drawn = || glasshouse_judge::course(plan.scenarios(), plan.order().seed).ok();
        let draws = if plan.is_adaptive() { drawn() } else { None };
        let numbers = if draws.is_some() { Vec::new() } else { (0..plan.trials.len()).collect() };
        let mut course = Self { plan, numbers, draws, next: vec![0; plan.scenarios().len()] };
        course.take_up();
        course
    }

    /// The numbers that are known, from the first on.
    pub(crate) fn numbers(&self) -> &[usize] {
        &self.numbers
    }

    /// Whether no further number will come.
    pub(crate) fn is_whole(&self) -> bool {
        self.draws.as_ref().is_none_or(Draws::is_whole)
    }

    /// Whether the trial that is due in that order satisfied: what follows may depend on it.
    pub(crate) fn settle(&mut self, satisfied: bool) {
        if let Some(draws) = &mut self.draws {
            draws.settle(satisfied);
            self.take_up();
        }
    }

    fn take_up(&mut self) {
        let known = self.numbers.len();
        for turn in self.draws.iter().flat_map(|draws| draws.turns().iter().skip(known)) {
            let scenario = self.plan.scenarios().get(turn.scenario);
            let Some((scenario, next)) = scenario.zip(self.next.get_mut(turn.scenario)) else { return };
            // Every scenario has as many trials to choose from as there are in all.
            let Some(number) = self.plan.contents.nth(&scenario.id, *next) else { return };
            *next += 1;
            self.numbers.push(number);
        }
    }
}

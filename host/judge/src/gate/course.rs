//! The planned order of trials that are spent where they tell most. Which scenario comes next depends on what was settled
//! before, so it is drawn block by block: a block's chances follow from what was settled up to a block before it began.
//! Trials of two blocks can run side by side, and the order is one on any number of threads.

use super::adaptive::{FLOOR, draw_chances};
use super::schedule::{drawn, uniform};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng as _;

/// Trials of a block.
const BLOCK: usize = 32;

/// One trial of the order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turn {
    /// The scenario, by its place.
    pub scenario: usize,
    /// The chance with which it was drawn; none in the first sweep, which takes every scenario once.
    pub chance: Option<f64>,
    /// Whether it is the first of those that were drawn by the same chances.
    pub begins_block: bool,
}

/// An order that goes on as its trials are settled.
#[derive(Debug, Clone)]
pub struct Course {
    shares: Vec<f64>,
    /// Trials and passes that were settled, of each scenario.
    settled: Vec<(u32, u32)>,
    random: ChaCha8Rng,
    turns: Vec<Turn>,
    count: usize,
    most: usize,
}

impl Course {
    /// An order of at most `most` trials, and at least one of each scenario; `shares` are above 0 and sum to 1.
    pub fn new(shares: &[f64], most: usize, seed: u64) -> Self {
        let sweep = |scenario| Turn { scenario, chance: None, begins_block: scenario == 0 };
        let mut course = Self {
            shares: shares.to_vec(),
            settled: vec![(0, 0); shares.len()],
            random: ChaCha8Rng::seed_from_u64(seed),
            turns: (0..shares.len()).map(sweep).collect(),
            count: 0,
            most: most.max(shares.len()),
        };
        course.draw_block();
        course
    }

    /// The turns that are known so far, from the first on.
    pub fn turns(&self) -> &[Turn] {
        &self.turns
    }

    /// Whether no further turn will come.
    pub fn is_whole(&self) -> bool {
        self.turns.len() >= self.most
    }

    /// Whether the first sweep ends with that many trials.
    pub(super) fn is_end_of_sweep(&self, trials: usize) -> bool {
        trials == self.shares.len()
    }

    /// Adds what the next trial in order came to; a missing one has not passed. One beyond the known turns is passed over.
    pub fn settle(&mut self, passed: bool) {
        let Some(turn) = self.turns.get(self.count) else { return };
        if let Some((trials, passes)) = self.settled.get_mut(turn.scenario) {
            *trials = trials.saturating_add(1);
            *passes = passes.saturating_add(u32::from(passed));
        }
        self.count += 1;
        let beyond = self.count.checked_sub(self.shares.len());
        if beyond.is_some_and(|beyond| beyond.is_multiple_of(BLOCK)) {
            self.draw_block();
        }
    }

    fn draw_block(&mut self) {
        let rate = |(trials, passes): &(u32, u32)| (f64::from(*passes) + 0.5) / (f64::from(*trials) + 1.0);
        let rates: Vec<_> = self.settled.iter().map(rate).collect();
        let chances = draw_chances(&self.shares, &rates, FLOOR);
        for place in 0..BLOCK.min(self.most.saturating_sub(self.turns.len())) {
            let scenario = drawn(&chances, uniform(&mut self.random));
            let chance = chances.get(scenario).copied();
            self.turns.push(Turn { scenario, chance, begins_block: place == 0 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARES: [f64; 3] = [0.5, 0.3, 0.2];

    /// All turns, where trials of one scenario fail every other time.
    fn all(seed: u64) -> Vec<Turn> {
        let mut course = Course::new(&SHARES, 400, seed);
        let mut next = 0;
        while let Some(turn) = course.turns().get(next).copied() {
            course.settle(turn.scenario != 2 || next % 2 == 0);
            next += 1;
        }
        assert!(course.is_whole());
        course.turns().to_vec()
    }

    #[test]
    fn a_sweep_comes_first_and_then_those_that_tell_most() {
        let turns = all(7);
        assert_eq!(
            (turns.len(), turns.iter().map(|turn| turn.scenario).take(3).collect()),
            (400, vec![0, 1, 2])
        );
        let late = turns.iter().skip(200).filter(|turn| turn.scenario == 2).count();
        assert!(late > 60, "a fifth of the usage has a third of the trials: {late} of 200");
        let floors = turns.iter().filter_map(|turn| Some((turn.chance?, SHARES[turn.scenario])));
        assert!(floors.into_iter().all(|(chance, share)| chance >= FLOOR * share));
        assert_eq!(turns, all(7));
        assert_ne!(turns, all(8));
    }

    /// Work for every thread is known ahead: a block's turns stand before the block before it is settled.
    #[test]
    fn the_order_is_known_a_block_ahead() {
        let mut course = Course::new(&SHARES, 400, 0);
        for settled in 0..300 {
            assert!(course.turns().len() >= settled + BLOCK || course.is_whole(), "{settled}");
            course.settle(true);
        }
    }

    #[test]
    fn there_is_one_sweep_at_least() {
        let course = Course::new(&SHARES, 1, 0);
        assert_eq!((course.turns().len(), course.is_whole()), (3, true));
    }
}

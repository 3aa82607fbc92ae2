//! The progress of a run on a terminal, and the real time that it takes; no result depends on either.

use glasshouse_judge::clopper_pearson;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

/// How often the figure is computed, at most.
const BEAT: Duration = Duration::from_millis(100);
/// The confidence of the interval that is shown.
const CONFIDENCE: f64 = 0.95;

/// A run under way.
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    shown: Option<Instant>,
    trials: u64,
    threads: u64,
    /// Have run, be they settled or not.
    arrived: u64,
    settled: u64,
    satisfied: u64,
}

impl Progress {
    /// Begins with no trial settled. Without a terminal nothing is drawn.
    pub(crate) fn begin(trials: usize, threads: usize) -> Self {
        let bar =
            if io::stderr().is_terminal() { ProgressBar::new(trials as u64) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} settled  {per_sec}  {msg}") {
            bar.set_style(style);
        }
        Self {
            bar,
            started: Instant::now(),
            shown: None,
            trials: trials as u64,
            threads: threads as u64,
            arrived: 0,
            settled: 0,
            satisfied: 0,
        }
    }

    /// Counts trials that ran before, of which no rate is made.
    pub(crate) fn ran_before(&mut self, trials: usize) {
        self.arrived += trials as u64;
        self.bar.reset_eta();
    }

    /// Counts one trial that has run.
    pub(crate) fn arrived(&mut self) {
        self.arrived += 1;
    }

    /// Counts one settled trial.
    pub(crate) fn settled(&mut self, satisfied: bool) {
        self.settled += 1;
        self.satisfied += u64::from(satisfied);
        self.bar.inc(1);
        if !self.bar.is_hidden() && self.shown.is_none_or(|shown| shown.elapsed() >= BEAT) {
            self.shown = Some(Instant::now());
            self.bar.set_message(self.line());
        }
    }

    /// Running and waiting trials, and the satisfaction so far: of the trials that are settled, unweighted.
    fn line(&self) -> String {
        let left = self.trials.saturating_sub(self.arrived);
        let running = left.min(self.threads);
        let waiting = left - running;
        let point = self.satisfied as f64 / self.settled.max(1) as f64;
        let interval = clopper_pearson(self.satisfied as f64, self.settled as f64, CONFIDENCE).ok();
        let interval = interval.map_or_else(String::new, |i| format!(" [{:.3}, {:.3}]", i.lower, i.upper));
        format!("{running} running, {waiting} waiting  satisfied {point:.3}{interval}")
    }

    /// Takes the bar away, and tells how long the run took.
    pub(crate) fn end(self) -> Duration {
        self.bar.finish_and_clear();
        self.started.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_tells_what_runs_what_waits_and_the_figure_so_far() {
        let mut progress = Progress::begin(10, 2);
        progress.ran_before(1);
        for satisfied in [true, true, true, false] {
            progress.arrived();
            progress.settled(satisfied);
        }
        let line = progress.line();
        assert!(line.starts_with("2 running, 3 waiting  satisfied 0.750 [0.194, 0.994]"), "{line}");
    }
}

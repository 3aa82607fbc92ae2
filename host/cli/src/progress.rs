//! The progress of a run on a terminal, and the real time that it takes; no result depends on either.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

/// A run under way.
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    satisfied: u64,
}

impl Progress {
    /// Begins with no trial settled. Without a terminal nothing is drawn.
    pub(crate) fn begin(trials: usize) -> Self {
        let bar =
            if io::stderr().is_terminal() { ProgressBar::new(trials as u64) } else { ProgressBar::hidden() };
        if let Ok(style) =
            ProgressStyle::with_template("{bar:32} {pos}/{len} trials  {per_sec}  {msg} satisfied")
        {
            bar.set_style(style);
        }
        bar.set_message("0");
        Self { bar, started: Instant::now(), satisfied: 0 }
    }

    /// Counts one settled trial.
    pub(crate) fn settled(&mut self, satisfied: bool) {
        if satisfied {
            self.satisfied += 1;
            self.bar.set_message(self.satisfied.to_string());
        }
        self.bar.inc(1);
    }

    /// Takes the bar away, and tells how long the run took.
    pub(crate) fn end(self) -> Duration {
        self.bar.finish_and_clear();
        self.started.elapsed()
    }
}

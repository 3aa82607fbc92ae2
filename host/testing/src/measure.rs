//! Comparing measurements on a noisy machine: candidates take turns in one process, so that whatever disturbs one
//! disturbs all, and the figure is a ratio of medians. Benchmark crates time one candidate after the other.

use std::fmt;
use std::time::{Duration, Instant};

/// One thing to measure.
pub struct Candidate<'c> {
    /// What to call it.
    pub name: &'static str,
    /// One operation.
    pub run: Box<dyn FnMut() + 'c>,
}

/// What was measured of one candidate.
#[derive(Debug, Clone, Copy)]
pub struct Figure {
    /// What it is called.
    pub name: &'static str,
    /// Median over the rounds, of one operation.
    pub median: Duration,
    /// The fastest round, of one operation.
    pub fastest: Duration,
    /// Its median against the first candidate's.
    pub ratio: f64,
}

/// Runs every candidate in turn, `rounds` times `operations` operations each, after one round that does not count.
///
/// # Panics
/// Where there is nothing to measure.
pub fn measure(candidates: &mut [Candidate<'_>], rounds: usize, operations: u32) -> Vec<Figure> {
    let mut times = vec![Vec::with_capacity(rounds); candidates.len()];
    for round in 0..=rounds {
        for (candidate, times) in candidates.iter_mut().zip(&mut times) {
            let begin = Instant::now();
            for _ in 0..operations {
                (candidate.run)();
            }
            if round > 0 {
                times.push(begin.elapsed() / operations);
            }
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let medians: Vec<_> = times.iter_mut().map(median).collect();
    let base = medians[0].as_secs_f64();
    candidates
        .iter()
        .zip(&times)
        .zip(medians)
        .map(|((candidate, times), median)| Figure {
            name: candidate.name,
            median,
            fastest: times[0],
            ratio: median.as_secs_f64() / base,
        })
        .collect()
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, median, fastest, ratio } = self;
        write!(f, "{name:<44} median {median:>10.2?}   fastest {fastest:>10.2?}   {ratio:>6.2} x the first")
    }
}

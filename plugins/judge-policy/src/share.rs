//! Use of a budget, held against a share of it.

use plugin_sdk::capability::{Event, Happening};
use plugin_sdk::criterion::{Keys, invalid, span_words};
use plugin_sdk::{Duration, Error};

use crate::finding::Findings;

/// Most of a budget that may be used.
#[derive(Debug)]
pub(crate) struct Share {
    share: f64,
    requests: Option<u64>,
    virtual_time: Option<Duration>,
    /// Bytes of log lines.
    output: Option<u64>,
}

impl Share {
    pub(crate) fn read(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let place = keys.place("share");
        let share = match keys.take("share") {
            None => 1.0,
            Some(value) => value
                .as_f64()
                .filter(|share| *share > 0.0 && *share <= 1.0)
                .ok_or_else(|| invalid(&place, "must be a number above 0, at most 1"))?,
        };
        let requests = keys.count("requests")?;
        let virtual_time = keys.span("virtual_time")?;
        let output = keys.count("output")?;
        if requests.is_none() && virtual_time.is_none() && output.is_none() {
            return Err(invalid("use", "says of nothing how much it is: requests, virtual_time or output"));
        }
        Ok(Self { share, requests, virtual_time, output })
    }

    /// The part of a number that may be used.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        reason = "a share of a budget; a float holds it to far more than one part in a million"
    )]
    fn of(&self, whole: u64) -> u64 {
        (whole as f64 * self.share) as u64
    }

    pub(crate) fn hold(&self, history: &[Event], findings: &mut Findings) {
        let whole = |_: &Event| 1;
        let exchanges = |event: &&Event| matches!(event.happening, Happening::Exchange(_));
        if let Some(requests) = self.requests {
            let sent = history.iter().filter(exchanges);
            within("requests", self.of(requests), sent, whole, &|n| n.to_string(), findings);
        }
        if let Some(output) = self.output {
            let bytes = |event: &Event| match &event.happening {
                Happening::Line(line) => line.len() as u64,
                _ => 0,
            };
            within("bytes of log", self.of(output), history.iter(), bytes, &|n| n.to_string(), findings);
        }
        if let Some(time) = self.virtual_time {
            let mut last = began(history);
            let passed = |event: &Event| {
                let passed = event.at.saturating_sub(last);
                last = event.at;
                passed
            };
            within("virtual time", self.of(time), history.iter(), passed, &span_words, findings);
        }
    }
}

/// When the first event began: one that tells of a sleep is written down at its end.
fn began(history: &[Event]) -> u64 {
    match history.first() {
        Some(Event { at, happening: Happening::Slept(duration), .. }) => at.saturating_sub(*duration),
        Some(event) => event.at,
        None => 0,
    }
}

/// Sums what events use, and finds the one that went over the most.
fn within<'e>(
    what: &str,
    most: u64,
    events: impl Iterator<Item = &'e Event>,
    mut uses: impl FnMut(&Event) -> u64,
    words: &dyn Fn(u64) -> String,
    findings: &mut Findings,
) {
    let mut used: u64 = 0;
    let mut over = None;
    for event in events {
        used = used.saturating_add(uses(event));
        if used > most && over.is_none() {
            over = Some(event.index);
        }
    }
    match over {
        None => findings.kept(&format!("{what} within {}", words(most))),
        Some(event) => {
            findings.broken(format!("{what} used: {}, of at most {}", words(used), words(most)), [event]);
        }
    }
}

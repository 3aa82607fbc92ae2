//! Faults as a running world has them: the plan, how often each rule was met, and the stream that its draws come from.

use glasshouse_model::{FaultKind, FaultPlan, Frequency, Seed};
use glasshouse_sandbox::RandomStream;
use rpds::RedBlackTreeMapSync as Map;
use std::sync::Arc;

/// A plan at work. A clone goes on alike.
#[derive(Debug, Clone)]
pub(crate) struct Faults {
    pub(crate) plan: Arc<FaultPlan>,
    /// When the plan began, in nanoseconds since 1970.
    pub(crate) since: u64,
    /// How often each rule was met within its window.
    pub(crate) met: Map<u64, u64>,
    pub(crate) stream: RandomStream,
}

/// What is about to be done, as rules look at it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Act<'a> {
    /// The twin that is asked, or that sends.
    pub(crate) twin: &'a str,
    /// By the twin's manifest.
    pub(crate) operation: Option<&'a str>,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    /// Whether the twin sends it of its own accord.
    pub(crate) is_delivery: bool,
}

/// A rule that strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Strike {
    pub(crate) rule: usize,
    pub(crate) kind: FaultKind,
}

impl Faults {
    /// A plan that begins now.
    pub(crate) fn new(plan: FaultPlan, since: u64, seed: Seed) -> Self {
        Self { plan: Arc::new(plan), since, met: Map::default(), stream: stream(seed) }
    }

    /// How far back stale reads may look, in nanoseconds; 0 where none does.
    pub(crate) fn longest_past(&self) -> u64 {
        let past = |kind| if let FaultKind::StaleRead(age) = kind { age } else { 0 };
        self.plan.rules.iter().map(|rule| past(rule.kind)).max().unwrap_or(0)
    }

    /// The first rule that strikes. Every rule that is met counts and draws, whether one before it strikes or not, so
    /// that taking one rule out of a plan changes nothing about the others but their draws.
    pub(crate) fn strike(&mut self, now: u64, act: Act<'_>) -> Option<Strike> {
        let plan = self.plan.clone();
        let since = now.saturating_sub(self.since);
        let mut first = None;
        for (number, rule) in plan.rules.iter().enumerate() {
            let Act { twin, operation, method, path, is_delivery } = act;
            if rule.kind.is_of_deliveries() != is_delivery
                || !rule.is_open_at(since)
                || !rule.meets(twin, operation, method, path)
            {
                continue;
            }
            let key = number as u64;
            let met = self.met.get(&key).copied().unwrap_or(0) + 1;
            self.met.insert_mut(key, met);
            let strikes = match rule.frequency {
                Frequency::Always => true,
                Frequency::Probability(probability) => self.fraction() < probability,
                Frequency::Call(call) => met == call,
            };
            if strikes && first.is_none() {
                first = Some(Strike { rule: number, kind: rule.kind });
            }
        }
        first
    }

    /// A number from 0 to `most`.
    pub(crate) fn up_to(&mut self, most: u64) -> u64 {
        match most.checked_add(1) {
            Some(count) => self.stream.draw() % count,
            None => self.stream.draw(),
        }
    }

    /// A number from 0 to below 1, of 53 random bits.
    fn fraction(&mut self) -> f64 {
        const BITS: u32 = 53;
        #[expect(clippy::cast_precision_loss, reason = "53 bits are what a double holds")]
        let numerator = (self.stream.draw() >> (u64::BITS - BITS)) as f64;
        numerator / (1_u64 << BITS) as f64
    }
}

/// The stream of faults in a trial.
pub(crate) fn stream(seed: Seed) -> RandomStream {
    RandomStream::new(seed.stream_key("faults"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(rules: &str) -> Faults {
        let plan = FaultPlan::parse("faults.toml", &format!("schema = \"faults/1\"\n{rules}")).unwrap();
        Faults::new(plan, 100, Seed(7))
    }

    fn struck(faults: &mut Faults, now: u64, path: &str) -> Option<usize> {
        let act = Act { twin: "slack", operation: None, method: "GET", path, is_delivery: false };
        faults.strike(now, act).map(|strike| strike.rule)
    }

    #[test]
    fn the_first_rule_that_strikes_is_taken_and_all_that_are_met_count() {
        let mut faults = faults(
            "[[fault]]\nkind = \"cut\"\ncall = 2\noperation = \"/a\"\n\
             [[fault]]\nkind = \"server_error\"\ncall = 3\n\
             [[fault]]\nkind = \"duplicate\"\n[[fault]]\nkind = \"cut\"\ntwin = \"okta\"\n",
        );
        let seen = ["/a", "/a", "/b", "/a"].map(|path| struck(&mut faults, 100, path));
        assert_eq!(seen, [None, Some(0), Some(1), None]);
    }

    #[test]
    fn windows_count_from_where_the_plan_began() {
        let mut faults = faults("[[fault]]\nkind = \"cut\"\nfrom = \"10ns\"\nuntil = \"20ns\"\n");
        let seen = [0, 109, 110, 119, 120].map(|now| struck(&mut faults, now, "/").is_some());
        assert_eq!(seen, [false, false, true, true, false]);
    }

    #[test]
    fn a_clone_draws_alike_and_about_as_often_as_was_asked() {
        let mut faults = faults("[[fault]]\nkind = \"cut\"\nprobability = 0.25\n");
        let mut other = faults.clone();
        let draws =
            |faults: &mut Faults| -> Vec<_> { (0..1_000).map(|_| struck(faults, 100, "/")).collect() };
        let seen = draws(&mut faults);
        assert_eq!(seen, draws(&mut other));
        let struck = seen.iter().flatten().count();
        assert!((200..300).contains(&struck), "{struck}");
    }
}

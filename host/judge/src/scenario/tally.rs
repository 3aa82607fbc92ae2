//! One scenario's trials, counted: passes, missing ones, and why the others do not satisfy.

use super::indexes::Indexes;
use crate::gate::Tally;
use crate::interval::{Interval, OutOfRange, clopper_pearson};
use glasshouse_model::{Digest, Seed, TrialClass, TrialResult};
use serde::Serialize;
use std::collections::BTreeMap;

/// One scenario's part of the satisfaction.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScenarioSatisfaction {
    /// The scenario's id.
    pub scenario: String,
    /// Its share of the usage; all shares sum to 1.
    pub weight: f64,
    /// Trials that were planned.
    pub trials: u32,
    /// Trials that were judged: those that are not missing.
    pub n: u32,
    /// Judged trials that satisfy.
    pub passes: u32,
    /// Trials without a verdict.
    pub missing: u32,
    /// Passes a judged trial; none where no trial was judged.
    pub rate: Option<f64>,
    /// Clopper-Pearson interval of the rate, at the gate's confidence.
    #[serde(flatten)]
    pub interval: Interval,
    /// The most frequent reasons of trials that do not satisfy, most frequent first, then as they came first.
    pub reasons: Vec<ReasonCount>,
    /// Trials whose reasons are not listed.
    pub further: u32,
}

/// How often one reason was given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReasonCount {
    /// How those trials ended.
    pub class: TrialClass,
    /// In one line.
    pub reason: String,
    /// Trials with it.
    pub count: u32,
    /// Seeds of the first of them, in planned order.
    pub seeds: Vec<Seed>,
    /// Index of the first of them.
    #[serde(skip)]
    pub first: u32,
}

/// Most reasons that are listed a scenario.
const MOST_REASONS: usize = 8;

/// Most seeds that are shown a reason.
const MOST_SEEDS: usize = 3;

/// Whether a trial of this class has no verdict.
pub(crate) fn is_missing(class: TrialClass) -> bool {
    match class {
        TrialClass::Judged | TrialClass::Budget => false,
        TrialClass::Infra | TrialClass::JudgeError | TrialClass::UserSimInvalid => true,
    }
}

/// The trials of one scenario, counted in whatever order they come. It keeps a bit of each trial, and of each reason what
/// finds its text again: batches are larger than memory.
#[derive(Debug, Clone, Default)]
pub(crate) struct Count {
    indexes: Indexes,
    trials: u32,
    passes: u32,
    /// By the way they ended.
    missing: BTreeMap<TrialClass, u32>,
    /// By class and digest of the text.
    reasons: BTreeMap<(TrialClass, Digest), Group>,
}

/// The trials that have one reason.
#[derive(Debug, Clone, Default)]
struct Group {
    count: u32,
    /// Of the first of them, in the order of their indexes.
    seeds: Vec<(u32, Seed)>,
}

impl Group {
    fn add(&mut self, result: &TrialResult) {
        self.count = self.count.saturating_add(1);
        let place = self.seeds.partition_point(|(index, _)| *index < result.index);
        if place < MOST_SEEDS {
            self.seeds.insert(place, (result.index, result.seed));
            self.seeds.truncate(MOST_SEEDS);
        }
    }

    fn first(&self) -> u32 {
        self.seeds.first().map_or(u32::MAX, |(index, _)| *index)
    }
}

impl Count {
    /// Adds a trial; false where it came before.
    pub(crate) fn add(&mut self, result: &TrialResult) -> bool {
        if !self.indexes.insert(result.index) {
            return false;
        }
        self.trials = self.trials.saturating_add(1);
        let missing = is_missing(result.class);
        if missing {
            *self.missing.entry(result.class).or_default() += 1;
        } else if result.satisfied {
            self.passes += 1;
            return true;
        }
        let reason = (result.class, Digest::of(result.reason.as_bytes()));
        self.reasons.entry(reason).or_default().add(result);
        true
    }

    /// How many there are.
    pub(crate) fn trials(&self) -> u32 {
        self.trials
    }

    /// How many ended without a verdict, in that way.
    pub(crate) fn missing(&self, class: TrialClass) -> u32 {
        self.missing.get(&class).copied().unwrap_or_default()
    }

    /// The first index below `end` of which no trial came.
    pub(crate) fn absent(&self, end: u32) -> Option<u32> {
        self.indexes.first_gap(end)
    }

    /// The first index from `end` on of which a trial came.
    pub(crate) fn beyond(&self, end: u32) -> Option<u32> {
        self.indexes.first_from(end)
    }

    /// Passes, at worst and at best of what is missing.
    pub(crate) fn tally(&self) -> Tally {
        let high = self.passes.saturating_add(self.all_missing());
        Tally { n: f64::from(self.trials), low: f64::from(self.passes), high: f64::from(high) }
    }

    fn all_missing(&self) -> u32 {
        self.missing.values().fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The scenario's part of the satisfaction. `text` is the reason of the trial at an index.
    pub(crate) fn satisfaction(
        &self,
        scenario: &str,
        weight: f64,
        confidence: f64,
        text: &mut dyn FnMut(&str, u32) -> String,
    ) -> Result<ScenarioSatisfaction, OutOfRange> {
        let Self { trials, passes, .. } = *self;
        let missing = self.all_missing();
        let n = trials - missing;
        let mut groups: Vec<_> = self.reasons.iter().collect();
        groups.sort_by_key(|(_, group)| (std::cmp::Reverse(group.count), group.first()));
        let further = groups.iter().skip(MOST_REASONS).map(|(_, group)| group.count).sum();
        let reason = |((class, _), group): (&(TrialClass, Digest), &Group)| ReasonCount {
            class: *class,
            reason: text(scenario, group.first()),
            count: group.count,
            seeds: group.seeds.iter().map(|(_, seed)| *seed).collect(),
            first: group.first(),
        };
        Ok(ScenarioSatisfaction {
            scenario: scenario.to_owned(),
            weight,
            trials,
            n,
            passes,
            missing,
            rate: (n > 0).then(|| f64::from(passes) / f64::from(n)),
            interval: clopper_pearson(f64::from(passes), f64::from(n), confidence)?,
            reasons: groups.into_iter().take(MOST_REASONS).map(reason).collect(),
            further,
        })
    }
}

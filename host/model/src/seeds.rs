//! `[seeds]`: how many trials a scenario has, and what everything random in them is drawn from.

use crate::suite::{TRIALS, trials};
use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::at_least;
use crate::{Place, Seed};
use serde::Serialize;
use std::collections::BTreeSet;
use toml_span::value::ValueInner;

/// The trials of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seeds {
    /// Trials a scenario.
    pub n: u32,
    /// Moves every seed that is counted.
    pub base: u64,
    /// The seeds themselves, in the order of the trials; none where they are counted.
    pub list: Option<Vec<Seed>>,
}

/// The keys of a `[seeds]` table as they stand; one that is none is decided elsewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnSeeds {
    /// Trials a scenario.
    pub n: Option<u32>,
    /// Moves every seed.
    pub base: Option<u64>,
    /// The seeds themselves; without `n` and `base`.
    pub list: Option<SeedList>,
}

/// Seeds that a file names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedList {
    /// At least one, each once.
    pub seeds: Vec<Seed>,
    /// Where the file names them.
    pub place: Place,
}

impl Default for Seeds {
    fn default() -> Self {
        Self { n: 25, base: 0, list: None }
    }
}

impl Seeds {
    /// The seed of a scenario's trial.
    pub fn of_trial(&self, suite: &str, scenario: &str, index: u32) -> Seed {
        let listed = self.list.as_ref().and_then(|list| list.get(index as usize));
        listed.copied().unwrap_or_else(|| Seed::of_trial(suite, scenario, self.base, index))
    }

    fn listed(seeds: Vec<Seed>) -> Self {
        let n = u32::try_from(seeds.len()).unwrap_or(u32::MAX);
        Self { n, base: 0, list: Some(seeds) }
    }
}

/// Most seeds that a file names.
const MOST_LISTED: usize = 10_000;

/// What a seed must be, for mistakes.
const SEED: &str = "a whole number from 0, or a seed as reports show it, 16 hexadecimal digits in quotes";

impl OwnSeeds {
    /// Fills in what is none from the suite's seeds. Who counts seeds has none of the suite's list.
    #[must_use]
    pub fn resolve(&self, suite: &Seeds) -> Seeds {
        let usual = Seeds::default();
        match self {
            Self { list: Some(list), .. } => Seeds::listed(list.seeds.clone()),
            Self { n: None, base: None, .. } => suite.clone(),
            Self { n, base, .. } => {
                let suite = if suite.list.is_some() { &usual } else { suite };
                Seeds { n: n.unwrap_or(suite.n), base: base.unwrap_or(suite.base), list: None }
            }
        }
    }

    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let place = table.key_place(reader, "list");
        let spans = ["n", "base"].map(|key| table.key_span(key).map(|span| (key, span)));
        let n = table.optional(reader, "n", TRIALS, trials);
        let base = table.optional(reader, "base", "a whole number from 0", at_least(0));
        let is_listed = table.key_span("list").is_some();
        let mut seen = BTreeSet::new();
        let list = ("list", MOST_LISTED);
        let seeds =
            table.list_of(reader, list, SEED, |value| seed(value).ok_or(None), |seed| seen.insert(*seed));
        for (key, span) in spans.into_iter().flatten().filter(|_| is_listed) {
            let hint = "the seeds of a list are as many as it has, and none is moved; leave one of them out";
            reader.mistake(span, format!("`{key}` does not go with `list`"), Some(hint.into()));
        }
        Some(Self { n, base, list: seeds.map(|seeds| SeedList { seeds, place }) })
    }
}

fn seed(value: &ValueInner<'_>) -> Option<Seed> {
    let Some(text) = value.as_str() else { return at_least(0)(value).map(Seed) };
    let is_shown = text.len() == 16 && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    is_shown.then(|| u64::from_str_radix(text, 16).ok()).flatten().map(Seed)
}

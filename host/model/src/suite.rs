//! `suite.toml`: a folder of scenarios, its subject and its gate.

use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{ID, at_least, component, id, number, text};
use crate::{Mistakes, Place};
use serde::Serialize;
use toml_span::value::ValueInner;

/// Most trials that one scenario may have.
const MOST_TRIALS: u64 = 100_000;

/// A suite's own file.
#[derive(Debug, Clone, PartialEq)]
pub struct Suite {
    /// Unique among the suites of one user.
    pub id: String,
    /// For people.
    pub title: String,
    /// A bundled component's name, or a path ending in `.wasm`.
    pub subject: String,
    /// Where the file names it.
    pub subject_place: Place,
    /// What decides between pass and fail.
    pub gate: Gate,
    /// What a scenario's own `[seeds]` leaves open.
    pub seeds: Seeds,
}

/// What the satisfaction interval must reach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Gate {
    /// The lower bound must be at least this, between 0 and 1.
    pub threshold: f64,
    /// Two-sided confidence of the interval, between 0 and 1.
    pub confidence: f64,
}

/// How many trials a scenario has, and from where their seeds are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Seeds {
    /// Trials a scenario.
    pub n: u32,
    /// Moves every seed.
    pub base: u64,
}

/// The keys of a `[seeds]` table as they stand; one that is none is decided elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OwnSeeds {
    /// Trials a scenario.
    pub n: Option<u32>,
    /// Moves every seed.
    pub base: Option<u64>,
}

impl Default for Seeds {
    fn default() -> Self {
        Self { n: 25, base: 0 }
    }
}

impl Suite {
    /// Parses the text of a `suite.toml`.
    ///
    /// # Errors
    /// Every mistake in it, with its place.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        Reader::read(file, text, Self::read)
    }

    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let schema = table.schema(reader, "suite/1");
        let id = table.required(reader, "id", ID, id);
        let title = table.required(reader, "title", "a text", text);
        let subject_place = table.key_place(reader, "subject");
        let subject = table.required(reader, "subject", SUBJECT, component);
        let gate = table.required_table(reader, "gate", "threshold = 0.9", Gate::read);
        let seeds = table.table(reader, "seeds", OwnSeeds::read).unwrap_or_default();
        schema?;
        Some(Self {
            id: id?,
            title: title?,
            subject: subject?,
            subject_place,
            gate: gate?,
            seeds: seeds.resolve(Seeds::default()),
        })
    }
}

const SUBJECT: &str = "the name of a bundled agent, or a path below this folder ending in .wasm";
const SHARE: &str = "a number above 0 and below 1";

/// Neither bound can be meant: no interval reaches 1, and every one reaches 0.
fn is_share(number: f64) -> bool {
    number > 0.0 && number < 1.0
}

impl Gate {
    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let threshold = table.required(reader, "threshold", SHARE, number(is_share));
        let confidence = table.optional(reader, "confidence", SHARE, number(is_share)).unwrap_or(0.95);
        Some(Self { threshold: threshold?, confidence })
    }
}

impl OwnSeeds {
    /// Fills in what is none from the suite's seeds.
    #[must_use]
    pub fn resolve(self, suite: Seeds) -> Seeds {
        Seeds { n: self.n.unwrap_or(suite.n), base: self.base.unwrap_or(suite.base) }
    }

    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let trials = |value: &ValueInner<'_>| {
            at_least(1)(value).filter(|n| *n <= MOST_TRIALS).and_then(|n| u32::try_from(n).ok())
        };
        let n = table.optional(reader, "n", "a whole number from 1 to 100000", trials);
        let base = table.optional(reader, "base", "a whole number from 0", at_least(0));
        Some(Self { n, base })
    }
}

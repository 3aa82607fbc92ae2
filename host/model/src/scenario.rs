//! `scenario.toml`: one user story with its initial world, its budget and what differs between its trials.

use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{ID, WEIGHT, component, id, is_weight, number, text};
use crate::{
    Act, Budget, Capabilities, Draw, Drawn, FaultPlan, Mistakes, NamedFile, OwnSeeds, Persona, Place, Seed,
    Variants,
};
use serde::Serialize;
use std::str::FromStr;
use toml_span::value::ValueInner;

/// A scenario's visible part. Its sealed part is [`crate::Sealed`].
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Unique in its suite.
    pub id: String,
    /// For people.
    pub title: String,
    /// Relative usage, above 0.
    pub weight: f64,
    /// Whether it has a gate of its own.
    pub criticality: Criticality,
    /// For people and filters.
    pub tags: Vec<String>,
    /// What the subject is asked.
    pub goal: Goal,
    /// What stands before it begins.
    pub world: World,
    /// Which services are there.
    pub twins: Vec<TwinUse>,
    /// What goes wrong with them.
    pub faults: FaultPlan,
    /// What the subject may use.
    pub capabilities: Capabilities,
    /// What the subject may use up.
    pub budget: Budget,
    /// Its own part of the seeds; resolve it with the suite's.
    pub seeds: OwnSeeds,
    /// What the outside world does meanwhile.
    pub acts: Vec<Act>,
    /// Who talks to the subject.
    pub personas: Vec<Persona>,
    /// What differs between trials by chance.
    pub draw: Draw,
    /// What differs between trials by plan.
    pub variants: Variants,
}

/// What a scenario that fails means for its suite.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Criticality {
    /// As much as its weight.
    #[default]
    Normal,
    /// It has a gate of its own.
    Critical,
}

/// What the subject is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// The story.
    pub story: NamedFile,
    /// The input's JSON; none for an empty object.
    pub input: Option<NamedFile>,
}

/// What stands before the subject begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct World {
    /// The virtual clock at the start, in nanoseconds since 1970.
    pub start: u64,
    /// The people's JSON; none for nobody.
    pub people: Option<NamedFile>,
}

/// 2026-01-05T09:00:00Z, a Monday morning: the default start, in nanoseconds since 1970.
const DEFAULT_START: u64 = 1_767_603_600_000_000_000;

impl Default for World {
    fn default() -> Self {
        Self { start: DEFAULT_START, people: None }
    }
}

/// One service of the scenario's universe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TwinUse {
    /// A bundled twin's name, or a path ending in `.wasm`.
    pub component: String,
    /// Where the file names it.
    pub place: Place,
    /// The service's own fixture; none for an empty one.
    pub fixture: Option<NamedFile>,
}

impl Scenario {
    /// Parses the text of a `scenario.toml`.
    ///
    /// # Errors
    /// Every mistake in it, with its place.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        Reader::read(file, text, Self::read)
    }

    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let schema = table.schema(reader, "scenario/1");
        let id = table.required(reader, "id", ID, id);
        let title = table.required(reader, "title", "a text", text);
        let weight = table.optional(reader, "weight", WEIGHT, number(is_weight)).unwrap_or(1.0);
        let criticality = table.optional(reader, "criticality", CRITICALITY, criticality).unwrap_or_default();
        let tags = table.optional(reader, "tags", "an array of texts", texts).unwrap_or_default();
        let goal = table.required_table(reader, "goal", "story = \"story.md\"", Goal::read);
        let world = table.table(reader, "world", World::read).unwrap_or_default();
        let twins = table.tables(reader, "twin", TwinUse::read).unwrap_or_default();
        let faults = FaultPlan::read(table, reader).unwrap_or_default();
        let capabilities = table.table(reader, "capabilities", Capabilities::read).unwrap_or_default();
        let budget = table.table(reader, "budget", Budget::read).unwrap_or_default();
        let acts = Act::read_all(table, reader, budget.virtual_time).unwrap_or_default();
        let personas = Persona::read_all(table, reader).unwrap_or_default();
        let seeds = table.table(reader, "seeds", OwnSeeds::read).unwrap_or_default();
        let variants_span = table.key_span("variants").unwrap_or(table.span());
        let draw = table.table(reader, "draw", Draw::read).unwrap_or_default();
        let variants = table.table(reader, "variants", Variants::read).unwrap_or_default();
        for name in variants.names().filter(|name| draw.has(name)) {
            let what = format!("`{name}` stands in [draw] and in [variants]");
            reader.mistake(variants_span, what, Some("give one of them another name".into()));
        }
        schema?;
        Some(Self {
            id: id?,
            title: title?,
            weight,
            criticality,
            tags,
            goal: goal?,
            world,
            twins,
            faults,
            capabilities,
            budget,
            seeds,
            acts,
            personas,
            draw,
            variants,
        })
    }

    /// The values that stand for the placeholders of one trial.
    pub fn drawn(&self, seed: Seed, index: u32) -> Drawn {
        self.draw.drawn(seed).and(self.variants.combination(index))
    }
}

impl Goal {
    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let story = NamedFile::required(table, reader, "story");
        let input = NamedFile::optional(table, reader, "input");
        Some(Self { story: story?, input })
    }
}

impl World {
    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let start = table
            .optional(reader, "start", "a time such as \"2026-01-05T09:00:00Z\"", instant)
            .unwrap_or(DEFAULT_START);
        let people = NamedFile::optional(table, reader, "people");
        Some(Self { start, people })
    }
}

const CRITICALITY: &str = "\"normal\" or \"critical\"";

fn criticality(value: &ValueInner<'_>) -> Option<Criticality> {
    match value.as_str()? {
        "normal" => Some(Criticality::Normal),
        "critical" => Some(Criticality::Critical),
        _ => None,
    }
}

const TWIN: &str = "the name of a bundled twin, or a path below this folder ending in .wasm";

impl TwinUse {
    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let place = table.key_place(reader, "use");
        let component = table.required(reader, "use", TWIN, component);
        let fixture = NamedFile::optional(table, reader, "fixture");
        Some(Self { component: component?, place, fixture })
    }
}

fn texts(value: &ValueInner<'_>) -> Option<Vec<String>> {
    let all = value.as_array()?.iter();
    all.map(|item| item.as_str().filter(|text| !text.trim().is_empty()).map(str::to_owned)).collect()
}

fn instant(value: &ValueInner<'_>) -> Option<u64> {
    let time = jiff::Timestamp::from_str(value.as_str()?).ok()?;
    u64::try_from(time.as_nanosecond()).ok()
}

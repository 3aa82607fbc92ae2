//! `plan` in `[seeds]` of a suite: how its trials are spread over its scenarios.

use crate::gate::{Gate, GateMode};
use crate::toml_table::{Reader, TomlTable};
use serde::Serialize;

/// How a suite's trials are spread over its scenarios.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Allocation {
    /// Each scenario has its own number of trials.
    #[default]
    Fixed,
    /// As many in all, in proportion to the scenarios' weights, at least two each.
    Proportional,
    /// As many in all, the scenario of each drawn by its weight.
    Usage,
    /// Every scenario once, then as [`Allocation::Usage`].
    Sweep,
    /// Every scenario once, then drawn where trials tell most, by what was settled before.
    Adaptive,
}

const WORDS: [(&str, Allocation); 5] = [
    ("fixed", Allocation::Fixed),
    ("proportional", Allocation::Proportional),
    ("usage", Allocation::Usage),
    ("sweep", Allocation::Sweep),
    ("adaptive", Allocation::Adaptive),
];
const WORD: &str = "\"fixed\", \"proportional\", \"usage\", \"sweep\" or \"adaptive\"";

impl Allocation {
    /// What a gate of that mode goes by where the suite does not say.
    pub fn usual(mode: GateMode) -> Self {
        match mode {
            GateMode::Fixed => Self::Fixed,
            GateMode::Sequential | GateMode::Sprt { .. } => Self::Sweep,
        }
    }

    /// Those that a gate of that mode can weigh.
    fn of(mode: GateMode) -> &'static [Self] {
        match mode {
            GateMode::Fixed => &[Self::Fixed, Self::Proportional, Self::Usage],
            GateMode::Sequential => &[Self::Sweep, Self::Usage, Self::Adaptive],
            GateMode::Sprt { .. } => &[Self::Sweep, Self::Usage],
        }
    }

    /// The word of the file.
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(_, known)| *known == self).map_or("", |(word, _)| word)
    }

    /// The suite's own key; the gate says what it can be.
    pub(crate) fn read(
        table: &mut TomlTable<'_>,
        reader: &mut Reader<'_>,
        gate: Option<&Gate>,
    ) -> Option<Self> {
        let span = table.key_span("plan").unwrap_or(table.span());
        let named = table.optional(reader, "plan", WORD, |value| {
            let found = value.as_str()?;
            WORDS.iter().find(|(word, _)| *word == found).map(|(_, known)| *known)
        })?;
        let can_be = gate.map_or(&[][..], |gate| Self::of(gate.mode));
        if gate.is_some() && !can_be.contains(&named) {
            let words: Vec<_> = can_be.iter().map(|known| format!("\"{}\"", known.word())).collect();
            let what = format!("plan = \"{}\" does not go with the gate's mode", named.word());
            reader.mistake(span, what, Some(format!("with this mode it is one of {}", words.join(", "))));
        }
        Some(named)
    }
}

//! One rule: what it meets, when, and how it is read from a table.

use super::text::RuleText;
use super::{FaultKind, OperationPattern};
use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{at_least, number, text};
use serde::{Deserialize, Serialize};

const OPERATION: &str = "an operation of the twin, or \"POST /path\", each with * for any characters";
pub(super) const SPAN: &str = "a span of time such as \"30s\"";
pub(super) const PROBABILITY: &str = "a number above 0, at most 1";

/// One rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RuleText", into = "RuleText")]
pub struct FaultRule {
    /// The twin that it concerns, by name; none for every twin.
    pub twin: Option<String>,
    /// What it concerns of the twin's operations; none for all.
    pub operation: Option<OperationPattern>,
    /// What happens.
    pub kind: FaultKind,
    /// How often.
    pub frequency: Frequency,
    /// First moment at which it strikes, in nanoseconds since the plan began.
    pub from: u64,
    /// First moment at which it no longer does; none for never.
    pub until: Option<u64>,
}

/// How often a rule strikes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Frequency {
    /// Each time.
    Always,
    /// With that probability, drawn from the seed's stream `faults`; above 0, at most 1.
    Probability(f64),
    /// At the n-th match within the rule's window alone, from 1.
    Call(u64),
}

impl FaultRule {
    /// Whether it meets a request: the operation by the twin's manifest, where it has one, the method and the path.
    pub fn meets(&self, twin: &str, operation: Option<&str>, method: &str, path: &str) -> bool {
        self.twin.as_deref().is_none_or(|named| named == twin)
            && self.operation.as_ref().is_none_or(|pattern| pattern.meets(operation, method, path))
    }

    /// Whether it can strike at a moment, in nanoseconds since the plan began.
    pub fn is_open_at(&self, since: u64) -> bool {
        since >= self.from && self.until.is_none_or(|until| since < until)
    }

    pub(super) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let whole = table.span();
        let keys = RuleText::KEYS.map(|key| (key, table.key_span(key).unwrap_or(whole)));
        let mistakes_before = reader.mistake_count();
        let kind = table.required(reader, "kind", &FaultKind::choice(), text);
        let mut word = |key, wanted| table.optional(reader, key, wanted, text);
        let twin = word("twin", "the name of a twin");
        let operation = word("operation", OPERATION);
        let [duration, from, until] = ["duration", "from", "until"].map(|key| word(key, SPAN));
        let probability = table.optional(reader, "probability", PROBABILITY, number(is_probability));
        let call = table.optional(reader, "call", "a whole number from 1", at_least(1));
        if reader.mistake_count() > mistakes_before {
            return None;
        }
        let rule = RuleText { twin, operation, kind: kind?, duration, probability, call, from, until };
        match Self::try_from(rule) {
            Ok(rule) => Some(rule),
            Err(error) => {
                let span = keys.iter().find(|(key, _)| *key == error.key).map_or(whole, |(_, span)| *span);
                reader.mistake(span, error.to_string(), None);
                None
            }
        }
    }
}

pub(super) fn is_probability(number: f64) -> bool {
    number > 0.0 && number <= 1.0
}

#[cfg(test)]
mod tests {
    use crate::FaultPlan;

    #[test]
    fn a_window_has_a_beginning_and_an_end() {
        let text = "schema = \"faults/1\"\n[[fault]]\nkind = \"cut\"\nfrom = \"2s\"\nuntil = \"4s\"\n";
        let rule = &FaultPlan::parse("faults.toml", text).unwrap().rules[0];
        let open = [1, 2, 3, 4].map(|second| rule.is_open_at(second * 1_000_000_000));
        assert_eq!(open, [false, true, true, false]);
    }
}

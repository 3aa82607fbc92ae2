//! Whether a context is what a query looks for.

use super::query::{Comparison, Field, Query};
use crate::{Context, ContextId, Provenance};

/// A context with what is not stored with it.
#[derive(Debug, Clone)]
pub struct Candidate<'c> {
    /// The context.
    pub context: &'c Context,
    /// The first context of its family.
    pub root: ContextId,
    /// Whether a client that writes it is connected.
    pub is_live: bool,
}

impl Query {
    /// Whether the context is one that is looked for.
    pub fn holds(&self, candidate: &Candidate<'_>) -> bool {
        match self {
            Self::Not(inner) => !inner.holds(candidate),
            Self::And(parts) => parts.iter().all(|part| part.holds(candidate)),
            Self::Or(parts) => parts.iter().any(|part| part.holds(candidate)),
            Self::Live(wanted) => candidate.is_live == *wanted,
            // Of several labels none may be the one.
            Self::Text(field, Comparison::Unequal, wanted) => {
                !candidate.texts(*field).any(|text| text == wanted)
            }
            Self::Text(field, comparison, wanted) => {
                candidate.texts(*field).any(|text| compare_text(text, *comparison, wanted))
            }
            Self::Number(field, comparison, wanted) => {
                compare_number(candidate.number(*field), *comparison, *wanted)
            }
        }
    }
}

impl Candidate<'_> {
    fn texts(&self, field: Field) -> impl Iterator<Item = &str> {
        let said = self.context.origin.provenance.as_ref();
        let of = |text: fn(&Provenance) -> &String| said.map(|said| text(said).as_str());
        let one = match field {
            Field::Tag => Some(self.context.origin.client_tag()),
            Field::Title => of(|said| &said.title),
            Field::User => of(|said| &said.user),
            Field::Service => of(|said| &said.service),
            Field::Host => of(|said| &said.host),
            Field::TraceId => of(|said| &said.trace_id),
            Field::Label
            | Field::Id
            | Field::Parent
            | Field::Root
            | Field::Created
            | Field::Depth
            | Field::IsLive => None,
        };
        let labels = said.filter(|_| field == Field::Label).map(|said| said.labels.as_slice());
        one.into_iter().chain(labels.unwrap_or_default().iter().map(String::as_str))
    }

    fn number(&self, field: Field) -> Option<u64> {
        match field {
            Field::Id => Some(self.context.id.0),
            Field::Parent => self.context.origin.parent().map(|parent| parent.0),
            Field::Root => Some(self.root.0),
            Field::Created => Some(self.context.origin.created),
            Field::Depth => Some(self.context.head.depth.into()),
            Field::Tag
            | Field::Title
            | Field::Label
            | Field::User
            | Field::Service
            | Field::Host
            | Field::TraceId
            | Field::IsLive => None,
        }
    }
}

fn compare_text(text: &str, comparison: Comparison, wanted: &str) -> bool {
    match comparison {
        Comparison::Equal => text == wanted,
        Comparison::StartsWith => text.starts_with(wanted),
        Comparison::Alike => text.to_lowercase() == wanted.to_lowercase(),
        Comparison::StartsAlike => text.to_lowercase().starts_with(&wanted.to_lowercase()),
        Comparison::Unequal => text != wanted,
        Comparison::Above | Comparison::AtLeast | Comparison::Below | Comparison::AtMost => false,
    }
}

fn compare_number(number: Option<u64>, comparison: Comparison, wanted: u64) -> bool {
    let Some(number) = number else { return comparison == Comparison::Unequal };
    match comparison {
        Comparison::Equal => number == wanted,
        Comparison::Unequal => number != wanted,
        Comparison::Above => number > wanted,
        Comparison::AtLeast => number >= wanted,
        Comparison::Below => number < wanted,
        Comparison::AtMost => number <= wanted,
        Comparison::StartsWith | Comparison::Alike | Comparison::StartsAlike => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Head, Origin};

    #[test]
    fn each_field_and_comparison_finds_what_it_says() {
        let provenance = Provenance {
            client_tag: "amplifier".into(),
            title: "Fix the Bug".into(),
            labels: vec!["urgent".into(), "ui".into()],
            user: "alice".into(),
            service: "worker-1".into(),
            parent_context: Some(3),
            ..Provenance::default()
        };
        let origin = Origin { created: 5_000, provenance: Some(provenance), ..Origin::default() };
        let context = Context { id: ContextId(7), head: Head { depth: 4, ..Head::EMPTY }, origin };
        let candidate = Candidate { context: &context, root: ContextId(2), is_live: true };
        let holds = |text| super::super::parse(text, 10_000).unwrap().holds(&candidate);
        for text in [
            "tag = amplifier AND user != bob",
            "title ~= \"fix the bug\" AND title ^= \"Fix\" AND title ^~= \"FIX\"",
            "label = ui AND label IN (other, urgent) AND label != mine",
            "id = 7 AND parent = 3 AND root = 2 AND depth >= 4 AND depth < 5",
            "created > 1970-01-01 AND created <= \"1970-01-01T00:00:05Z\"",
            "is_live = true AND NOT is_live = false",
            "host != anything",
        ] {
            assert!(holds(text), "{text}");
        }
        for text in [
            "label != ui",
            "title = \"fix the bug\"",
            "host ^= x",
            "depth > 4",
            "is_live = false",
            "parent > 3",
        ] {
            assert!(!holds(text), "{text}");
        }
    }
}

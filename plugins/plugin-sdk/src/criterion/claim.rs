//! Which changes a line of the criterion speaks of.

use std::collections::BTreeSet;

use super::condition::Where;
use super::effect::{Effect, Kind};
use super::keys::{Keys, invalid, text};
use crate::Error;

/// A kind of change, told by its table, what became of the document, and the document's fields.
#[derive(Debug)]
pub struct Claim {
    /// In plain words, for reasons.
    pub what: String,
    place: String,
    /// None for any.
    kind: Option<Kind>,
    conditions: Where,
    /// The only top-level fields that may differ; none for any.
    fields: Option<BTreeSet<String>>,
}

impl Claim {
    /// Reads `what`, `in`, `kind`, `where` and `fields`, and leaves the other keys.
    ///
    /// # Errors
    /// `invalid-argument` with the place of the mistake.
    pub fn parse(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let what = keys.required_text("what")?;
        let place = keys.required_text("in")?;
        if !place.split_once('/').is_some_and(|(twin, table)| !twin.is_empty() && !table.is_empty()) {
            return Err(invalid(&keys.place("in"), "must name a twin and a table, as in \"slack/messages\""));
        }
        let kind = match keys.required_text("kind")?.as_str() {
            "any" => None,
            "created" => Some(Kind::Created),
            "changed" => Some(Kind::Changed),
            "removed" => Some(Kind::Removed),
            _ => return Err(invalid(&keys.place("kind"), "must be created, changed, removed or any")),
        };
        let at = keys.place("where");
        let conditions = keys.take("where").map(|value| Where::parse(value, &at)).transpose()?;
        let fields = keys.list("fields")?;
        if fields.is_some() && kind != Some(Kind::Changed) {
            return Err(invalid(&keys.place("fields"), "needs kind = \"changed\""));
        }
        let fields = fields
            .map(|names| names.into_iter().map(|(at, name)| text(name, &at)).collect::<Result<_, Error>>())
            .transpose()?;
        Ok(Self { what, place, kind, conditions: conditions.unwrap_or_default(), fields })
    }

    /// Whether this claim speaks of a change.
    pub fn matches(&self, effect: &Effect) -> bool {
        effect.place == self.place
            && self.kind.is_none_or(|kind| kind == effect.kind)
            && self.fields.as_ref().is_none_or(|allowed| {
                effect.fields.as_ref().is_some_and(|differing| differing.is_subset(allowed))
            })
            && self.conditions.holds(effect.document.as_ref())
    }
}

//! `[[persona]]`: somebody who talks to the subject, what they hear, and how what they say reaches it.

use crate::toml_table::{Reader, TomlTable, json_fields};
use crate::toml_value::{ID, SPAN, component, id, moment, nanoseconds, text};
use crate::{Drawn, Place, RequestTemplate, Unknown};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// One simulated person.
#[derive(Debug, Clone, PartialEq)]
pub struct Persona {
    /// Unique in the scenario.
    pub id: String,
    /// A bundled persona's name, or a path ending in `.wasm`.
    pub component: String,
    /// Where the file names it.
    pub place: Place,
    /// When it may speak first, in nanoseconds since the trial's start.
    pub starts: u64,
    /// Nanoseconds from what it heard to what it says.
    pub delay: u64,
    /// The component's own keys; always an object.
    pub role: Value,
    /// What it hears.
    pub hears: Hears,
    /// The request that carries what it says.
    pub says: RequestTemplate,
}

/// Which documents a persona hears.
#[derive(Debug, Clone, PartialEq)]
pub struct Hears {
    /// Whose table.
    pub twin: String,
    /// Which table.
    pub table: String,
    /// Fields of the document and their values.
    pub conditions: Map<String, Value>,
    /// The field that is heard.
    pub text: String,
    /// The field that says who spoke.
    pub speaker: String,
    /// Its value where that is the persona itself.
    pub own: String,
}

/// Most personas of a scenario.
const MOST_PERSONAS: usize = 16;
/// Nanoseconds from what a persona heard to what it says, where the file does not tell.
const DEFAULT_DELAY: u64 = 30_000_000_000;

impl Persona {
    /// Reads the `[[persona]]` of a scenario.
    pub(crate) fn read_all(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Vec<Self>> {
        let place = table.key_span("persona").unwrap_or(table.span());
        let mut seen = BTreeSet::new();
        let personas = table.tables(reader, "persona", |persona, reader| {
            let read = Self::read(persona, reader)?;
            if !seen.insert(read.id.clone()) {
                reader.mistake(persona.span(), format!("two personas have the id `{}`", read.id), None);
            }
            Some(read)
        })?;
        if personas.len() > MOST_PERSONAS {
            let what = format!("{} personas; at most {MOST_PERSONAS} are read", personas.len());
            reader.mistake(place, what, None);
        }
        Some(personas)
    }

    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let id = table.required(reader, "id", ID, id);
        let place = table.key_place(reader, "component");
        let component = table.required(reader, "component", PERSONA, component);
        let starts = table.optional(reader, "starts", SPAN, moment).unwrap_or(0);
        let delay = table.optional(reader, "delay", SPAN, nanoseconds).unwrap_or(DEFAULT_DELAY);
        let role = table.table(reader, "role", json_fields).unwrap_or_default().into();
        let hears = table.required_table(reader, "hears", HEARS, Hears::read);
        let says = table.required_table(reader, "says", "method and url", RequestTemplate::read);
        Some(Self { id: id?, component: component?, place, starts, delay, role, hears: hears?, says: says? })
    }
}

const PERSONA: &str = "the name of a bundled persona, or a path below this folder ending in .wasm";
const HEARS: &str = "table, text, speaker and own";
const TABLE: &str = "a twin and a table, as in \"slack/messages\"";
const FIELD: &str = "the name of a field";

impl Hears {
    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let named = table.required(reader, "table", TABLE, |value| {
            let (twin, table) = value.as_str()?.split_once('/')?;
            (!twin.is_empty() && !table.is_empty()).then(|| (twin.to_owned(), table.to_owned()))
        });
        let conditions = table.table(reader, "where", json_fields).unwrap_or_default();
        let mut field = |key| table.required(reader, key, FIELD, text);
        let (text_field, speaker) = (field("text"), field("speaker"));
        let own = table.required(reader, "own", "the speaker that is the persona itself", text);
        let (twin, table) = named?;
        Some(Self { twin, table, conditions, text: text_field?, speaker: speaker?, own: own? })
    }

    /// The same with the drawn values in it.
    ///
    /// # Errors
    /// The first name that no draw has.
    pub fn render(&self, drawn: &Drawn) -> Result<Self, Unknown> {
        let conditions = self.conditions.iter();
        let conditions = conditions.map(|(key, value)| Ok((key.clone(), drawn.render_json(value)?)));
        Ok(Self {
            conditions: conditions.collect::<Result<_, Unknown>>()?,
            own: drawn.render(&self.own)?,
            ..self.clone()
        })
    }

    /// What a document says to the persona, and whether it is its own; none where it does not hear it.
    pub fn heard<'d>(&self, document: &'d Value) -> Option<(&'d str, bool)> {
        let fields = document.as_object()?;
        let holds = |(key, wanted): (&String, &Value)| fields.get(key) == Some(wanted);
        if !self.conditions.iter().all(holds) {
            return None;
        }
        let text = fields.get(&self.text)?.as_str()?;
        let speaker = fields.get(&self.speaker).and_then(Value::as_str);
        Some((text, speaker == Some(self.own.as_str())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_document_is_heard_where_its_fields_are_as_asked() {
        let hears = Hears {
            twin: "slack".into(),
            table: "messages".into(),
            conditions: Map::from_iter([("channel".to_owned(), json!("C1"))]),
            text: "text".into(),
            speaker: "user".into(),
            own: "U1".into(),
        };
        for (document, wanted) in [
            (json!({"channel": "C1", "text": "hi", "user": "U2"}), Some(("hi", false))),
            (json!({"channel": "C1", "text": "hi", "user": "U1"}), Some(("hi", true))),
            (json!({"channel": "C1", "text": "hi"}), Some(("hi", false))),
            (json!({"channel": "C2", "text": "hi", "user": "U2"}), None),
            (json!({"channel": "C1", "text": 7, "user": "U2"}), None),
            (json!(["C1"]), None),
        ] {
            assert_eq!(hears.heard(&document), wanted, "{document}");
        }
    }
}

//! All rules together, as a file, a table of a scenario, or JSON.

use super::FaultRule;
use crate::Mistakes;
use crate::toml_table::{Reader, TomlTable};
use serde::{Deserialize, Serialize};

/// Most rules of one plan; each is looked at for every request.
const MOST_RULES: usize = 64;

/// Rules in order; for one request the first that strikes is the one that is injected.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultPlan {
    /// `[[fault]]` in TOML, `fault` in JSON.
    #[serde(rename = "fault", deserialize_with = "bounded")]
    pub rules: Vec<FaultRule>,
}

impl FaultPlan {
    /// Parses a file of its own: `schema = "faults/1"` and `[[fault]]`.
    ///
    /// # Errors
    /// Every mistake in it, with its place.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        Reader::read(file, text, |table, reader| {
            let schema = table.schema(reader, "faults/1");
            let plan = Self::read(table, reader);
            schema.and(plan)
        })
    }

    /// Reads the `[[fault]]` of a table.
    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let place = table.key_span("fault").unwrap_or(table.span());
        let rules = table.tables(reader, "fault", FaultRule::read)?;
        if rules.len() > MOST_RULES {
            reader.mistake(place, too_many(rules.len()), None);
            return None;
        }
        Some(Self { rules })
    }
}

fn too_many(found: usize) -> String {
    format!("{found} faults; at most {MOST_RULES} are read")
}

fn bounded<'d, D: serde::Deserializer<'d>>(deserializer: D) -> Result<Vec<FaultRule>, D::Error> {
    let rules = Vec::<FaultRule>::deserialize(deserializer)?;
    if rules.len() > MOST_RULES {
        return Err(serde::de::Error::custom(too_many(rules.len())));
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FaultKind, Frequency};

    #[test]
    fn rules_come_back_from_json_as_they_went() {
        let text = "schema = \"faults/1\"\n[[fault]]\ntwin = \"slack\"\noperation = \"chat.*\"\n\
                    kind = \"latency\"\nduration = \"1500ms\"\nprobability = 0.25\nfrom = \"1m\"\nuntil = \"1h\"\n\
                    [[fault]]\nkind = \"cut\"\ncall = 3\n";
        let plan = FaultPlan::parse("faults.toml", text).unwrap();
        assert_eq!(plan.rules[0].kind, FaultKind::Latency(1_500_000_000));
        assert_eq!(plan.rules[1].frequency, Frequency::Call(3));
        let json = serde_json::to_string(&plan).unwrap();
        assert_eq!(serde_json::from_str::<FaultPlan>(&json).unwrap(), plan);
        let none = serde_json::from_str::<FaultPlan>("{\"fault\":[{\"kind\":\"latency\"}]}").unwrap_err();
        assert_eq!(none.to_string(), "`duration` is missing: `latency` needs it at line 1 column 29");
    }
}

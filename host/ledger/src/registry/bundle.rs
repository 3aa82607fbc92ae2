//! A bundle of types as it is published: JSON, immutable once stored.

use crate::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;

/// A bundle. Keys that are not known here are kept in the stored text and have no meaning.
#[derive(Debug, Clone, Deserialize)]
pub struct Bundle {
    /// Rises with the registry's form; 1 or more.
    pub registry_version: u32,
    /// The id it is stored under.
    pub bundle_id: String,
    /// Type id to its versions.
    #[serde(default)]
    pub types: BTreeMap<String, Versions>,
    /// Enum id to labels by number.
    #[serde(default)]
    pub enums: BTreeMap<String, BTreeMap<Number, String>>,
}

/// The versions of one type.
#[derive(Debug, Clone, Deserialize)]
pub struct Versions {
    /// By number.
    #[serde(default)]
    pub versions: BTreeMap<Number, TypeVersion>,
}

/// One version of a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeVersion {
    /// Fields by tag.
    #[serde(default)]
    pub fields: BTreeMap<Number, Field>,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Its name in JSON.
    pub name: String,
    /// `string`, `u64`, `bytes`, `array`, `map`, `ref`... Unknown ones project as what the payload holds.
    #[serde(rename = "type")]
    pub kind: String,
    /// Enum that its numbers are labels of.
    #[serde(default, rename = "enum", skip_serializing_if = "Option::is_none")]
    pub labels: Option<String>,
    /// Type of a nested map; its newest version.
    #[serde(default, rename = "ref", alias = "nested", skip_serializing_if = "Option::is_none")]
    pub nested: Option<String>,
    /// What an array holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub items: Option<Items>,
    /// `unix_ms` for a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub semantic: Option<String>,
    /// Whether it may be absent.
    #[serde(default)]
    pub optional: bool,
}

/// What an array holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Items {
    /// The name of a simple type.
    Simple(String),
    /// A nested type, or a simple one spelt out.
    Named {
        /// `ref`, or a simple type.
        #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
        /// Id of the nested type.
        #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
        nested: Option<String>,
    },
}

impl Items {
    /// Id of the nested type, where it is one.
    pub fn nested(&self) -> Option<&str> {
        match self {
            Self::Simple(_) => None,
            Self::Named { nested, .. } => nested.as_deref(),
        }
    }
}

/// A number that JSON has to write as text, because it is a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number(pub u64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(|_| serde::de::Error::custom(format!("{text:?} is no number")))
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Bundle {
    /// Parses a bundle that is to be stored under an id.
    ///
    /// # Errors
    /// [`Error::Unfit`] where it is no bundle, or has another id.
    pub fn parse(id: &str, json: &[u8]) -> Result<Self, Error> {
        let bundle: Self =
            serde_json::from_slice(json).map_err(|error| Error::unfit("bundle", error.to_string()))?;
        if bundle.bundle_id != id {
            return Err(Error::unfit("bundle", format!("it says its id is {:?}", bundle.bundle_id)));
        }
        if bundle.registry_version == 0 {
            return Err(Error::unfit("bundle", "registry_version begins at 1"));
        }
        Ok(bundle)
    }
}

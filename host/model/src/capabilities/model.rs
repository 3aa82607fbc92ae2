//! The models that the subject may ask, of which the replies are recorded.

use crate::toml_table::{Reader, TomlTable};
use crate::toml_value::{at_least, relative_path, text};
use crate::{NamedFile, Place};
use toml_span::value::ValueInner;

/// Models by name, and what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelUse {
    /// Of `names`, for denials.
    pub place: Place,
    /// Provider and model joined by a slash, as requests name them.
    pub names: Vec<String>,
    /// The recorded replies, not in the scenario's sealed part.
    pub replies: NamedFile,
    /// Tokens of questions and answers together; none for no bound.
    pub tokens: Option<u64>,
}

const NAME: &str = "a model's name, provider and model joined by a slash, at most 200 characters";
const REPLIES: &str = "a path below this file's folder, with forward slashes, not in `sealed`";

impl ModelUse {
    pub(super) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let place = table.key_place(reader, "names");
        let name = |value: &ValueInner<'_>| text(value).filter(|name| is_model(name)).ok_or(None);
        let names = table.required_list(reader, "names", NAME, name);
        let replies_place = table.key_place(reader, "replies");
        let replies = table.required(reader, "replies", REPLIES, |value| {
            relative_path(value).filter(|path| !path.to_ascii_lowercase().starts_with("sealed/"))
        });
        let tokens = table.optional(reader, "tokens", "a whole number from 1", at_least(1));
        let replies = NamedFile { path: replies?, place: replies_place };
        Some(Self { place, names: names?, replies, tokens })
    }
}

fn is_model(name: &str) -> bool {
    let is_part = |part: &str| !part.trim().is_empty() && !part.contains(char::is_control);
    name.chars().count() <= 200
        && name.split_once('/').is_some_and(|(provider, model)| is_part(provider) && is_part(model))
}

//! What can be wrong with a seed, and how a seed text is read.

use serde::de::DeserializeOwned;

use crate::{Error, TableError};

/// Why a world could not be seeded.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A text is not the JSON that the twin reads; the source names the key, the line and the column.
    #[error("{text}: {source}")]
    Json {
        /// Which text: `people` or `fixture`.
        text: &'static str,
        /// The parser's own finding.
        source: serde_json::Error,
    },
    /// The JSON is well formed and says something that cannot be.
    #[error("fixture: {at}: {problem}")]
    Content {
        /// The place, for example `channels[2].members[0]`.
        at: String,
        /// What is wrong there and what would be right.
        problem: String,
    },
    /// The world did not take a document.
    #[error(transparent)]
    Table(#[from] TableError),
}

impl From<SeedError> for Error {
    fn from(error: SeedError) -> Self {
        match error {
            SeedError::Table(TableError::Refused { source, .. }) => source,
            SeedError::Json { .. } | SeedError::Content { .. } => Self::InvalidArgument(error.to_string()),
            SeedError::Table(TableError::Document { .. }) => Self::Other(error.to_string()),
        }
    }
}

/// Reads one of the two seed texts; an empty one is `T::default()`. `T` should deny unknown fields.
///
/// # Errors
/// [`SeedError::Json`] under the given name.
pub fn read_seed<T: DeserializeOwned + Default>(text: &'static str, json: &str) -> Result<T, SeedError> {
    if json.trim().is_empty() {
        return Ok(T::default());
    }
    serde_json::from_str(json).map_err(|source| SeedError::Json { text, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Fixture {
        #[expect(dead_code, reason = "only its name matters")]
        #[serde(default)]
        rooms: Vec<String>,
    }

    #[test]
    fn unknown_key_is_named_with_its_place() {
        let error = read_seed::<Fixture>("fixture", "{\n  \"room\": []\n}").expect_err("must be refused");
        let Error::InvalidArgument(text) = Error::from(error) else { panic!("wrong case") };
        assert!(text.contains("unknown field `room`") && text.contains("line 2 column 8"), "{text}");
    }

    #[test]
    fn empty_text_is_nothing() {
        assert!(read_seed::<Fixture>("fixture", " \n").is_ok());
    }
}

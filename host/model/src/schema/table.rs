//! What more than one file has.
#![expect(dead_code, reason = "the shape of a file; nothing is ever read into it")]

use schemars::JsonSchema;
use serde_json::Value;
use std::collections::BTreeMap;

/// A table whose keys are the user's own.
pub(super) type Own = BTreeMap<String, Value>;
/// Named lists of values.
pub(super) type Lists = BTreeMap<String, Vec<Value>>;

/// How many trials there are.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct SeedsTable {
    /// Trials a scenario.
    #[schemars(range(min = 1, max = 100_000), extend("default" = 25))]
    n: Option<u32>,
    /// Moves every seed.
    #[schemars(extend("default" = 0))]
    base: Option<u64>,
    /// The seeds themselves, in the order of the trials; instead of the other keys.
    #[schemars(length(min = 1, max = 10_000), extend("uniqueItems" = true))]
    list: Option<Vec<ListedSeed>>,
}

/// A seed that is named.
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
pub(super) enum ListedSeed {
    /// Any.
    Number(u64),
    /// As reports show it.
    Shown(#[schemars(regex(pattern = "^[0-9a-f]{16}$"))] String),
}

/// How the scores of soft judges are put together.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
pub(super) struct PanelTable {
    /// Weighted mean that they must reach.
    #[schemars(range(min = 0.0, max = 1.0), extend("default" = 0.5))]
    cut: Option<f64>,
    /// Soft judges that must rule where there is any.
    #[schemars(extend("default" = 0))]
    min_judges: Option<u32>,
}

//! The row of a twin in the fidelity table of `twins-wasm/README.md`, from what the twin says of itself.

use serde::Deserialize;

use crate::{Manifest, Operation, Tier};

/// What `twins-wasm/fidelity.json` says of one twin's recordings.
#[derive(Deserialize)]
struct Recorded {
    /// How many pairs of request and answer were recorded.
    pairs: u32,
    /// How many in a hundred pass at least.
    floor: u32,
}

/// The row: operations in full, in shape alone, absent of the published ones; tests with the service's own client;
/// recorded pairs that pass. `sdk` is the text of the tests in Python, `floors` that of `fidelity.json`.
///
/// # Panics
/// When `floors` cannot be read or does not name the twin.
#[must_use]
#[expect(clippy::expect_used, reason = "for tests")]
pub fn fidelity_row(
    manifest: &Manifest,
    published: usize,
    is_published: impl Fn(&Operation) -> bool,
    sdk: &str,
    floors: &str,
) -> String {
    let of = |tier: Tier| manifest.operations.iter().filter(|operation| operation.tier == tier).count();
    let built = manifest.operations.iter().filter(|operation| is_published(operation)).count();
    let tests = sdk
        .lines()
        .filter(|line| line.trim_start().trim_start_matches("async ").starts_with("def test_"))
        .count();
    let floors: std::collections::BTreeMap<String, Recorded> =
        serde_json::from_str(floors).expect("fidelity.json is not as its reader has it");
    let recorded = floors.get(&manifest.name).expect("fidelity.json names every twin");
    format!(
        "| {} | {} | {} | {} of {published} | {tests} | at least {} % of {} |",
        manifest.name,
        of(Tier::Full),
        of(Tier::Shape),
        published.saturating_sub(built),
        recorded.floor,
        recorded.pairs,
    )
}

/// Whether a text has the row as a line; otherwise the test fails with the row that belongs there.
///
/// # Panics
/// When it has not.
pub fn assert_row(readme: &str, row: &str) {
    assert!(readme.lines().any(|line| line == row), "twins-wasm/README.md lacks this row:\n{row}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_counts_tiers_and_what_is_missing() {
        let operation = |id: &str, tier| Operation {
            id: id.to_owned(),
            method: "GET".to_owned(),
            path: format!("/{id}"),
            tier,
        };
        let operations = vec![
            operation("a", Tier::Full),
            operation("b", Tier::Full),
            operation("c", Tier::Shape),
            operation("extra", Tier::Full),
        ];
        let manifest = Manifest { name: "echo".to_owned(), hosts: Vec::new(), operations };
        let sdk = "class T:\n    def test_one(self):\n    def helper(self):\n    async def test_two(self):\n";
        let floors = r#"{"echo": {"pairs": 9, "floor": 80, "recording": "x"}}"#;
        let row = fidelity_row(&manifest, 10, |operation| operation.id != "extra", sdk, floors);
        assert_eq!(row, "| echo | 3 | 1 | 7 of 10 | 2 | at least 80 % of 9 |");
        assert_row(&format!("before\n{row}\nafter"), &row);
    }
}

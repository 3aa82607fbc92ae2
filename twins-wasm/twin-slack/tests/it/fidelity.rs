//! The twin's row in the fidelity table is what the manifest says.

use twin_sdk::testing::{assert_row, fidelity_row};
use twin_sdk::{Operation, Twin};
use twin_slack::Slack;

/// Methods of docs.slack.dev/reference/methods.
const PUBLISHED: usize = 322;

fn is_published(operation: &Operation) -> bool {
    include_str!("../../src/api/published.txt").lines().any(|name| name == operation.id)
}

#[test]
fn the_readme_has_the_row_of_the_manifest() {
    let sdk = include_str!("../sdk/test_slack_sdk.py");
    let floors = include_str!("../../../fidelity.json");
    let row = fidelity_row(&Slack::describe(), PUBLISHED, is_published, sdk, floors);
    assert_row(include_str!("../../../README.md"), &row);
}

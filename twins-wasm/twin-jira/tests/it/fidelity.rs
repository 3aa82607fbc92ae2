//! The twin's row in the fidelity table is what the manifest says.

use twin_jira::Jira;
use twin_sdk::testing::{assert_row, fidelity_row};
use twin_sdk::{Operation, Twin};

/// Operations of the platform API v3 as Atlassian described it in July 2022, the newest description with answers.
const PUBLISHED: usize = 468;
/// Operations of the platform that are younger.
const YOUNGER: &[&str] = &["changelog/bulkfetch", "search/approximate-count", "search/jql"];

fn is_published(operation: &Operation) -> bool {
    let below = operation.path.strip_prefix("/rest/api/3/");
    below.is_some_and(|path| !YOUNGER.contains(&path) && !path.contains("/issuetypes"))
}

#[test]
fn the_readme_has_the_row_of_the_manifest() {
    let sdk = include_str!("../sdk/test_jira.py");
    let floors = include_str!("../../../fidelity.json");
    let row = fidelity_row(&Jira::describe(), PUBLISHED, is_published, sdk, floors);
    assert_row(include_str!("../../../README.md"), &row);
}

//! The twin's row in the fidelity table is what the manifest says, and every published operation has an answer.

use std::collections::BTreeSet;

use twin_jira::Jira;
use twin_sdk::testing::{assert_row, fidelity_row};
use twin_sdk::{Operation, Twin};

/// The addresses of the platform API v3 as Atlassian described it in July 2022, the newest description with answers;
/// `{}` stands for any part.
const PUBLISHED: &str = include_str!("published.txt");

fn place(operation: &Operation) -> String {
    let parts = operation.path.split('/').map(|part| if part.starts_with('{') { "{}" } else { part });
    format!("{} {}", operation.method, parts.collect::<Vec<_>>().join("/"))
}

fn is_published(operation: &Operation) -> bool {
    let place = place(operation);
    PUBLISHED.lines().any(|line| line == place)
}

#[test]
fn the_readme_has_the_row_of_the_manifest() {
    let sdk = include_str!("../sdk/test_jira.py");
    let floors = include_str!("../../../fidelity.json");
    let row = fidelity_row(&Jira::describe(), PUBLISHED.lines().count(), is_published, sdk, floors);
    assert_row(include_str!("../../../README.md"), &row);
}

#[test]
fn every_published_operation_has_an_answer() {
    let answered: BTreeSet<String> = Jira::describe().operations.iter().map(place).collect();
    let absent: Vec<&str> = PUBLISHED.lines().filter(|line| !answered.contains(*line)).collect();
    assert_eq!(absent, Vec::<&str>::new());
}

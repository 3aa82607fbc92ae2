//! A folder of which each trial has a copy.

use crate::policy::WorkspaceGrant;
use crate::toml_table::{Reader, TomlTable};

/// The one folder of a scenario that holds what a subject may see.
const FIXTURES: &str = "fixtures/";

/// Reads a grant as the policy file has it, of a folder below `fixtures`.
pub(super) fn read_folder(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<WorkspaceGrant> {
    let span = table.value_span("dir");
    let grant = WorkspaceGrant::read(table, reader)?;
    if !grant.dir.starts_with(FIXTURES) {
        let what = format!("`dir` must be a folder below `fixtures` (found \"{}\")", grant.dir);
        let hint = "move the files to a folder such as \"fixtures/files\"; nothing else of a scenario is shown to its subject";
        reader.mistake(span.unwrap_or(table.span()), what, Some(hint.into()));
        return None;
    }
    Some(grant)
}

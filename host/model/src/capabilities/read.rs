//! The table as a whole.

use super::files::read_folder;
use super::{ModelUse, Requests, ToolUse};
use crate::policy::{WorkspaceGrant, grants};
use crate::toml_table::{Reader, TomlTable};

/// What the subject may use. Everything else is denied, and is an event of the record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Requests to the scenario's twins.
    pub requests: Requests,
    /// Tools that it may call.
    pub tools: Vec<ToolUse>,
    /// Folders below the scenario's `fixtures`, of which each trial has a copy; none for an empty workspace.
    pub files: Vec<WorkspaceGrant>,
    /// Models that it may ask; none for no model at all.
    pub model: Option<ModelUse>,
}

impl Capabilities {
    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        table.optional(
            reader,
            "network",
            "\"none\": nothing but the scenario's twins answers a request",
            |value| (value.as_str()? == "none").then_some(()),
        );
        let requests = Requests::read(table, reader);
        let tools = grants(table, reader, "tool", ToolUse::read, ToolUse::clash);
        let files = grants(table, reader, "files", read_folder, WorkspaceGrant::clash);
        let model = table.table(reader, "model", ModelUse::read);
        Some(Self { requests, tools: tools?, files: files?, model })
    }
}

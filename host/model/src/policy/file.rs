//! The policy file as a whole.

use super::grant::{ModelGrant, ToolGrant, WorkspaceGrant, grants};
use super::{HttpGrant, PolicyLimits};
use crate::Mistakes;
use crate::toml_table::{Reader, TomlTable};

/// The version of the format that is read.
const VERSION: u32 = 1;

/// Everything that a guest may do beyond computing.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Of the format: 1.
    pub version: u32,
    /// What it may use up; every limit has a default.
    pub limits: PolicyLimits,
    /// Which HTTP requests it may send.
    pub http: Vec<HttpGrant>,
    /// Which folders it may see.
    pub workspace: Vec<WorkspaceGrant>,
    /// Which tools it may call.
    pub tools: Vec<ToolGrant>,
    /// Which models it may ask; none for no model at all.
    pub model: Option<ModelGrant>,
}

/// Nothing is granted, and every limit is its default.
impl Default for Policy {
    fn default() -> Self {
        Self {
            version: VERSION,
            limits: PolicyLimits::default(),
            http: Vec::new(),
            workspace: Vec::new(),
            tools: Vec::new(),
            model: None,
        }
    }
}

impl Policy {
    /// Parses the text of a policy file. Whether a build enforces what it says is for
    /// [`super::unenforceable`] to tell.
    ///
    /// # Errors
    /// Every mistake in it, with its place.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        Reader::read(file, text, Self::read)
    }

    fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let wanted = format!("{VERSION}, the version of the format");
        let version = table.required(reader, "version", &wanted, |value| {
            u32::try_from(value.as_integer()?).ok().filter(|found| *found == VERSION)
        });
        let limits = table.table(reader, "limits", PolicyLimits::read).unwrap_or_default();
        let http = grants(table, reader, "http", HttpGrant::read, HttpGrant::clash);
        let workspace = grants(table, reader, "workspace", WorkspaceGrant::read, WorkspaceGrant::clash);
        let tools = grants(table, reader, "tool", ToolGrant::read, ToolGrant::clash);
        let model = table.table(reader, "model", ModelGrant::read);
        Some(Self { version: version?, limits, http: http?, workspace: workspace?, tools: tools?, model })
    }
}

//! What the desk is given when it is installed.

use plugin_sdk::capability::Workspace;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// Where it is kept between calls.
const FILE: &str = "installation.json";
const LARGEST: u32 = 65_536;

/// The installation.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) slack: SlackConfig,
    pub(crate) okta: OktaConfig,
    pub(crate) jira: JiraConfig,
    pub(crate) scheduler_token: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SlackConfig {
    pub(crate) token: String,
    pub(crate) signing_secret: String,
    /// The channel's id.
    pub(crate) channel: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OktaConfig {
    pub(crate) url: String,
    pub(crate) token: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct JiraConfig {
    pub(crate) url: String,
    pub(crate) token: String,
    /// The project's key.
    pub(crate) project: String,
}

impl Config {
    /// Reads an installation and keeps it.
    pub(crate) fn install(files: &mut impl Workspace, text: &str) -> Result<(), Failure> {
        serde_json::from_str::<Self>(text).map_err(Failure::Installation)?;
        files.write_file(FILE, text.as_bytes()).map_err(Failure::Files)
    }

    /// The installation that was kept.
    pub(crate) fn load(files: &mut impl Workspace) -> Result<Self, Failure> {
        let text = files.read_file(FILE, 0, LARGEST).map_err(Failure::Files)?;
        serde_json::from_slice(&text).map_err(Failure::Installation)
    }
}

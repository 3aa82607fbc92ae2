//! Tokens, and the apps that get theirs by OAuth 2.0.

use serde::{Deserialize, Serialize};

/// What a token stands for; its key is the token itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Token {
    /// Who calls with it.
    pub user: String,
    /// What an app asked for; none for tokens that people make themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<String>>,
    /// When it ends; none for those that do not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<u64>,
}

/// An app that gets tokens by OAuth 2.0; its key is its client id.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OauthApp {
    pub client_id: String,
    pub client_secret: String,
    /// Where people may be sent back to, exactly.
    #[serde(default)]
    pub redirect_urls: Vec<String>,
    /// What it may ask for.
    pub scopes: Vec<String>,
    /// Who consents, or the service account itself.
    pub user: String,
    /// Whether it gets tokens for itself, without anybody's consent.
    #[serde(default)]
    pub service_account: bool,
}

/// What somebody consented to; its key is a code or a refresh token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Consent {
    pub client_id: String,
    pub user: String,
    pub scopes: Vec<String>,
    /// Where the code was sent to.
    pub redirect_uri: Option<String>,
    pub expires: u64,
}

//! Who calls: the token's user and what the token may do.

use crate::entities::{Token, User};
use crate::errors::Error;

/// An authenticated caller.
pub(crate) struct Caller {
    /// The token's user, who is active.
    pub user: User,
    /// The token itself.
    pub token: String,
    /// The app that the token was given to; none for a person's own.
    pub app_id: Option<String>,
    /// Whether the service's limits on the number of requests hold.
    pub rate_limits: bool,
    scopes: Vec<String>,
}

impl Caller {
    /// A token with the user that it names.
    pub(crate) fn new(token: String, meaning: Token, user: User) -> Self {
        let app_id = meaning.app_id.or_else(|| user.app_id.clone());
        Self {
            user,
            token,
            app_id,
            rate_limits: meaning.rate_limits.unwrap_or_default(),
            scopes: meaning.scopes,
        }
    }

    /// Somebody whose earlier call is carried out now: it was allowed then.
    pub(crate) fn of(user: User) -> Self {
        Self {
            app_id: user.app_id.clone(),
            user,
            token: String::new(),
            rate_limits: false,
            scopes: Vec::new(),
        }
    }

    /// The token's scopes, separated by commas.
    pub(crate) fn scopes(&self) -> String {
        self.scopes.join(",")
    }

    /// Whether the token is an app's own, of no installation.
    pub(crate) fn is_app(&self) -> bool {
        self.token.starts_with("xapp-")
    }

    /// Whether the token has a scope.
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|held| held == scope)
    }

    /// Whether the caller runs the workspace.
    pub(crate) fn is_in_charge(&self) -> bool {
        let profile = &self.user.profile;
        profile.is_admin || profile.is_owner || profile.is_primary_owner
    }

    /// Refuses a token that has none of these scopes; no scopes means that any token will do.
    pub(crate) fn require_any(&self, scopes: &[&str]) -> Result<(), Error> {
        if scopes.is_empty() || scopes.iter().any(|scope| self.has(scope)) {
            return Ok(());
        }
        Err(Error::MissingScope { needed: scopes.join(","), provided: self.scopes() })
    }
}

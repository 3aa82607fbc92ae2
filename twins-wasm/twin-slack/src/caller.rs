//! Who calls: the token's user and what the token may do.

use crate::entities::{Token, User};
use crate::errors::Error;

/// An authenticated caller.
pub(crate) struct Caller {
    /// The token's user, who is active.
    pub user: User,
    scopes: Vec<String>,
}

impl Caller {
    /// A token with the user that it names.
    pub(crate) fn new(token: Token, user: User) -> Self {
        Self { user, scopes: token.scopes }
    }

    /// The token's scopes, separated by commas.
    pub(crate) fn scopes(&self) -> String {
        self.scopes.join(",")
    }

    /// Whether the token has a scope.
    pub(crate) fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|held| held == scope)
    }

    /// Refuses a token that has none of these scopes; no scopes means that any token will do.
    pub(crate) fn require_any(&self, scopes: &[&str]) -> Result<(), Error> {
        if scopes.is_empty() || scopes.iter().any(|scope| self.has(scope)) {
            return Ok(());
        }
        Err(Error::MissingScope { needed: scopes.join(","), provided: self.scopes() })
    }
}

//! What keeps the desk from doing its job.

use plugin_sdk::Error;

/// Why a call was not done to its end. The caller comes again; what was done by then is not done again.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// What it was given is no installation.
    #[error("the input is no installation: {0}")]
    Installation(serde_json::Error),
    /// Its files cannot be read or written.
    #[error("the installation cannot be kept: {0:?}")]
    Files(Error),
    /// A service did not come back.
    #[error("{what} failed too often, the last time with {why}")]
    Down {
        /// The request.
        what: String,
        /// What came of its last attempt.
        why: String,
    },
    /// A service says that it will not do it.
    #[error("{what} was refused: {code}")]
    Refused {
        /// The request.
        what: String,
        /// A status, or the service's own code.
        code: String,
    },
    /// A service answers in a form that it does not document.
    #[error("{what} answered with something else than expected: {source}")]
    Body {
        /// The request.
        what: String,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// An issue cannot be moved where it belongs.
    #[error("{issue} has no step to {status}")]
    NoStep {
        /// The issue's key.
        issue: String,
        /// The status.
        status: &'static str,
    },
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let text = failure.to_string();
        match failure {
            Failure::Installation(_) => Self::InvalidArgument(text),
            Failure::Files(error) => error,
            Failure::Down { .. } => Self::Unavailable(text),
            Failure::Refused { .. } | Failure::Body { .. } | Failure::NoStep { .. } => Self::Other(text),
        }
    }
}

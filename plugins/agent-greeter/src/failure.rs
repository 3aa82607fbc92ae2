//! What keeps the automation from doing its job.

use plugin_sdk::Error;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("the input is not a token and a Slack event: {0}")]
    Input(serde_json::Error),
    #[error("the team has no public channel named `welcome`")]
    NoWelcomeChannel,
    #[error("{method} was refused: {code}")]
    Refused { method: &'static str, code: String },
    #[error("{method} answered with HTTP status {status}")]
    Status { method: &'static str, status: u16 },
    #[error("{method} was told to come back later too often")]
    RateLimited { method: &'static str },
    #[error("{method} answered with something else than Slack does: {source}")]
    Body { method: &'static str, source: serde_json::Error },
    #[error("{method} could not be sent: {error:?}")]
    Unsent { method: &'static str, error: Error },
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        let text = failure.to_string();
        match failure {
            Failure::Input(_) => Self::InvalidArgument(text),
            Failure::NoWelcomeChannel => Self::NotFound(text),
            Failure::Refused { .. } | Failure::Body { .. } => Self::Other(text),
            Failure::Status { .. } => Self::Unavailable(text),
            Failure::RateLimited { .. } => Self::QuotaExceeded(text),
            Failure::Unsent { error, .. } => error,
        }
    }
}

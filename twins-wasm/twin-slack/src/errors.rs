//! Why a request is refused, and the envelopes in which refusals are sent.

use serde_json::{Value, json};
use twin_sdk::{Reply, TableError};

pub(crate) use crate::codes::Code;

/// Why a request is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A bare code.
    #[error("{0:?}")]
    Code(Code),
    /// A code with messages for the developer.
    #[error("{code:?}: {}", messages.join("; "))]
    Explained {
        /// The code.
        code: Code,
        /// Each is one finding, for example `missing required field: user`.
        messages: Vec<String>,
    },
    /// A code for which more is told in a field of its own.
    #[error("{code:?}: {detail}")]
    Detailed {
        /// The code.
        code: Code,
        /// The field's name.
        field: &'static str,
        /// What it holds.
        detail: Value,
    },
    /// More requests than the method takes at this moment.
    #[error("ratelimited for {wait} s")]
    RateLimited {
        /// Seconds until it takes more.
        wait: u64,
    },
    /// The token may not do that.
    #[error("missing scope {needed}")]
    MissingScope {
        /// The scopes any of which would do, separated by commas.
        needed: String,
        /// The scopes that the token has, separated by commas.
        provided: String,
    },
    /// The method is not answered; `problem` says whether the service itself has it.
    #[error("{method}: {problem}")]
    UnknownMethod {
        /// As the request names it.
        method: String,
        /// For the developer.
        problem: &'static str,
    },
    /// The twin's own state failed it.
    #[error(transparent)]
    Table(#[from] TableError),
    /// An answer has no JSON form.
    #[error("the answer cannot be written: {0}")]
    Answer(#[from] serde_json::Error),
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::Code(code)
    }
}

impl Error {
    /// One wrong argument, in the service's words.
    pub(crate) fn argument(message: impl Into<String>) -> Self {
        Self::Explained { code: Code::InvalidArguments, messages: vec![message.into()] }
    }

    /// Whether the twin is at fault and not the caller.
    pub(crate) fn is_internal(&self) -> bool {
        matches!(self, Self::Table(_) | Self::Answer(_))
    }

    /// The envelope, as the service writes it.
    fn envelope(&self) -> Value {
        match self {
            Self::Code(code) => json!({"ok": false, "error": code}),
            Self::Detailed { code, field, detail } => json!({"ok": false, "error": code, *field: detail}),
            Self::RateLimited { .. } => json!({"ok": false, "error": Code::Ratelimited}),
            Self::Explained { code, messages } => {
                let lines: Vec<_> = messages.iter().map(|message| format!("[ERROR] {message}")).collect();
                let mut envelope =
                    json!({"ok": false, "error": code, "response_metadata": {"messages": lines}});
                if *code == Code::InvalidBlocks
                    && let Some(envelope) = envelope.as_object_mut()
                {
                    envelope.insert("errors".to_owned(), json!(messages));
                }
                envelope
            }
            Self::MissingScope { needed, provided } => json!({
                "ok": false, "error": Code::MissingScope, "needed": needed, "provided": provided,
            }),
            Self::UnknownMethod { method, problem } => json!({
                "ok": false, "error": Code::UnknownMethod, "req_method": method,
                "response_metadata": {"messages": [format!("[ERROR] {problem}")]},
            }),
            Self::Table(_) | Self::Answer(_) => json!({"ok": false, "error": Code::InternalError}),
        }
    }

    /// The response, with a status other than the usual one.
    pub(crate) fn reply(&self, status: u16) -> Reply {
        Reply::of_json_text(status, self.envelope().to_string())
    }

    /// The response with the status that goes with it.
    pub(crate) fn usual_reply(&self) -> Reply {
        match self {
            Self::RateLimited { wait } => self.reply(429).header("retry-after", wait.to_string()),
            _ if self.is_internal() => self.reply(500),
            _ => self.reply(200),
        }
    }
}

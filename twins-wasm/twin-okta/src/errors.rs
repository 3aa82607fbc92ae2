//! The error codes of the service, and the envelope that carries them.
//!
//! Statuses and summaries are those of developer.okta.com/docs/reference/error-codes and of answers in the wild.

use serde_json::{Value, json};
use twin_sdk::{Error as HostError, Host, Reply, TableError};

use crate::ids;

/// A code whose summary names nothing of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// The body is no JSON, or not of the type that the operation reads.
    Malformed,
    /// Wrong user name, password, session or assertion.
    LoginFailed,
    /// The caller may not do that.
    Forbidden,
    /// Something of the twin's own failed.
    Internal,
    /// The service takes no changes at this moment.
    ReadOnly,
    /// The credential is missing, unknown or over.
    InvalidToken,
    /// A password or recovery question was not changed.
    CredentialsNotUpdated,
    /// The org does not have the feature.
    FeatureMissing,
    /// Activation of a user who is active.
    AlreadyActive,
    /// Reset of a password in a status that does not allow it.
    ResetFailed,
    /// No such method at this path, or no such path.
    MethodNotAllowed,
    /// Unlocking of a user who is not locked out.
    UnlockNotAllowed,
    /// `forgot_password` for a user in another status.
    ForgotPasswordNotAllowed,
    /// `change_password` for a user in another status.
    ChangePasswordNotAllowed,
    /// `change_recovery_question` for a user in another status.
    ChangeQuestionNotAllowed,
    /// The user's status does not allow the operation.
    StatusNotAllowed,
    /// Too many requests.
    RateLimited,
    /// The application has to be inactive before it is deleted.
    DeleteActiveApp,
    /// A wrong passcode or answer.
    WrongPasscode,
    /// The state of the transaction does not allow the operation.
    StateNotAllowed,
    /// The recovery answer is wrong.
    WrongAnswer,
    /// The kind of object does not take the operation.
    Unsupported,
}

impl Code {
    /// Status, code and summary.
    fn parts(self) -> (u16, &'static str, &'static str) {
        match self {
            Self::Malformed => (400, "E0000003", "The request body was not well-formed."),
            Self::LoginFailed => (401, "E0000004", "Authentication failed"),
            Self::Forbidden => {
                (403, "E0000006", "You do not have permission to perform the requested action")
            }
            Self::Internal => (500, "E0000009", "Internal Server Error"),
            Self::ReadOnly => (503, "E0000010", "Service is in read only mode"),
            Self::InvalidToken => (401, "E0000011", "Invalid token provided"),
            Self::CredentialsNotUpdated => (403, "E0000014", "Update of credentials failed"),
            Self::FeatureMissing => {
                (401, "E0000015", "You do not have permission to access the feature you are requesting")
            }
            Self::AlreadyActive => (403, "E0000016", "Activation failed because the user is already active"),
            Self::ResetFailed => (403, "E0000017", "Password reset failed"),
            Self::MethodNotAllowed => {
                (405, "E0000022", "The endpoint does not support the provided HTTP method")
            }
            Self::UnlockNotAllowed => (403, "E0000032", "Unlock is not allowed for this user."),
            Self::ForgotPasswordNotAllowed => {
                (403, "E0000034", "Forgot password not allowed on specified user.")
            }
            Self::ChangePasswordNotAllowed => {
                (403, "E0000035", "Change password not allowed on specified user.")
            }
            Self::ChangeQuestionNotAllowed => {
                (403, "E0000036", "Change recovery question not allowed on specified user.")
            }
            Self::StatusNotAllowed => {
                (403, "E0000038", "This operation is not allowed in the user's current status.")
            }
            Self::RateLimited => (429, "E0000047", "API call exceeded rate limit due to too many requests."),
            Self::DeleteActiveApp => (403, "E0000056", "Delete application forbidden."),
            Self::WrongPasscode => (403, "E0000068", "Invalid Passcode/Answer"),
            Self::StateNotAllowed => {
                (403, "E0000079", "This operation is not allowed in the current authentication state.")
            }
            Self::WrongAnswer => (403, "E0000087", "The recovery question answer did not match our records."),
            Self::Unsupported => (501, "E0000060", "Unsupported operation."),
        }
    }
}

/// Why a request is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A code without more.
    #[error("{0:?}")]
    Code(Code),
    /// A code with causes.
    #[error("{0:?}: {1}")]
    Explained(Code, String),
    /// Nothing has that id; `noun` is the service's own word for the kind.
    #[error("not found: {id} ({noun})")]
    NotFound {
        /// As the request names it.
        id: String,
        /// For example `User`.
        noun: &'static str,
    },
    /// The input breaks a rule; one cause a finding.
    #[error("{about}: {}", causes.join("; "))]
    Invalid {
        /// The field, or the service's name for the whole.
        about: String,
        /// In the service's words.
        causes: Vec<String>,
    },
    /// A cursor that no answer gave, or that belongs to another query.
    #[error("the cursor cannot be used")]
    Cursor,
    /// A search expression that cannot be read or asks for what is not there.
    #[error("search: {0}")]
    Search(String),
    /// A rule of one kind of resource that has a code of its own.
    #[error("{code}: {summary}")]
    Ruled {
        /// The status.
        status: u16,
        /// For example `E0000166`.
        code: &'static str,
        /// For people.
        summary: &'static str,
        /// Causes as the service writes them.
        causes: Value,
    },
    /// An OAuth endpoint refuses; RFC 6749, 5.2.
    #[error("{error}: {description}")]
    Oauth {
        /// The status.
        status: u16,
        /// For example `invalid_client`.
        error: &'static str,
        /// For people.
        description: String,
        /// A new nonce for the DPoP header; RFC 9449, 8.
        nonce: Option<String>,
    },
    /// The twin's own state failed it.
    #[error(transparent)]
    Table(#[from] TableError),
    /// The host did not take a delivery.
    #[error("a delivery was not taken: {0:?}")]
    Delivery(HostError),
    /// An answer has no JSON form.
    #[error("the answer cannot be written: {0}")]
    Answer(#[from] serde_json::Error),
    /// No key could be made or used.
    #[error("a signing key cannot be used: {0}")]
    Key(String),
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::Code(code)
    }
}

impl Error {
    /// Nothing has that id.
    pub(crate) fn not_found(id: &str, noun: &'static str) -> Self {
        Self::NotFound { id: id.to_owned(), noun }
    }

    /// One finding about a field; the service puts the field's name before the colon.
    pub(crate) fn field(field: &str, problem: &str) -> Self {
        Self::Invalid { about: field.to_owned(), causes: vec![format!("{field}: {problem}")] }
    }

    /// One finding in words of its own.
    pub(crate) fn invalid(about: &str, cause: impl Into<String>) -> Self {
        Self::Invalid { about: about.to_owned(), causes: vec![cause.into()] }
    }

    /// Whether the twin is at fault and not the caller.
    pub(crate) fn is_internal(&self) -> bool {
        match self {
            Self::Table(_) | Self::Delivery(_) | Self::Answer(_) | Self::Key(_) => true,
            Self::Code(code) => *code == Code::Internal,
            _ => false,
        }
    }

    /// Status, code, summary and causes.
    fn parts(&self) -> (u16, &'static str, String, Value) {
        let causes =
            |texts: &[String]| -> Value { texts.iter().map(|text| json!({"errorSummary": text})).collect() };
        let plain = |code: Code, found: Value| {
            let (status, code, summary) = code.parts();
            (status, code, summary.to_owned(), found)
        };
        match self {
            Self::Code(code) => plain(*code, json!([])),
            Self::Explained(code, cause) => plain(*code, causes(std::slice::from_ref(cause))),
            Self::NotFound { id, noun } => {
                (404, "E0000007", format!("Not found: Resource not found: {id} ({noun})"), json!([]))
            }
            Self::Invalid { about, causes: found } => {
                (400, "E0000001", format!("Api validation failed: {about}"), causes(found))
            }
            Self::Cursor => (
                400,
                "E0000029",
                "Invalid paging request.".to_owned(),
                causes(&["Invalid cursor.".to_owned()]),
            ),
            Self::Search(problem) => (
                400,
                "E0000031",
                "Invalid search criteria.".to_owned(),
                causes(std::slice::from_ref(problem)),
            ),
            Self::Ruled { status, code, summary, causes } => {
                (*status, code, (*summary).to_owned(), causes.clone())
            }
            Self::Oauth { .. } | Self::Table(_) | Self::Delivery(_) | Self::Answer(_) | Self::Key(_) => {
                plain(Code::Internal, json!([]))
            }
        }
    }

    /// The response, as the service writes it.
    pub(crate) fn reply(&self, host: &mut dyn Host) -> Reply {
        if let Self::Oauth { status, error, description, nonce } = self {
            let body = json!({"error": error, "error_description": description});
            let reply = Reply::of_json_text(*status, body.to_string());
            return match nonce {
                Some(nonce) => reply.header("dpop-nonce", nonce.clone()),
                None => reply,
            };
        }
        let (status, code, summary, causes) = self.parts();
        let body = json!({
            "errorCode": code,
            "errorSummary": summary,
            "errorLink": code,
            "errorId": ids::error_id(host),
            "errorCauses": causes,
        });
        Reply::of_json_text(status, body.to_string())
    }
}

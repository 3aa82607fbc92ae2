//! The service's error codes and the envelopes they are sent in. Which method answers with which code is told
//! by its page under docs.slack.dev/reference/methods.

use serde::Serialize;
use serde_json::{Value, json};
use twin_sdk::{Reply, TableError};

/// The codes that this twin answers with; on the wire in lower snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Code {
    /// The token's user is deactivated.
    AccountInactive,
    /// The caller reacted to the message with that emoji before.
    AlreadyReacted,
    /// A bot token cannot post as its user.
    AsUserNotSupported,
    /// The text that names a message is no timestamp.
    BadTimestamp,
    /// Only a reply can be broadcast to its channel.
    CantBroadcastMessage,
    /// Somebody else wrote the message.
    CantUpdateMessage,
    /// The named message is a reply itself.
    CannotReplyToMessage,
    /// No such conversation, or none that the caller may know of.
    ChannelNotFound,
    /// The service broke.
    InternalError,
    /// Arguments are missing or have the wrong form; the messages say which.
    InvalidArguments,
    /// The attachments are no list of objects.
    InvalidAttachments,
    /// The token is not one of the workspace.
    InvalidAuth,
    /// Block Kit refuses them; the messages say where.
    InvalidBlocks,
    /// The blocks are no JSON list of objects.
    InvalidBlocksFormat,
    /// The cursor is garbled or belongs to another query.
    InvalidCursor,
    /// The body says JSON and is none.
    InvalidJson,
    /// The limit is no number of items.
    InvalidLimit,
    /// The metadata is no JSON object.
    InvalidMetadataFormat,
    /// The metadata lacks its event type or its payload.
    InvalidMetadataSchema,
    /// The emoji's name cannot be one.
    InvalidName,
    /// The body is of a type that the service does not read.
    InvalidPostType,
    /// `thread_ts` is no timestamp.
    InvalidThreadTs,
    /// `latest` is no timestamp.
    InvalidTsLatest,
    /// `oldest` is no timestamp.
    InvalidTsOldest,
    /// An unknown conversation type.
    InvalidTypes,
    /// The channel is archived.
    IsArchived,
    /// The channel takes no edits.
    IsInactive,
    /// The body is JSON and no object.
    JsonNotObject,
    /// `markdown_text` excludes `text` and `blocks`.
    MarkdownTextConflict,
    /// No message has that timestamp.
    MessageNotFound,
    /// The body has no content type.
    MissingPostType,
    /// The token lacks a scope; the envelope says which.
    MissingScope,
    /// More characters than a message may have.
    MsgTooLong,
    /// There is nothing to post.
    NoText,
    /// The message to react to is not named.
    NoItemSpecified,
    /// No token was sent.
    NotAuthed,
    /// The caller is no member of the channel.
    NotInChannel,
    /// Too many requests.
    Ratelimited,
    /// The service takes no requests at this moment.
    ServiceUnavailable,
    /// The named thread does not exist.
    ThreadNotFound,
    /// More attachments than a message may have.
    TooManyAttachments,
    /// The message has as many different emoji as it may have.
    TooManyEmoji,
    /// The caller has as many reactions on the message as one person may have.
    TooManyReactions,
    /// The service has no such method, or this twin does not have it.
    UnknownMethod,
    /// No such user.
    UserNotFound,
}

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

    /// The response with a status other than the usual 200.
    pub(crate) fn reply(&self, status: u16) -> Reply {
        Reply::of_json_text(status, self.envelope().to_string())
    }
}

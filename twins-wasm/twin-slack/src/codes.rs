//! The codes that this twin answers with; docs.slack.dev/reference/methods tells which method has which.

use serde::Serialize;

/// A code; on the wire in lower snake case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Code {
    /// The token's user is deactivated.
    AccountInactive,
    /// The channel is archived already.
    AlreadyArchived,
    /// The person is a member already.
    AlreadyInChannel,
    /// The message is pinned already.
    AlreadyPinned,
    /// The caller reacted to the message with that emoji before.
    AlreadyReacted,
    /// The item is starred already.
    AlreadyStarred,
    /// The text for those who do not see is too long.
    AltTxtTooLarge,
    /// A bot token cannot post as its user.
    AsUserNotSupported,
    /// The secret is not the app's.
    BadClientSecret,
    /// The handle cannot be one.
    BadHandle,
    /// The picture cannot be read.
    BadImage,
    /// The address is not the one that the code was given to.
    BadRedirectUri,
    /// The text that names a message is no timestamp.
    BadTimestamp,
    /// The file has no title.
    BadTitle,
    /// Somebody takes part already, or does not.
    BadUsers,
    /// No such bot.
    BotNotFound,
    /// Only a bot may do that.
    BotUserRequired,
    /// A bot takes no reminders.
    CannotAddBot,
    /// Reminders for others need a person's token with the right scope.
    CannotAddOthers,
    /// A reminder that comes again is never done.
    CannotCompleteRecurring,
    /// No such conversation.
    CannotFindChannel,
    /// No message has that timestamp.
    CannotFindMessage,
    /// The time is none that the twin reads.
    CannotParse,
    /// An unfurl is no JSON object.
    CannotParseAttachment,
    /// The named message is a reply itself.
    CannotReplyToMessage,
    /// The message has no such link.
    CannotUnfurlUrl,
    /// Nobody changes the owner of the workspace.
    CannotUpdateAdminUser,
    /// The channel of all members stays.
    CantArchiveGeneral,
    /// Only a reply can be broadcast to its channel.
    CantBroadcastMessage,
    /// The comment is not there to delete.
    CantDelete,
    /// Somebody else's file.
    CantDeleteFile,
    /// Somebody else wrote the message.
    CantDeleteMessage,
    /// The caller is in the channel by themselves.
    CantInviteSelf,
    /// Nobody leaves the channel of all members.
    CantKickFromGeneral,
    /// The caller may leave instead.
    CantKickSelf,
    /// Nobody leaves the channel of all members.
    CantLeaveGeneral,
    /// Somebody else wrote the message.
    CantUpdateMessage,
    /// No such conversation, or none that the caller may know of.
    ChannelNotFound,
    /// The token is another app's.
    ClientIdTokenMismatch,
    /// More characters than a description may have.
    DescriptionTooLong,
    /// Another view has that external id.
    DuplicateExternalId,
    /// A trigger opens one view.
    ExchangedTriggerId,
    /// A trigger is good for three seconds.
    ExpiredTriggerId,
    /// Files have no comments any more.
    FileCommentNotFound,
    /// No such file, or none that the caller may know of.
    FileNotFound,
    /// The file is larger than the service takes.
    FileUploadSizeRestricted,
    /// The service keeps the handle for itself.
    ForbiddenHandle,
    /// The workspace has no use of it.
    ForbiddenTeam,
    /// Another group has that handle.
    HandleAlreadyExists,
    /// The view has changed since.
    HashConflict,
    /// The call has ended.
    InactiveCall,
    /// It was not asked by POST.
    InsecureRequest,
    /// The service broke.
    InternalError,
    /// No such app.
    InvalidAppId,
    /// The arguments exclude each other.
    InvalidArgs,
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
    /// Bookmarks are links.
    InvalidBookmarkType,
    /// The app has no such call.
    InvalidCallId,
    /// No such channel, or none to share a file in.
    InvalidChannel,
    /// One of the channels is none.
    InvalidChannelProvided,
    /// No app has that client id.
    InvalidClientId,
    /// The code was never given, or is too old.
    #[expect(clippy::enum_variant_names, reason = "the service calls it so")]
    InvalidCode,
    /// The maker of the call is nobody.
    InvalidCreatedBy,
    /// The cursor is garbled or belongs to another query.
    InvalidCursor,
    /// No such emoji.
    InvalidEmoji,
    /// The text is not the context of an event.
    InvalidEventContext,
    /// Another file has that external id.
    InvalidExternalId,
    /// The body says that it is a form and is none.
    InvalidFormData,
    /// Neither a code nor a refresh token.
    InvalidGrantType,
    /// The body says JSON and is none.
    InvalidJson,
    /// The limit is no number of items.
    InvalidLimit,
    /// The link is no address.
    InvalidLink,
    /// The manifest cannot be one; the errors say where.
    InvalidManifest,
    /// The metadata is no JSON object.
    InvalidMetadataFormat,
    /// The metadata lacks its event type or its payload.
    InvalidMetadataSchema,
    /// The name cannot be one.
    InvalidName,
    /// The name is too long.
    InvalidNameMaxlength,
    /// The name is punctuation alone.
    InvalidNamePunctuation,
    /// The name is missing.
    InvalidNameRequired,
    /// The name has characters that no channel's name may have.
    InvalidNameSpecials,
    /// The body is of a type that the service does not read.
    InvalidPostType,
    /// Presence is `auto` or `away`.
    InvalidPresence,
    /// The profile is no JSON object, or has fields of the wrong form.
    InvalidProfile,
    /// The refresh token was never given, or was used.
    InvalidRefreshToken,
    /// No such message waits.
    InvalidScheduledMessageId,
    /// The call's begin is no time.
    InvalidStartTime,
    /// `thread_ts` is no timestamp.
    InvalidThreadTs,
    /// The moment is no number of seconds.
    InvalidTime,
    /// The text is no timestamp.
    InvalidTimestamp,
    /// No such token.
    InvalidToken,
    /// No such trigger.
    InvalidTriggerId,
    /// `latest` is no timestamp.
    InvalidTsLatest,
    /// `oldest` is no timestamp.
    InvalidTsOldest,
    /// An unknown conversation type.
    InvalidTypes,
    /// The unfurls are no JSON object.
    InvalidUnfurlsFormat,
    /// The group's members are no ids.
    InvalidUsers,
    /// The channel is archived.
    IsArchived,
    /// The channel takes no edits.
    IsInactive,
    /// The body is JSON and no object.
    JsonNotObject,
    /// A private channel keeps one member.
    LastMember,
    /// `markdown_text` excludes `text` and `blocks`.
    MarkdownTextConflict,
    /// No message has that timestamp.
    MessageNotFound,
    /// The service has retired the method.
    MethodDeprecated,
    /// Direct messages are no channels.
    MethodNotSupportedForChannelType,
    /// Something is missing.
    MissingArgument,
    /// The conversation is not named.
    MissingChannel,
    /// For how long is missing.
    MissingDuration,
    /// The body has no content type.
    MissingPostType,
    /// The token lacks a scope; the envelope says which.
    MissingScope,
    /// The message is not named.
    MissingTs,
    /// There is nothing to unfurl.
    MissingUnfurls,
    /// More characters than a message may have.
    MsgTooLong,
    /// Another group has that name.
    NameAlreadyExists,
    /// Another channel has that name.
    NameTaken,
    /// There is no file.
    NoFileData,
    /// The item is not named.
    NoItemSpecified,
    /// The message is not pinned.
    NoPin,
    /// There is nothing to look for.
    NoQuery,
    /// The caller did not react with that emoji.
    NoReaction,
    /// No such group.
    NoSuchSubteam,
    /// There is nothing to post.
    NoText,
    /// Nobody is named.
    NoUser,
    /// Nobody is named.
    NoUsersProvided,
    /// Only an administrator may change others.
    NotAdmin,
    /// Only an agent may do that outside of a thread.
    NotAgentApp,
    /// Tokens of this kind may not call the method.
    NotAllowedTokenType,
    /// The channel is not archived.
    NotArchived,
    /// No token was sent.
    NotAuthed,
    /// No such thing.
    NotFound,
    /// The caller is no member of the channel.
    NotInChannel,
    /// The caller is to be disturbed.
    NotInDnd,
    /// The item is not starred.
    NotStarred,
    /// The caller may not change that.
    PermissionDenied,
    /// The profile cannot be changed.
    ProfileSetFailed,
    /// The status has no such emoji.
    ProfileStatusSetFailedNotValidEmoji,
    /// Three views stand on each other already.
    PushLimitReached,
    /// Too many requests.
    Ratelimited,
    /// The service takes no requests at this moment.
    ServiceUnavailable,
    /// No such workspace.
    TeamNotFound,
    /// The named thread does not exist.
    ThreadNotFound,
    /// The moment has passed.
    TimeInPast,
    /// The moment is more than 120 days away.
    TimeTooFar,
    /// The token rotates already.
    TokenAlreadyExchanged,
    /// A refresh token gets a new one.
    TokenExpired,
    /// The token was given up.
    TokenRevoked,
    /// The app's tokens do not rotate.
    TokenRotationNotEnabled,
    /// The picture is too large.
    TooLarge,
    /// More characters than it may have.
    TooLong,
    /// More attachments than a message may have.
    TooManyAttachments,
    /// More bookmarks than a channel may have.
    TooManyBookmarks,
    /// The message has as many different emoji as it may have.
    TooManyEmoji,
    /// One name is enough.
    TooManyIds,
    /// More pins than a channel may have.
    TooManyPins,
    /// The caller has as many reactions on the message as one person may have.
    TooManyReactions,
    /// More people than a conversation may have.
    TooManyUsers,
    /// The service has no such method, or this twin does not have it.
    UnknownMethod,
    /// No such kind of snippet.
    UnknownSnippetType,
    /// An unknown kind of file.
    UnknownType,
    /// The person is deactivated.
    UserDisabled,
    /// A guest may not do that.
    UserIsRestricted,
    /// No such user.
    UserNotFound,
    /// The person is no member of the channel.
    UserNotInChannel,
    /// No such user, or none that the caller may know of.
    UserNotVisible,
    /// Nobody is named.
    UsersListNotSupplied,
    /// Nobody has that address.
    UsersNotFound,
    /// The view is longer than it may be.
    ViewTooLarge,
}

//! Which conversations a caller may know of, read and write to.

use crate::caller::Caller;
use crate::entities::Channel;
use crate::errors::{Code, Error};
use crate::state::State;

use super::Call;

/// The kinds of conversation that scopes and the `types` argument tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Public,
    Private,
    DirectMessage,
    GroupMessage,
}

impl Kind {
    /// The kind that a word of `types` names.
    pub(super) fn of_type(word: &str) -> Option<Self> {
        match word {
            "public_channel" => Some(Self::Public),
            "private_channel" => Some(Self::Private),
            "im" => Some(Self::DirectMessage),
            "mpim" => Some(Self::GroupMessage),
            _ => None,
        }
    }

    /// The kind of a conversation. The twin opens no group messages.
    pub(super) fn of(channel: &Channel) -> Self {
        match channel {
            Channel { is_im: true, .. } => Self::DirectMessage,
            Channel { is_private: true, .. } => Self::Private,
            _ => Self::Public,
        }
    }

    /// The scope to see conversations of this kind.
    pub(super) fn read_scope(self) -> &'static str {
        match self {
            Self::Public => "channels:read",
            Self::Private => "groups:read",
            Self::DirectMessage => "im:read",
            Self::GroupMessage => "mpim:read",
        }
    }

    /// The scope to read messages in conversations of this kind.
    pub(super) fn history_scope(self) -> &'static str {
        match self {
            Self::Public => "channels:history",
            Self::Private => "groups:history",
            Self::DirectMessage => "im:history",
            Self::GroupMessage => "mpim:history",
        }
    }
}

/// A conversation that the caller may know of.
pub(super) struct Visible {
    pub channel: Channel,
    pub is_member: bool,
}

/// Whether the caller may know of a conversation: public ones are known to all but guests, others to
/// their members alone.
pub(super) fn look(state: &mut State<'_>, caller: &Caller, channel: Channel) -> Option<Visible> {
    let is_member = state.is_member(&channel.id, &caller.user.id);
    let is_open = Kind::of(&channel) == Kind::Public && !caller.user.is_restricted;
    (is_member || is_open).then_some(Visible { channel, is_member })
}

impl Call<'_, '_> {
    /// The conversation with that id, which the caller may know of.
    pub(super) fn visible(&mut self, id: &str) -> Result<Visible, Error> {
        let channel = self.state.channel(id)?.ok_or(Code::ChannelNotFound)?;
        look(self.state, self.caller, channel).ok_or_else(|| Code::ChannelNotFound.into())
    }

    /// The conversation with that id, whose messages the caller may read. People read public channels that
    /// they are not in; bots do not.
    pub(super) fn readable(&mut self, id: &str) -> Result<Visible, Error> {
        let visible = self.visible(id)?;
        self.caller.require_any(&[Kind::of(&visible.channel).history_scope()])?;
        if !visible.is_member && self.caller.user.is_bot {
            return Err(Code::NotInChannel.into());
        }
        Ok(visible)
    }
}

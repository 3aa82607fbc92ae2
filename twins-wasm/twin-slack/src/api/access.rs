//! Which conversations a caller may know of, read and write to.

use crate::caller::Caller;
use crate::entities::{Channel, Message};
use crate::errors::{Code, Error};
use crate::state::State;
use crate::ts::Ts;

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

    /// The kind of a conversation.
    pub(super) fn of(channel: &Channel) -> Self {
        match channel {
            Channel { is_im: true, .. } => Self::DirectMessage,
            Channel { is_mpim: true, .. } => Self::GroupMessage,
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

impl Kind {
    /// The scopes any of which lets an app change conversations of this kind; `part` is the name of a lesser one.
    pub(super) fn write_scopes(self, part: Option<&str>) -> Vec<String> {
        let (own, more): (&str, &[&str]) = match self {
            Self::Public => ("channels:write", &["channels:manage"]),
            Self::Private => ("groups:write", &[]),
            Self::DirectMessage => ("im:write", &[]),
            Self::GroupMessage => ("mpim:write", &[]),
        };
        let lesser = part.map(|part| format!("{own}.{part}"));
        [own].iter().chain(more).map(|scope| (*scope).to_owned()).chain(lesser).collect()
    }

    /// Whether it is a direct message of two or more.
    pub(super) fn is_direct(self) -> bool {
        matches!(self, Self::DirectMessage | Self::GroupMessage)
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

    /// The channel with that id, which the caller may change. Direct messages are none; `part` names the scope that
    /// allows no more than that.
    pub(super) fn changeable(&mut self, id: &str, part: Option<&str>) -> Result<Visible, Error> {
        let visible = self.visible(id)?;
        let kind = Kind::of(&visible.channel);
        let scopes = kind.write_scopes(part);
        self.caller.require_any(&scopes.iter().map(String::as_str).collect::<Vec<_>>())?;
        if kind.is_direct() {
            return Err(Code::MethodNotSupportedForChannelType.into());
        }
        Ok(visible)
    }

    /// The same, for those who must be in it.
    pub(super) fn changeable_by_member(&mut self, id: &str, part: Option<&str>) -> Result<Visible, Error> {
        let visible = self.changeable(id, part)?;
        if visible.is_member { Ok(visible) } else { Err(Code::NotInChannel.into()) }
    }

    /// The message that `channel` and `timestamp` name, in a conversation that the caller may read.
    pub(super) fn named_message(&mut self, channel: &str, ts: &str) -> Result<(Channel, Message), Error> {
        let ts = Ts::parse_name(ts).ok_or(Code::BadTimestamp)?;
        let visible = self.visible(channel)?;
        if !visible.is_member && self.caller.user.is_bot {
            return Err(Code::NotInChannel.into());
        }
        let message = self.state.message(channel, ts)?.ok_or(Code::MessageNotFound)?;
        Ok((visible.channel, message))
    }
}

//! Conversations as the service shows them.

use serde::Serialize;

use crate::caller::Caller;
use crate::entities;

/// A conversation: direct messages have a shape of their own.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Conversation<'a> {
    /// A public or private channel.
    Channel(Box<Channel<'a>>),
    /// A direct message.
    DirectMessage(DirectMessage<'a>),
}

#[derive(Serialize)]
pub(crate) struct Channel<'a> {
    id: &'a str,
    name: &'a str,
    is_channel: bool,
    is_group: bool,
    is_im: bool,
    is_mpim: bool,
    is_private: bool,
    created: u64,
    is_archived: bool,
    is_general: bool,
    unlinked: u64,
    name_normalized: &'a str,
    is_shared: bool,
    is_org_shared: bool,
    is_pending_ext_shared: bool,
    pending_shared: [&'static str; 0],
    context_team_id: &'a str,
    updated: u64,
    creator: &'a str,
    is_ext_shared: bool,
    shared_team_ids: [&'a str; 1],
    pending_connected_team_ids: [&'static str; 0],
    is_member: bool,
    topic: Note<'a>,
    purpose: Note<'a>,
    previous_names: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    num_members: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<&'static str>,
}

#[derive(Serialize)]
pub(crate) struct DirectMessage<'a> {
    id: &'a str,
    created: u64,
    is_archived: bool,
    is_im: bool,
    is_org_shared: bool,
    context_team_id: &'a str,
    updated: u64,
    user: &'a str,
    is_user_deleted: bool,
    priority: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    num_members: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<&'static str>,
}

/// A topic or a purpose.
#[derive(Serialize)]
struct Note<'a> {
    value: &'a str,
    creator: &'a str,
    last_set: u64,
}

/// What a conversation's shape depends on beside the conversation.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    /// Who looks.
    pub caller: &'a Caller,
    /// Whether they are in it.
    pub is_member: bool,
    /// Whether the other side of a direct message is deactivated.
    pub is_user_deleted: bool,
    /// Whether the number of members is shown.
    pub num_members: bool,
    /// Whether the locale is shown.
    pub locale: bool,
}

/// A conversation as the caller sees it.
pub(crate) fn conversation<'a>(channel: &'a entities::Channel, view: View<'a>) -> Conversation<'a> {
    let team = view.caller.user.team_id.as_str();
    let num_members = view.num_members.then_some(channel.num_members);
    let locale = view.locale.then_some("en-US");
    if channel.is_im {
        return Conversation::DirectMessage(direct_message(channel, view));
    }
    let note = |value: &'a str, set: Option<&'a entities::Setting>| {
        let (creator, last_set) = match set {
            Some(set) => (&*set.creator, set.last_set),
            None if value.is_empty() => ("", 0),
            None => (&*channel.creator, channel.created),
        };
        Note { value, creator, last_set }
    };
    Conversation::Channel(Box::new(Channel {
        id: &channel.id,
        name: &channel.name,
        is_channel: !channel.is_mpim,
        is_group: channel.is_mpim,
        is_im: false,
        is_mpim: channel.is_mpim,
        is_private: channel.is_private,
        created: channel.created,
        is_archived: channel.is_archived,
        is_general: channel.is_general,
        unlinked: 0,
        name_normalized: &channel.name,
        is_shared: false,
        is_org_shared: false,
        is_pending_ext_shared: false,
        pending_shared: [],
        context_team_id: team,
        updated: channel.updated.unwrap_or(channel.created * 1_000),
        creator: &channel.creator,
        is_ext_shared: false,
        shared_team_ids: [team],
        pending_connected_team_ids: [],
        is_member: view.is_member,
        topic: note(&channel.topic, channel.topic_set.as_ref()),
        purpose: note(&channel.purpose, channel.purpose_set.as_ref()),
        previous_names: &channel.previous_names,
        num_members,
        locale,
    }))
}

fn direct_message<'a>(channel: &'a entities::Channel, view: View<'a>) -> DirectMessage<'a> {
    DirectMessage {
        id: &channel.id,
        created: channel.created,
        is_archived: channel.is_archived,
        is_im: true,
        is_org_shared: false,
        context_team_id: &view.caller.user.team_id,
        updated: channel.updated.unwrap_or(channel.created * 1_000),
        user: other_side(channel, &view.caller.user.id),
        is_user_deleted: view.is_user_deleted,
        priority: 0,
        num_members: view.num_members.then_some(channel.num_members),
        locale: view.locale.then_some("en-US"),
    }
}

/// Who the other side of a direct message is; oneself in a message to oneself.
pub(crate) fn other_side<'a>(channel: &'a entities::Channel, me: &'a str) -> &'a str {
    channel.participants.iter().find(|user| *user != me).map_or(me, String::as_str)
}

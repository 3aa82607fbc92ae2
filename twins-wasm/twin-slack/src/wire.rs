//! The shapes that the service sends, field by field, as its answers in the wild have them.

use serde::Serialize;
use serde_json::Value;
use twin_sdk::{Binding, Reply, digest_id};

use crate::caller::Caller;
use crate::entities::{self, Message};
use crate::errors::Error;
use crate::zones::zone;

/// A successful answer.
pub(crate) fn ok(body: &impl Serialize) -> Result<Reply, Error> {
    #[derive(Serialize)]
    struct Envelope<'b, B: Serialize> {
        ok: bool,
        #[serde(flatten)]
        body: &'b B,
    }
    Ok(Reply::json(200, &Envelope { ok: true, body })?)
}

/// Where the next page begins; an empty cursor ends a list.
#[derive(Serialize)]
pub(crate) struct ResponseMetadata {
    pub next_cursor: String,
}

impl ResponseMetadata {
    /// The cursor to the item under a key; an empty one without a key.
    pub(crate) fn at(next: Option<&str>, binding: &Binding) -> Self {
        Self { next_cursor: next.map_or_else(String::new, |next| binding.mint(next)) }
    }
}

/// The answer of `auth.test`.
#[derive(Serialize)]
pub(crate) struct Identity<'a> {
    pub url: String,
    pub team: &'a str,
    pub user: &'a str,
    pub team_id: &'a str,
    pub user_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bot_id: Option<&'a str>,
    pub is_enterprise_install: bool,
}

/// A member. Deactivated ones have neither roles nor a time zone.
#[derive(Serialize)]
pub(crate) struct User<'a> {
    id: &'a str,
    team_id: &'a str,
    name: &'a str,
    deleted: bool,
    #[serde(flatten)]
    active: Option<ActiveUser<'a>>,
    profile: Profile<'a>,
    is_bot: bool,
    is_app_user: bool,
    updated: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    locale: Option<&'static str>,
}

#[derive(Serialize)]
struct ActiveUser<'a> {
    color: String,
    real_name: &'a str,
    tz: &'a str,
    tz_label: &'static str,
    tz_offset: i32,
    is_admin: bool,
    is_owner: bool,
    is_primary_owner: bool,
    is_restricted: bool,
    is_ultra_restricted: bool,
    is_email_confirmed: bool,
    who_can_share_contact_card: &'static str,
}

#[derive(Serialize)]
struct Profile<'a> {
    title: &'a str,
    phone: &'static str,
    skype: &'static str,
    real_name: &'a str,
    real_name_normalized: &'a str,
    display_name: &'a str,
    display_name_normalized: &'a str,
    fields: Option<Value>,
    status_text: &'static str,
    status_emoji: &'static str,
    status_emoji_display_info: [Value; 0],
    status_expiration: u64,
    avatar_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_app_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    always_active: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bot_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    first_name: &'a str,
    last_name: &'a str,
    image_24: String,
    image_32: String,
    image_48: String,
    image_72: String,
    image_192: String,
    image_512: String,
    status_text_canonical: &'static str,
    team: &'a str,
}

/// A member as the caller may see them: addresses need a scope of their own.
pub(crate) fn user<'a>(user: &'a entities::User, caller: &Caller, locale: bool) -> User<'a> {
    let digest = digest_id("", &user.id, 12).to_ascii_lowercase();
    let image = |size: u32| format!("https://avatars.slack-edge.com/{}-{digest}-{size}", user.team_id);
    let (first_name, last_name) = user.real_name.split_once(' ').unwrap_or((&user.real_name, ""));
    let active = (!user.deleted).then(|| active(user, &digest));
    User {
        id: &user.id,
        team_id: &user.team_id,
        name: &user.name,
        deleted: user.deleted,
        active,
        profile: Profile {
            title: &user.title,
            phone: "",
            skype: "",
            real_name: &user.real_name,
            real_name_normalized: &user.real_name,
            display_name: &user.name,
            display_name_normalized: &user.name,
            fields: None,
            status_text: "",
            status_emoji: "",
            status_emoji_display_info: [],
            status_expiration: 0,
            api_app_id: user.app_id.as_deref(),
            always_active: user.is_bot.then_some(true),
            bot_id: user.bot_id.as_deref(),
            email: user.email.as_deref().filter(|_| caller.has("users:read.email")),
            first_name,
            last_name,
            image_24: image(24),
            image_32: image(32),
            image_48: image(48),
            image_72: image(72),
            image_192: image(192),
            image_512: image(512),
            avatar_hash: digest,
            status_text_canonical: "",
            team: &user.team_id,
        },
        is_bot: user.is_bot,
        is_app_user: false,
        updated: user.updated,
        locale: locale.then_some("en-US"),
    }
}

fn active<'a>(user: &'a entities::User, digest: &str) -> ActiveUser<'a> {
    let zone = zone(&user.tz);
    let color = digest.bytes().take(3).fold(String::new(), |color, byte| color + &format!("{byte:02x}"));
    ActiveUser {
        color,
        real_name: &user.real_name,
        tz: &user.tz,
        tz_label: zone.map_or("", |zone| zone.label),
        tz_offset: zone.map_or(0, |zone| zone.offset),
        is_admin: false,
        is_owner: false,
        is_primary_owner: false,
        is_restricted: user.is_restricted,
        is_ultra_restricted: false,
        is_email_confirmed: !user.is_bot,
        who_can_share_contact_card: "EVERYONE",
    }
}

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
    previous_names: [&'static str; 0],
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
        return Conversation::DirectMessage(DirectMessage {
            id: &channel.id,
            created: channel.created,
            is_archived: channel.is_archived,
            is_im: true,
            is_org_shared: false,
            context_team_id: team,
            updated: channel.created * 1_000,
            user: other_side(channel, &view.caller.user.id),
            is_user_deleted: view.is_user_deleted,
            priority: 0,
            num_members,
            locale,
        });
    }
    let note = |value: &'a str| {
        let (creator, last_set) =
            if value.is_empty() { ("", 0) } else { (&*channel.creator, channel.created) };
        Note { value, creator, last_set }
    };
    Conversation::Channel(Box::new(Channel {
        id: &channel.id,
        name: &channel.name,
        is_channel: true,
        is_group: false,
        is_im: false,
        is_mpim: false,
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
        updated: channel.created * 1_000,
        creator: &channel.creator,
        is_ext_shared: false,
        shared_team_ids: [team],
        pending_connected_team_ids: [],
        is_member: view.is_member,
        topic: note(&channel.topic),
        purpose: note(&channel.purpose),
        previous_names: [],
        num_members,
        locale,
    }))
}

/// Who the other side of a direct message is; oneself in a message to oneself.
pub(crate) fn other_side<'a>(channel: &'a entities::Channel, me: &'a str) -> &'a str {
    channel.participants.iter().find(|user| *user != me).map_or(me, String::as_str)
}

/// A message as the caller sees it: the channel stands beside it, and a parent tells of its thread.
pub(crate) fn message(mut message: Message, caller: &Caller) -> Message {
    message.channel = None;
    if message.reply_count.is_some() {
        let me = &caller.user.id;
        let took_part =
            message.user == *me || message.reply_users.as_ref().is_some_and(|users| users.contains(me));
        message.is_locked = Some(false);
        message.subscribed = Some(took_part && !caller.user.is_bot);
    }
    message
}

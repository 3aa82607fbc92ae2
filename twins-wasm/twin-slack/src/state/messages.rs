//! Changes to messages.

use serde_json::json;
use twin_sdk::{Order, Range, TableError, micros};

use crate::entities::{BotProfile, Channel, Edited, Message, Pin, Reaction, THREAD_BROADCAST, User};
use crate::errors::{Code, Error};
use crate::ts::Ts;

use super::State;
use super::tables::{CHANNELS, MESSAGES, PINS};

/// How many different emoji a message may carry.
const EMOJI_A_MESSAGE: usize = 50;
/// How many reactions one member may put on a message.
const REACTIONS_A_MEMBER: usize = 23;
/// How many messages of a channel may be pinned.
const PINS_A_CHANNEL: u64 = 100;

/// Where a message is posted.
pub(crate) struct Place<'c> {
    /// The conversation.
    pub channel: &'c Channel,
    /// The message that it answers; none for a message of the channel itself.
    pub parent: Option<Message>,
    /// Whether a reply is shown in the channel too.
    pub broadcast: bool,
}

impl<'c> Place<'c> {
    /// The channel itself.
    pub(crate) fn of(channel: &'c Channel) -> Self {
        Self { channel, parent: None, broadcast: false }
    }
}

impl State<'_> {
    /// Posts a message at this moment. `content` holds what the writer chose; who, where, when and the
    /// thread are filled in here.
    pub(crate) fn post(
        &mut self,
        place: Place<'_>,
        author: &User,
        content: Message,
    ) -> Result<Message, TableError> {
        let ts = self.next_ts(&place.channel.id)?;
        self.post_at(ts, place, author, content)
    }

    /// Posts a message at a moment at which the channel has none.
    pub(crate) fn post_at(
        &mut self,
        ts: Ts,
        place: Place<'_>,
        author: &User,
        content: Message,
    ) -> Result<Message, TableError> {
        let mut message = Message {
            channel: Some(place.channel.id.clone()),
            kind: "message".to_owned(),
            ts: ts.to_string(),
            user: author.id.clone(),
            team: author.team_id.clone(),
            ..content
        };
        if let Some(profile) = bot_profile(author) {
            message.bot_id = Some(profile.id.clone());
            message.app_id = Some(profile.app_id.clone());
            message.bot_profile = Some(profile);
        }
        if let Some(parent) = place.parent {
            message.thread_ts = Some(parent.ts.clone());
            message.parent_user_id = Some(parent.user.clone());
            message.subtype =
                place.broadcast.then(|| THREAD_BROADCAST.to_owned()).or_else(|| message.subtype.take());
            self.count_reply(parent, &message)?;
        }
        if message.pinned_to.take().is_some() {
            return self.pin(message, author);
        }
        self.put_message(&message)?;
        Ok(message)
    }

    /// Pins a message that is not pinned.
    pub(crate) fn pin(&mut self, mut message: Message, user: &User) -> Result<Message, TableError> {
        let channel = message.channel.clone().unwrap_or_default();
        let created = self.now_seconds();
        let pin =
            Pin { channel: channel.clone(), ts: message.ts.clone(), created, created_by: user.id.clone() };
        PINS.put(self.host, &format!("{channel}/{}", pin.ts), &pin)?;
        self.count_pins(&channel, |count| count.saturating_add(1))?;
        message.pinned_to = Some(vec![channel]);
        self.put_message(&message)?;
        Ok(message)
    }

    /// Takes the pin off a message.
    pub(crate) fn unpin(&mut self, mut message: Message) -> Result<Message, TableError> {
        let channel = message.channel.clone().unwrap_or_default();
        PINS.delete(self.host, &format!("{channel}/{}", message.ts));
        self.count_pins(&channel, |count| count.saturating_sub(1))?;
        message.pinned_to = None;
        self.put_message(&message)?;
        Ok(message)
    }

    /// Whether a channel has as many pins as it may have.
    pub(crate) fn is_full_of_pins(channel: &Channel) -> bool {
        channel.pin_count >= PINS_A_CHANNEL
    }

    fn count_pins(&mut self, channel: &str, change: fn(u64) -> u64) -> Result<(), TableError> {
        let Some(mut channel) = self.channel(channel)? else { return Ok(()) };
        channel.pin_count = change(channel.pin_count);
        CHANNELS.put(self.host, &channel.id, &channel).map(drop)
    }

    /// Removes a message. A parent with replies leaves an empty place behind, as the service does it.
    pub(crate) fn remove(&mut self, message: &Message) -> Result<(), TableError> {
        let channel = message.channel.clone().unwrap_or_default();
        if message.pinned_to.is_some() {
            self.unpin(message.clone())?;
        }
        if message.reply_count.unwrap_or(0) > 0 {
            let tombstone = Message {
                subtype: Some("tombstone".to_owned()),
                text: "This message was deleted.".to_owned(),
                user: "USLACKBOT".to_owned(),
                channel: Some(channel),
                kind: message.kind.clone(),
                ts: message.ts.clone(),
                team: message.team.clone(),
                thread_ts: message.thread_ts.clone(),
                reply_count: message.reply_count,
                reply_users_count: message.reply_users_count,
                latest_reply: message.latest_reply.clone(),
                reply_users: message.reply_users.clone(),
                ..Message::default()
            };
            return self.put_message(&tombstone);
        }
        MESSAGES.delete(self.host, &format!("{channel}/{}", message.ts));
        let thread = message.thread_ts.as_deref().filter(|_| message.is_reply()).and_then(Ts::parse_name);
        match thread.map(|ts| self.message(&channel, ts)).transpose()?.flatten() {
            Some(parent) => self.recount(parent),
            None => Ok(()),
        }
    }

    /// Counts the replies of a thread anew.
    fn recount(&mut self, mut parent: Message) -> Result<(), TableError> {
        let channel = parent.channel.clone().unwrap_or_default();
        let (mut users, mut count, mut latest) = (Vec::new(), 0_u64, None);
        let begin = Ts::parse_name(&parent.ts).unwrap_or(Ts::MIN);
        let mut scan = Self::messages(&channel, begin, Ts::MAX, Order::Ascending);
        while let Some((_, message)) = self.step(&mut scan)? {
            if message.is_reply() && message.thread_ts.as_ref() == Some(&parent.ts) {
                count = count.saturating_add(1);
                latest = Some(message.ts);
                if !users.contains(&message.user) {
                    users.push(message.user);
                }
            }
        }
        if count == 0 && parent.subtype.as_deref() == Some("tombstone") {
            MESSAGES.delete(self.host, &format!("{channel}/{}", parent.ts));
            return Ok(());
        }
        let some = count > 0;
        parent.reply_count = some.then_some(count);
        parent.reply_users_count = some.then_some(users.len() as u64);
        parent.reply_users = some.then_some(users);
        parent.latest_reply = latest;
        parent.thread_ts = some.then(|| parent.ts.clone());
        self.put_message(&parent)
    }

    /// Writes an edited message back, with who edited it.
    pub(crate) fn edit(&mut self, mut message: Message, editor: &User) -> Result<Message, TableError> {
        let ts = format!("{}.000000", self.now_seconds());
        message.edited = Some(Edited { user: editor.id.clone(), ts });
        self.put_message(&message)?;
        Ok(message)
    }

    /// Puts a user's emoji on a message.
    pub(crate) fn react(&mut self, mut message: Message, emoji: &str, user: &User) -> Result<(), Error> {
        let reactions = message.reactions.get_or_insert_default();
        let own = reactions.iter().filter(|reaction| reaction.users.contains(&user.id)).count();
        let distinct = reactions.len();
        match reactions.iter_mut().find(|reaction| reaction.name == emoji) {
            Some(reaction) if reaction.users.contains(&user.id) => {
                return Err(Code::AlreadyReacted.into());
            }
            _ if own >= REACTIONS_A_MEMBER => return Err(Code::TooManyReactions.into()),
            Some(reaction) => {
                reaction.users.push(user.id.clone());
                reaction.count = reaction.users.len() as u64;
            }
            None if distinct >= EMOJI_A_MESSAGE => return Err(Code::TooManyEmoji.into()),
            None => {
                let users = vec![user.id.clone()];
                reactions.push(Reaction { name: emoji.to_owned(), users, count: 1 });
            }
        }
        Ok(self.put_message(&message)?)
    }

    /// Takes a user's emoji off a message.
    pub(crate) fn unreact(&mut self, mut message: Message, emoji: &str, user: &User) -> Result<(), Error> {
        let reactions = message.reactions.get_or_insert_default();
        let reaction = reactions.iter_mut().find(|reaction| reaction.name == emoji);
        let reaction =
            reaction.filter(|reaction| reaction.users.contains(&user.id)).ok_or(Code::NoReaction)?;
        reaction.users.retain(|id| *id != user.id);
        reaction.count = reaction.users.len() as u64;
        reactions.retain(|reaction| reaction.count > 0);
        if reactions.is_empty() {
            message.reactions = None;
        }
        Ok(self.put_message(&message)?)
    }

    /// The moment of a channel's next message: the clock's, or right after the last one.
    pub(crate) fn next_ts(&mut self, channel: &str) -> Result<Ts, TableError> {
        let now = Ts::from_micros(micros(self.host.now()));
        self.ts_from(channel, now)
    }

    /// A moment at which a channel may have its next message: the wanted one, or right after the last message.
    pub(crate) fn ts_from(&mut self, channel: &str, wanted: Ts) -> Result<Ts, TableError> {
        let all = message_range(channel, Ts::MIN, Ts::MAX);
        let latest = MESSAGES.first(self.host, &all, Order::Descending)?;
        let last = latest.and_then(|(_, message)| Ts::parse_name(&message.ts));
        Ok(last.map_or(wanted, |last| wanted.max(last.next())))
    }

    fn count_reply(&mut self, mut parent: Message, reply: &Message) -> Result<(), TableError> {
        let users = parent.reply_users.get_or_insert_default();
        if !users.contains(&reply.user) {
            users.push(reply.user.clone());
        }
        parent.reply_users_count = Some(users.len() as u64);
        parent.reply_count = Some(parent.reply_count.unwrap_or(0) + 1);
        parent.latest_reply = Some(reply.ts.clone());
        parent.thread_ts = Some(parent.ts.clone());
        self.put_message(&parent)
    }

    /// Writes a message.
    pub(crate) fn put_message(&mut self, message: &Message) -> Result<(), TableError> {
        let channel = message.channel.as_deref().unwrap_or_default();
        MESSAGES.put(self.host, &format!("{channel}/{}", message.ts), message).map(drop)
    }
}

/// The key of a message in its table.
pub(super) fn message_key(channel: &str, ts: Ts) -> String {
    format!("{channel}/{ts}")
}

/// The keys of a channel's messages from one moment up to and including another. Nothing is written at
/// `Ts::MAX` itself, so the cut of `next` loses no message.
pub(super) fn message_range(channel: &str, first: Ts, last: Ts) -> Range {
    Range { start: Some(message_key(channel, first)), end: Some(message_key(channel, last.next())) }
}

fn bot_profile(author: &User) -> Option<BotProfile> {
    let (id, app_id) = author.bot_id.clone().zip(author.app_id.clone())?;
    let icon = |size: u32| format!("https://a.slack-edge.com/bot_icons/{app_id}_{size}.png");
    Some(BotProfile {
        icons: json!({"image_36": icon(36), "image_48": icon(48), "image_72": icon(72)}),
        id,
        app_id,
        user_id: author.id.clone(),
        name: author.real_name.clone(),
        deleted: author.deleted,
        updated: author.updated,
        team_id: author.team_id.clone(),
    })
}

//! What is true in the workspace: the tables, and every change that may be made to them.

use serde_json::json;
use twin_sdk::{Host, Level, Order, Range, Scan, Table, TableError, digest_id, micros, seconds};

use crate::entities::{
    BotProfile, Channel, Edited, Membership, Message, Reaction, THREAD_BROADCAST, Team, Token, User,
};
use crate::errors::{Code, Error};
use crate::ts::Ts;

static TEAM: Table<Team> = Table::new("team");
static TOKENS: Table<Token> = Table::new("tokens");
static USERS: Table<User> = Table::new("users");
static CHANNELS: Table<Channel> = Table::new("channels");
static MEMBERS: Table<Membership> = Table::new("members");
static MESSAGES: Table<Message> = Table::new("messages");

/// How many different emoji a message may carry.
const EMOJI_A_MESSAGE: usize = 50;
/// How many reactions one member may put on a message.
const REACTIONS_A_MEMBER: usize = 23;
/// The characters of the ids that the service gives to blocks.
const ID_DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The workspace, for the length of one call.
pub(crate) struct State<'h> {
    host: &'h mut dyn Host,
}

/// Where a message is posted.
pub(crate) struct Place<'c> {
    /// The conversation.
    pub channel: &'c Channel,
    /// The message that it answers; none for a message of the channel itself.
    pub parent: Option<Message>,
    /// Whether a reply is shown in the channel too.
    pub broadcast: bool,
}

/// Reading.
impl<'h> State<'h> {
    /// The workspace behind this host.
    pub(crate) fn new(host: &'h mut dyn Host) -> Self {
        Self { host }
    }

    /// The workspace's own entry; none in a world that was not seeded.
    pub(crate) fn team(&mut self) -> Result<Option<Team>, TableError> {
        let first = TEAM.first(self.host, &Range { start: None, end: None }, Order::Ascending)?;
        Ok(first.map(|(_, team)| team))
    }

    /// What a token stands for.
    pub(crate) fn token(&mut self, token: &str) -> Result<Option<Token>, TableError> {
        TOKENS.get(self.host, token)
    }

    /// One member of the workspace.
    pub(crate) fn user(&mut self, id: &str) -> Result<Option<User>, TableError> {
        USERS.get(self.host, id)
    }

    /// Every member from an id on, by id.
    pub(crate) fn users(from: Option<String>) -> Scan<'static, User> {
        USERS.scan(Range { start: from, end: None }, Order::Ascending)
    }

    /// One conversation.
    pub(crate) fn channel(&mut self, id: &str) -> Result<Option<Channel>, TableError> {
        CHANNELS.get(self.host, id)
    }

    /// The channel of that name, which never is a direct message.
    pub(crate) fn channel_named(&mut self, name: &str) -> Result<Option<Channel>, TableError> {
        let mut scan = Self::channels(None);
        while let Some((_, channel)) = scan.next(self.host)? {
            if channel.name == name && !channel.is_im {
                return Ok(Some(channel));
            }
        }
        Ok(None)
    }

    /// Every conversation from an id on, by id.
    pub(crate) fn channels(from: Option<String>) -> Scan<'static, Channel> {
        CHANNELS.scan(Range { start: from, end: None }, Order::Ascending)
    }

    /// Whether a user is in a channel.
    pub(crate) fn is_member(&mut self, channel: &str, user: &str) -> bool {
        MEMBERS.contains(self.host, &format!("{channel}/{user}"))
    }

    /// One message.
    pub(crate) fn message(&mut self, channel: &str, ts: Ts) -> Result<Option<Message>, TableError> {
        MESSAGES.get(self.host, &message_key(channel, ts))
    }

    /// A channel's messages, replies too, from one moment up to and including another.
    pub(crate) fn messages(channel: &str, first: Ts, last: Ts, order: Order) -> Scan<'static, Message> {
        MESSAGES.scan(message_range(channel, first, last), order)
    }

    /// The next entry of a scan.
    pub(crate) fn step<T>(&mut self, scan: &mut Scan<'static, T>) -> Result<Option<(String, T)>, TableError>
    where
        T: serde::Serialize + serde::de::DeserializeOwned,
    {
        scan.next(self.host)
    }

    /// Seconds since 1970.
    pub(crate) fn now_seconds(&mut self) -> u64 {
        seconds(self.host.now())
    }

    /// A line for the people who run the twin.
    pub(crate) fn log(&mut self, level: Level, message: &str) {
        self.host.log(level, message);
    }
}

/// Changing.
impl State<'_> {
    /// Writes the workspace's own entry.
    pub(crate) fn put_team(&mut self, team: &Team) -> Result<(), TableError> {
        TEAM.put(self.host, &team.id, team).map(drop)
    }

    /// Lets a token in.
    pub(crate) fn put_token(&mut self, token: &str, meaning: &Token) -> Result<(), TableError> {
        TOKENS.put(self.host, token, meaning).map(drop)
    }

    /// Adds a member, or replaces the one with that id.
    pub(crate) fn put_user(&mut self, user: &User) -> Result<(), TableError> {
        USERS.put(self.host, &user.id, user).map(drop)
    }

    /// Opens a conversation with these members, each of whom is named once.
    pub(crate) fn open_channel(
        &mut self,
        mut channel: Channel,
        members: &[String],
    ) -> Result<Channel, TableError> {
        channel.num_members = members.len() as u64;
        for user in members {
            let membership = Membership { channel: channel.id.clone(), user: user.clone() };
            MEMBERS.put(self.host, &format!("{}/{user}", channel.id), &membership)?;
        }
        CHANNELS.put(self.host, &channel.id, &channel)?;
        Ok(channel)
    }

    /// The direct message between two users, opened if there is none yet.
    pub(crate) fn direct_message(&mut self, one: &User, other: &User) -> Result<Channel, TableError> {
        let mut participants = vec![one.id.clone(), other.id.clone()];
        participants.sort();
        participants.dedup();
        let id = digest_id("D", &participants.join("/"), 10);
        if let Some(channel) = self.channel(&id)? {
            return Ok(channel);
        }
        let channel = Channel {
            id,
            name: String::new(),
            is_private: true,
            is_archived: false,
            is_general: false,
            is_im: true,
            creator: one.id.clone(),
            created: self.now_seconds(),
            topic: String::new(),
            purpose: String::new(),
            num_members: 0,
            pin_count: 0,
            participants: participants.clone(),
        };
        self.open_channel(channel, &participants)
    }

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
        if message.pinned_to.is_some()
            && let Some(mut channel) = self.channel(&place.channel.id)?
        {
            channel.pin_count += 1;
            CHANNELS.put(self.host, &channel.id, &channel)?;
        }
        self.put_message(&message)?;
        Ok(message)
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

    /// A short id that the service would draw, for a block that has none.
    pub(crate) fn draw_block_id(&mut self) -> String {
        let mut number = self.host.random();
        let mut digit = || {
            let digit = ID_DIGITS.iter().copied().nth((number % 64) as usize);
            number /= 64;
            digit.map(char::from)
        };
        std::iter::from_fn(&mut digit).take(5).collect()
    }

    /// The moment of a channel's next message: the clock's, or right after the last one.
    fn next_ts(&mut self, channel: &str) -> Result<Ts, TableError> {
        let now = Ts::from_micros(micros(self.host.now()));
        let all = message_range(channel, Ts::MIN, Ts::MAX);
        let latest = MESSAGES.first(self.host, &all, Order::Descending)?;
        let last = latest.and_then(|(_, message)| Ts::parse_name(&message.ts));
        Ok(last.map_or(now, |last| now.max(last.next())))
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

    fn put_message(&mut self, message: &Message) -> Result<(), TableError> {
        let channel = message.channel.as_deref().unwrap_or_default();
        MESSAGES.put(self.host, &format!("{channel}/{}", message.ts), message).map(drop)
    }
}

/// The key of a message in its table.
fn message_key(channel: &str, ts: Ts) -> String {
    format!("{channel}/{ts}")
}

/// The keys of a channel's messages from one moment up to and including another. Nothing is written at
/// `Ts::MAX` itself, so the cut of `next` loses no message.
fn message_range(channel: &str, first: Ts, last: Ts) -> Range {
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

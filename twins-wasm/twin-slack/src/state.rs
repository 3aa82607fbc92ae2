//! What is true in the workspace: the tables, and every change that may be made to them.

mod conversations;
mod messages;
pub(crate) mod tables;

use data_encoding::BASE64;
use serde::Serialize;
use serde::de::DeserializeOwned;
use twin_sdk::{
    Duration, Flow, Host, Instant, Level, Order, Range, Request, Retry, Scan, Signing, Table, TableError,
};
use twin_sdk::{digest_id, seconds};

use crate::entities::{Channel, Membership, Message, Team, Token, Upcoming, Upload, User, UserAddress};
use crate::ts::Ts;

pub(crate) use messages::Place;
use messages::{message_key, message_range};
use tables::{ADDRESSES, CHANNELS, MEMBERS, MESSAGES, TEAM, TOKENS, UPCOMING, USERS};

/// The token that stands for every one that is not named.
pub(crate) const ANY_TOKEN: &str = "*";
/// The characters of the ids that the service gives to blocks.
const ID_DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// The longest prefix of a key that is listed whole.
const AFTER_ALL: char = '\u{10ffff}';

/// The workspace, for the length of one call.
pub(crate) struct State<'h> {
    host: &'h mut dyn Host,
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

    /// What a token stands for; where there is [`ANY_TOKEN`], every one is good.
    pub(crate) fn token(&mut self, token: &str) -> Result<Option<Token>, TableError> {
        match TOKENS.get(self.host, token)? {
            Some(meaning) => Ok(Some(meaning)),
            None => TOKENS.get(self.host, ANY_TOKEN),
        }
    }

    /// One member of the workspace.
    pub(crate) fn user(&mut self, id: &str) -> Result<Option<User>, TableError> {
        USERS.get(self.host, id)
    }

    /// Every member from an id on, by id.
    pub(crate) fn users(from: Option<String>) -> Scan<'static, User> {
        USERS.scan(Range { start: from, end: None }, Order::Ascending)
    }

    /// What everybody is found by, by id.
    pub(crate) fn addresses() -> Scan<'static, UserAddress> {
        ADDRESSES.scan(Range { start: None, end: None }, Order::Ascending)
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

    /// The memberships of a channel from a key on, by user.
    pub(crate) fn memberships(channel: &str, from: Option<String>) -> Scan<'static, Membership> {
        let start = Some(from.unwrap_or_else(|| format!("{channel}/")));
        MEMBERS.scan(Range { start, end: Some(format!("{channel}/{AFTER_ALL}")) }, Order::Ascending)
    }

    /// Every file on its way up.
    pub(crate) fn uploads() -> Scan<'static, Upload> {
        tables::UPLOADS.scan(Range { start: None, end: None }, Order::Ascending)
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

    /// Every document whose key begins so, in the order of the keys.
    pub(crate) fn all<T>(&mut self, table: &'static Table<T>, prefix: &str) -> Result<Vec<T>, TableError>
    where
        T: Serialize + DeserializeOwned,
    {
        let end = (!prefix.is_empty()).then(|| format!("{prefix}{AFTER_ALL}"));
        let mut scan = table.scan(Range { start: Some(prefix.to_owned()), end }, Order::Ascending);
        let mut documents = Vec::new();
        while let Some((_, document)) = scan.next(self.host)? {
            documents.push(document);
        }
        Ok(documents)
    }

    /// One document.
    pub(crate) fn get<T>(&mut self, table: &Table<T>, key: &str) -> Result<Option<T>, TableError>
    where
        T: Serialize + DeserializeOwned,
    {
        table.get(self.host, key)
    }

    /// The document with the lowest key, with that key.
    pub(crate) fn lowest<T>(&mut self, table: &Table<T>) -> Result<Option<(String, T)>, TableError>
    where
        T: Serialize + DeserializeOwned,
    {
        table.first(self.host, &Range { start: None, end: None }, Order::Ascending)
    }

    /// Nanoseconds since 1970.
    pub(crate) fn now(&mut self) -> Instant {
        self.host.now()
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
    /// Writes a document.
    pub(crate) fn put<T>(&mut self, table: &Table<T>, key: &str, document: &T) -> Result<(), TableError>
    where
        T: Serialize + DeserializeOwned,
    {
        table.put(self.host, key, document).map(drop)
    }

    /// Removes a document and returns whether one stood there.
    pub(crate) fn delete<T>(&mut self, table: &Table<T>, key: &str) -> bool
    where
        T: Serialize + DeserializeOwned,
    {
        table.delete(self.host, key)
    }

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

    /// An id that nobody can foresee: a prefix and ten characters.
    pub(crate) fn mint(&mut self, prefix: &str) -> String {
        digest_id(prefix, &format!("{:016x}", self.host.random()), 10)
    }

    /// A secret of 24 letters and digits.
    pub(crate) fn mint_secret(&mut self) -> String {
        let numbers = [self.host.random(), self.host.random()];
        digest_id("", &format!("{numbers:?}"), 24).to_ascii_lowercase()
    }

    /// A secret that fits into an address and is longer than an id.
    pub(crate) fn mint_ticket(&mut self) -> String {
        let numbers = [self.host.random(), self.host.random(), self.host.random(), self.host.random()];
        let bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        BASE64.encode(&bytes).replace('+', "-").replace('/', "_").replace('=', "")
    }

    /// An id in the form of a random UUID.
    pub(crate) fn mint_uuid(&mut self) -> String {
        let [high, low] = [self.host.random(), self.host.random()];
        let [high, low] = [(high & !0xf000) | 0x4000, (low >> 2) | (1 << 63)];
        let [high, low] = [format!("{high:016x}"), format!("{low:016x}")];
        let parts = [high.get(..8), high.get(8..12), high.get(12..), low.get(..4), low.get(4..)];
        parts.map(Option::unwrap_or_default).join("-")
    }

    /// How many clients hold a socket of an address; none where there can be none.
    pub(crate) fn open_sockets(&mut self, address: &str) -> Option<u32> {
        self.host.open_sockets(address).ok()
    }

    /// The file id and the ticket of the next upload of that file name.
    pub(crate) fn next_upload(&mut self, filename: &str) -> Result<Upcoming, TableError> {
        let mut left = self.get(&UPCOMING, filename)?.unwrap_or_default();
        if left.is_empty() {
            return Ok(Upcoming { file_id: self.mint("F"), ticket: self.mint_ticket() });
        }
        let next = left.remove(0);
        self.put(&UPCOMING, filename, &left)?;
        Ok(next)
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

    /// Sends something out. What the host does not take is told to the people who run the twin: the service's own
    /// callers never learn of it either.
    pub(crate) fn emit(&mut self, request: &Request, delay: Duration, retry: &Retry) {
        if let Err(error) = self.host.emit(request, delay, retry) {
            self.log(Level::Warn, &format!("{} is not delivered: {error:?}", request.url));
        }
    }

    /// The same, signed anew for each attempt.
    pub(crate) fn emit_signed(
        &mut self,
        request: &Request,
        delay: Duration,
        retry: &Retry,
        signing: &Signing,
    ) {
        if let Err(error) = self.host.emit_signed(request, delay, retry, signing) {
            self.log(Level::Warn, &format!("{} is not delivered: {error:?}", request.url));
        }
    }

    /// Lets a request through a limit; else tells how long it has to wait.
    pub(crate) fn pass(&mut self, flow: &Flow<'_>) -> Result<Option<Duration>, TableError> {
        flow.pass(self.host, &tables::RATE)
    }
}

//! What is true in the org: the tables, and every change that may be made to them.

mod apps;
mod events;
mod groups;
mod users;

use serde_json::Value;
use twin_sdk::{Host, Instant, Level, Order, Scan, Table, TableError};

use crate::call::keys_below;
use crate::documents::{Document, document, text};
use crate::ids;
use crate::times;

pub(crate) use apps::{APP_GROUPS, APP_USERS, APPS, USER_APPS};
pub(crate) use events::{EVENT_TYPES, Event, LOGS, Target, hide_secret};
pub(crate) use groups::{GROUP_RULES, GROUPS, MEMBERS, MEMBERSHIPS};
pub(crate) use users::{SEARCH_LAG, USERS};

static ORG: Table<Document> = Table::new("org");
/// The API token that stands for every one that is not named.
pub(crate) const ANY_TOKEN: &str = "*";
/// API tokens; the key is the token's id.
pub(crate) static TOKENS: Table<Document> = Table::new("tokens");
/// The id of each API token; the key is a digest of the token.
static TOKEN_IDS: Table<String> = Table::new("token_ids");
/// Parts of the org that exist once, for example `captcha`; the key is their name.
static SETTINGS: Table<Document> = Table::new("settings");

/// The key of the org's own document.
const ORG_KEY: &str = "org";

/// Who acts and from where, as the System Log tells it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    /// The acting user, as it was when the request came; none where it is a client.
    pub user: Option<Document>,
    /// The acting client; empty where there is none.
    pub client: String,
    /// The address that the request names as its sender's.
    pub ip: String,
    /// The `User-Agent` header.
    pub user_agent: String,
    /// The path of the request.
    pub path: String,
    /// The same for all events of one request.
    pub request: String,
}

/// The org, for the length of one call.
pub(crate) struct State<'h> {
    /// The world around the twin.
    pub host: &'h mut dyn Host,
    /// Who acts; empty while a world is seeded.
    pub context: Context,
}

impl<'h> State<'h> {
    /// The org behind this host.
    pub(crate) fn new(host: &'h mut dyn Host) -> Self {
        Self { host, context: Context::default() }
    }

    /// The trial's time.
    pub(crate) fn now(&mut self) -> Instant {
        self.host.now()
    }

    /// The trial's time as documents carry it.
    pub(crate) fn stamp(&mut self) -> String {
        times::stamp(self.host.now())
    }

    /// A new id of a kind.
    pub(crate) fn mint(&mut self, prefix: &str) -> String {
        // Nobody asks for anything while a world is seeded.
        let seeded = self.context.request.is_empty();
        ids::mint(self.host, prefix, seeded)
    }

    /// A new secret of letters and digits.
    pub(crate) fn draw(&mut self, len: usize) -> String {
        ids::draw(self.host, len)
    }

    /// A line for the people who run the twin.
    pub(crate) fn note(&mut self, level: Level, message: &str) {
        self.host.log(level, message);
    }

    /// The document under a key.
    pub(crate) fn get(&mut self, table: &Table<Document>, key: &str) -> Result<Option<Document>, TableError> {
        table.get(self.host, key)
    }

    /// Writes a document.
    pub(crate) fn put(
        &mut self,
        table: &Table<Document>,
        key: &str,
        found: &Document,
    ) -> Result<(), TableError> {
        table.put(self.host, key, found).map(drop)
    }

    /// Removes a document and tells whether there was one.
    pub(crate) fn delete(&mut self, table: &Table<Document>, key: &str) -> bool {
        table.delete(self.host, key)
    }

    /// The next entry of a scan.
    pub(crate) fn step(
        &mut self,
        scan: &mut Scan<'static, Document>,
    ) -> Result<Option<(String, Document)>, TableError> {
        scan.next(self.host)
    }

    /// Every key and document below a key.
    pub(crate) fn all(
        &mut self,
        table: &'static Table<Document>,
        prefix: &str,
    ) -> Result<Vec<(String, Document)>, TableError> {
        let mut scan = table.scan(keys_below(prefix), Order::Ascending);
        let mut found = Vec::new();
        while let Some(entry) = scan.next(self.host)? {
            found.push(entry);
        }
        Ok(found)
    }

    /// Removes everything below a key.
    pub(crate) fn clear(&mut self, table: &'static Table<Document>, prefix: &str) -> Result<(), TableError> {
        for (key, _) in self.all(table, prefix)? {
            table.delete(self.host, &key);
        }
        Ok(())
    }

    /// The org's own document; an empty one in a world that was not seeded.
    pub(crate) fn org(&mut self) -> Result<Document, TableError> {
        Ok(ORG.get(self.host, ORG_KEY)?.unwrap_or_default())
    }

    /// Writes the org's own document.
    pub(crate) fn put_org(&mut self, org: &Document) -> Result<(), TableError> {
        ORG.put(self.host, ORG_KEY, org).map(drop)
    }

    /// An id that the org's own document names, for example of the group of everybody.
    pub(crate) fn org_id(&mut self, key: &str) -> Result<String, TableError> {
        Ok(text(&self.org()?, key).to_owned())
    }

    /// A part of the org that exists once.
    pub(crate) fn setting(&mut self, name: &str) -> Result<Option<Document>, TableError> {
        SETTINGS.get(self.host, name)
    }

    /// Writes a part of the org that exists once.
    pub(crate) fn put_setting(&mut self, name: &str, setting: &Document) -> Result<(), TableError> {
        SETTINGS.put(self.host, name, setting).map(drop)
    }

    /// Removes a part of the org that exists once.
    pub(crate) fn delete_setting(&mut self, name: &str) -> bool {
        SETTINGS.delete(self.host, name)
    }

    /// What an API token stands for; where there is [`ANY_TOKEN`], every one is good.
    pub(crate) fn api_token(&mut self, token: &str) -> Result<Option<Document>, TableError> {
        let id = match TOKEN_IDS.get(self.host, &digest(token))? {
            Some(id) => Some(id),
            None => TOKEN_IDS.get(self.host, &digest(ANY_TOKEN))?,
        };
        id.map_or(Ok(None), |id| TOKENS.get(self.host, &id))
    }

    /// Lets an API token in; what it stands for has the token's `id`.
    pub(crate) fn put_api_token(&mut self, token: &str, meaning: Value) -> Result<(), TableError> {
        let meaning = document(meaning);
        let id = text(&meaning, "id").to_owned();
        TOKENS.put(self.host, &id, &meaning)?;
        TOKEN_IDS.put(self.host, &digest(token), &id).map(drop)
    }
}

/// A digest of what is kept to be compared, never to be shown.
pub(crate) fn digest(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}

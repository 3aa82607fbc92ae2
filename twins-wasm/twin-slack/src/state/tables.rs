//! Every table. The names are a contract with judges.

use twin_sdk::{Flowing, Table};

use crate::entities::{
    App, AssistantThread, Bookmark, Channel, Contents, Envelope, File, Group, Limit, Membership, Message,
    OauthCode, Pin, ReadMark, Refresh, Reminder, Scheduled, Star, Team, Ticket, Token, Trigger, Upcoming,
    Upload, User, UserAddress, View, VoiceCall, Webhook,
};

macro_rules! tables {
    ($($name:ident: $document:ty = $table:literal;)*) => {
        $(
            #[doc = concat!("The table `", $table, "`.")]
            pub(crate) static $name: Table<$document> = Table::new($table);
        )*
    };
}

tables! {
    // The part of a member's document by which a search finds it.
    ADDRESSES: UserAddress = "users";
    APPS: App = "apps";
    ASSISTANT_THREADS: AssistantThread = "assistant_threads";
    BOOKMARKS: Bookmark = "bookmarks";
    CALLS: VoiceCall = "calls";
    CHANNELS: Channel = "channels";
    CODES: OauthCode = "codes";
    CONTENTS: Contents = "contents";
    EMOJI: String = "emoji";
    ENVELOPES: Envelope = "_envelopes";
    EPHEMERALS: Message = "ephemerals";
    FILES: File = "files";
    GROUPS: Group = "usergroups";
    LIMITS: Limit = "rate_limits";
    MEMBERS: Membership = "members";
    MESSAGES: Message = "messages";
    PINS: Pin = "pins";
    RATE: Flowing = "_rate";
    READS: ReadMark = "reads";
    REFRESHES: Refresh = "refreshes";
    REMINDERS: Reminder = "reminders";
    SCHEDULED: Scheduled = "scheduled";
    STARS: Star = "stars";
    TEAM: Team = "team";
    TICKETS: Ticket = "_tickets";
    TOKENS: Token = "tokens";
    TRIGGERS: Trigger = "triggers";
    UPCOMING: Vec<Upcoming> = "upcoming_uploads";
    UPLOADS: Upload = "uploads";
    USERS: User = "users";
    VIEWS: View = "views";
    WEBHOOKS: Webhook = "webhooks";
}

//! Every method that the twin answers, with what the service's reference says of it: HTTP method, tier, whether it
//! reads JSON bodies, and scopes. Source: the method pages under docs.slack.dev/reference/methods.

use twin_sdk::{Reply, Tier as Depth};

use crate::errors::Error;

use super::limits::Tier::{self, Four, One, Posting, Special, Three, Two};
use super::{
    Call, Open, apps, assistant, auth, bookmarks, bots, calls, chat, client, conversations, dnd, ephemeral,
    files, history, oauth, pins, profile, reactions, reminders, scheduled, search, socket, stars, team,
    unfurl, usergroups, users, views,
};

/// A method that the twin answers.
pub(crate) struct Method {
    /// The service's name for it.
    pub name: &'static str,
    /// The HTTP method that the service documents; GET and POST are answered alike.
    pub verb: &'static str,
    /// How many calls it takes.
    pub tier: Tier,
    /// Any of these lets a token in; none means that any token will do.
    pub scopes: &'static [&'static str],
    /// Whether arguments in a JSON body are read.
    pub takes_json: bool,
    /// What answers it.
    pub run: Run,
}

/// What answers a method, and whom.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// Everybody with a token.
    Any(fn(&mut Call<'_, '_>) -> Result<Reply, Error>),
    /// App-level tokens alone, which no other method takes but one that says whom an event was for.
    Apps(fn(&mut Call<'_, '_>) -> Result<Reply, Error>),
    /// People, and no bots.
    People(fn(&mut Call<'_, '_>) -> Result<Reply, Error>),
    /// Everybody.
    Open(fn(&mut Open<'_, '_>) -> Result<Reply, Error>),
}

impl Method {
    /// How faithfully it is built.
    pub(crate) fn depth(&self) -> Depth {
        if SHAPES.contains(&self.name) { Depth::Shape } else { Depth::Full }
    }
}

use Run::{Any, Apps, Open as ToAll, People};

const GET: &str = "GET";
const POST: &str = "POST";
const JSON: bool = true;
const FORM: bool = false;
const READ: &[&str] = &["channels:read", "groups:read", "mpim:read", "im:read"];
const HISTORY: &[&str] = &["channels:history", "groups:history", "mpim:history", "im:history"];
const MANAGE: &[&str] = &["channels:manage", "channels:write", "groups:write", "im:write", "mpim:write"];
const INVITE: &[&str] = &[
    "channels:write.invites",
    "groups:write.invites",
    "channels:manage",
    "channels:write",
    "groups:write",
    "im:write",
    "mpim:write",
];
const TOPIC: &[&str] = &[
    "channels:write.topic",
    "groups:write.topic",
    "mpim:write.topic",
    "im:write.topic",
    "channels:manage",
    "channels:write",
    "groups:write",
    "im:write",
    "mpim:write",
];

/// Methods that answer in the right shape, and with one answer for everybody.
const SHAPES: &[&str] = &[
    "files.comments.delete",
    "team.billing.info",
    "team.preferences.list",
    "team.profile.get",
    "users.setActive",
];

const fn row(
    name: &'static str,
    verb: &'static str,
    tier: Tier,
    takes_json: bool,
    scopes: &'static [&'static str],
    run: Run,
) -> Method {
    Method { name, verb, tier, scopes, takes_json, run }
}

/// In the order of their names.
#[rustfmt::skip]
pub(crate) const METHODS: &[Method] = &[
    row("api.test", POST, Four, JSON, &[], ToAll(auth::api_test)),
    row("apps.connections.open", POST, Three, JSON, &["connections:write"], Apps(socket::open)),
    row("apps.event.authorizations.list", POST, Special, JSON, &[], Any(apps::event_authorizations)),
    row("apps.manifest.create", POST, One, JSON, &["app_configurations:write"], People(apps::create_manifest)),
    row("apps.manifest.delete", POST, One, JSON, &["app_configurations:write"], People(apps::delete_manifest)),
    row("apps.manifest.export", POST, Three, JSON, &["app_configurations:read"], People(apps::export_manifest)),
    row("apps.manifest.update", POST, One, JSON, &["app_configurations:write"], People(apps::update_manifest)),
    row("apps.manifest.validate", POST, Three, JSON, &["app_configurations:write"], People(apps::validate_manifest)),
    row("apps.uninstall", POST, One, FORM, &[], Any(oauth::uninstall)),
    row("assistant.threads.setStatus", POST, Special, JSON, &["chat:write"], Any(assistant::set_status)),
    row("assistant.threads.setSuggestedPrompts", POST, Four, JSON, &["assistant:write"], Any(assistant::set_suggested_prompts)),
    row("assistant.threads.setTitle", POST, Four, JSON, &["assistant:write"], Any(assistant::set_title)),
    row("auth.revoke", GET, Three, FORM, &[], Any(auth::revoke)),
    row("auth.teams.list", POST, Two, FORM, &[], Any(auth::teams)),
    row("auth.test", POST, Special, JSON, &[], Any(auth::test)),
    row("bookmarks.add", POST, Two, JSON, &["bookmarks:write"], Any(bookmarks::add)),
    row("bookmarks.edit", POST, Two, JSON, &["bookmarks:write"], Any(bookmarks::edit)),
    row("bookmarks.list", POST, Three, JSON, &["bookmarks:read"], Any(bookmarks::list)),
    row("bookmarks.remove", POST, Two, JSON, &["bookmarks:write"], Any(bookmarks::remove)),
    row("bots.info", GET, Three, FORM, &["users:read"], Any(bots::info)),
    row("calls.add", POST, Three, JSON, &["calls:write"], Any(calls::add)),
    row("calls.end", POST, Three, JSON, &["calls:write"], Any(calls::end)),
    row("calls.info", POST, Three, JSON, &["calls:read"], Any(calls::info)),
    row("calls.participants.add", POST, Three, JSON, &["calls:write"], Any(calls::add_participants)),
    row("calls.participants.remove", POST, Three, JSON, &["calls:write"], Any(calls::remove_participants)),
    row("calls.update", POST, Three, JSON, &["calls:write"], Any(calls::update)),
    row("chat.delete", POST, Three, JSON, &["chat:write"], Any(chat::delete)),
    row("chat.deleteScheduledMessage", POST, Three, JSON, &["chat:write"], Any(scheduled::delete)),
    row("chat.getPermalink", GET, Special, FORM, &[], Any(chat::get_permalink)),
    row("chat.meMessage", POST, Three, JSON, &["chat:write"], Any(chat::me_message)),
    row("chat.postEphemeral", POST, Four, JSON, &["chat:write"], Any(ephemeral::post)),
    row("chat.postMessage", POST, Posting, JSON, &["chat:write"], Any(chat::post_message)),
    row("chat.scheduleMessage", POST, Three, JSON, &["chat:write"], Any(scheduled::schedule)),
    row("chat.scheduledMessages.list", POST, Three, JSON, &[], Any(scheduled::list)),
    row("chat.unfurl", POST, Three, JSON, &["links:write"], Any(unfurl::unfurl)),
    row("chat.update", POST, Three, JSON, &["chat:write"], Any(chat::update)),
    row("conversations.archive", POST, Two, JSON, MANAGE, Any(conversations::archive)),
    row("conversations.close", POST, Two, JSON, MANAGE, Any(conversations::close)),
    row("conversations.create", POST, Two, JSON, MANAGE, Any(conversations::create)),
    row("conversations.history", GET, Three, JSON, HISTORY, Any(history::history)),
    row("conversations.info", GET, Three, FORM, READ, Any(conversations::info)),
    row("conversations.invite", POST, Three, JSON, INVITE, Any(conversations::invite)),
    row("conversations.join", POST, Three, JSON, &["channels:join", "channels:write"], Any(conversations::join)),
    row("conversations.kick", POST, Three, JSON, &["groups:write", "channels:manage", "channels:write"], Any(conversations::kick)),
    row("conversations.leave", POST, Three, JSON, MANAGE, Any(conversations::leave)),
    row("conversations.list", GET, Two, FORM, READ, Any(conversations::list)),
    row("conversations.mark", POST, Three, JSON, MANAGE, Any(conversations::mark)),
    row("conversations.members", GET, Four, FORM, READ, Any(conversations::members)),
    row("conversations.open", POST, Three, JSON, MANAGE, Any(conversations::open)),
    row("conversations.rename", POST, Two, JSON, MANAGE, Any(conversations::rename)),
    row("conversations.replies", GET, Three, FORM, HISTORY, Any(history::replies)),
    row("conversations.setPurpose", POST, Two, JSON, TOPIC, Any(conversations::set_purpose)),
    row("conversations.setTopic", POST, Two, JSON, TOPIC, Any(conversations::set_topic)),
    row("conversations.unarchive", POST, Two, JSON, MANAGE, Any(conversations::unarchive)),
    row("dnd.endDnd", POST, Two, JSON, &["dnd:write"], People(dnd::end)),
    row("dnd.endSnooze", POST, Two, JSON, &["dnd:write"], People(dnd::end_snooze)),
    row("dnd.info", GET, Three, FORM, &["dnd:read"], Any(dnd::info)),
    row("dnd.setSnooze", POST, Two, JSON, &["dnd:write"], People(dnd::set_snooze)),
    row("dnd.teamInfo", GET, Two, FORM, &["dnd:read"], Any(dnd::team_info)),
    row("emoji.list", GET, Two, FORM, &["emoji:read"], Any(team::emoji)),
    row("files.comments.delete", POST, Two, JSON, &["files:write"], Any(files::delete_comment)),
    row("files.completeUploadExternal", POST, Four, JSON, &["files:write"], Any(files::complete)),
    row("files.delete", POST, Three, JSON, &["files:write"], Any(files::delete)),
    row("files.getUploadURLExternal", POST, Four, FORM, &["files:write"], Any(files::get_upload_url)),
    row("files.info", GET, Four, FORM, &["files:read"], Any(files::info)),
    row("files.list", GET, Three, FORM, &["files:read"], Any(files::list)),
    row("files.remote.add", POST, Two, FORM, &["remote_files:write"], Any(files::add_remote)),
    row("files.remote.info", GET, Two, FORM, &["remote_files:read"], Any(files::remote_info)),
    row("files.remote.list", GET, Two, FORM, &["remote_files:read"], Any(files::list_remote)),
    row("files.remote.remove", POST, Two, FORM, &["remote_files:write"], Any(files::remove_remote)),
    row("files.remote.share", GET, Two, FORM, &["remote_files:share"], Any(files::share_remote)),
    row("files.remote.update", POST, Two, FORM, &["remote_files:write"], Any(files::update_remote)),
    row("files.revokePublicURL", POST, Three, JSON, &["files:write"], Any(files::revoke_public_url)),
    row("files.sharedPublicURL", POST, Three, JSON, &["files:write"], People(files::share_public_url)),
    row("files.upload", POST, Two, FORM, &["files:write"], Any(files::upload)),
    row("oauth.access", POST, Four, FORM, &[], ToAll(oauth::access)),
    row("oauth.v2.access", POST, Special, FORM, &[], ToAll(oauth::v2_access)),
    row("oauth.v2.exchange", POST, Three, FORM, &[], ToAll(oauth::exchange)),
    row("pins.add", POST, Two, JSON, &["pins:write"], Any(pins::add)),
    row("pins.list", GET, Two, FORM, &["pins:read"], Any(pins::list)),
    row("pins.remove", POST, Two, JSON, &["pins:write"], Any(pins::remove)),
    row("reactions.add", POST, Three, JSON, &["reactions:write"], Any(reactions::add)),
    row("reactions.get", GET, Three, FORM, &["reactions:read"], Any(reactions::get)),
    row("reactions.list", GET, Two, FORM, &["reactions:read"], Any(reactions::list)),
    row("reactions.remove", POST, Two, JSON, &["reactions:write"], Any(reactions::remove)),
    row("reminders.add", POST, Two, JSON, &["reminders:write"], People(reminders::add)),
    row("reminders.complete", POST, Two, JSON, &["reminders:write"], People(reminders::complete)),
    row("reminders.delete", POST, Two, JSON, &["reminders:write"], People(reminders::delete)),
    row("reminders.info", GET, Two, FORM, &["reminders:read"], People(reminders::info)),
    row("reminders.list", GET, Two, FORM, &["reminders:read"], People(reminders::list)),
    row("search.all", GET, Two, FORM, &["search:read"], People(search::all)),
    row("search.files", GET, Two, FORM, &["search:read"], People(search::files)),
    row("search.messages", GET, Two, FORM, &["search:read"], People(search::messages)),
    row("stars.add", POST, Two, JSON, &["stars:write"], People(stars::add)),
    row("stars.list", GET, Three, FORM, &["stars:read"], People(stars::list)),
    row("stars.remove", POST, Two, JSON, &["stars:write"], People(stars::remove)),
    row("team.billing.info", POST, Three, FORM, &["team.billing:read"], Any(team::billing)),
    row("team.info", GET, Three, JSON, &["team:read"], Any(team::info)),
    row("team.preferences.list", POST, Three, FORM, &["team.preferences:read"], Any(team::preferences)),
    row("team.profile.get", GET, Three, FORM, &["users.profile:read"], Any(team::profile)),
    row("usergroups.create", POST, Two, JSON, &["usergroups:write"], Any(usergroups::create)),
    row("usergroups.disable", POST, Two, JSON, &["usergroups:write"], Any(usergroups::disable)),
    row("usergroups.enable", POST, Two, JSON, &["usergroups:write"], Any(usergroups::enable)),
    row("usergroups.list", GET, Two, FORM, &["usergroups:read"], Any(usergroups::list)),
    row("usergroups.update", POST, Two, JSON, &["usergroups:write"], Any(usergroups::update)),
    row("usergroups.users.list", GET, Two, FORM, &["usergroups:read"], Any(usergroups::list_users)),
    row("usergroups.users.update", POST, Two, JSON, &["usergroups:write"], Any(usergroups::update_users)),
    row("users.conversations", GET, Three, FORM, READ, Any(conversations::of_user)),
    row("users.deletePhoto", GET, Two, FORM, &["users.profile:write"], People(users::delete_photo)),
    row("users.getPresence", GET, Three, FORM, &["users:read"], Any(users::get_presence)),
    row("users.identity", GET, Three, FORM, &["identity:read"], People(users::identity)),
    row("users.info", GET, Four, FORM, &["users:read"], Any(users::info)),
    row("users.list", GET, Two, FORM, &["users:read"], Any(users::list)),
    row("users.lookupByEmail", GET, Three, FORM, &["users:read.email"], Any(users::lookup_by_email)),
    row("users.profile.get", GET, Four, FORM, &["users.profile:read"], Any(profile::get)),
    row("users.profile.set", POST, Three, JSON, &["users.profile:write"], People(profile::set)),
    row("users.setActive", POST, Two, JSON, &["users:write"], Any(users::set_active)),
    row("users.setPhoto", POST, Two, FORM, &["users.profile:write"], People(users::set_photo)),
    row("users.setPresence", POST, Two, JSON, &["users:write"], Any(users::set_presence)),
    row("views.open", POST, Four, JSON, &[], Any(views::open)),
    row("views.publish", POST, Four, JSON, &[], Any(views::publish)),
    row("views.push", POST, Four, JSON, &[], Any(views::push)),
    row("views.update", POST, Four, JSON, &[], Any(views::update)),
];

/// What Slack's own client calls and no reference lists.
#[rustfmt::skip]
pub(crate) const CLIENT_METHODS: &[Method] = &[
    row("apps.home.open", POST, Three, JSON, &[], People(client::open_home)),
    row("blocks.actions", POST, Three, JSON, &[], People(client::actions)),
    row("chat.command", POST, Three, JSON, &[], People(client::command)),
    row("views.close", POST, Three, JSON, &[], People(client::close)),
    row("views.submit", POST, Three, JSON, &[], People(client::submit)),
];

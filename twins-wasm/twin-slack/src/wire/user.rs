//! Members as the service shows them.

use serde::Serialize;
use serde_json::{Map, Value, json};
use twin_sdk::digest_id;

use crate::caller::Caller;
use crate::entities;
use crate::zones::zone;

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
    #[serde(skip_serializing_if = "Option::is_none")]
    is_invited_user: Option<bool>,
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

/// What a member shows of themselves.
#[derive(Serialize)]
pub(crate) struct Profile<'a> {
    title: &'a str,
    phone: &'a str,
    skype: &'a str,
    real_name: &'a str,
    real_name_normalized: &'a str,
    display_name: &'a str,
    display_name_normalized: &'a str,
    fields: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pronouns: Option<&'a str>,
    status_text: &'a str,
    status_emoji: &'a str,
    status_emoji_display_info: Vec<Value>,
    status_expiration: u64,
    avatar_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_original: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_custom_image: Option<bool>,
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
    let profile = profile(user, caller);
    let active = (!user.deleted).then(|| active(user, &profile.avatar_hash));
    User {
        id: &user.id,
        team_id: &user.team_id,
        name: &user.name,
        deleted: user.deleted,
        active,
        profile,
        is_bot: user.is_bot,
        is_app_user: user.profile.is_app_user,
        updated: user.updated,
        locale: locale.then_some("en-US"),
        is_invited_user: user.profile.is_invited_user.then_some(true),
    }
}

/// What a member shows of themselves, as the caller may see it.
pub(crate) fn profile<'a>(user: &'a entities::User, caller: &Caller) -> Profile<'a> {
    let digest = avatar_digest(user);
    let folder = ["https://avatars.slack-edge.com/", &user.team_id, "-", &digest, "-"].concat();
    let image = |size: &str| [&folder, size].concat();
    let (first_name, last_name) = user.names();
    let fields: Map<String, Value> = user
        .profile
        .fields
        .iter()
        .map(|(id, field)| (id.clone(), json!({"value": field.value, "alt": field.alt})))
        .collect();
    Profile {
        title: &user.title,
        phone: &user.profile.phone,
        skype: &user.profile.skype,
        real_name: &user.real_name,
        real_name_normalized: &user.real_name,
        display_name: user.display_name(),
        display_name_normalized: user.display_name(),
        fields: (!fields.is_empty()).then_some(Value::Object(fields)),
        pronouns: user.profile.pronouns.as_deref(),
        status_text: &user.profile.status_text,
        status_emoji: &user.profile.status_emoji,
        status_emoji_display_info: Vec::new(),
        status_expiration: user.profile.status_expiration,
        image_original: user.profile.picture.as_deref(),
        is_custom_image: user.profile.picture.is_some().then_some(true),
        api_app_id: user.app_id.as_deref(),
        always_active: user.is_bot.then_some(true),
        bot_id: user.bot_id.as_deref(),
        email: user.email.as_deref().filter(|_| caller.has("users:read.email")),
        first_name,
        last_name,
        image_24: image("24"),
        image_32: image("32"),
        image_48: image("48"),
        image_72: image("72"),
        image_192: image("192"),
        image_512: image("512"),
        avatar_hash: digest,
        status_text_canonical: "",
        team: &user.team_id,
    }
}

/// Twelve characters that name a member's picture.
fn avatar_digest(user: &entities::User) -> String {
    digest_id("", &user.id, 12).to_ascii_lowercase()
}

fn active<'a>(user: &'a entities::User, digest: &str) -> ActiveUser<'a> {
    let zone = zone(&user.tz);
    let color = || digest.bytes().take(3).map(|byte| format!("{byte:02x}")).collect();
    ActiveUser {
        color: user.profile.color.clone().unwrap_or_else(color),
        real_name: &user.real_name,
        tz: &user.tz,
        tz_label: zone.map_or("", |zone| zone.label),
        tz_offset: zone.map_or(0, |zone| zone.offset),
        is_admin: user.profile.is_admin,
        is_owner: user.profile.is_owner,
        is_primary_owner: user.profile.is_primary_owner,
        is_restricted: user.is_restricted,
        is_ultra_restricted: user.profile.is_ultra_restricted,
        is_email_confirmed: !user.is_bot && !user.profile.is_invited_user,
        who_can_share_contact_card: "EVERYONE",
    }
}

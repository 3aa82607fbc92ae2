//! Members, and what they say of themselves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{is_false, is_zero};

/// A member of the workspace: a person or a bot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct User {
    /// `U` and more.
    pub id: String,
    /// The workspace.
    pub team_id: String,
    /// The handle, without `@`.
    pub name: String,
    /// The full name.
    pub real_name: String,
    /// None for bots.
    pub email: Option<String>,
    /// What they do.
    pub title: String,
    /// IANA name of the time zone.
    pub tz: String,
    /// Deactivated.
    pub deleted: bool,
    /// A bot user of an app.
    pub is_bot: bool,
    /// A guest, who sees only the channels that they are in.
    pub is_restricted: bool,
    /// `B` and more; bots only.
    pub bot_id: Option<String>,
    /// `A` and more; bots only.
    pub app_id: Option<String>,
    /// Seconds since 1970 of the last change.
    pub updated: u64,
    /// What members set themselves.
    #[serde(default, skip_serializing_if = "Profile::is_unset")]
    pub profile: Profile,
}

impl User {
    /// The name that others see first.
    pub(crate) fn display_name(&self) -> &str {
        self.profile.display_name.as_deref().unwrap_or(&self.name)
    }

    /// The first and the last name.
    pub(crate) fn names(&self) -> (&str, &str) {
        let (first, last) = self.real_name.split_once(' ').unwrap_or((&self.real_name, ""));
        (
            self.profile.first_name.as_deref().unwrap_or(first),
            self.profile.last_name.as_deref().unwrap_or(last),
        )
    }
}

/// The part of a member's document by which they are found.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct UserAddress {
    /// None for bots.
    pub email: Option<String>,
    /// Deactivated.
    pub deleted: bool,
}

/// What a member may set of themselves, and what an administrator may set of a member.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Profile {
    /// None for the handle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// None for the first word of the full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// None for the rest of the full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// As it was typed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// As it was typed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub skype: String,
    /// As they were typed; none for members that never set any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pronouns: Option<String>,
    /// What they are doing.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status_text: String,
    /// With colons.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub status_emoji: String,
    /// Seconds since 1970; 0 for never.
    #[serde(skip_serializing_if = "is_zero")]
    pub status_expiration: u64,
    /// Values of the workspace's own profile fields, by the field's id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, ProfileField>,
    /// The address of their own picture; none for the service's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// Six hexadecimal digits; none for one that follows from the id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
    /// An administrator of the workspace.
    #[serde(skip_serializing_if = "is_false")]
    pub is_admin: bool,
    /// An owner of the workspace.
    #[serde(skip_serializing_if = "is_false")]
    pub is_owner: bool,
    /// The owner of the workspace.
    #[serde(skip_serializing_if = "is_false")]
    pub is_primary_owner: bool,
    /// A guest of one channel.
    #[serde(skip_serializing_if = "is_false")]
    pub is_ultra_restricted: bool,
    /// A person that an app speaks for.
    #[serde(skip_serializing_if = "is_false")]
    pub is_app_user: bool,
    /// Invited, and not yet here.
    #[serde(skip_serializing_if = "is_false")]
    pub is_invited_user: bool,
    /// Away by their own choice.
    #[serde(skip_serializing_if = "is_false")]
    pub away: bool,
    /// Seconds since 1970 up to which nobody disturbs them; 0 for not snoozing.
    #[serde(skip_serializing_if = "is_zero")]
    pub snooze_until: u64,
}

impl Profile {
    fn is_unset(&self) -> bool {
        *self == Self::default()
    }
}

/// The value of one of the workspace's own profile fields.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ProfileField {
    /// What it says.
    pub value: String,
    /// Shown in its place.
    pub alt: String,
}

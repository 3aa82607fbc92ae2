//! `team.*` and `emoji.list`: the workspace itself.

use serde_json::{Map, Value, json};
use twin_sdk::{Order, Range, Reply};

use crate::errors::{Code, Error};
use crate::state::tables::EMOJI;
use crate::wire;

use super::Call;

/// `team.info`: the caller's own; nobody sees another.
pub(super) fn info(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let team = call.state.team()?.ok_or(Code::TeamNotFound)?;
    let asked = call.args.text("team")?;
    let domain = call.args.text("domain")?;
    if asked.is_some_and(|id| id != team.id) || domain.is_some_and(|domain| domain != team.domain) {
        return Err(Code::TeamNotFound.into());
    }
    let icon = |size: u32| format!("https://a.slack-edge.com/80588/img/avatars-teams/ava_0001-{size}.png");
    wire::ok(&json!({"team": {
        "id": team.id, "name": team.name, "url": format!("https://{}.slack.com/", team.domain),
        "domain": team.domain, "email_domain": "", "is_verified": false, "discoverable": "unlisted",
        "avatar_base_url": "https://ca.slack-edge.com/", "locale": "en-US",
        "icon": {
            "image_34": icon(34), "image_44": icon(44), "image_68": icon(68), "image_88": icon(88),
            "image_102": icon(102), "image_132": icon(132), "image_230": icon(230), "image_default": true,
        },
    }}))
}

/// `team.profile.get`: the workspace has no profile fields of its own.
pub(super) fn profile(_call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    wire::ok(&json!({"profile": {"fields": [], "sections": []}}))
}

/// `team.billing.info`.
pub(super) fn billing(_call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    wire::ok(&json!({"plan": "plus"}))
}

/// `team.preferences.list`: the service's own defaults.
pub(super) fn preferences(_call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    wire::ok(&json!({
        "allow_message_deletion": true, "display_real_names": true, "disable_file_uploads": "allow_all",
        "msg_edit_window_mins": -1, "who_can_post_general": "everyone",
    }))
}

/// `emoji.list`: the workspace's own emoji; `alias:NAME` stands for another name.
pub(super) fn emoji(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let with_categories = call.args.flag("include_categories")?;
    let mut emoji = Map::new();
    let mut scan = EMOJI.scan(Range { start: None, end: None }, Order::Ascending);
    while let Some((name, value)) = call.state.step(&mut scan)? {
        emoji.insert(name, value.into());
    }
    let mut answer = json!({"emoji": emoji, "cache_ts": call.state.event_ts()});
    if let Some(fields) = answer.as_object_mut().filter(|_| with_categories) {
        fields.insert("categories_version".to_owned(), "5".into());
        fields.insert("categories".to_owned(), Value::Array(Vec::new()));
    }
    wire::ok(&answer)
}

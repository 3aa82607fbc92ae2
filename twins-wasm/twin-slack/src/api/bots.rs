//! `bots.info`.

use serde_json::json;
use twin_sdk::Reply;

use crate::errors::{Code, Error};
use crate::state::State;
use crate::wire;

use super::Call;

/// `bots.info`: by the bot's id, which is not that of its user.
pub(super) fn info(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let Some(id) = call.args.text("bot")? else { return wire::ok(&json!({})) };
    let mut scan = State::users(None);
    while let Some((_, user)) = call.state.step(&mut scan)? {
        if user.bot_id.as_ref() != Some(&id) {
            continue;
        }
        let app_id = user.app_id.clone().unwrap_or_default();
        let icon = |size: u32| format!("https://a.slack-edge.com/bot_icons/{app_id}_{size}.png");
        return wire::ok(&json!({"bot": {
            "id": id, "deleted": user.deleted, "name": user.real_name, "updated": user.updated, "app_id": app_id,
            "user_id": user.id, "icons": {"image_36": icon(36), "image_48": icon(48), "image_72": icon(72)},
        }}));
    }
    Err(Code::BotNotFound.into())
}

//! `auth.*`: who the token is.

use twin_sdk::Reply;

use crate::errors::{Code, Error};
use crate::wire;

use super::Call;

/// `auth.test`.
pub(super) fn test(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let team = call.state.team()?.ok_or(Code::InvalidAuth)?;
    let user = &call.caller.user;
    wire::ok(&wire::Identity {
        url: format!("https://{}.slack.com/", team.domain),
        team: &team.name,
        user: &user.name,
        team_id: &team.id,
        user_id: &user.id,
        bot_id: user.bot_id.as_deref(),
        is_enterprise_install: false,
    })
}

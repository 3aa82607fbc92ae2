//! `users.*`: the members of the workspace.

use serde::Serialize;
use twin_sdk::{Binding, Reply, fill_page};

use crate::errors::{Code, Error};
use crate::state::State;
use crate::wire::{self, ResponseMetadata};

use super::Call;

/// The longest page that the service gives.
const MOST: usize = 1_000;

/// `users.info`.
pub(super) fn info(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    #[derive(Serialize)]
    struct Answer<'a> {
        user: wire::User<'a>,
    }
    let locale = call.args.flag("include_locale")?;
    let id = call.args.required("user")?;
    let user = call.state.user(&id)?.ok_or(Code::UserNotFound)?;
    wire::ok(&Answer { user: wire::user(&user, call.caller, locale) })
}

/// `users.list`: deactivated members too, by id. Without a limit everybody is on one page.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    #[derive(Serialize)]
    struct Answer<'a> {
        members: Vec<wire::User<'a>>,
        cache_ts: u64,
        response_metadata: ResponseMetadata,
    }
    let locale = call.args.flag("include_locale")?;
    let limit = call.args.limit(usize::MAX, MOST)?;
    let binding = Binding::new("users.list", &call.caller.user.id, &[]);
    let mut scan = State::users(call.position(&binding)?);
    let page = fill_page(limit, || call.state.step(&mut scan))?;
    wire::ok(&Answer {
        members: page.items.iter().map(|user| wire::user(user, call.caller, locale)).collect(),
        cache_ts: call.state.now_seconds(),
        response_metadata: ResponseMetadata::at(page.next.as_deref(), &binding),
    })
}

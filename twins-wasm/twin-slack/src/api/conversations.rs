//! `conversations.*`: which conversations there are. Their messages are in `history`.

use serde::Serialize;
use twin_sdk::{Binding, Reply, fill_page};

use crate::entities::Channel;
use crate::errors::{Code, Error};
use crate::state::State;
use crate::wire::{self, Conversation, ResponseMetadata, View};

use super::Call;
use super::access::{Kind, Visible, look};

/// The page length where the caller names none, and the longest that there is.
const USUAL: usize = 100;
const MOST: usize = 1_000;

/// `conversations.info`.
pub(super) fn info(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    #[derive(Serialize)]
    struct Answer<'a> {
        channel: Conversation<'a>,
    }
    let locale = call.args.flag("include_locale")?;
    let num_members = call.args.flag("include_num_members")?;
    let id = call.args.required("channel")?;
    let Visible { channel, is_member } = call.visible(&id)?;
    call.caller.require_any(&[Kind::of(&channel).read_scope()])?;
    let is_user_deleted = call.other_is_deleted(&channel)?;
    let view = View { caller: call.caller, is_member, is_user_deleted, num_members, locale };
    wire::ok(&Answer { channel: wire::conversation(&channel, view) })
}

/// `conversations.list`: by id, without those that the caller may not know of.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    #[derive(Serialize)]
    struct Answer<'a> {
        channels: Vec<Conversation<'a>>,
        response_metadata: ResponseMetadata,
    }
    let types = call.args.text("types")?.unwrap_or_else(|| "public_channel".to_owned());
    let kinds = call.kinds(&types)?;
    let exclude_archived = call.args.flag("exclude_archived")?;
    let limit = call.args.limit(USUAL, MOST).map_err(|_| Code::InvalidLimit)?;
    let filters = [("types", types.as_str()), ("exclude_archived", if exclude_archived { "1" } else { "" })];
    let binding = Binding::new("conversations.list", &call.caller.user.id, &filters);
    let mut scan = State::channels(call.position(&binding)?);
    let page = fill_page(limit, || {
        while let Some((id, channel)) = call.state.step(&mut scan)? {
            let wanted = kinds.contains(&Kind::of(&channel)) && !(exclude_archived && channel.is_archived);
            if wanted && let Some(visible) = look(call.state, call.caller, channel) {
                let is_user_deleted = call.other_is_deleted(&visible.channel)?;
                return Ok::<_, Error>(Some((id, (visible, is_user_deleted))));
            }
        }
        Ok(None)
    })?;
    let shape = |(visible, is_user_deleted): &'_ (Visible, bool)| View {
        caller: call.caller,
        is_member: visible.is_member,
        is_user_deleted: *is_user_deleted,
        num_members: !visible.channel.is_im,
        locale: false,
    };
    wire::ok(&Answer {
        channels: page.items.iter().map(|item| wire::conversation(&item.0.channel, shape(item))).collect(),
        response_metadata: ResponseMetadata::at(page.next.as_deref(), &binding),
    })
}

impl Call<'_, '_> {
    /// The kinds that `types` names, each of which needs a scope of its own.
    fn kinds(&self, types: &str) -> Result<Vec<Kind>, Error> {
        let kind = |word: &str| Kind::of_type(word.trim()).ok_or(Error::Code(Code::InvalidTypes));
        let kinds = types.split(',').map(kind).collect::<Result<Vec<_>, _>>()?;
        for kind in &kinds {
            self.caller.require_any(&[kind.read_scope()])?;
        }
        Ok(kinds)
    }

    /// Whether the other side of a direct message is deactivated.
    fn other_is_deleted(&mut self, channel: &Channel) -> Result<bool, Error> {
        if !channel.is_im {
            return Ok(false);
        }
        let other = self.state.user(wire::other_side(channel, &self.caller.user.id))?;
        Ok(other.is_some_and(|other| other.deleted))
    }
}

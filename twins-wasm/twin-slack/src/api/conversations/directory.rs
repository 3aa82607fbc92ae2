//! Which conversations there are and who is in them.

use serde::Serialize;
use twin_sdk::{Binding, Reply, fill_page};

use crate::entities::{Channel, ReadMark};
use crate::errors::{Code, Error};
use crate::state::State;
use crate::state::tables::READS;
use crate::ts::Ts;
use crate::wire::{self, Conversation, ResponseMetadata, View};

use crate::api::Call;
use crate::api::access::{Kind, Visible, look};

/// The page length where the caller names none, and the longest that there is.
const USUAL: usize = 100;
const MOST: usize = 1_000;

/// `conversations.info`.
pub(in crate::api) fn info(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
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
pub(in crate::api) fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    call.page_of_conversations("conversations.list", None)
}

/// `users.conversations`: those that somebody is in, as far as the caller may know of them.
pub(in crate::api) fn of_user(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let user = call.args.text("user")?.unwrap_or_else(|| call.caller.user.id.clone());
    call.page_of_conversations("users.conversations", Some(user))
}

/// `conversations.members`: by id.
pub(in crate::api) fn members(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    #[derive(Serialize)]
    struct Answer {
        members: Vec<String>,
        response_metadata: ResponseMetadata,
    }
    let id = call.args.required("channel")?;
    let limit = call.args.limit(USUAL, MOST).map_err(|_| Code::InvalidLimit)?;
    let channel = call.visible(&id)?.channel;
    call.caller.require_any(&[Kind::of(&channel).read_scope()])?;
    let binding = Binding::new("conversations.members", &call.caller.user.id, &[("channel", &id)]);
    let mut scan = State::memberships(&channel.id, call.position(&binding)?);
    let page = fill_page(limit, || {
        call.state.step(&mut scan).map(|found| found.map(|(key, membership)| (key, membership.user)))
    })?;
    wire::ok(&Answer {
        members: page.items,
        response_metadata: ResponseMetadata::at(page.next.as_deref(), &binding),
    })
}

/// `conversations.mark`: how far the caller has read.
pub(in crate::api) fn mark(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, ts) = (call.args.required("channel")?, call.args.required("ts")?);
    let ts = Ts::parse_name(&ts).ok_or(Code::InvalidTimestamp)?;
    let Visible { channel, is_member } = call.visible(&id)?;
    let scopes = Kind::of(&channel).write_scopes(None);
    call.caller.require_any(&scopes.iter().map(String::as_str).collect::<Vec<_>>())?;
    if !is_member {
        return Err(Code::NotInChannel.into());
    }
    let key = format!("{}/{}", call.caller.user.id, channel.id);
    call.state.put(&READS, &key, &ReadMark { ts: ts.to_string() })?;
    call.done()
}

impl Call<'_, '_> {
    /// A page of conversations by id; of all, or of those that one user is in.
    fn page_of_conversations(&mut self, method: &str, of: Option<String>) -> Result<Reply, Error> {
        #[derive(Serialize)]
        struct Answer<'a> {
            channels: Vec<Conversation<'a>>,
            response_metadata: ResponseMetadata,
        }
        let types = self.args.text("types")?.unwrap_or_else(|| "public_channel".to_owned());
        let kinds = self.kinds(&types)?;
        let exclude_archived = self.args.flag("exclude_archived")?;
        let limit = self.args.limit(USUAL, MOST).map_err(|_| Code::InvalidLimit)?;
        let archived = if exclude_archived { "1" } else { "" };
        let filters =
            [("types", &*types), ("exclude_archived", archived), ("user", of.as_deref().unwrap_or_default())];
        let binding = Binding::new(method, &self.caller.user.id, &filters);
        let mut scan = State::channels(self.position(&binding)?);
        let page = fill_page(limit, || {
            while let Some((id, channel)) = self.state.step(&mut scan)? {
                let wanted =
                    kinds.contains(&Kind::of(&channel)) && !(exclude_archived && channel.is_archived);
                if !wanted || of.as_ref().is_some_and(|user| !self.state.is_member(&channel.id, user)) {
                    continue;
                }
                if let Some(visible) = look(self.state, self.caller, channel) {
                    let is_user_deleted = self.other_is_deleted(&visible.channel)?;
                    return Ok::<_, Error>(Some((id, (visible, is_user_deleted))));
                }
            }
            Ok(None)
        })?;
        let shape = |(visible, is_user_deleted): &'_ (Visible, bool)| View {
            caller: self.caller,
            is_member: visible.is_member,
            is_user_deleted: *is_user_deleted,
            num_members: of.is_none() && !visible.channel.is_im,
            locale: false,
        };
        let channels = page.items.iter().map(|item| wire::conversation(&item.0.channel, shape(item)));
        wire::ok(&Answer {
            channels: channels.collect(),
            response_metadata: ResponseMetadata::at(page.next.as_deref(), &binding),
        })
    }

    /// The answer that shows one conversation.
    pub(in crate::api) fn conversation_answer(&mut self, channel: &Channel) -> Result<Reply, Error> {
        #[derive(Serialize)]
        struct Answer<'a> {
            channel: Conversation<'a>,
        }
        let is_member = self.state.is_member(&channel.id, &self.caller.user.id);
        let is_user_deleted = self.other_is_deleted(channel)?;
        let view =
            View { caller: self.caller, is_member, is_user_deleted, num_members: false, locale: false };
        wire::ok(&Answer { channel: wire::conversation(channel, view) })
    }

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

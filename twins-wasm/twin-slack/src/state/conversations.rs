//! Changes to conversations and to who is in them.

use twin_sdk::{TableError, digest_id};

use crate::entities::{Channel, Membership, User};

use super::State;
use super::tables::{CHANNELS, MEMBERS};

impl State<'_> {
    /// Opens a conversation with these members, each of whom is named once.
    pub(crate) fn open_channel(
        &mut self,
        mut channel: Channel,
        members: &[String],
    ) -> Result<Channel, TableError> {
        channel.num_members = members.len() as u64;
        for user in members {
            let membership = Membership { channel: channel.id.clone(), user: user.clone() };
            MEMBERS.put(self.host, &format!("{}/{user}", channel.id), &membership)?;
        }
        CHANNELS.put(self.host, &channel.id, &channel)?;
        Ok(channel)
    }

    /// The direct message between these users, opened if there is none yet; whether there was one.
    pub(crate) fn direct_message(
        &mut self,
        me: &User,
        others: &[User],
    ) -> Result<(Channel, bool), TableError> {
        let participants = participants(me, others);
        let is_mpim = participants.len() > 2;
        let id = direct_message_id(&participants);
        if let Some(channel) = self.channel(&id)? {
            return Ok((channel, true));
        }
        let name = if is_mpim { group_name(me, others) } else { String::new() };
        let channel = Channel {
            id,
            name,
            is_private: true,
            is_im: !is_mpim,
            is_mpim,
            creator: me.id.clone(),
            created: self.now_seconds(),
            participants: participants.clone(),
            ..Channel::default()
        };
        Ok((self.open_channel(channel, &participants)?, false))
    }

    /// The direct message between these users, if there is one.
    pub(crate) fn open_direct_message(
        &mut self,
        me: &User,
        others: &[User],
    ) -> Result<Option<Channel>, TableError> {
        self.channel(&direct_message_id(&participants(me, others)))
    }

    /// Writes a changed conversation, and when it changed.
    pub(crate) fn put_channel(&mut self, channel: &mut Channel) -> Result<(), TableError> {
        channel.updated = Some(self.host.now() / 1_000_000);
        CHANNELS.put(self.host, &channel.id, channel).map(drop)
    }

    /// Lets a user in who is not in yet.
    pub(crate) fn enter(&mut self, channel: &mut Channel, user: &str) -> Result<(), TableError> {
        let membership = Membership { channel: channel.id.clone(), user: user.to_owned() };
        MEMBERS.put(self.host, &format!("{}/{user}", channel.id), &membership)?;
        channel.num_members = channel.num_members.saturating_add(1);
        self.put_channel(channel)
    }

    /// Takes a member out.
    pub(crate) fn leave(&mut self, channel: &mut Channel, user: &str) -> Result<(), TableError> {
        if MEMBERS.delete(self.host, &format!("{}/{user}", channel.id)) {
            channel.num_members = channel.num_members.saturating_sub(1);
            self.put_channel(channel)?;
        }
        Ok(())
    }
}

fn participants(me: &User, others: &[User]) -> Vec<String> {
    let mut participants: Vec<_> = others.iter().chain([me]).map(|user| user.id.clone()).collect();
    participants.sort();
    participants.dedup();
    participants
}

/// The same people always meet in the same place.
fn direct_message_id(participants: &[String]) -> String {
    let prefix = if participants.len() > 2 { "G" } else { "D" };
    digest_id(prefix, &participants.join("/"), 10)
}

/// The name that the service makes of the handles of those who are in it.
fn group_name(me: &User, others: &[User]) -> String {
    let mut handles: Vec<_> =
        others.iter().map(|user| user.name.as_str()).filter(|name| *name != me.name).collect();
    handles.insert(0, &me.name);
    format!("mpdm-{}-1", handles.join("--"))
}

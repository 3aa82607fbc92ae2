//! `pins.*`: what a channel keeps at hand.

use serde_json::{Value, json};
use twin_sdk::Reply;

use crate::entities::{Channel, Message};
use crate::errors::{Code, Error};
use crate::events::Audience;
use crate::state::State;
use crate::state::tables::PINS;
use crate::ts::Ts;
use crate::wire;

use super::Call;

/// `pins.add`.
pub(super) fn add(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (channel, message) = call.pinnable()?;
    if message.pinned_to.is_some() {
        return Err(Code::AlreadyPinned.into());
    }
    if State::is_full_of_pins(&channel) {
        return Err(Code::TooManyPins.into());
    }
    let pinned = call.state.pin(message, &call.caller.user)?;
    call.announce_pin("pin_added", &channel, pinned)?;
    call.done()
}

/// `pins.remove`.
pub(super) fn remove(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (channel, message) = call.pinnable()?;
    if message.pinned_to.is_none() {
        return Err(Code::NoPin.into());
    }
    let message = call.state.unpin(message)?;
    call.announce_pin("pin_removed", &channel, message)?;
    call.done()
}

/// `pins.list`: the latest pin first.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.args.required("channel")?;
    let channel = call.visible(&id)?.channel;
    let mut pins = call.state.all(&PINS, &format!("{}/", channel.id))?;
    pins.sort_by(|one, other| (other.created, &other.ts).cmp(&(one.created, &one.ts)));
    let mut items = Vec::new();
    for pin in pins {
        let ts = Ts::parse_name(&pin.ts).unwrap_or(Ts::MIN);
        let Some(message) = call.state.message(&channel.id, ts)? else { continue };
        items.push(call.pinned_item(&channel, message, pin.created, &pin.created_by)?);
    }
    wire::ok(&json!({"items": items}))
}

impl Call<'_, '_> {
    fn pinnable(&mut self) -> Result<(Channel, Message), Error> {
        let channel = self.args.required("channel")?;
        let ts = self.args.text("timestamp")?.ok_or(Code::NoItemSpecified)?;
        self.named_message(&channel, &ts)
    }

    fn pinned_item(
        &mut self,
        channel: &Channel,
        message: Message,
        created: u64,
        created_by: &str,
    ) -> Result<Value, Error> {
        let permalink = self.permalink(&channel.id, &message)?;
        let mut shown = serde_json::to_value(wire::item(message, self.caller))?;
        if let Some(fields) = shown.as_object_mut() {
            fields.insert("permalink".to_owned(), permalink.into());
        }
        Ok(json!({
            "type": "message", "created": created, "created_by": created_by, "channel": channel.id, "message": shown,
        }))
    }

    fn announce_pin(&mut self, kind: &str, channel: &Channel, message: Message) -> Result<(), Error> {
        let pin_count = self.state.channel(&channel.id)?.map_or(0, |channel| channel.pin_count);
        let created = self.state.now_seconds();
        let (item_user, me) = (message.user.clone(), self.caller.user.id.clone());
        let item = self.pinned_item(channel, message, created, &me)?;
        let event = json!({
            "type": kind, "user": me, "channel_id": channel.id, "item": item, "item_user": item_user,
            "pin_count": pin_count,
        });
        Ok(self.state.announce(kind, Audience::Channel(&channel.id), event)?)
    }
}

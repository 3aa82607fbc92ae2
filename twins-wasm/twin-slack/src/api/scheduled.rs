//! `chat.scheduleMessage` and its kin: messages that wait for their time, which is the trial's.

use serde_json::json;
use twin_sdk::{Binding, Order, Range, Reply, Request, Retry, fill_page};

use crate::entities::{Message, Scheduled};
use crate::errors::{Code, Error};
use crate::state::tables::SCHEDULED;
use crate::state::{Place, State};
use crate::ts::Ts;
use crate::wire::{self, ResponseMetadata};

use super::Call;
use super::content::LONGEST_TEXT;

/// How far ahead a message may wait, in seconds.
const FURTHEST: u64 = 120 * 24 * 3_600;
/// The page length where the caller names none, and the longest that there is.
const USUAL: usize = 100;
const MOST: usize = 1_000;
/// Where the twin calls itself when a message is due: any request makes it look.
pub(super) const WAKE: &str = "https://slack.com/_wake";

/// `chat.scheduleMessage`.
pub(super) fn schedule(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let destination = call.args.required("channel")?;
    let post_at = call.args.required("post_at")?;
    let post_at: u64 = post_at.trim().parse().map_err(|_| Code::InvalidTime)?;
    let content = call.content(LONGEST_TEXT)?;
    if content.is_empty() {
        return Err(Code::NoText.into());
    }
    let now = call.state.now_seconds();
    if post_at <= now {
        return Err(Code::TimeInPast.into());
    }
    if post_at - now > FURTHEST {
        return Err(Code::TimeTooFar.into());
    }
    let broadcast = call.args.flag("reply_broadcast")?;
    let channel = call.writable(&destination)?;
    let parent = call.parent(&channel)?;
    let me = &call.caller.user;
    let mut message = content.into_message(Message::default(), None);
    message.kind = "delayed_message".to_owned();
    message.user.clone_from(&me.id);
    message.team.clone_from(&me.team_id);
    message.bot_id.clone_from(&me.bot_id);
    message.app_id.clone_from(&me.app_id);
    let scheduled = Scheduled {
        id: call.state.mint("Q"),
        channel: channel.id.clone(),
        user: me.id.clone(),
        post_at,
        date_created: now,
        thread_ts: parent.map(|parent| parent.ts),
        broadcast,
        content: serde_json::to_value(&message)?,
    };
    call.state.put(&SCHEDULED, &key(&scheduled), &scheduled)?;
    call.state.wake_in(post_at - now);
    wire::ok(&json!({
        "channel": channel.id, "scheduled_message_id": scheduled.id, "post_at": post_at, "message": message,
    }))
}

/// `chat.scheduledMessages.list`: the caller's own, soonest first.
pub(super) fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let channel = call.args.text("channel")?;
    let oldest = call.args.text("oldest")?;
    let latest = call.args.text("latest")?;
    if let Some(channel) = &channel {
        call.visible(channel).map_err(|_| Code::InvalidChannel)?;
    }
    let bound = |text: &Option<String>| text.as_deref().and_then(Ts::parse_bound);
    let (first, last) = (bound(&oldest).unwrap_or(Ts::MIN), bound(&latest).unwrap_or(Ts::MAX));
    let limit = call.args.limit(USUAL, MOST)?;
    let me = call.caller.user.id.clone();
    let filters = [
        ("channel", channel.as_deref().unwrap_or_default()),
        ("oldest", oldest.as_deref().unwrap_or_default()),
        ("latest", latest.as_deref().unwrap_or_default()),
    ];
    let binding = Binding::new("chat.scheduledMessages.list", &me, &filters);
    let mut scan = SCHEDULED.scan(Range { start: call.position(&binding)?, end: None }, Order::Ascending);
    let page = fill_page(limit, || {
        while let Some((key, waiting)) = call.state.step(&mut scan)? {
            let due = Ts::from_micros(waiting.post_at.saturating_mul(1_000_000));
            let elsewhere = channel.as_ref().is_some_and(|channel| *channel != waiting.channel);
            if waiting.user == me && !elsewhere && (first..=last).contains(&due) {
                return Ok::<_, Error>(Some((key, waiting)));
            }
        }
        Ok(None)
    })?;
    let shown = page.items.iter().map(|waiting| {
        json!({
            "id": waiting.id, "channel_id": waiting.channel, "post_at": waiting.post_at,
            "date_created": waiting.date_created, "text": waiting.content.get("text"),
        })
    });
    wire::ok(&json!({
        "scheduled_messages": shown.collect::<Vec<_>>(),
        "response_metadata": ResponseMetadata::at(page.next.as_deref(), &binding),
    }))
}

/// `chat.deleteScheduledMessage`: the caller's own.
pub(super) fn delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (channel, id) = (call.args.required("channel")?, call.args.required("scheduled_message_id")?);
    let channel = call.visible(&channel)?.channel;
    let me = &call.caller.user.id;
    let waiting = call.state.all(&SCHEDULED, "")?;
    let found = waiting
        .iter()
        .find(|waiting| waiting.id == id && waiting.channel == channel.id && waiting.user == *me);
    let found = found.ok_or(Code::InvalidScheduledMessageId)?;
    call.state.delete(&SCHEDULED, &key(found));
    call.done()
}

/// Posts what is due, each at its own moment.
pub(super) fn post_due(state: &mut State<'_>) -> Result<(), Error> {
    let mut now = None;
    while let Some((key, waiting)) = state.lowest(&SCHEDULED)? {
        let now = *now.get_or_insert_with(|| state.now_seconds());
        if waiting.post_at > now {
            return Ok(());
        }
        state.delete(&SCHEDULED, &key);
        state.post_waiting(waiting)?;
    }
    Ok(())
}

impl State<'_> {
    /// Asks the host to call again after so many seconds.
    fn wake_in(&mut self, seconds: u64) {
        let request = Request {
            method: "POST".to_owned(),
            url: WAKE.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        let once =
            Retry { waits: Vec::new(), timeout: 1_000_000_000, number_header: None, reason_header: None };
        self.emit(&request, seconds.saturating_mul(1_000_000_000), &once);
    }

    /// Posts a message whose time has come. One whose channel or writer is gone is lost, as with the service.
    fn post_waiting(&mut self, waiting: Scheduled) -> Result<(), Error> {
        let Some(channel) = self.channel(&waiting.channel)?.filter(|channel| !channel.is_archived) else {
            return Ok(());
        };
        let Some(author) = self.user(&waiting.user)?.filter(|author| !author.deleted) else { return Ok(()) };
        let content: Message = serde_json::from_value(waiting.content)?;
        let thread = waiting.thread_ts.as_deref().and_then(Ts::parse_name);
        let parent = thread.map(|ts| self.message(&channel.id, ts)).transpose()?.flatten();
        let due = Ts::from_micros(waiting.post_at.saturating_mul(1_000_000));
        let ts = self.ts_from(&channel.id, due)?;
        let place = Place { channel: &channel, broadcast: parent.is_some() && waiting.broadcast, parent };
        let posted = self.post_at(ts, place, &author, content)?;
        Ok(self.announce_message(&channel, &posted)?)
    }
}

/// Sorts by time.
fn key(scheduled: &Scheduled) -> String {
    format!("{:010}/{}", scheduled.post_at, scheduled.id)
}

//! `conversations.history` and `conversations.replies`: the messages of a conversation and of a thread.

use serde::Serialize;
use serde_json::Value;
use twin_sdk::{Binding, Order, Page, Reply, fill_page};

use crate::entities::{Channel, Message};
use crate::errors::{Code, Error};
use crate::state::State;
use crate::ts::Ts;
use crate::wire::{self, ResponseMetadata};

use super::Call;

/// The page length of a history where the caller names none.
const USUAL: usize = 100;
/// The page length of a thread where the caller names none.
const USUAL_OF_THREAD: usize = 1_000;
/// The longest page of either.
const MOST: usize = 999;

/// The moments that a caller asked for, both included.
struct Window {
    first: Ts,
    last: Ts,
    /// As sent; the service repeats them.
    oldest: Option<String>,
    latest: Option<String>,
    /// What cursors are bound to.
    inclusive: bool,
}

/// `conversations.history`: newest first; replies only where they were sent to the channel too.
pub(super) fn history(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    #[derive(Serialize)]
    struct Answer {
        #[serde(skip_serializing_if = "Option::is_none")]
        latest: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        oldest: Option<String>,
        messages: Vec<Message>,
        has_more: bool,
        pin_count: u64,
        channel_actions_ts: Option<String>,
        channel_actions_count: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        response_metadata: Option<ResponseMetadata>,
    }
    let id = call.args.required("channel")?;
    let window = call.window()?;
    let limit = call.args.limit(USUAL, MOST)?;
    let channel = call.readable(&id)?.channel;
    let binding = window.binding("conversations.history", call, &channel, "");
    let last = call.moment(&binding)?.unwrap_or(window.last);
    let mut scan = State::messages(&channel.id, window.first, last, Order::Descending);
    let page = call.fill(limit, &mut scan, Message::is_in_channel)?;
    let response_metadata = page.next.as_deref().map(|next| ResponseMetadata::at(Some(next), &binding));
    wire::ok(&Answer {
        has_more: page.next.is_some(),
        messages: call.shown(&channel, page.items)?,
        pin_count: channel.pin_count,
        channel_actions_ts: None,
        channel_actions_count: 0,
        response_metadata,
        latest: window.latest,
        oldest: window.oldest,
    })
}

/// `conversations.replies`: the parent, then its replies, oldest first.
pub(super) fn replies(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    #[derive(Serialize)]
    struct Answer {
        messages: Vec<Message>,
        has_more: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        response_metadata: Option<ResponseMetadata>,
    }
    let id = call.args.required("channel")?;
    let ts = call.args.required("ts")?;
    let window = call.window()?;
    let limit = call.args.limit(USUAL_OF_THREAD, MOST)?;
    let channel = call.readable(&id)?.channel;
    let thread = Ts::parse_name(&ts).ok_or(Code::ThreadNotFound)?;
    let parent = call.state.message(&channel.id, thread)?.ok_or(Code::ThreadNotFound)?;
    let binding = window.binding("conversations.replies", call, &channel, &parent.ts);
    let begin = call.moment(&binding)?.unwrap_or(thread);
    let end = parent.latest_reply.as_deref().and_then(Ts::parse_name).unwrap_or(thread);
    let mut scan = State::messages(&channel.id, begin, end, Order::Ascending);
    let page = call.fill(limit, &mut scan, |message| {
        let inside = Ts::parse_name(&message.ts).is_some_and(|ts| window.contains(ts));
        message.ts == parent.ts || (message.thread_ts.as_ref() == Some(&parent.ts) && inside)
    })?;
    let response_metadata = page.next.as_deref().map(|next| ResponseMetadata::at(Some(next), &binding));
    wire::ok(&Answer {
        has_more: page.next.is_some(),
        messages: call.shown(&channel, page.items)?,
        response_metadata,
    })
}

impl Window {
    fn contains(&self, ts: Ts) -> bool {
        (self.first..=self.last).contains(&ts)
    }

    fn binding(&self, method: &str, call: &Call<'_, '_>, channel: &Channel, thread: &str) -> Binding {
        let filters = [
            ("channel", channel.id.as_str()),
            ("thread", thread),
            ("oldest", self.oldest.as_deref().unwrap_or_default()),
            ("latest", self.latest.as_deref().unwrap_or_default()),
            ("inclusive", if self.inclusive { "1" } else { "" }),
        ];
        Binding::new(method, &call.caller.user.id, &filters)
    }
}

impl Call<'_, '_> {
    fn window(&self) -> Result<Window, Error> {
        let inclusive = self.args.flag("inclusive")?;
        let oldest = self.args.text("oldest")?;
        // The documentation writes its default as `now`; messages of the future do not exist.
        let latest = self.args.text("latest")?.filter(|latest| latest != "now");
        let bound = |text: &Option<String>, garbled: Code| {
            text.as_deref().map(|text| Ts::parse_bound(text).ok_or(garbled)).transpose()
        };
        let first = match bound(&oldest, Code::InvalidTsOldest)? {
            Some(ts) if !inclusive => ts.next(),
            Some(ts) => ts,
            None => Ts::MIN,
        };
        let last = match bound(&latest, Code::InvalidTsLatest)? {
            Some(ts) if !inclusive => ts.before(),
            Some(ts) => ts,
            None => Ts::MAX,
        };
        Ok(Window { first, last, oldest, latest, inclusive })
    }

    /// The moment at which a cursor continues.
    fn moment(&self, binding: &Binding) -> Result<Option<Ts>, Error> {
        let Some(position) = self.position(binding)? else { return Ok(None) };
        Ok(Some(Ts::parse_name(&position).ok_or(Code::InvalidCursor)?))
    }

    /// A page of the messages that are wanted; its `next` is a timestamp.
    fn fill(
        &mut self,
        limit: usize,
        scan: &mut twin_sdk::Scan<'static, Message>,
        wanted: impl Fn(&Message) -> bool,
    ) -> Result<Page<Message>, Error> {
        fill_page(limit, || {
            while let Some((_, message)) = self.state.step(scan)? {
                if wanted(&message) {
                    return Ok(Some((message.ts.clone(), message)));
                }
            }
            Ok(None)
        })
    }

    /// Messages as this caller sees them.
    fn shown(&mut self, channel: &Channel, messages: Vec<Message>) -> Result<Vec<Message>, Error> {
        let with_metadata = self.args.flag("include_all_metadata")?;
        let mut shown = Vec::with_capacity(messages.len());
        for mut message in messages {
            if !with_metadata {
                message.metadata = None;
            }
            shown.push(self.with_root(channel, wire::message(message, self.caller))?);
        }
        Ok(shown)
    }

    /// Gives a reply that was sent to the channel its parent.
    pub(super) fn with_root(&mut self, channel: &Channel, mut message: Message) -> Result<Message, Error> {
        if message.is_reply() && message.is_in_channel() {
            let thread = message.thread_ts.as_deref().and_then(Ts::parse_name);
            if let Some(parent) = thread.map(|ts| self.state.message(&channel.id, ts)).transpose()?.flatten()
            {
                let parent = Message { metadata: None::<Value>, ..parent };
                message.root = Some(Box::new(wire::message(parent, self.caller)));
            }
        }
        Ok(message)
    }
}

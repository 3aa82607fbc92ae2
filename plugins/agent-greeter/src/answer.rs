//! Answering a newcomer in the thread of their greeting.

use crate::event::Written;
use crate::failure::Failure;
use crate::mention;
use crate::pins::Pins;
use crate::question;
use crate::slack::Slack;
use crate::welcome::Welcome;

/// What came of somebody's message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// A pin answered it.
    Answered,
    /// No pin did; the buddy was called.
    HandedOver,
    /// The thread holds the answer already.
    Known,
    /// It was no newcomer's question.
    NotOurs,
}

/// Answers a message, if it is a newcomer's question in the thread of their own greeting.
pub(crate) fn answer(slack: &mut Slack<'_>, message: &Written) -> Result<Reply, Failure> {
    let Some((user, thread_ts)) = candidate(message) else { return Ok(Reply::NotOurs) };
    let welcome = Welcome::find(slack)?;
    if message.channel != welcome.id {
        return Ok(Reply::NotOurs);
    }
    let me: String = slack.read("auth.test", &[], "user_id")?;
    let thread = welcome.thread(slack, thread_ts)?;
    let own_greeting = thread
        .first()
        .is_some_and(|first| first.user.as_ref() == Some(&me) && mention::names(&first.text, user));
    if !own_greeting {
        return Ok(Reply::NotOurs);
    }

    let pins = Pins::of(&welcome.history(slack)?);
    let pinned = pins.answer(&message.text);
    let text = pinned.map_or_else(|| handover(welcome.buddy()), str::to_owned);
    let known = thread
        .iter()
        .any(|reply| reply.user.as_ref() == Some(&me) && later(&reply.ts, &message.ts) && reply.text == text);
    if known {
        return Ok(Reply::Known);
    }
    let fields = [("channel", welcome.id.as_str()), ("thread_ts", thread_ts), ("text", &text)];
    slack.call("chat.postMessage", &fields)?;
    if pinned.is_none() {
        return Ok(Reply::HandedOver);
    }
    tick(slack, &welcome, &message.ts)?;
    Ok(Reply::Answered)
}

/// Who asks in which thread, where the message can be a question for us at all.
fn candidate(message: &Written) -> Option<(&str, &str)> {
    let plain = message.subtype.is_none() && message.bot_id.is_none();
    let (user, thread_ts) = (message.user.as_deref()?, message.thread_ts.as_deref()?);
    (plain && thread_ts != message.ts && question::is_one(&message.text)).then_some((user, thread_ts))
}

fn handover(buddy: Option<&str>) -> String {
    match buddy {
        Some(buddy) => format!("I do not know that one. {}, can you help?", mention::of(buddy)),
        None => "I do not know that one.".to_owned(),
    }
}

fn tick(slack: &mut Slack<'_>, welcome: &Welcome, ts: &str) -> Result<(), Failure> {
    let fields = [("channel", welcome.id.as_str()), ("timestamp", ts), ("name", "white_check_mark")];
    match slack.call("reactions.add", &fields) {
        Err(Failure::Refused { code, .. }) if code == "already_reacted" => Ok(()),
        other => other.map(|_| ()),
    }
}

/// Whether one message came after another. Slack's times are digits of one length, so text order is time order.
fn later(ts: &str, than: &str) -> bool {
    ts > than
}

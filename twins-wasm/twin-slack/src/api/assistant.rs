//! `assistant.threads.*`: what an app shows in the threads in which it assists.

use serde_json::Value;
use twin_sdk::Reply;

use crate::entities::{AssistantThread, Channel, Message, Prompt};
use crate::errors::{Code, Error};
use crate::state::tables::ASSISTANT_THREADS;
use crate::ts::Ts;

use super::Call;

/// How many prompts an app may suggest.
const MOST_PROMPTS: usize = 4;

/// `assistant.threads.setStatus`: an empty one clears it, and so does the app's next reply.
pub(super) fn set_status(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    // An empty text is a status here, so the argument is read as it was sent.
    let status = match call.args.value("status") {
        Some(Value::String(status)) => status.clone(),
        Some(_) => return Err(Error::argument("must be a string [json-pointer:/status]")),
        None => return Err(Error::argument("missing required field: status")),
    };
    let loading_messages = call.args.list("loading_messages")?;
    let key = call.assisted_thread()?;
    call.change_thread(&key, |thread| {
        thread.loading_messages = if status.is_empty() { Vec::new() } else { loading_messages };
        thread.status = status;
    })
}

/// `assistant.threads.setTitle`.
pub(super) fn set_title(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let title = call.args.required("title")?;
    let key = call.assisted_thread()?;
    call.change_thread(&key, |thread| thread.title = Some(title))
}

/// `assistant.threads.setSuggestedPrompts`. Without a thread it is for apps that are agents, of which there are none.
pub(super) fn set_suggested_prompts(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let wrong = || Error::argument("must be a list of prompts [json-pointer:/prompts]");
    let sent = match call.args.value("prompts") {
        None => return Err(Error::argument("missing required field: prompts")),
        Some(Value::String(text)) => serde_json::from_str(text).map_err(|_| wrong())?,
        Some(value) => value.clone(),
    };
    let prompts: Vec<Prompt> = serde_json::from_value(sent).map_err(|_| wrong())?;
    if prompts.is_empty() || prompts.len() > MOST_PROMPTS {
        return Err(wrong());
    }
    let title = call.args.text("title")?;
    if call.args.text("thread_ts")?.is_none() {
        return Err(Code::NotAgentApp.into());
    }
    let key = call.assisted_thread()?;
    call.change_thread(&key, |thread| {
        thread.prompts = prompts;
        thread.prompts_title = title;
    })
}

impl Call<'_, '_> {
    /// The key of the thread that a bot names by its first message.
    fn assisted_thread(&mut self) -> Result<String, Error> {
        if !self.caller.user.is_bot {
            return Err(Code::NotAllowedTokenType.into());
        }
        let (channel, thread) = (self.args.required("channel_id")?, self.args.required("thread_ts")?);
        let visible = self.visible(&channel)?;
        let ts = Ts::parse_name(&thread).ok_or(Code::InvalidThreadTs)?;
        let first = self.state.message(&visible.channel.id, ts)?.ok_or(Code::InvalidThreadTs)?;
        if first.is_reply() {
            return Err(Code::InvalidThreadTs.into());
        }
        Ok(self.thread_key(&visible.channel.id, &first.ts))
    }

    fn thread_key(&self, channel: &str, ts: &str) -> String {
        format!("{channel}/{ts}/{}", self.caller.user.id)
    }

    fn change_thread(
        &mut self,
        key: &str,
        change: impl FnOnce(&mut AssistantThread),
    ) -> Result<Reply, Error> {
        let mut thread = self.state.get(&ASSISTANT_THREADS, key)?.unwrap_or_default();
        change(&mut thread);
        self.state.put(&ASSISTANT_THREADS, key, &thread)?;
        self.done()
    }

    /// The caller replied: what it said to be doing is done.
    pub(super) fn clear_status(&mut self, channel: &Channel, reply: &Message) -> Result<(), Error> {
        let Some(first) = reply.thread_ts.as_deref().filter(|_| reply.is_reply()) else { return Ok(()) };
        let key = self.thread_key(&channel.id, first);
        if let Some(mut thread) = self.state.get(&ASSISTANT_THREADS, &key)?
            && !thread.status.is_empty()
        {
            thread.status.clear();
            thread.loading_messages.clear();
            self.state.put(&ASSISTANT_THREADS, &key, &thread)?;
        }
        Ok(())
    }
}

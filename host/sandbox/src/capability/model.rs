//! `model`: language models, as whoever grants one answers for them.

use super::{Host, Interface, OnTape};
use crate::bindings::host::glasshouse::capability::model as wit;
use crate::bindings::host::glasshouse::types::types::Error;
use crate::recorded::{reply_from_tape, reply_to_tape, request_to_tape};
use serde_json::Value;

pub use wit::{
    Message, Offer, Part, Reply as ModelReply, Request as ModelRequest, Speaker, Stop, ToolCall, ToolResult,
    Usage,
};

/// A model, or a record of what one said.
pub trait Model: Send {
    /// Answers one request.
    ///
    /// # Errors
    /// As the contract's `complete`.
    fn complete(&mut self, request: &ModelRequest) -> Result<ModelReply, Error>;
}

/// No model at all.
#[derive(Debug, Clone, Copy)]
pub struct NoModel;

impl Model for NoModel {
    fn complete(&mut self, request: &ModelRequest) -> Result<ModelReply, Error> {
        Err(Error::Denied(format!("no model is granted, so none answers for `{}`", request.model)))
    }
}

/// What a guest had models do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ModelUse {
    /// Requests that were answered.
    pub replies: u64,
    /// Tokens of questions.
    pub input_tokens: u64,
    /// Tokens of replies.
    pub output_tokens: u64,
}

impl ModelUse {
    pub(crate) fn add(&mut self, usage: &Usage) {
        self.replies = self.replies.saturating_add(1);
        self.input_tokens = self.input_tokens.saturating_add(usage.input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(usage.output_tokens);
    }
}

impl wit::Host for Host {
    fn complete(&mut self, request: ModelRequest) -> wasmtime::Result<Result<ModelReply, Error>> {
        self.enter(Interface::Model)?;
        self.meter.carried(Interface::Model, request.messages.iter().map(bytes).sum());
        let asked = || request_to_tape(&request);
        let completed = self.called("model", "complete", asked, |host| Ok(host.model.complete(&request)))?;
        if let Ok(reply) = &completed {
            self.meter.carried(Interface::Model, bytes(&reply.message));
            self.meter.model_replied(&reply.usage);
        }
        Ok(completed)
    }
}

impl OnTape for ModelReply {
    fn to_tape(&self) -> Value {
        reply_to_tape(self)
    }

    fn from_tape(taped: &Value) -> Option<Self> {
        reply_from_tape(taped)
    }
}

fn bytes(message: &Message) -> usize {
    let part = |part: &Part| match part {
        Part::Text(text) | Part::Other(text) => text.len(),
        Part::ToolCall(call) => call.arguments.len(),
        Part::ToolResult(result) => result.text.len(),
    };
    message.parts.iter().map(part).sum()
}

#[cfg(test)]
mod tests {
    use super::super::Tape;
    use super::*;
    use crate::limits::Limits;
    use glasshouse_model::{Ending, Event, Happening};

    /// Says what it was asked, and wants a tool called.
    struct Parrot;

    impl Model for Parrot {
        fn complete(&mut self, request: &ModelRequest) -> Result<ModelReply, Error> {
            if request.model.is_empty() {
                return Err(Error::NotFound("no such model".to_owned()));
            }
            let mut message = request.messages[0].clone();
            message.speaker = Speaker::Assistant;
            let call = ToolCall { id: "1".into(), name: "table".into(), arguments: "{}".into() };
            message.parts.push(Part::ToolCall(call));
            let usage = Usage { input_tokens: 7, cached_tokens: 1, output_tokens: 3 };
            Ok(ModelReply { message, stop: Stop::Other("enough".into()), usage })
        }
    }

    fn request(model: &str) -> ModelRequest {
        let text = Part::Text("What is due?".into());
        ModelRequest {
            model: model.to_owned(),
            messages: vec![Message { speaker: Speaker::User, parts: vec![text] }],
            tools: Vec::new(),
            max_tokens: 10,
            temperature: Some(0.5),
            output_schema: None,
        }
    }

    fn asked(mut host: Host, models: &[&str]) -> (Vec<String>, Vec<Event>) {
        let answers = models.iter().map(|model| {
            let completed = wit::Host::complete(&mut host, request(model));
            completed.map_or_else(|error| error.to_string(), |answer| format!("{answer:?}"))
        });
        let answers = answers.collect();
        (answers, host.recorder.take().unwrap().into_events())
    }

    fn recorded() -> (Vec<String>, Vec<Event>) {
        let mut host = Host::new(Limits::default()).recorded();
        host.model = Box::new(Parrot);
        asked(host, &["a/b", ""])
    }

    #[test]
    fn what_a_guest_asks_of_a_model_is_recorded_with_what_it_got() {
        let (_, events) = recorded();
        let calls: Vec<_> = events
            .iter()
            .map(|event| match &event.happening {
                Happening::Called(call) => call,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!((calls[0].interface.as_str(), calls[0].function.as_str()), ("model", "complete"));
        assert_eq!(calls[0].arguments["request"]["messages"][0]["parts"][0]["text"], "What is due?");
        let reply = calls[0].result.as_ref().unwrap();
        assert_eq!(
            (&reply["message"]["speaker"], &reply["stop"]["other"]),
            (&"assistant".into(), &"enough".into())
        );
        assert_eq!(reply["usage"]["output_tokens"], 3);
        assert_eq!(calls[1].error.as_ref().unwrap().case, "not-found");
    }

    /// A replay has no model: the record answers, and only what it was asked.
    #[test]
    fn a_replay_is_answered_from_the_record() {
        let (answers, events) = recorded();
        let tape = Tape { events: events.clone().into(), ending: Ending::Answered };
        let again = asked(Host::new(Limits::default()).replaying(tape.clone()), &["a/b", ""]);
        assert_eq!(again, (answers, events.clone()));
        let (_, other) = asked(Host::new(Limits::default()).replaying(tape), &["a/c"]);
        assert_ne!(other[0].happening, events[0].happening);
    }
}

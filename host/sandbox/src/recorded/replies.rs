//! The file of recorded replies: one JSON object a line.

use super::canonical::WrittenRequest;
use crate::capability::{
    Error, Message, Model, ModelReply, ModelRequest, Part, Speaker, Stop, ToolCall, Usage,
};
use crate::tool_grant::short;
use glasshouse_model::{Digest, Mistake, Mistakes, Place};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

/// Replies by the digest of their requests, and the name of the file that holds them.
#[derive(Debug, Default)]
pub struct Replies {
    file: String,
    by_request: BTreeMap<Digest, ModelReply>,
}

/// A model that says again what was recorded, and nothing else.
#[derive(Debug, Clone)]
pub struct RecordedModel(Arc<Replies>);

/// One line: the digest of a request, or the request itself, or both; and the reply.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    digest: Option<String>,
    request: Option<WrittenRequest>,
    reply: WrittenReply,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenReply {
    text: Option<String>,
    #[serde(default)]
    tool_calls: Vec<WrittenToolCall>,
    #[serde(default)]
    stop: WrittenStop,
    #[serde(default)]
    usage: WrittenUsage,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenToolCall {
    id: String,
    name: String,
    arguments: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenStop {
    #[default]
    End,
    ToolCalls,
    Length,
    Refused(String),
    Other(String),
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct WrittenUsage {
    input_tokens: u64,
    cached_tokens: u64,
    output_tokens: u64,
}

impl Replies {
    /// No reply at all, of a file that is not there and would have this name.
    pub fn none(file: &str) -> Self {
        Self { file: file.to_owned(), by_request: BTreeMap::new() }
    }

    /// Parses the text of a file; blank lines are passed over.
    ///
    /// # Errors
    /// Every mistake in it, with its line.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        let mut mistakes = Mistakes::default();
        let mut replies = Self::none(file);
        for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            if let Err((column, what, hint)) = replies.take_line(line) {
                let place = Place { file: file.to_owned(), position: Some((number + 1, column)) };
                mistakes.push(Mistake::new(place, what).hint(hint));
            }
        }
        mistakes.finish(Some(replies))
    }

    /// The same under another name of their file: records of trials name no path of the machine.
    #[must_use]
    pub fn called(self, file: &str) -> Self {
        Self { file: file.to_owned(), ..self }
    }

    /// How many replies there are.
    pub fn count(&self) -> usize {
        self.by_request.len()
    }

    fn take_line(&mut self, line: &str) -> Result<(), (usize, String, String)> {
        let form = "write {\"digest\": \"blake3:...\", \"reply\": {\"text\": \"...\"}}";
        let read: Line = serde_json::from_str(line)
            .map_err(|error| (error.column(), no_reply(&error), form.to_owned()))?;
        let at_start = |what: &str, hint: String| (1, what.to_owned(), hint);
        let of_request = read.request.as_ref().map(WrittenRequest::digest);
        let written = read.digest.as_deref().map(str::parse::<Digest>).transpose();
        let written = written.map_err(|_| at_start("`digest` is no digest", form.to_owned()))?;
        let digest = match (written, of_request) {
            (Some(written), Some(found)) if written != found => {
                let hint = format!("the request's is {found}");
                return Err(at_start("the digest is not that of the request", hint));
            }
            (written, found) => written.or(found),
        };
        let digest =
            digest.ok_or_else(|| at_start("it says neither `digest` nor `request`", form.to_owned()))?;
        match self.by_request.entry(digest) {
            Entry::Occupied(_) => {
                Err(at_start("two replies to one request", "keep one of the two lines".to_owned()))
            }
            Entry::Vacant(free) => {
                free.insert(read.reply.into());
                Ok(())
            }
        }
    }
}

/// What is wrong with a line; the parser repeats keys as they are.
fn no_reply(error: &serde_json::Error) -> String {
    format!("no recorded reply: {}", short(&error.to_string()))
}

impl RecordedModel {
    /// Answers from these replies.
    pub fn new(replies: Arc<Replies>) -> Self {
        Self(replies)
    }
}

impl Model for RecordedModel {
    /// What is not recorded is `not-found`. Its text names the digest and ends with the line that the file lacks, but for the
    /// reply.
    fn complete(&mut self, request: &ModelRequest) -> Result<ModelReply, Error> {
        let written = WrittenRequest::from(request);
        let digest = written.digest();
        let Replies { file, by_request } = self.0.as_ref();
        if let Some(reply) = by_request.get(&digest) {
            return Ok(reply.clone());
        }
        let line = format!("{{\"request\": {}, \"reply\": {{\"text\": \"...\"}}}}", written.json());
        Err(Error::NotFound(format!(
            "no reply is recorded for the request {digest}; write the reply into this line and add it to {file}: {line}"
        )))
    }
}

impl From<WrittenReply> for ModelReply {
    fn from(written: WrittenReply) -> Self {
        let call = |WrittenToolCall { id, name, arguments }| Part::ToolCall(ToolCall { id, name, arguments });
        let parts = written.text.into_iter().map(Part::Text).chain(written.tool_calls.into_iter().map(call));
        let stop = match written.stop {
            WrittenStop::End => Stop::End,
            WrittenStop::ToolCalls => Stop::ToolCalls,
            WrittenStop::Length => Stop::Length,
            WrittenStop::Refused(why) => Stop::Refused(why),
            WrittenStop::Other(why) => Stop::Other(why),
        };
        let WrittenUsage { input_tokens, cached_tokens, output_tokens } = written.usage;
        Self {
            message: Message { speaker: Speaker::Assistant, parts: parts.collect() },
            stop,
            usage: Usage { input_tokens, cached_tokens, output_tokens },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recorded::request_digest;

    fn request(text: &str) -> ModelRequest {
        ModelRequest {
            model: "test/judge".into(),
            messages: vec![Message { speaker: Speaker::User, parts: vec![Part::Text(text.into())] }],
            tools: vec![],
            max_tokens: 100,
            temperature: Some(0.0),
            output_schema: None,
        }
    }

    fn text(reply: &ModelReply) -> String {
        match reply.message.parts.as_slice() {
            [Part::Text(text)] => text.clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_recorded_is_said_again_and_nothing_else() {
        let digest = request_digest(&request("a"));
        let file = format!(
            "\n{{\"digest\": \"{digest}\", \"reply\": {{\"text\": \"yes\", \"usage\": {{\"output_tokens\": 3}}}}}}\n"
        );
        let replies = Replies::parse("replies.jsonl", &file).unwrap();
        let mut model = RecordedModel::new(Arc::new(replies));
        let reply = model.complete(&request("a")).unwrap();
        assert_eq!((text(&reply).as_str(), reply.usage.output_tokens), ("yes", 3));
        let Err(Error::NotFound(lacking)) = model.complete(&request("b")) else {
            panic!("b is not recorded")
        };
        let other = request_digest(&request("b"));
        assert!(lacking.starts_with(&format!("no reply is recorded for the request {other}; ")), "{lacking}");
        assert!(lacking.contains("add it to replies.jsonl: {"), "{lacking}");
    }

    #[test]
    fn the_line_that_a_missing_reply_names_is_the_line_that_the_file_lacks() {
        let mut model = RecordedModel::new(Arc::new(Replies::none("replies.jsonl")));
        let Err(Error::NotFound(lacking)) = model.complete(&request("<\"\n")) else {
            panic!("nothing is recorded")
        };
        let (_, line) = lacking.split_once("replies.jsonl: ").unwrap();
        let replies = Replies::parse("replies.jsonl", line).unwrap();
        assert_eq!(text(&RecordedModel::new(Arc::new(replies)).complete(&request("<\"\n")).unwrap()), "...");
    }

    #[test]
    fn every_field_of_a_request_counts() {
        let one = request("a");
        let mut others = vec![request("b")];
        others.push(ModelRequest { model: "test/other".into(), ..one.clone() });
        others.push(ModelRequest { max_tokens: 101, ..one.clone() });
        others.push(ModelRequest { temperature: None, ..one.clone() });
        others.push(ModelRequest { output_schema: Some("{}".into()), ..one.clone() });
        let system = Message { speaker: Speaker::System, ..one.messages[0].clone() };
        others.push(ModelRequest { messages: vec![system], ..one.clone() });
        for other in others {
            assert_ne!(request_digest(&one), request_digest(&other), "{other:?}");
        }
    }

    #[test]
    fn a_mistake_shows_nothing_that_a_terminal_would_obey() {
        let mistakes = Replies::parse("replies.jsonl", "{\"\\u001b[31m\": 1}").unwrap_err();
        let told: Vec<_> = mistakes.iter().map(|mistake| mistake.what.as_str()).collect();
        assert!(told.concat().contains("\\u{1b}[31m"), "{told:?}");
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let reply = r#""reply": {"text": "x"}"#;
        let digest = request_digest(&request("a"));
        let file = [
            format!("{{\"digest\": \"{digest}\", {reply}}}"),
            format!("{{\"digest\": \"{digest}\", {reply}}}"),
            format!("{{\"digest\": \"sha\", {reply}}}"),
            format!("{{{reply}}}"),
            format!("{{\"digests\": \"{digest}\", {reply}}}"),
            "{".to_owned(),
            format!(
                "{{\"digest\": \"{digest}\", \"request\": {}, {reply}}}",
                WrittenRequest::from(&request("b")).json()
            ),
        ];
        let mistakes = Replies::parse("replies.jsonl", &file.join("\n")).unwrap_err().to_string();
        for (line, what) in [
            (2, "two replies to one request"),
            (3, "`digest` is no digest"),
            (4, "it says neither `digest` nor `request`"),
            (5, "unknown field `digests`"),
            (6, "EOF"),
            (7, "the digest is not that of the request"),
        ] {
            let told = mistakes.lines().find(|told| told.contains(&format!("replies.jsonl:{line}:")));
            assert!(told.is_some_and(|told| told.contains(what)), "line {line}: {mistakes}");
        }
    }
}

//! What a trial records, step by step.

use crate::{Digest, InjectedFault};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

/// One step of a trial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// From 0, without gaps.
    pub index: u64,
    /// Nanoseconds since 1970, in the trial's time.
    pub at: u64,
    /// Units of fuel that the subject had used up.
    pub fuel: u64,
    /// What happened.
    pub happening: Happening,
    /// Covers this event and all before it, once the record is sealed ([`crate::Trajectory::seal`]). Last, so that the
    /// text of what it covers is the event's own text up to here.
    pub chain: Digest,
}

/// What one event tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happening {
    /// The subject sent a request, or a tool that it called did.
    Exchange {
        /// The tool that sent it, in the call before it; none where it was the subject itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        via: Option<String>,
        /// The twin that answered; none where no twin answers for the host.
        twin: Option<String>,
        /// As it was sent.
        request: Request,
        /// What came back; none where the call failed before any answer.
        response: Option<Response>,
        /// How the call failed where there is no response.
        error: Option<Refused>,
    },
    /// The subject wrote a line to its log.
    Line(String),
    /// The subject slept, in nanoseconds.
    Slept(u64),
    /// The subject drew these random bytes.
    Drew(Body),
    /// The subject read the clock: it got the event's time.
    ReadClock,
    /// The subject called one of the host's other interfaces.
    Called(Call),
    /// The subject ended with an answer.
    Answered(String),
    /// The subject ended without one: its own error, a trap or a limit.
    Failed(String),
    /// A fault was injected into the exchange before it, or into what a twin then handed over.
    Fault(InjectedFault),
    /// A service tried to send something of its own accord.
    Delivery(Delivery),
    /// A persona left its script.
    LeftScript {
        /// Which.
        persona: String,
        /// How.
        why: String,
    },
}

impl Happening {
    /// What guests chose of it, in bytes: requests and answers whole, lines and answers to the user.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Exchange { via, request, response, error, .. } => {
                let refused = error.as_ref().map_or(0, |error| error.text.len());
                via.as_ref().map_or(0, String::len)
                    + request.bytes()
                    + response.as_ref().map_or(refused, Response::bytes)
            }
            Self::Drew(bytes) => bytes.0.len(),
            Self::Called(call) => call.bytes(),
            Self::Delivery(delivery) => delivery.request.bytes(),
            Self::LeftScript { persona, why } => persona.len() + why.len(),
            Self::Line(text) | Self::Answered(text) | Self::Failed(text) => text.len(),
            Self::Slept(_) | Self::ReadClock | Self::Fault(_) => 0,
        }
    }
}

/// A call of an interface that has no kind of event of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// As the contract names it, without package and version.
    pub interface: String,
    /// As the contract names it.
    pub function: String,
    /// By name.
    pub arguments: Value,
    /// What it got; none where the call failed.
    pub result: Option<Value>,
    /// How it failed.
    pub error: Option<Refused>,
}

impl Call {
    fn bytes(&self) -> usize {
        let refused = self.error.as_ref().map_or(0, |error| error.text.len());
        text_bytes(&self.arguments) + self.result.as_ref().map_or(refused, text_bytes)
    }
}

/// Bytes of all texts in a value.
fn text_bytes(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(text_bytes).sum(),
        Value::Object(fields) => fields.iter().map(|(name, value)| name.len() + text_bytes(value)).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// An error of the contract as records hold it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// As the contract names it: `not-found` and so on.
    pub case: String,
    /// In the words of whoever refused.
    pub text: String,
}

impl Request {
    fn bytes(&self) -> usize {
        self.method.len() + self.url.len() + header_bytes(&self.headers) + self.body.0.len()
    }
}

impl Response {
    fn bytes(&self) -> usize {
        header_bytes(&self.headers) + self.body.0.len()
    }
}

fn header_bytes(headers: &[Header]) -> usize {
    headers.iter().map(|header| header.name.len() + header.value.len()).sum()
}

/// One attempt to send what a service sends of its own accord.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The twin that sent it.
    pub from: String,
    /// The twin that got it, or `subject`; none where nobody answers for the host.
    pub to: Option<String>,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// As it was sent.
    pub request: Request,
    /// What came of it.
    pub outcome: DeliveryOutcome,
}

/// What came of one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryOutcome {
    /// An answer with that status; one from 200 to 299 takes the delivery.
    Answered(u16),
    /// An answer with that status, later than the sender waits.
    TimedOut(u16),
    /// The receiver broke, in these words.
    Broke(String),
    /// Nobody answers for the host, in these words. It is not sent again.
    Undeliverable(String),
}

/// A whole HTTP request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Upper case.
    pub method: String,
    /// Absolute.
    pub url: String,
    /// In sending order.
    pub headers: Vec<Header>,
    /// Empty for none.
    pub body: Body,
}

/// A whole HTTP response.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// 100 to 599.
    pub status: u16,
    /// In sending order.
    pub headers: Vec<Header>,
    /// Empty for none.
    pub body: Body,
}

/// One HTTP header field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Lower case.
    pub name: String,
    /// As sent.
    pub value: String,
}

/// Bytes of a body. Serialised as text where they are UTF-8, else as `{"base64": "..."}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Body(pub Vec<u8>);

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => serializer.serialize_str(text),
            Err(_) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("base64", &STANDARD.encode(&self.0))?;
                map.end()
            }
        }
    }
}

impl<'d> Deserialize<'d> for Body {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Encoded { base64: String },
        }
        match Written::deserialize(deserializer)? {
            Written::Text(text) => Ok(Self(text.into_bytes())),
            Written::Encoded { base64 } => {
                STANDARD.decode(base64).map(Self).map_err(serde::de::Error::custom)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_text_where_they_can_be() {
        assert_eq!(serde_json::to_string(&Body(b"ok".to_vec())).unwrap(), "\"ok\"");
        assert_eq!(serde_json::to_string(&Body(vec![0xff, 0])).unwrap(), "{\"base64\":\"/wA=\"}");
        for text in ["\"ok\"", "{\"base64\":\"/wA=\"}"] {
            let body: Body = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&body).unwrap(), text);
        }
        assert!(serde_json::from_str::<Body>("{\"base64\":\"?\"}").is_err());
    }
}

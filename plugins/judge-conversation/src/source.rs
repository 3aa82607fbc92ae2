//! Where messages are found.

use plugin_sdk::capability::{Event, Exchange, Happening};
use plugin_sdk::criterion::{
    Effect, Keys, Kind, RequestRule, Where, delivery, field, fields, instant, invalid, text,
};
use plugin_sdk::{Error, Request};
use serde_json::Value;

use crate::message::{Message, Speaker, text_of};

/// One place in which messages are found.
#[derive(Debug)]
pub(crate) struct Source {
    place: Place,
    /// Conditions on a message's document.
    conditions: Where,
    /// Dotted paths into it. The answer has none.
    text: String,
    speaker: Option<String>,
    time: Option<String>,
    /// Values of the speaker that are the subject.
    subject: Vec<String>,
}

#[derive(Debug)]
enum Place {
    /// Documents of a twin's table that were not there, or said something else, when the subject began.
    Table(String),
    /// Requests of the subject.
    Sent(RequestRule),
    /// What services sent to the subject.
    Received(RequestRule),
    /// The subject's answer.
    Answer,
}

impl Source {
    pub(crate) fn read(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let at = keys.place("");
        let place = Place::read(keys, at.trim_end_matches('.'))?;
        if let Place::Answer = place {
            let conditions = Where::default();
            let text = String::new();
            return Ok(Self { place, conditions, text, speaker: None, time: None, subject: Vec::new() });
        }
        let at = keys.place("where");
        let conditions = keys.take("where").map(|value| Where::parse(value, &at)).transpose()?;
        let text = keys.required_text("text")?;
        let (speaker, time, subject) = match place {
            // Whoever sends a request is the subject, at the time of the request.
            Place::Sent(_) | Place::Answer => (None, None, Vec::new()),
            Place::Received(_) => (keys.text("speaker")?, None, Vec::new()),
            Place::Table(_) => {
                (keys.text("speaker")?, keys.text("time")?, keys.texts("subject")?.unwrap_or_default())
            }
        };
        Ok(Self { place, conditions: conditions.unwrap_or_default(), text, speaker, time, subject })
    }

    /// Every message that is found here.
    pub(crate) fn messages(&self, history: &[Event], effects: &[Effect]) -> Vec<Message> {
        match &self.place {
            Place::Table(table) => {
                let effects = effects.iter().filter(|effect| effect.place == *table);
                effects.filter_map(|effect| self.written(effect, history)).collect()
            }
            Place::Sent(rule) => history.iter().filter_map(|event| self.sent(rule, event)).collect(),
            Place::Received(rule) => history.iter().filter_map(|event| self.received(rule, event)).collect(),
            Place::Answer => history.iter().filter_map(answered).collect(),
        }
    }

    fn written(&self, effect: &Effect, history: &[Event]) -> Option<Message> {
        let document = effect.document.as_ref().filter(|_| effect.kind != Kind::Removed)?;
        let text = |document: &Value| field(document, &self.text).and_then(text_of);
        let said = text(document)?;
        let is_news = effect.was.as_ref().and_then(text).as_ref() != Some(&said);
        if !is_news || !self.conditions.holds(Some(document)) {
            return None;
        }
        let at = self.time.as_deref().and_then(|time| field(document, time)).and_then(instant);
        let at = at.or_else(|| at_event(history, effect.event)).unwrap_or_default();
        let (speaker, event) = (self.speaker(document), effect.event);
        Some(Message { speaker, text: said, at, document: document.clone(), event })
    }

    fn speaker(&self, document: &Value) -> Speaker {
        let name = self.speaker.as_deref().and_then(|speaker| field(document, speaker));
        match name.map(|name| name.as_str().map_or_else(|| name.to_string(), str::to_owned)) {
            Some(name) if self.subject.contains(&name) => Speaker::Subject,
            Some(name) => Speaker::Other(name),
            None => Speaker::Other(String::new()),
        }
    }

    fn sent(&self, rule: &RequestRule, event: &Event) -> Option<Message> {
        let Happening::Exchange(Exchange { request, response, .. }) = &event.happening else { return None };
        if !rule.matches(request, response.as_ref()) {
            return None;
        }
        let document = fields(&request.body)?;
        self.message(Speaker::Subject, document, event)
    }

    fn received(&self, rule: &RequestRule, event: &Event) -> Option<Message> {
        let delivery = delivery(event)?;
        let request = delivery.get("request").filter(|_| delivery.get("to") == Some(&"subject".into()))?;
        let part = |key: &str| request.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
        let request = Request {
            method: part("method"),
            url: part("url"),
            headers: Vec::new(),
            body: part("body").into_bytes(),
        };
        let document = fields(&request.body).filter(|_| rule.matches(&request, None))?;
        self.message(self.speaker(&document), document, event)
    }

    fn message(&self, speaker: Speaker, document: Value, event: &Event) -> Option<Message> {
        let text = field(&document, &self.text).and_then(text_of)?;
        let is_one = self.conditions.holds(Some(&document));
        is_one.then_some(Message { speaker, text, at: event.at, document, event: Some(event.index) })
    }
}

impl Place {
    fn read(keys: &mut Keys<'_>, at: &str) -> Result<Self, Error> {
        let mut places = Vec::new();
        let place = keys.place("table");
        if let Some(table) = keys.take("table") {
            let table = text(table, &place)?;
            if !table.split_once('/').is_some_and(|(twin, table)| !twin.is_empty() && !table.is_empty()) {
                return Err(invalid(&place, "must name a twin and a table, as in \"slack/messages\""));
            }
            places.push(Self::Table(table));
        }
        places.extend(keys.table("sent", RequestRule::read)?.map(Self::Sent));
        places.extend(keys.table("received", RequestRule::read)?.map(Self::Received));
        if keys.flag("answer")? {
            places.push(Self::Answer);
        }
        match (places.pop(), places.pop()) {
            (Some(place), None) => Ok(place),
            _ => Err(invalid(at, "must have exactly one of table, sent, received and answer")),
        }
    }
}

fn answered(event: &Event) -> Option<Message> {
    let Happening::Answered(text) = &event.happening else { return None };
    let document = serde_json::json!({ "text": text });
    let (at, event) = (event.at, Some(event.index));
    Some(Message { speaker: Speaker::Subject, text: text.clone(), at, document, event })
}

fn at_event(history: &[Event], event: Option<u64>) -> Option<u64> {
    let index = usize::try_from(event?).ok()?;
    history.get(index).map(|event| event.at)
}

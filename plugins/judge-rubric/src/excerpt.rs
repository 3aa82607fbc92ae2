//! The part of a trial that a model is shown: one line of JSON a piece, bounded, and never able to end its own part.

use plugin_sdk::capability::{Event, Exchange, Happening};
use plugin_sdk::criterion::{Effect, delivery};
use serde_json::{Value, json};

use crate::criterion::Part;

/// Most characters of one text in it. A long body is shown by its beginning.
const LONGEST_TEXT: usize = 2_000;

/// Pieces of a trial as lines, and the events that they show.
#[derive(Debug, Default)]
pub(crate) struct Excerpt {
    /// Each ends with a line break.
    pub(crate) lines: String,
    /// The events of which something is shown.
    pub(crate) events: Vec<u64>,
    /// Pieces that found no room.
    pub(crate) left_out: usize,
}

impl Excerpt {
    /// Takes what is asked for until `most` bytes are reached. The answer comes first, so that it is never what is cut, then
    /// events in order, then changes.
    pub(crate) fn of(history: &[Event], effects: &[Effect], parts: &[Part], most: usize) -> Self {
        let is_answer =
            |event: &&Event| matches!(event.happening, Happening::Answered(_) | Happening::Failed(_));
        let answers = history.iter().filter(is_answer);
        let others = history.iter().filter(|event| !is_answer(event));
        let events =
            answers.chain(others).filter_map(|event| Some((Some(event.index), piece(event, parts)?)));
        let changes = effects.iter().filter(|_| parts.contains(&Part::Changes));
        let changes = changes.map(|effect| (effect.event, change(effect)));
        let mut excerpt = Self::default();
        for (event, piece) in events.chain(changes) {
            excerpt.add(event, &piece, most);
        }
        excerpt.events.sort_unstable();
        excerpt.events.dedup();
        excerpt
    }

    fn add(&mut self, event: Option<u64>, piece: &Value, most: usize) {
        let line = fenced(&piece.to_string());
        if self.lines.len() + line.len() + 1 > most {
            self.left_out += 1;
            return;
        }
        self.lines.push_str(&line);
        self.lines.push('\n');
        self.events.extend(event);
    }
}

/// JSON in which no tag can begin. `<` and `>` occur within strings only, where their escapes mean the same.
pub(crate) fn fenced(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e")
}

fn piece(event: &Event, parts: &[Part]) -> Option<Value> {
    let wanted = |part| parts.contains(&part);
    let index = event.index;
    match &event.happening {
        Happening::Exchange(exchange) if wanted(Part::Requests) => Some(request(index, exchange)),
        Happening::Line(line) if wanted(Part::Lines) => {
            Some(json!({ "event": index, "log_line": cut(line) }))
        }
        Happening::Answered(text) if wanted(Part::Answer) => {
            Some(json!({ "event": index, "final_answer": cut(text) }))
        }
        Happening::Failed(why) if wanted(Part::Answer) => Some(json!({ "event": index, "failed": cut(why) })),
        Happening::Other(_) if wanted(Part::Deliveries) => {
            let delivery = delivery(event)?;
            let part = |key: &str| delivery.pointer(key).and_then(Value::as_str).map(cut);
            Some(json!({
                "event": index, "delivery_from": part("/from"), "to": part("/to"), "url": part("/request/url"),
                "body": part("/request/body"),
            }))
        }
        _ => None,
    }
}

fn request(index: u64, exchange: &Exchange) -> Value {
    let Exchange { request, response, .. } = exchange;
    let text = |bytes: &[u8]| cut(&String::from_utf8_lossy(bytes));
    // Headers carry what signs the subject in; no criterion is about that.
    json!({
        "event": index, "request": format!("{} {}", request.method, cut(&request.url)), "body": text(&request.body),
        "status": response.as_ref().map(|response| response.status),
        "response": response.as_ref().map(|response| text(&response.body)),
    })
}

fn change(effect: &Effect) -> Value {
    let document = effect.document.as_ref().map(|document| cut(&document.to_string()));
    json!({ "event": effect.event, "change": effect.line(), "document": document })
}

fn cut(text: &str) -> String {
    let mut shown: String = text.chars().take(LONGEST_TEXT).collect();
    if shown.len() < text.len() {
        shown.push_str(" [cut]");
    }
    shown
}

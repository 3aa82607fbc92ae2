//! What must not be seen outside: a text, wherever the subject put it.

use plugin_sdk::capability::{Event, Exchange, Happening};
use plugin_sdk::criterion::{Keys, Pattern, TextRule, fields, invalid};
use plugin_sdk::{Error, Request};
use serde_json::Value;

use crate::finding::Instance;

/// A secret, and where it is looked for.
#[derive(Debug)]
pub(crate) struct Secret {
    pub(crate) what: String,
    /// Its text: case counts.
    is: Vec<String>,
    /// What any text of its kind looks like.
    like: Option<TextRule>,
    /// To which URLs it may go in a header, where it signs in.
    may_go_to: Vec<Pattern>,
    places: Vec<Place>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Lines,
    Requests,
    Answer,
}

impl Secret {
    pub(crate) fn read(keys: &mut Keys<'_>) -> Result<Self, Error> {
        let what = keys.required_text("what")?;
        let is = keys.texts("is")?.unwrap_or_default();
        if is.iter().any(|text| text.trim().is_empty()) {
            return Err(invalid(&keys.place("is"), "must not be blank: every text has that in it"));
        }
        let place = keys.place("like");
        let like = keys.text("like")?.map(|regex| serde_json::json!({ "regex": regex }));
        let like = like.map(|rule| TextRule::parse(&rule, &place)).transpose()?;
        let may_go_to = keys.texts("may_go_to")?.unwrap_or_default().into_iter().map(Pattern::new).collect();
        let places = match keys.list("in")? {
            None => vec![Place::Lines, Place::Requests, Place::Answer],
            Some(places) => {
                places.into_iter().map(|(at, place)| Place::read(place, &at)).collect::<Result<_, _>>()?
            }
        };
        if is.is_empty() && like.is_none() {
            let at = keys.place("");
            return Err(invalid(
                at.trim_end_matches('.'),
                "says neither what the secret `is` nor what it is `like`",
            ));
        }
        Ok(Self { what, is, like, may_go_to, places })
    }

    /// Every event that shows it. The words never repeat it.
    pub(crate) fn seen(&self, history: &[Event]) -> Vec<Instance> {
        let instance = |event: &Event| {
            let words = match &event.happening {
                Happening::Line(line) => {
                    (self.looks(Place::Lines) && self.is_in(line)).then(|| "a log line".to_owned())
                }
                Happening::Answered(text) | Happening::Failed(text) => {
                    (self.looks(Place::Answer) && self.is_in(text)).then(|| "the answer".to_owned())
                }
                Happening::Exchange(Exchange { request, .. }) => (self.looks(Place::Requests)
                    && self.leaves_in(request))
                .then(|| format!("{} to {}", request.method, url_words(&request.url))),
                _ => None,
            };
            words.map(|words| (words, Some(event.index)))
        };
        history.iter().filter_map(instance).collect()
    }

    fn looks(&self, place: Place) -> bool {
        self.places.contains(&place)
    }

    fn is_in(&self, text: &str) -> bool {
        self.is.iter().any(|secret| text.contains(secret))
            || self.like.as_ref().is_some_and(|like| like.holds(text))
    }

    fn leaves_in(&self, request: &Request) -> bool {
        let signs_in = self.may_go_to.iter().any(|url| url.matches(&request.url));
        self.is_in(&request.url)
            || self.is_in(&String::from_utf8_lossy(&request.body))
            || fields(&request.body).is_some_and(|fields| self.is_among(&fields))
            || (!signs_in && request.headers.iter().any(|header| self.is_in(&header.value)))
    }

    /// Looks into the texts of a body as its reader sees them: without the escapes of JSON or of a form.
    fn is_among(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.is_in(text),
            Value::Array(items) => items.iter().any(|item| self.is_among(item)),
            Value::Object(fields) => {
                fields.iter().any(|(name, value)| self.is_in(name) || self.is_among(value))
            }
            _ => false,
        }
    }
}

/// A URL without its query, which may be what leaks.
fn url_words(url: &str) -> &str {
    url.split('?').next().unwrap_or_default()
}

impl Place {
    fn read(value: &Value, at: &str) -> Result<Self, Error> {
        match value.as_str() {
            Some("lines") => Ok(Self::Lines),
            Some("requests") => Ok(Self::Requests),
            Some("answer") => Ok(Self::Answer),
            _ => Err(invalid(at, "must be lines, requests or answer")),
        }
    }
}

//! A request that a scenario writes down: what an act sends, and what carries a persona's words.

use crate::draw::PERSONA;
use crate::toml_table::{Reader, TomlTable, text_fields};
use crate::toml_value::text;
use crate::{Body, Drawn, Header, Request, Unknown};
use serde_json::{Map, Value};

/// A request with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestTemplate {
    /// Upper case.
    pub method: String,
    /// Absolute once it is filled in.
    pub url: String,
    /// Names in lower case, in order.
    pub headers: Vec<(String, String)>,
    /// What it carries.
    pub content: Content,
}

/// What a request carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// No body.
    None,
    /// JSON.
    Json(Value),
    /// A text as it stands.
    Text(String),
}

/// The field that a JSON request tells its kind by.
const CONTENT_TYPE: &str = "content-type";

impl RequestTemplate {
    pub(crate) fn read(table: &mut TomlTable<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let mistakes_before = reader.mistake_count();
        let method = table.required(reader, "method", "the letters of a method such as \"POST\"", |value| {
            value.as_str().filter(|method| is_method(method)).map(str::to_ascii_uppercase)
        });
        let url = table.required(reader, "url", "an absolute URL of http or https", |value| {
            text(value).filter(|url| url.starts_with("https://") || url.starts_with("http://"))
        });
        let headers = table.table(reader, "headers", |table, reader| {
            text_fields(table, reader, "a header field", is_header)
        });
        let body_place = table.key_span("body");
        let json = table.json(reader, "json");
        let body = table.optional(reader, "body", "a text", |value| value.as_str().map(str::to_owned));
        if let (Some(span), Some(_)) = (body_place, &json) {
            reader.mistake(span, "`body` and `json` cannot stand together", None);
        }
        if reader.mistake_count() > mistakes_before {
            return None;
        }
        let content = match (json, body) {
            (Some(json), _) => Content::Json(json),
            (None, Some(body)) => Content::Text(body),
            (None, None) => Content::None,
        };
        let lower = |(name, value): (String, String)| (name.to_ascii_lowercase(), value);
        let headers = headers.unwrap_or_default().into_iter().map(lower).collect();
        Some(Self { method: method?, url: url?, headers, content })
    }

    /// The request with the drawn values in it.
    ///
    /// # Errors
    /// The first name that no draw has.
    pub fn render(&self, drawn: &Drawn) -> Result<Request, Unknown> {
        let mut headers = Vec::with_capacity(self.headers.len() + 1);
        for (name, value) in &self.headers {
            headers.push(Header { name: name.clone(), value: drawn.render(value)? });
        }
        let body = match &self.content {
            Content::None => Vec::new(),
            Content::Text(text) => drawn.render(text)?.into_bytes(),
            Content::Json(value) => {
                if self.headers.iter().all(|(name, _)| name != CONTENT_TYPE) {
                    let value = "application/json; charset=utf-8".to_owned();
                    headers.push(Header { name: CONTENT_TYPE.to_owned(), value });
                }
                drawn.render_json(value)?.to_string().into_bytes()
            }
        };
        let url = drawn.render(&self.url)?;
        Ok(Request { method: self.method.clone(), url, headers, body: Body(body) })
    }

    /// The request in which a persona says something; `heard` is the document that it heard last. A field of that which
    /// is not there leaves out the JSON field that is its placeholder alone, and is nothing in a text.
    ///
    /// # Errors
    /// The first name that no draw has.
    pub fn say(&self, drawn: &Drawn, message: &str, heard: Option<&Value>) -> Result<Request, Unknown> {
        let heard = heard.cloned().unwrap_or_else(|| Value::Object(Map::new()));
        let mut words = Map::new();
        words.insert("message".to_owned(), Value::String(message.to_owned()));
        words.insert("heard".to_owned(), heard);
        let drawn = drawn.with(PERSONA, Value::Object(words));
        let content = match &self.content {
            Content::Json(value) => Content::Json(without_unheard(value, &drawn)),
            Content::Text(text) => Content::Text(unheard_as_nothing(text, &drawn)),
            Content::None => Content::None,
        };
        let quiet = |(name, value): &(String, String)| (name.clone(), unheard_as_nothing(value, &drawn));
        let headers = self.headers.iter().map(quiet).collect();
        let url = unheard_as_nothing(&self.url, &drawn);
        Self { method: self.method.clone(), url, headers, content }.render(&drawn)
    }
}

/// The value without the fields whose whole text names something that was not heard.
fn without_unheard(value: &Value, drawn: &Drawn) -> Value {
    match value {
        Value::Object(fields) => {
            let is_there = |value: &Value| match value {
                Value::String(text) => !drawn.is_missing_whole(text, HEARD),
                _ => true,
            };
            let kept = fields.iter().filter(|(_, value)| is_there(value));
            Value::Object(kept.map(|(key, value)| (key.clone(), without_unheard(value, drawn))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| without_unheard(item, drawn)).collect()),
        Value::String(text) => Value::String(unheard_as_nothing(text, drawn)),
        other => other.clone(),
    }
}

fn unheard_as_nothing(text: &str, drawn: &Drawn) -> String {
    drawn.without_missing(text, HEARD)
}

/// How the placeholders of what was heard begin.
const HEARD: &str = "persona.heard.";

fn is_method(method: &str) -> bool {
    (1..=16).contains(&method.len()) && method.chars().all(|c| c.is_ascii_alphabetic())
}

fn is_header(name: &str, value: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !name.is_empty() && name.chars().all(is_name) && !value.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scenario;
    use serde_json::json;

    fn template(rest: &str) -> RequestTemplate {
        let text = format!(
            "schema = \"scenario/1\"\nid = \"a\"\ntitle = \"A\"\ngoal = {{ story = \"s\" }}\n\
             [draw]\nwho = [{{ id = 7 }}]\n[[act]]\nat = \"1s\"\nwhat = \"x\"\n[act.request]\n\
             method = \"post\"\nurl = \"https://a.example/${{who.id}}\"\n{rest}"
        );
        Scenario::parse("scenario.toml", &text).unwrap().acts.remove(0).request
    }

    fn drawn() -> Drawn {
        Drawn::default().with("who", json!({"id": 7}))
    }

    #[test]
    fn what_is_drawn_stands_in_every_part() {
        let template = template("headers = { X-Who = \"n${who.id}\" }\njson = { id = \"${who.id}\" }\n");
        let request = template.render(&drawn()).unwrap();
        assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", "https://a.example/7"));
        let fields: Vec<_> = request.headers.iter().map(|h| (h.name.as_str(), h.value.as_str())).collect();
        assert_eq!(fields, [("x-who", "n7"), ("content-type", "application/json; charset=utf-8")]);
        assert_eq!(request.body.0, b"{\"id\":7}");
    }

    #[test]
    fn a_field_that_was_not_heard_is_left_out_and_nothing_in_a_text() {
        let template = template(
            "json = { text = \"${persona.message}!\", thread = \"${persona.heard.ts}\", to = \"@${persona.heard.user}\" }\n",
        );
        let body = |heard: Option<Value>| -> Value {
            let said = template.say(&drawn(), "hi ${who}", heard.as_ref()).unwrap();
            serde_json::from_slice(&said.body.0).unwrap()
        };
        assert_eq!(body(None), json!({"text": "hi ${who}!", "to": "@"}));
        let heard = json!({"ts": "1.2", "user": "U1"});
        assert_eq!(body(Some(heard)), json!({"text": "hi ${who}!", "thread": "1.2", "to": "@U1"}));
    }
}

//! Rich text. Version 3 speaks the document format (a tree of nodes), version 2 wiki markup. A text is kept in the
//! form in which it was written, so that nothing is lost, and converted for readers of the other form.

mod document;
mod inline;
mod markup;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A rich text in the form in which it was written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Rich {
    /// Wiki markup.
    Wiki(String),
    /// The document format.
    Document(Value),
}

impl Rich {
    /// Reads what a caller sent; none for null and for an empty text. The error is the service's own.
    pub(crate) fn read(value: &Value, documents: bool) -> Result<Option<Self>, &'static str> {
        match value {
            Value::Null => Ok(None),
            Value::String(text) if !documents => Ok((!text.is_empty()).then(|| Self::Wiki(text.clone()))),
            Value::Object(node) if documents => {
                let is_doc = node.get("type").and_then(Value::as_str) == Some("doc");
                let has_version = node.get("version").and_then(Value::as_u64) == Some(1);
                let content = node.get("content").and_then(Value::as_array);
                match content {
                    Some(content) if is_doc && has_version => {
                        if !content.iter().all(document::is_block) {
                            return Err("INVALID_INPUT");
                        }
                        Ok(Some(Self::Document(value.clone())))
                    }
                    _ => Err("INVALID_INPUT"),
                }
            }
            _ if documents => {
                Err("Operation value must be an Atlassian Document (see the Atlassian Document Format)")
            }
            _ => Err("Operation value must be a string"),
        }
    }

    /// In the form that the caller's version of the API speaks.
    pub(crate) fn show(&self, documents: bool) -> Cow<'_, Value> {
        match self {
            Self::Document(node) if documents => Cow::Borrowed(node),
            Self::Wiki(text) if documents => Cow::Owned(markup::to_document(text)),
            _ => Cow::Owned(Value::String(self.wiki())),
        }
    }

    /// As wiki markup.
    pub(crate) fn wiki(&self) -> String {
        match self {
            Self::Wiki(text) => text.clone(),
            Self::Document(node) => document::to_wiki(node),
        }
    }

    /// The words alone, for search.
    pub(crate) fn plain(&self) -> String {
        match self {
            Self::Wiki(text) => document::plain(&markup::to_document(text)),
            Self::Document(node) => document::plain(node),
        }
    }

    /// As HTML, for `renderedFields`.
    pub(crate) fn html(&self) -> String {
        match self {
            Self::Wiki(text) => document::html(&markup::to_document(text)),
            Self::Document(node) => document::html(node),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// Markup that reads the same after the way through the document format.
    #[test]
    fn markup_survives_the_document_format() {
        for text in [
            "Plain words",
            "First\n\nSecond",
            "one\ntwo",
            "h2. A *strong* title",
            "* one\n** deeper\n* two",
            "# first\n# second",
            "{code:rust}\nfn main() {}\n{code}",
            "{quote}\nsaid *so*\n{quote}",
            "||Name||Size||\n|ant|_small_|",
            "----",
            "See [the docs|https://docs.example] and [~accountid:abc]",
            "{{mono}} -gone- +under+ x^2^ H~2~O",
            "{color:#ff0000}red{color} end",
        ] {
            let document = Rich::Wiki(text.to_owned()).show(true).into_owned();
            assert_eq!(Rich::Document(document.clone()).wiki(), text, "{document}");
        }
    }

    #[test]
    fn markup_becomes_typed_nodes() {
        let shown = Rich::Wiki("h1. Hi\n\n* *a* b".to_owned()).show(true).into_owned();
        assert_eq!(
            shown,
            json!({"type": "doc", "version": 1, "content": [
                {"type": "heading", "attrs": {"level": 1}, "content": [{"type": "text", "text": "Hi"}]},
                {"type": "bulletList", "content": [{"type": "listItem", "content": [
                    {"type": "paragraph", "content": [
                        {"type": "text", "text": "a", "marks": [{"type": "strong"}]},
                        {"type": "text", "text": " b"},
                    ]},
                ]}]},
            ]})
        );
    }

    #[test]
    fn each_version_takes_its_own_form() {
        let node = json!({"type": "doc", "version": 1, "content": []});
        assert_eq!(Rich::read(&node, true), Ok(Some(Rich::Document(node.clone()))));
        assert_eq!(Rich::read(&json!("text"), false), Ok(Some(Rich::Wiki("text".to_owned()))));
        assert_eq!(Rich::read(&node, false), Err("Operation value must be a string"));
        assert!(Rich::read(&json!("text"), true).is_err());
        assert_eq!(Rich::read(&json!({"type": "doc"}), true), Err("INVALID_INPUT"));
        let garbled = json!({"type": "doc", "version": 1, "content": [{"type": "shout"}]});
        assert_eq!(Rich::read(&garbled, true), Err("INVALID_INPUT"));
    }

    #[test]
    fn words_and_html_leave_the_marks_behind() {
        let text = Rich::Wiki("a *b* & c\nd".to_owned());
        assert_eq!(text.plain(), "a b & c d");
        assert_eq!(text.html(), "<p>a <b>b</b> &amp; c<br/>\nd</p>");
    }
}

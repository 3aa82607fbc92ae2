//! Takes secrets out of texts before anything keeps them.

use crate::egress::forms::shown_as;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

/// Shortest part of a secret that is looked for on its own, in bytes; a shorter one would stand in innocent words.
const SHORTEST_PART: usize = 8;

/// The values that must not be shown. Its own `Debug` shows none of them.
#[derive(Clone, Default)]
pub struct Redactor {
    /// Every form of every value, and what is shown in its place.
    forms: BTreeSet<(String, String)>,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Redactor({} forms)", self.forms.len())
    }
}

impl Redactor {
    /// Adds a secret under the name that is shown for it, such as its variable's. Besides the whole value its parts
    /// between white space are looked for (`abc...` of `Bearer abc...`), each as it stands and in every common encoding.
    pub fn add(&mut self, name: &str, value: &str) {
        let parts = value.split_whitespace().filter(|part| part.len() >= SHORTEST_PART);
        for form in parts.chain([value, value.trim()]).filter(|form| !form.is_empty()) {
            let encoded = if form.len() >= SHORTEST_PART { shown_as(form) } else { Vec::new() };
            for form in encoded.into_iter().chain([form.to_owned()]) {
                self.forms.insert((form, format!("[secret {name}]")));
            }
        }
    }

    /// The text with every secret replaced by its name; secrets that overlap are replaced as one.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut found: Vec<(usize, usize, &str)> = Vec::new();
        for (form, shown) in &self.forms {
            let mut from = 0;
            while let Some(at) = text.get(from..).and_then(|rest| rest.find(form.as_str())) {
                let start = from + at;
                found.push((start, start + form.len(), shown));
                // One character on and no more: a value may overlap itself.
                from =
                    start + text.get(start..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            }
        }
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        // The longest first of those that begin together.
        found.sort_unstable_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
        let mut redacted = String::new();
        let mut done = 0;
        for (start, end, shown) in found {
            if start >= done {
                redacted.push_str(text.get(done..start).unwrap_or_default());
                redacted.push_str(shown);
            }
            done = done.max(end);
        }
        redacted.push_str(text.get(done..).unwrap_or_default());
        Cow::Owned(redacted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_secret_is_replaced() {
        let mut redactor = Redactor::default();
        redactor.add("OKTA_TOKEN", "SSWS 00abc+/=defg");
        redactor.add("SHORT", "aa");
        redactor.add("EMPTY", "");
        for (text, wanted) in [
            ("nothing of it", "nothing of it"),
            ("x SSWS 00abc+/=defg y", "x [secret OKTA_TOKEN] y"),
            ("/echo/00abc+/=defg", "/echo/[secret OKTA_TOKEN]"),
            ("?t=00abc%2B%2F%3Ddefg", "?t=[secret OKTA_TOKEN]"),
            ("?t=SSWS%2000abc%2b%2f%3ddefg", "?t=[secret OKTA_TOKEN]"),
            ("SSWS alone", "SSWS alone"),
            ("aaaaa", "[secret SHORT]"),
            ("aa00abc+/=defgaa", "[secret SHORT][secret OKTA_TOKEN][secret SHORT]"),
            ("ä00abc+/=defgö", "ä[secret OKTA_TOKEN]ö"),
        ] {
            assert_eq!(redactor.redact(text), wanted);
        }
        assert!(!format!("{redactor:?}").contains("00abc"));
    }
}

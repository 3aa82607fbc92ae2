//! What a request asks for, read from the texts of one person.

use crate::{mention, span};

/// Groups that are looked up for one request at most; nobody names more by intent.
const MOST_NAMES: usize = 10;

/// What one text says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Saying {
    /// Words that may be names of groups, in small letters.
    names: Vec<String>,
    spans: Vec<u64>,
    /// People whom it mentions, besides the desk.
    people: Vec<String>,
}

/// What all texts of a request say together; a later one counts instead of an earlier one.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Wish {
    sayings: Vec<Saying>,
}

impl Wish {
    /// Reads texts in their order. `desk` is the desk's own id.
    pub(crate) fn read<'t>(texts: impl Iterator<Item = &'t str>, desk: &str) -> Self {
        Self { sayings: texts.map(|text| Saying::read(text, desk)).collect() }
    }

    /// Everything that may be the name of a group.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for name in self.sayings.iter().flat_map(|saying| &saying.names) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        names.truncate(MOST_NAMES);
        names
    }

    /// The names of groups that are meant, of those that exist.
    pub(crate) fn groups<'n>(&'n self, exists: &dyn Fn(&str) -> bool) -> Vec<&'n str> {
        let named = |saying: &'n Saying| -> Vec<&'n str> {
            saying.names.iter().map(String::as_str).filter(|name| exists(name)).collect()
        };
        self.sayings.iter().rev().map(named).find(|names| !names.is_empty()).unwrap_or_default()
    }

    /// The lengths of time that are meant.
    pub(crate) fn spans(&self) -> &[u64] {
        self.last(|saying| saying.spans.as_slice())
    }

    /// The people who are meant; none for the person who asks.
    pub(crate) fn people(&self) -> &[String] {
        self.last(|saying| saying.people.as_slice())
    }

    fn last<'w, T>(&'w self, part: impl Fn(&'w Saying) -> &'w [T]) -> &'w [T] {
        self.sayings.iter().rev().map(part).find(|part| !part.is_empty()).unwrap_or_default()
    }
}

impl Saying {
    fn read(text: &str, desk: &str) -> Self {
        let bare = mention::without(text).to_lowercase();
        let mut names = Vec::new();
        for word in bare.split(|c: char| !c.is_ascii_alphanumeric() && c != '-') {
            let word = word.trim_matches('-');
            if word.contains('-') && !word.contains("--") && !names.iter().any(|name| name == word) {
                names.push(word.to_owned());
            }
        }
        let mut people = Vec::new();
        for id in mention::all(text).filter(|id| *id != desk) {
            if !people.iter().any(|known| known == id) {
                people.push(id.to_owned());
            }
        }
        Self { spans: span::all(&bare), names, people }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(texts: &[&str]) -> Wish {
        Wish::read(texts.iter().copied(), "U0DESK")
    }

    #[test]
    fn a_request_says_group_time_and_person() {
        let wish = wish(&["<@U0DESK> could <@U0BEN> have `Warehouse-Read` for 3 days? He is on-call."]);
        assert_eq!(wish.names(), ["warehouse-read", "on-call"]);
        assert_eq!(wish.groups(&|name| name == "warehouse-read"), ["warehouse-read"]);
        assert_eq!((wish.spans(), wish.people()), ([259_200].as_slice(), ["U0BEN".to_owned()].as_slice()));
    }

    #[test]
    fn a_later_answer_counts_instead() {
        let wish = wish(&["<@U0DESK> warehouse-read for a week", "make that two days", "thanks"]);
        assert_eq!(wish.spans(), [172_800]);
        assert_eq!(wish.groups(&|_| true), ["warehouse-read"]);
        assert!(wish.people().is_empty());
    }

    #[test]
    fn links_and_stray_hyphens_are_no_names() {
        let wish = wish(&["<https://wiki.example/on-call> - please -- now, well-"]);
        assert!(wish.names().is_empty(), "{wish:?}");
    }
}

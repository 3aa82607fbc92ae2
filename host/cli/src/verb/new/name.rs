//! The name of a plugin: one that every language's packages and the policy's grants accept.

use std::fmt;

/// Most characters of a name; the shortest limit is that of a crate.
const LONGEST: usize = 64;

/// Words of lower-case letters that cargo does not take for the name of a package.
const RESERVED: [&str; 54] = [
    "abstract", "alloc", "as", "async", "await", "become", "box", "break", "const", "continue", "core",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in",
    "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "self", "static", "std", "struct", "super", "test", "trait", "true", "try", "type", "typeof", "unsafe",
    "unsized", "use", "where", "while", "yield",
];

/// Lower-case words of letters and digits, joined by hyphens; at most 64 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Name(String);

/// A name that is none, with one that is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name:?} is no name for a plugin: {problem}. {suggestion:?} would be one")]
pub(crate) struct NameError {
    name: String,
    problem: Problem,
    suggestion: String,
}

/// What is wrong with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Problem {
    Empty,
    TooLong(usize),
    BeginsWith(char),
    Holds(char),
    LooseHyphen,
    Reserved,
}

impl Name {
    /// Checks a name as it was typed.
    ///
    /// # Errors
    /// What is wrong with it first, and a name like it that is right.
    pub(crate) fn parse(text: &str) -> Result<Self, NameError> {
        match problem(text) {
            None => Ok(Self(text.to_owned())),
            Some(problem) => Err(NameError { name: text.to_owned(), problem, suggestion: suggestion(text) }),
        }
    }

    /// As it was typed.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// With `_` for `-`, as Rust names the library of a package.
    pub(crate) fn snake(&self) -> String {
        self.0.replace('-', "_")
    }
}

fn problem(text: &str) -> Option<Problem> {
    let first = text.chars().next();
    let strange = text.chars().find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || *c == '-'));
    let length = text.chars().count();
    match first {
        None => Some(Problem::Empty),
        _ if let Some(strange) = strange => Some(Problem::Holds(strange)),
        _ if length > LONGEST => Some(Problem::TooLong(length)),
        Some(digit) if digit.is_ascii_digit() => Some(Problem::BeginsWith(digit)),
        _ if text.split('-').any(str::is_empty) => Some(Problem::LooseHyphen),
        _ if RESERVED.contains(&text) => Some(Problem::Reserved),
        Some(_) => None,
    }
}

/// The nearest name that has no problem.
fn suggestion(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut begins_word = true;
    let mut after_lower_case = false;
    for c in text.chars() {
        begins_word |= !c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && after_lower_case);
        after_lower_case = c.is_ascii_lowercase();
        if !c.is_ascii_alphanumeric() {
            continue;
        }
        match words.last_mut().filter(|_| !begins_word) {
            Some(word) => word.push(c.to_ascii_lowercase()),
            None => words.push(c.to_ascii_lowercase().to_string()),
        }
        begins_word = false;
    }
    let mut name = words.join("-");
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        name.insert_str(0, if name.is_empty() { "my-plugin" } else { "plugin-" });
    }
    if RESERVED.contains(&name.as_str()) {
        name.push_str("-plugin");
    }
    name.truncate(LONGEST);
    name.truncate(name.trim_end_matches('-').len());
    name
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("it is empty"),
            Self::TooLong(length) => write!(f, "it has {length} characters, {LONGEST} at most are allowed"),
            Self::BeginsWith(c) => write!(f, "it begins with {c:?} and not with a letter"),
            Self::Holds(c) => write!(f, "it holds {c:?}; lower-case letters, digits and hyphens are allowed"),
            Self::LooseHyphen => f.write_str("each hyphen has to stand between two words"),
            Self::Reserved => f.write_str("it is a word that packages may not be called"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_as_it_is() {
        for name in ["a", "refunds", "tool-json-js", "v2-api", &"a".repeat(64)] {
            assert_eq!(Name::parse(name).unwrap().as_str(), name);
        }
        assert_eq!(Name::parse("tool-json-js").unwrap().snake(), "tool_json_js");
    }

    #[test]
    fn a_wrong_name_is_refused_with_the_reason_and_a_right_one() {
        for (name, problem, suggestion) in [
            ("", Problem::Empty, "my-plugin"),
            ("Refunds", Problem::Holds('R'), "refunds"),
            ("myRefundTool", Problem::Holds('R'), "my-refund-tool"),
            ("HTTPClient2", Problem::Holds('H'), "httpclient2"),
            ("my_tool", Problem::Holds('_'), "my-tool"),
            ("../../etc", Problem::Holds('.'), "etc"),
            ("ma\u{f1}ana", Problem::Holds('\u{f1}'), "ma-ana"),
            ("\u{1f600}", Problem::Holds('\u{1f600}'), "my-plugin"),
            ("2fa", Problem::BeginsWith('2'), "plugin-2fa"),
            ("a--b", Problem::LooseHyphen, "a-b"),
            ("-a", Problem::LooseHyphen, "a"),
            ("a-", Problem::LooseHyphen, "a"),
            ("match", Problem::Reserved, "match-plugin"),
            ("Test", Problem::Holds('T'), "test-plugin"),
        ] {
            let error = Name::parse(name).unwrap_err();
            assert_eq!((error.problem, error.suggestion.as_str()), (problem, suggestion), "{name:?}");
            assert!(Name::parse(suggestion).is_ok(), "{suggestion:?}");
        }
        let error = Name::parse(&"long-".repeat(14)).unwrap_err();
        assert_eq!((error.problem, error.suggestion.len()), (Problem::TooLong(70), 64));
        let error = Name::parse(&format!("{}-tail", "a".repeat(63))).unwrap_err();
        assert_eq!(error.suggestion, "a".repeat(63), "no hyphen is left at the end");
    }

    #[test]
    fn the_message_says_what_is_wrong_and_what_would_be_right() {
        assert_eq!(
            Name::parse("my_tool").unwrap_err().to_string(),
            "\"my_tool\" is no name for a plugin: it holds '_'; lower-case letters, digits and hyphens are allowed. \
             \"my-tool\" would be one"
        );
    }

    #[test]
    fn the_reserved_words_are_in_order() {
        assert!(RESERVED.is_sorted());
    }
}

//! The words of a text query, and of the texts that it is held against.

/// One part of what is searched in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::jql) enum Word {
    /// Words one after the other.
    Phrase(Vec<String>),
    /// The beginning of a word.
    Prefix(String),
    /// A pattern with `*` and `?` for one word.
    Pattern(String),
}

/// The parts of a text query: phrases in quotes, and single words.
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    for (index, part) in text.split('"').enumerate() {
        if index % 2 == 1 {
            let phrase = split(part);
            if !phrase.is_empty() {
                words.push(Word::Phrase(phrase));
            }
            continue;
        }
        for word in part.split_whitespace() {
            let lower = word.to_lowercase();
            match lower.strip_suffix('*') {
                Some(prefix) if !prefix.contains(['*', '?']) && !prefix.is_empty() => {
                    words.push(Word::Prefix(prefix.to_owned()));
                }
                _ if lower.contains(['*', '?']) => words.push(Word::Pattern(lower)),
                _ => {
                    let phrase = split(&lower);
                    if !phrase.is_empty() {
                        words.push(Word::Phrase(phrase));
                    }
                }
            }
        }
    }
    words
}

/// The words of a text, in lower case.
pub(in crate::jql) fn split(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect()
}

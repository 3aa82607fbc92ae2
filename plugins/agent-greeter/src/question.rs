//! Whether a message asks something.

/// How a question begins that is typed without its mark.
const OPENINGS: &[&str] = &[
    "any", "anybody", "anyone", "are", "can", "could", "do", "does", "how", "hows", "is", "may", "should",
    "what", "whats", "when", "where", "wheres", "which", "who", "whom", "whos", "why", "will", "would",
];
/// What people say before they ask.
const SALUTES: &[&str] = &["hello", "hey", "hi", "morning", "ok", "okay", "so", "sorry", "thanks", "um"];
/// Phrases that ask without being built as a question.
const PHRASES: &[&str] = &["i wonder", "i was wondering", "wondering if", "tell me", "let me know"];

/// Whether a text is a question: by its mark, its first words, or a phrase that asks.
pub(crate) fn is_one(text: &str) -> bool {
    let lower = text.to_lowercase();
    if lower.contains('?') || PHRASES.iter().any(|phrase| lower.contains(phrase)) {
        return true;
    }
    lower
        .split(|c: char| !c.is_alphanumeric())
        .find(|word| !word.is_empty() && !SALUTES.contains(word))
        .is_some_and(|word| OPENINGS.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_and_other_talk() {
        for (text, expected) in [
            ("Where do I park?", true),
            ("hi, how do i get on the wifi", true),
            ("whats for lunch", true),
            ("I was wondering if there is lunch", true),
            ("Thanks, that helps!", false),
            ("Got it, see you on Monday", false),
            ("", false),
        ] {
            assert_eq!(is_one(text), expected, "{text}");
        }
    }
}

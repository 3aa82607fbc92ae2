//! What this tool does, without any JSON or host around it.

use serde::{Deserialize, Serialize};

/// The arguments of `count`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// What to count in.
    pub text: String,
}

/// The result of `count`.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Parts of the text that stand between white space.
    pub words: usize,
    /// Lines, the last one with or without an end of line.
    pub lines: usize,
}

/// Counts the words and lines of a text.
pub fn count(Text { text }: &Text) -> Counts {
    Counts {
        words: text.split_whitespace().count(),
        lines: text.lines().count(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_lines_are_counted() {
        for (text, words, lines) in [
            ("", 0, 0),
            ("one", 1, 1),
            (" one  two\nthree\n", 3, 2),
            ("\n\n", 0, 2),
        ] {
            assert_eq!(
                count(&Text {
                    text: text.to_owned()
                }),
                Counts { words, lines },
                "{text:?}"
            );
        }
    }
}

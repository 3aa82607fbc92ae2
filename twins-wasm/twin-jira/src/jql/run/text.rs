//! Conditions on words.

use super::super::plan::{Word, split};

/// Whether all parts of a text query are found, each in any of the texts.
pub(super) fn contains(texts: &[String], wanted: &[Word]) -> bool {
    let texts: Vec<Vec<String>> = texts.iter().map(|text| split(text)).collect();
    wanted.iter().all(|word| {
        texts.iter().any(|text| match word {
            Word::Phrase(phrase) => text.windows(phrase.len()).any(|window| window == phrase.as_slice()),
            Word::Prefix(prefix) => text.iter().any(|word| word.starts_with(prefix.as_str())),
            Word::Pattern(pattern) => text.iter().any(|word| fits(pattern, word)),
        })
    })
}

/// Whether a word fits a pattern with `*` for any characters and `?` for one.
fn fits(pattern: &str, word: &str) -> bool {
    let word: Vec<char> = word.chars().collect();
    // Which lengths of the word the pattern so far can end at.
    let mut ends = vec![false; word.len() + 1];
    if let Some(first) = ends.first_mut() {
        *first = true;
    }
    for sign in pattern.chars() {
        let mut next = vec![false; word.len() + 1];
        let mut any_before = false;
        for (at, slot) in next.iter_mut().enumerate() {
            let before = at.checked_sub(1);
            let was = |at: Option<usize>| at.and_then(|at| ends.get(at)).copied().unwrap_or(false);
            any_before |= was(Some(at));
            *slot = match sign {
                '*' => any_before,
                '?' => was(before),
                other => was(before) && before.and_then(|at| word.get(at)) == Some(&other),
            };
        }
        ends = next;
    }
    ends.last().copied().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_words() {
        for (pattern, word, expected) in [
            ("gr?y", "grey", true),
            ("gr?y", "greyer", false),
            ("a*c", "abbc", true),
            ("a*c", "ab", false),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, word), expected, "{pattern} {word}");
        }
    }
}

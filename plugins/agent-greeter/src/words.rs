//! Words of a text in a form in which they can be compared.

/// Words that say nothing about what a text is about.
const COMMON: &[&str] = &[
    "a", "about", "all", "am", "an", "and", "any", "anybody", "anyone", "are", "as", "at", "be", "but", "by",
    "can", "could", "did", "do", "does", "for", "from", "get", "got", "had", "has", "have", "hello", "hey",
    "hi", "how", "i", "if", "in", "is", "it", "its", "just", "know", "like", "may", "me", "my", "need", "no",
    "not", "of", "on", "or", "our", "out", "please", "should", "so", "some", "tell", "thank", "thanks",
    "that", "the", "their", "them", "there", "they", "this", "to", "up", "us", "was", "we", "what", "when",
    "where", "which", "who", "why", "will", "with", "would", "you", "your",
];
/// From this length of the longer one on, words with one typing mistake between them are the same; shorter words
/// differ too little.
const LONG: usize = 5;

/// The telling words of a text, in order: lower case, without common words and endings.
pub(crate) fn telling(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty() && !COMMON.contains(word))
        .map(|word| stem(word).to_owned())
        .collect()
}

/// Whether two words are the same but for one typing mistake in a long one.
pub(crate) fn alike(left: &str, right: &str) -> bool {
    if left == right {
        return true;
    }
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    left.len().max(right.len()) >= LONG && one_slip(&left, &right)
}

/// Whether one added, missing, wrong or swapped letter makes the difference.
fn one_slip(left: &[char], right: &[char]) -> bool {
    let front = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (left, right) = (left.get(front..).unwrap_or_default(), right.get(front..).unwrap_or_default());
    let back = left.iter().rev().zip(right.iter().rev()).take_while(|(a, b)| a == b).count();
    let cut = |rest: &[char]| rest.iter().copied().take(rest.len() - back).collect::<Vec<_>>();
    match (cut(left).as_slice(), cut(right).as_slice()) {
        ([], [_]) | ([_], []) | ([_], [_]) => true,
        ([a, b], [c, d]) => a == d && b == c,
        _ => false,
    }
}

fn stem(word: &str) -> &str {
    for ending in ["ings", "ing", "es", "s"] {
        if let Some(stem) = word.strip_suffix(ending)
            && stem.chars().count() >= 3
        {
            return stem;
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telling_words_are_what_is_left() {
        assert_eq!(telling("How do I get my Expenses back?"), ["expens", "back"]);
        assert_eq!(telling("PARKING, Parks"), ["park", "park"]);
    }

    #[test]
    fn one_slip_in_a_long_word_is_forgiven() {
        for (left, right, expected) in [
            ("parking", "parkng", true),
            ("parking", "pakring", true),
            ("laptop", "labtop", true),
            ("laptop", "lapto", true),
            ("laptop", "latpo", false),
            ("lunch", "luch", true),
            ("wifi", "wiki", false),
            ("lunch", "bunches", false),
        ] {
            assert_eq!(alike(left, right), expected, "{left} {right}");
        }
    }
}

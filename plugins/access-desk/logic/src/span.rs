//! Lengths of time as people write them: `3 days`, `8h`, `a week`.

const HOUR: u64 = 3_600;
const UNITS: &[(&[&str], u64)] = &[
    (&["h", "hr", "hrs", "hour", "hours"], HOUR),
    (&["d", "day", "days"], 24 * HOUR),
    (&["w", "week", "weeks"], 7 * 24 * HOUR),
];
const NUMBERS: &[&str] =
    &["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
/// Longer numbers are no lengths of time.
const DIGITS: usize = 4;

/// The different lengths of time that a text names, in seconds.
pub(crate) fn all(text: &str) -> Vec<u64> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut spans = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let next = words.get(index + 1).copied().unwrap_or_default();
        let found = joined(word).or_else(|| number(word)?.checked_mul(unit(next)?));
        if let Some(span) = found.filter(|span| *span > 0 && !spans.contains(span)) {
            spans.push(span);
        }
    }
    spans
}

/// A length of time for people: in days where it is whole ones.
pub(crate) fn shown(seconds: u64) -> String {
    let (count, unit) = match seconds {
        whole if whole % (24 * HOUR) == 0 => (whole / (24 * HOUR), "day"),
        other => (other / HOUR, "hour"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

/// `8h`, `2weeks`.
fn joined(word: &str) -> Option<u64> {
    let digits = word.find(|c: char| !c.is_ascii_digit())?;
    let (count, letters) = word.split_at_checked(digits)?;
    number(count)?.checked_mul(unit(letters)?)
}

fn number(word: &str) -> Option<u64> {
    if matches!(word, "a" | "an") {
        return Some(1);
    }
    if let Some(place) = NUMBERS.iter().position(|known| *known == word) {
        return u64::try_from(place).ok()?.checked_add(1);
    }
    if word.len() > DIGITS { None } else { word.parse().ok() }
}

fn unit(word: &str) -> Option<u64> {
    UNITS.iter().find(|(names, _)| names.contains(&word)).map(|(_, seconds)| *seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_as_people_write_them() {
        for (text, hours) in [
            ("for 3 days, please", vec![72]),
            ("8h", vec![8]),
            ("a week or so", vec![168]),
            ("for an hour", vec![1]),
            ("two Weeks", vec![336]),
            ("a 3-day look", vec![72]),
            ("24 hours, so 1 day", vec![24]),
            ("3 days or 4 days", vec![72, 96]),
            ("0 days", vec![]),
            ("99999 days", vec![]),
            ("until Friday", vec![]),
            ("3 times", vec![]),
        ] {
            let expected: Vec<u64> = hours.iter().map(|hours| hours * HOUR).collect();
            assert_eq!(all(text), expected, "{text}");
        }
    }

    #[test]
    fn lengths_for_people() {
        assert_eq!(
            [HOUR, 8 * HOUR, 24 * HOUR, 72 * HOUR].map(shown),
            ["1 hour", "8 hours", "1 day", "3 days"]
        );
    }
}

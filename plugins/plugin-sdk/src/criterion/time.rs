//! Spans and instants as people and services write them.

use crate::{Duration, Instant};

const SECOND: u64 = 1_000_000_000;

/// A span such as `90s`, `2h 30m` or `1d`, in nanoseconds.
#[must_use]
pub fn span(text: &str) -> Option<Duration> {
    let mut sum: u64 = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, after) = rest.split_at_checked(digits)?;
        let letters = after.len() - after.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let (unit, after) = after.split_at_checked(letters)?;
        let unit = match unit {
            "ms" => SECOND / 1_000,
            "s" => SECOND,
            "m" | "min" => 60 * SECOND,
            "h" => 3_600 * SECOND,
            "d" => 86_400 * SECOND,
            _ => return None,
        };
        sum = sum.checked_add(number.parse::<u64>().ok()?.checked_mul(unit)?)?;
        rest = after.trim_start();
    }
    Some(sum)
}

/// A span in words, for reasons: its two largest units.
#[must_use]
pub fn span_words(nanoseconds: Duration) -> String {
    let seconds = nanoseconds / SECOND;
    let units =
        [("d", seconds / 86_400), ("h", seconds / 3_600 % 24), ("m", seconds / 60 % 60), ("s", seconds % 60)];
    let words: Vec<_> =
        units.iter().filter(|(_, n)| *n > 0).take(2).map(|(unit, n)| format!("{n}{unit}")).collect();
    if words.is_empty() { format!("{}ms", nanoseconds / 1_000_000) } else { words.join(" ") }
}

/// An instant as services write it: an RFC 3339 text, or a number (or its text, with a fraction if there is one) of
/// seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by its size.
#[must_use]
pub fn instant(value: &serde_json::Value) -> Option<Instant> {
    match value {
        serde_json::Value::Number(number) => of_number(&number.to_string()),
        serde_json::Value::String(text) => of_number(text).or_else(|| {
            let time: jiff::Timestamp = text.parse().ok()?;
            u64::try_from(time.as_nanosecond()).ok()
        }),
        _ => None,
    }
}

/// Decimal text is read digit by digit: a float has too few for nanoseconds, and the order of messages hangs on them.
fn of_number(text: &str) -> Option<Instant> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let number: u64 = whole.parse().ok()?;
    let unit = match number {
        0..100_000_000_000 => SECOND,
        100_000_000_000..100_000_000_000_000 => SECOND / 1_000,
        100_000_000_000_000..100_000_000_000_000_000 => SECOND / 1_000_000,
        _ => 1,
    };
    let fraction = format!("{fraction:0<9}");
    let nanoseconds: u64 = fraction.get(..9)?.parse().ok()?;
    number.checked_mul(unit)?.checked_add(nanoseconds / (SECOND / unit))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn spans_are_read_with_their_units() {
        for (text, seconds) in [("90s", 90), ("2h 30m", 9_000), ("1d", 86_400), ("2min", 120), ("0s", 0)] {
            assert_eq!(span(text), Some(seconds * SECOND), "{text}");
        }
        for text in ["", "90", "s", "1 y", "-1s", "1.5h", "99999999999999999999s"] {
            assert_eq!(span(text), None, "{text}");
        }
        assert_eq!((span_words(9_000 * SECOND).as_str(), span_words(5_000_000).as_str()), ("2h 30m", "5ms"));
    }

    #[test]
    fn instants_are_read_as_services_write_them() {
        let wanted = 1_767_603_600_000_100_000;
        for value in [
            json!("1767603600.000100"),
            json!(1_767_603_600_000_100_000_u64),
            json!("2026-01-05T09:00:00.0001Z"),
            json!("2026-01-05T10:00:00.0001+0100"),
            json!(1_767_603_600_000_100_u64),
        ] {
            assert_eq!(instant(&value), Some(wanted), "{value}");
        }
        assert_eq!(instant(&json!("soon")), None);
        assert_eq!(instant(&json!(true)), None);
    }
}

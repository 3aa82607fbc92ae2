//! Moments as the service writes and reads them. All of them are in UTC, whatever zone a user has.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan, Unit};

/// `2026-01-05T10:00:00.000+0000`.
pub(crate) fn show(ms: u64) -> String {
    let moment = civil(ms);
    // Written by hand: a format that is read anew for every moment takes several times as long.
    let mut text = String::with_capacity(28);
    digits(&mut text, moment.year().unsigned_abs().into(), 1_000);
    for (sign, part) in [('-', moment.month()), ('-', moment.day()), ('T', moment.hour())] {
        text.push(sign);
        digits(&mut text, part.unsigned_abs().into(), 10);
    }
    for part in [moment.minute(), moment.second()] {
        text.push(':');
        digits(&mut text, part.unsigned_abs().into(), 10);
    }
    text.push('.');
    digits(&mut text, moment.millisecond().unsigned_abs().into(), 100);
    text.push_str("+0000");
    text
}

/// `05/Jan/26 10:00 AM`, as people read it.
pub(crate) fn for_people(ms: u64) -> String {
    civil(ms).strftime("%d/%b/%y %-I:%M %p").to_string()
}

/// `05/Jan/26` for `2026-01-05`; what is no date stays as it is.
pub(crate) fn day_for_people(date: &str) -> String {
    date.parse::<Date>().map_or_else(|_| date.to_owned(), |date| date.strftime("%d/%b/%y").to_string())
}

/// A number with leading zeros, from the digit of that place on.
fn digits(text: &mut String, number: u32, mut place: u32) {
    while place > 0 {
        text.extend(char::from_digit(number / place % 10, 10));
        place /= 10;
    }
}

/// The civil time of a moment. One outside of the calendar's range is shown as its beginning.
pub(crate) fn civil(ms: u64) -> DateTime {
    let timestamp = i64::try_from(ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    TimeZone::UTC.to_datetime(timestamp.unwrap_or(Timestamp::UNIX_EPOCH))
}

/// The moment of a civil time, if it is after 1970.
pub(crate) fn of_civil(civil: DateTime) -> Option<u64> {
    let timestamp = TimeZone::UTC.to_timestamp(civil).ok()?;
    u64::try_from(timestamp.as_millisecond()).ok()
}

/// Reads an ISO moment such as `2026-01-05T10:00:00.000+0000`, with or without colon in the offset.
pub(crate) fn parse(text: &str) -> Option<u64> {
    let with_fraction = Timestamp::strptime("%Y-%m-%dT%H:%M:%S%.f%z", text);
    let timestamp = with_fraction.or_else(|_| text.parse::<Timestamp>()).ok()?;
    u64::try_from(timestamp.as_millisecond()).ok()
}

/// Whether a text is a date of the form `2026-01-05`.
pub(crate) fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<Date>().is_ok()
}

/// Reads the forms that the search language takes: a date with or without a time, or a period from `now`.
pub(crate) fn parse_query(text: &str, now: u64) -> Option<u64> {
    let text = text.trim();
    for form in ["%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M"] {
        if let Ok(moment) = DateTime::strptime(form, text) {
            return of_civil(moment);
        }
    }
    for form in ["%Y/%m/%d", "%Y-%m-%d"] {
        if let Ok(date) = Date::strptime(form, text) {
            return of_civil(date.at(0, 0, 0, 0));
        }
    }
    if let Some(moment) = parse(text) {
        return Some(moment);
    }
    if let Ok(ms) = text.parse::<u64>() {
        return Some(ms);
    }
    period(text).map(|span| u64::try_from(i128::from(now) + i128::from(span)).unwrap_or_default())
}

/// A period such as `-5d` or `4w 2d`, in milliseconds. Minutes are `m`; there are no months.
fn period(text: &str) -> Option<i64> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut sum = 0_i64;
    let mut parts = 0;
    for part in text.split_whitespace() {
        let unit = part.chars().last()?;
        let number: i64 = part.strip_suffix(unit)?.parse().ok()?;
        let minutes = match unit {
            'm' => 1,
            'h' => 60,
            'd' => 24 * 60,
            'w' => 7 * 24 * 60,
            _ => return None,
        };
        sum = sum.checked_add(number.checked_mul(minutes)?.checked_mul(60_000)?)?;
        parts += 1;
    }
    (parts > 0).then_some(sign * sum)
}

/// The periods that the search language's functions count in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Period {
    Day,
    Week,
    Month,
    Year,
}

/// Where the period around `now` begins, or the following one with `end`, moved by `offset` such as `-1` or `+2w`.
/// None when the offset cannot be read.
pub(crate) fn boundary(now: u64, period: Period, end: bool, offset: Option<&str>) -> Option<u64> {
    let moved = match offset {
        None => civil(now),
        Some(offset) => shift(civil(now), period, offset)?,
    };
    let date = moved.date();
    let first = match period {
        Period::Day => date,
        // Weeks begin on Sunday, as on an American site.
        Period::Week => date.checked_sub(i64::from(date.weekday().to_sunday_zero_offset()).days()).ok()?,
        Period::Month => date.first_of_month(),
        Period::Year => date.first_of_year(),
    };
    if !end {
        return of_civil(first.at(0, 0, 0, 0));
    }
    let after = match period {
        Period::Day => first.checked_add(1.day()),
        Period::Week => first.checked_add(1.week()),
        Period::Month => first.checked_add(1.month()),
        Period::Year => first.checked_add(1.year()),
    };
    of_civil(after.ok()?.at(0, 0, 0, 0)).map(|ms| ms.saturating_sub(1))
}

fn shift(from: DateTime, period: Period, offset: &str) -> Option<DateTime> {
    let offset = offset.trim();
    let (digits, unit) = match offset.chars().last() {
        Some(unit) if unit.is_ascii_alphabetic() => (offset.strip_suffix(unit)?, Some(unit)),
        _ => (offset, None),
    };
    let number: i64 = digits.strip_prefix('+').unwrap_or(digits).parse().ok()?;
    let unit = match (unit, period) {
        (Some('y'), _) | (None, Period::Year) => Unit::Year,
        (Some('M'), _) | (None, Period::Month) => Unit::Month,
        (Some('w'), _) | (None, Period::Week) => Unit::Week,
        (Some('d'), _) | (None, Period::Day) => Unit::Day,
        (Some('h'), _) => Unit::Hour,
        (Some('m'), _) => Unit::Minute,
        _ => return None,
    };
    let span = match unit {
        Unit::Year => jiff::Span::new().try_years(number),
        Unit::Month => jiff::Span::new().try_months(number),
        Unit::Week => jiff::Span::new().try_weeks(number),
        Unit::Day => jiff::Span::new().try_days(number),
        Unit::Hour => jiff::Span::new().try_hours(number),
        _ => jiff::Span::new().try_minutes(number),
    };
    from.checked_add(span.ok()?).ok()
}

/// Working time such as `2d 4h`, in seconds: eight hours a day, five days a week. A bare number is minutes.
pub(crate) fn work_seconds(text: &str) -> Option<u64> {
    let text = text.trim();
    if let Ok(minutes) = text.parse::<u64>() {
        return minutes.checked_mul(60);
    }
    let mut sum = 0_u64;
    let mut parts = 0;
    for part in text.split_whitespace() {
        let unit = part.chars().last()?;
        let number: f64 =
            part.strip_suffix(unit)?.parse().ok().filter(|number: &f64| (0.0..1e6).contains(number))?;
        let seconds = match unit {
            'm' => 60.0,
            'h' => 3_600.0,
            'd' => 28_800.0,
            'w' => 144_000.0,
            _ => return None,
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "below 1.5e11 and not negative"
        )]
        let whole = (number * seconds) as u64;
        sum = sum.checked_add(whole)?;
        parts += 1;
    }
    (parts > 0).then_some(sum)
}

/// The same, written: `1w 2d 3h 4m`, or `0m`.
pub(crate) fn show_work(seconds: u64) -> String {
    let mut rest = seconds / 60;
    let mut parts = Vec::new();
    for (name, minutes) in [("w", 2_400), ("d", 480), ("h", 60), ("m", 1)] {
        let number = rest / minutes;
        rest %= minutes;
        if number > 0 {
            parts.push(format!("{number}{name}"));
        }
    }
    if parts.is_empty() { "0m".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-05T10:00:00Z, a Monday.
    const NOW: u64 = 1_767_607_200_000;

    #[test]
    fn moments_are_written_as_they_are_read() {
        assert_eq!(show(NOW), "2026-01-05T10:00:00.000+0000");
        assert_eq!(parse(&show(NOW)), Some(NOW));
        assert_eq!(parse("2026-01-05T11:00:00.000+0100"), Some(NOW));
        assert_eq!(parse("2026-01-05T10:00:00Z"), Some(NOW));
        assert_eq!(parse("yesterday"), None);
        assert_eq!(for_people(NOW), "05/Jan/26 10:00 AM");
        assert_eq!(day_for_people("2026-11-30"), "30/Nov/26");
    }

    #[test]
    fn query_dates_are_absolute_or_relative() {
        for (text, shown) in [
            ("2026/01/04 09:30", "2026-01-04T09:30:00.000+0000"),
            ("2026-01-04", "2026-01-04T00:00:00.000+0000"),
            ("-1d", "2026-01-04T10:00:00.000+0000"),
            ("1w 2h", "2026-01-12T12:00:00.000+0000"),
        ] {
            assert_eq!(parse_query(text, NOW).map(show).as_deref(), Some(shown), "{text}");
        }
        assert_eq!(parse_query("20/12/10", NOW), None);
        assert_eq!(parse_query("3y", NOW), None);
    }

    #[test]
    fn boundaries_move_by_their_own_period() {
        let at = |period, end, offset| boundary(NOW, period, end, offset).map(show).unwrap();
        assert_eq!(at(Period::Day, false, None), "2026-01-05T00:00:00.000+0000");
        assert_eq!(at(Period::Day, true, Some("-1")), "2026-01-04T23:59:59.999+0000");
        assert_eq!(at(Period::Week, false, None), "2026-01-04T00:00:00.000+0000");
        assert_eq!(at(Period::Month, true, Some("+1")), "2026-02-28T23:59:59.999+0000");
        assert_eq!(at(Period::Year, false, Some("-2M")), "2025-01-01T00:00:00.000+0000");
        assert_eq!(boundary(NOW, Period::Day, false, Some("soon")), None);
    }

    #[test]
    fn work_counts_in_days_of_eight_hours() {
        assert_eq!(work_seconds("1w 1d 1h 1m"), Some(144_000 + 28_800 + 3_600 + 60));
        assert_eq!(work_seconds("30"), Some(1_800));
        assert_eq!(work_seconds("1.5h"), Some(5_400));
        assert_eq!(work_seconds("later"), None);
        assert_eq!([0, 60, 30_600].map(show_work), ["0m", "1m", "1d 30m"]);
    }
}

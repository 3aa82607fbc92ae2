//! The trial's time in the forms that the service writes and reads.

use jiff::Timestamp;
use twin_sdk::Instant;

/// Whole seconds with three zeros behind the point, as most documents carry them: `2026-01-05T10:00:00.000Z`.
pub(crate) fn stamp(instant: Instant) -> String {
    write(instant, "%Y-%m-%dT%H:%M:%S.000Z")
}

/// With milliseconds, as the System Log carries them.
pub(crate) fn fine_stamp(instant: Instant) -> String {
    write(instant, "%Y-%m-%dT%H:%M:%S.%3fZ")
}

/// Without a fraction: `2026-01-05T10:00:00Z`.
pub(crate) fn short_stamp(instant: Instant) -> String {
    write(instant, "%Y-%m-%dT%H:%M:%SZ")
}

/// As behaviours carry it: `2026-01-05 10:00:00.0`.
pub(crate) fn spaced_stamp(instant: Instant) -> String {
    write(instant, "%Y-%m-%d %H:%M:%S.0")
}

/// As HTTP dates are written: `Mon, 05 Jan 2026 10:00:00 GMT`.
pub(crate) fn http_date(seconds: u64) -> String {
    write(seconds.saturating_mul(1_000_000_000), "%a, %d %b %Y %H:%M:%S GMT")
}

/// As certificates carry it, and whether in the form with four digits of the year, which holds from 2050 on (RFC 5280, 4.1.2.5).
pub(crate) fn certificate_stamp(instant: Instant) -> (String, bool) {
    let long = write(instant, "%Y%m%d%H%M%SZ");
    match long.strip_prefix("20").filter(|rest| *rest < "50") {
        Some(short) => (short.to_owned(), false),
        None => (long, true),
    }
}

/// Reads an ISO 8601 date and time with an offset; none if it is no such text or lies before 1970.
pub(crate) fn parse(text: &str) -> Option<Instant> {
    let timestamp: Timestamp = text.trim().parse().ok()?;
    Instant::try_from(timestamp.as_nanosecond()).ok()
}

/// Whole days, weeks, hours and the like in nanoseconds.
pub(crate) const fn seconds(count: u64) -> Instant {
    count.saturating_mul(1_000_000_000)
}

/// One day in nanoseconds.
pub(crate) const DAY: Instant = seconds(86_400);

/// An instant that no calendar reaches is written as the last one that it does.
fn write(instant: Instant, format: &str) -> String {
    let timestamp = Timestamp::from_nanosecond(i128::from(instant)).unwrap_or(Timestamp::MAX);
    timestamp.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_instant_in_every_form() {
        let instant = 1_767_607_200_123_000_000;
        assert_eq!(stamp(instant), "2026-01-05T10:00:00.000Z");
        assert_eq!(fine_stamp(instant), "2026-01-05T10:00:00.123Z");
        assert_eq!(spaced_stamp(instant), "2026-01-05 10:00:00.0");
        assert_eq!(certificate_stamp(instant), ("260105100000Z".to_owned(), false));
        assert_eq!(certificate_stamp(2_600_000_000_000_000_000), ("20520522141320Z".to_owned(), true));
        assert_eq!(short_stamp(instant), "2026-01-05T10:00:00Z");
        assert_eq!(http_date(1_767_607_200), "Mon, 05 Jan 2026 10:00:00 GMT");
        assert_eq!(parse("2026-01-05T10:00:00.123Z"), Some(instant));
        assert_eq!(parse("2026-01-05T11:00:00.123+01:00"), Some(instant));
        assert_eq!(parse("yesterday"), None);
    }
}

//! Days, months and years as people write them, in seconds since 1970. Days begin at midnight in Greenwich: the twin
//! has no calendar of daylight saving.

use std::ops::Range;

const DAY: u64 = 86_400;
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The seconds of a day, a month or a year: `2026-01-05`, `today`, `yesterday`, `2026-01`, `2026`, `january`. A month
/// without a year is the last one that has begun.
pub(super) fn span(text: &str, now: u64) -> Option<Range<u64>> {
    let text = text.to_lowercase();
    let today = now - now % DAY;
    match text.as_str() {
        "today" => return Some(today..today.checked_add(DAY)?),
        "yesterday" => return Some(today.checked_sub(DAY)?..today),
        _ => {}
    }
    if let Some(month) = MONTHS.iter().position(|name| text.len() >= 3 && name.starts_with(&text)) {
        let month = u64::try_from(month).ok()?.checked_add(1)?;
        let (year, this_month, _) = day_of(now);
        return months(if month > this_month { year.checked_sub(1)? } else { year }, month, 1);
    }
    let numbers: Vec<u64> = text.split(['-', '/']).map(str::parse).collect::<Result<_, _>>().ok()?;
    match *numbers.as_slice() {
        [year] => months(year, 1, 12),
        [year, month] => months(year, month, 1),
        [year, month, day] => {
            let month_days = months(year, month, 1)?;
            let begin = month_days.start.checked_add(day.checked_sub(1)?.checked_mul(DAY)?)?;
            month_days.contains(&begin).then(|| begin..begin.saturating_add(DAY))
        }
        _ => None,
    }
}

/// The year, the month and the day of a moment.
fn day_of(seconds: u64) -> (u64, u64, u64) {
    let days = seconds / DAY;
    // Dates are counted from the first of March of the year 0, so that leap days come last.
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

/// So many months from one on; none before 1970 and none after 9999.
fn months(year: u64, month: u64, count: u64) -> Option<Range<u64>> {
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) {
        return None;
    }
    let last = month + count - 1;
    let (end_year, end_month) = (year + last / 12, last % 12 + 1);
    Some(first_of(year, month)..first_of(end_year, end_month))
}

/// When a month begins.
fn first_of(year: u64, month: u64) -> u64 {
    let (shifted_year, shifted_month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let (era, year_of_era) = (shifted_year / 400, shifted_year % 400);
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + (153 * shifted_month + 2) / 5;
    (era * 146_097 + of_era - 719_468) * DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_eighty_years_is_found_again() {
        let mut seconds = 0;
        for _ in 0..80 * 365 {
            let (year, month, day) = day_of(seconds);
            assert_eq!(span(&format!("{year}-{month}-{day}"), 0), Some(seconds..seconds + DAY));
            seconds += DAY;
        }
        assert_eq!(day_of(1_709_164_800), (2024, 2, 29));
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "soon",
            "2025-02-29",
            "2026-00",
            "2026-1-32",
            "1969",
            "10000",
            "1-2-3-4",
            "99999999999999999999",
        ] {
            assert_eq!(span(text, 0), None, "{text}");
        }
        assert_eq!(span("yesterday", 5), None);
    }
}

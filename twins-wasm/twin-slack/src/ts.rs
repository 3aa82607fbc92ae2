//! Message timestamps: microseconds since 1970, written `seconds.microseconds`, and a message's key in its
//! channel.

use std::fmt;

/// A moment in a channel, in microseconds. Its text has a fixed width, so that texts sort as moments do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ts(u64);

impl Ts {
    /// The first moment.
    pub(crate) const MIN: Self = Self(0);
    /// The last moment whose seconds have ten digits.
    pub(crate) const MAX: Self = Self(9_999_999_999_999_999);

    /// A moment, cut at [`Ts::MAX`].
    pub(crate) fn from_micros(micros: u64) -> Self {
        Self(micros).min(Self::MAX)
    }

    /// The next moment.
    pub(crate) fn next(self) -> Self {
        Self::from_micros(self.0.saturating_add(1))
    }

    /// The moment before.
    pub(crate) fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// Reads the bound of a range: seconds with or without a fraction.
    pub(crate) fn parse_bound(text: &str) -> Option<Self> {
        let (seconds, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if seconds.is_empty() || !digits(seconds) || !digits(fraction) {
            return None;
        }
        let fraction: String = fraction.chars().chain("000000".chars()).take(6).collect();
        let micros = seconds.parse::<u64>().ok()?.checked_mul(1_000_000)?;
        let moment = Self(micros.checked_add(fraction.parse().ok()?)?);
        (moment <= Self::MAX).then_some(moment)
    }

    /// Reads the name of a message: exactly as the service writes it.
    pub(crate) fn parse_name(text: &str) -> Option<Self> {
        Self::parse_bound(text).filter(|ts| ts.to_string() == text)
    }
}

impl fmt::Display for Ts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}.{:06}", self.0 / 1_000_000, self.0 % 1_000_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_lenient_and_names_are_not() {
        let ts = Ts::parse_name("1767600000.000100").unwrap();
        assert_eq!(ts.to_string(), "1767600000.000100");
        assert_eq!(Ts::parse_bound("1767600000.0001"), Some(ts));
        assert_eq!(Ts::parse_bound("0"), Some(Ts::MIN));
        assert_eq!(Ts::parse_name("1767600000.0001"), None);
        for garbled in ["", ".", "-1", "now", "1.2.3", "99999999999", "99999999999999999999"] {
            assert_eq!(Ts::parse_bound(garbled), None, "{garbled:?}");
        }
    }

    #[test]
    fn texts_sort_as_moments() {
        let (early, late) = (Ts::from_micros(999_999_999_999_999), Ts::from_micros(1_000_000_000_000_000));
        assert!(early.to_string() < late.to_string());
        assert_eq!(Ts::MAX.next(), Ts::MAX);
    }
}

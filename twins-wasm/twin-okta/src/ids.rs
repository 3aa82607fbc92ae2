//! Ids in the service's forms, from the host's random stream.

use twin_sdk::Host;

/// Digits in byte order, so that the ids of a kind are ordered as they were made.
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// The last characters of every id of an org.
const CELL: &str = "4x7";
/// How many digits carry the order, and how many are drawn.
const ORDER: usize = 6;
const DRAWN: usize = 8;
/// How many digits one random number gives: few enough that all are equally likely.
const DIGITS_OF_A_DRAW: usize = 8;

/// What the order begins with for what an org has from its first day, and for what is made while it is in use. Ids that
/// the service gave away up to 2026, which fixtures bring along, lie between the two.
const FIRST: u64 = 0;
const LATER: u64 = 55;

/// An id of 20 characters that begins with `prefix`, greater in byte order than every earlier one of that prefix. Those
/// that are minted while a world is `seeded` come before all others.
pub(crate) fn mint(host: &mut dyn Host, prefix: &str, seeded: bool) -> String {
    let number = host.next_sequence("ids");
    let era = digit(if seeded { FIRST } else { LATER });
    let order = digits(number, ORDER - 1);
    format!("{prefix}{era}{order}{}{CELL}", draw(host, DRAWN))
}

/// The id of an error: `oae` and 22 characters.
pub(crate) fn error_id(host: &mut dyn Host) -> String {
    format!("oae{}", draw(host, 22))
}

/// A secret of that many letters and digits. One number of the host's gives eight of them: a call costs more than what
/// it brings.
pub(crate) fn draw(host: &mut dyn Host, len: usize) -> String {
    let mut drawn = String::with_capacity(len);
    while drawn.len() < len {
        drawn.push_str(&digits(host.random(), DIGITS_OF_A_DRAW.min(len - drawn.len())));
    }
    drawn
}

/// A UUID, version 4.
pub(crate) fn uuid(host: &mut dyn Host) -> String {
    let (high, low) = (host.random(), host.random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0x0fff,
        0x8000 | (low >> 48) & 0x3fff,
        low & 0xffff_ffff_ffff
    )
}

/// The last `len` base62 digits of a number, highest first.
fn digits(mut number: u64, len: usize) -> String {
    let mut digits: Vec<char> = Vec::with_capacity(len);
    for _ in 0..len {
        digits.push(digit(number % 62));
        number /= 62;
    }
    digits.iter().rev().collect()
}

fn digit(number: u64) -> char {
    let place = usize::try_from(number % 62).unwrap_or_default();
    BASE62.get(place).copied().map_or('0', char::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use twin_sdk::testing::MemoryHost;

    #[test]
    fn ids_rise_and_have_twenty_characters() {
        let mut host = MemoryHost::default();
        let ids: Vec<_> = (0..300).map(|made| mint(&mut host, "00u", made < 150)).collect();
        assert!(ids.is_sorted_by(|one, other| one < other));
        assert!(ids[149].as_str() < "00unkw1sfbTw08c0g1d7" && ids[150].as_str() > "00usfdsyqnIjEmHNm4x6");
        assert!(ids.iter().all(|id| id.len() == 20 && id.starts_with("00u")));
        assert_eq!(error_id(&mut host).len(), 25);
        let uuid = uuid(&mut host);
        assert_eq!((uuid.len(), uuid.as_bytes()[14]), (36, b'4'));
    }
}

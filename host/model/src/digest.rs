//! Content digests and seeds.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

/// BLAKE3-256 of some bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }

    /// The digest of several parts; the parts' borders count.
    pub fn of_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut hasher = blake3::Hasher::new();
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        Self(*hasher.finalize().as_bytes())
    }

    /// The digest that these bytes are.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The raw 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The 64 lower-case hexadecimal digits, without a prefix.
    pub fn hex(&self) -> String {
        blake3::Hash::from_bytes(self.0).to_hex().to_string()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blake3:{}", self.hex())
    }
}

/// A text that is no digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a digest is `blake3:` and 64 lower-case hexadecimal digits")]
pub struct NoDigest;

/// Reads what `Display` writes.
impl FromStr for Digest {
    type Err = NoDigest;

    fn from_str(text: &str) -> Result<Self, NoDigest> {
        let digits = text.strip_prefix("blake3:").ok_or(NoDigest)?;
        let hash = blake3::Hash::from_hex(digits).map_err(|_| NoDigest)?;
        let read = Self(*hash.as_bytes());
        if read.hex() == digits { Ok(read) } else { Err(NoDigest) }
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'d> Deserialize<'d> for Digest {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What everything random in one trial is drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seed(pub u64);

impl Seed {
    /// The seed of a scenario's trial: the first 64 bits of a digest over suite, scenario, base and trial number,
    /// so that adding a scenario moves no other scenario's seeds.
    pub fn of_trial(suite: &str, scenario: &str, base: u64, index: u32) -> Self {
        let digest = Digest::of_parts([
            b"trial".as_slice(),
            suite.as_bytes(),
            scenario.as_bytes(),
            &base.to_le_bytes(),
            &index.to_le_bytes(),
        ]);
        let [a, b, c, d, e, f, g, h, ..] = *digest.as_bytes();
        Self(u64::from_le_bytes([a, b, c, d, e, f, g, h]))
    }

    /// The 32-byte key of a named stream of this seed.
    pub fn stream_key(self, name: &str) -> [u8; 32] {
        *Digest::of_parts([b"stream".as_slice(), &self.0.to_le_bytes(), name.as_bytes()]).as_bytes()
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Serialize for Seed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'d> Deserialize<'d> for Seed {
    fn deserialize<D: Deserializer<'d>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        u64::from_str_radix(&text, 16).map(Self).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_read_as_it_is_shown() {
        let digest = Digest::of(b"x");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        let shown = digest.to_string();
        for other in ["", "blake3:", "blake3:00", &digest.hex(), &shown.to_uppercase(), &format!("{shown}0")]
        {
            assert_eq!(other.parse::<Digest>(), Err(NoDigest), "{other}");
        }
    }

    #[test]
    fn part_borders_count() {
        assert_ne!(Digest::of_parts([b"ab".as_slice(), b"c"]), Digest::of_parts([b"a".as_slice(), b"bc"]));
    }

    #[test]
    fn seeds_depend_on_every_part_and_never_change() {
        let seed = Seed::of_trial("suite", "scenario", 7, 0);
        assert_eq!(seed, Seed::of_trial("suite", "scenario", 7, 0));
        for other in [
            Seed::of_trial("other", "scenario", 7, 0),
            Seed::of_trial("suite", "other", 7, 0),
            Seed::of_trial("suite", "scenario", 8, 0),
            Seed::of_trial("suite", "scenario", 7, 1),
        ] {
            assert_ne!(seed, other);
        }
        assert_ne!(seed.stream_key("a"), seed.stream_key("b"));
    }
}

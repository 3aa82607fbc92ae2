//! Ids that depend on what they name and on nothing else, so that every trial has the same ones.

use data_encoding::BASE32_NOPAD;

/// `prefix` and `len` upper-case base32 characters of a digest of `name`. The digest has 52 of them; more
/// cannot be asked for.
#[must_use]
pub fn digest_id(prefix: &str, name: &str, len: usize) -> String {
    let digits = BASE32_NOPAD.encode(blake3::hash(name.as_bytes()).as_bytes());
    prefix.chars().chain(digits.chars().take(len)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_have_equal_ids() {
        assert_eq!(digest_id("U", "ana", 10), digest_id("U", "ana", 10));
        assert_ne!(digest_id("U", "ana", 10), digest_id("U", "ben", 10));
        assert_eq!(digest_id("U", "ana", 10).len(), 11);
    }
}

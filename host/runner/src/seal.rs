//! Encryption at rest of what a suite seals: XChaCha20-Poly1305 under a key that only the runner holds. Each file is
//! bound to where it stands, so that none can take another's place.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use glasshouse_model::Digest;
use std::fmt;

/// What the name of an encrypted file ends in, behind its own.
pub const SEALED_ENDING: &str = ".sealed";
/// How every encrypted file begins.
const MAGIC: &[u8] = b"glasshouse-sealed/1\n";
const KEY: usize = 32;
const NONCE: usize = 24;
/// Bytes of the key's name in a file.
const KEY_NAME: usize = 8;

/// The key of sealed files.
#[derive(Clone)]
pub struct SealKey([u8; KEY]);

/// Why a sealed file cannot be opened, or a key not be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The text of a key file is none.
    #[error("a key is one line of 64 hexadecimal digits")]
    NoKey,
    /// The machine gives no random numbers.
    #[error("the machine gives no random numbers: {0}")]
    Entropy(String),
    /// The file does not begin as sealed files do.
    #[error("no sealed file")]
    NotSealed,
    /// It was sealed with another key.
    #[error("sealed with the key {sealed}, and the key at hand is {given}")]
    WrongKey {
        /// The name of the key that it was sealed with.
        sealed: String,
        /// The name of the key that was given.
        given: String,
    },
    /// The key is right, and the content is not what was sealed, or not sealed for this place.
    #[error("changed since it was sealed, or moved from where it stood")]
    Changed,
    /// The cipher takes no file of that size.
    #[error("too large to be sealed")]
    TooLarge,
}

/// Never shows the key.
impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealKey({})", self.name())
    }
}

impl SealKey {
    /// A new key.
    ///
    /// # Errors
    /// [`SealError::Entropy`] where the machine has none to give.
    pub fn generate() -> Result<Self, SealError> {
        random().map(Self)
    }

    /// The key in a key file's text.
    ///
    /// # Errors
    /// [`SealError::NoKey`] where it is none.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let digits = text.trim();
        let mut key = [0; KEY];
        if digits.len() != 2 * KEY || !digits.is_ascii() {
            return Err(SealError::NoKey);
        }
        for (byte, index) in key.iter_mut().zip((0..).step_by(2)) {
            let pair = digits.get(index..index + 2).ok_or(SealError::NoKey)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| SealError::NoKey)?;
        }
        Ok(Self(key))
    }

    /// The text of its key file.
    pub fn text(&self) -> String {
        let digits: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        digits + "\n"
    }

    /// What files call it: it tells keys apart and says nothing of them.
    pub fn name(&self) -> String {
        hexadecimal(&self.short())
    }

    /// Seals a file's bytes for the place where it stands.
    ///
    /// # Errors
    /// [`SealError::Entropy`], [`SealError::TooLarge`].
    pub fn seal(&self, place: &str, content: &[u8]) -> Result<Vec<u8>, SealError> {
        let nonce: [u8; NONCE] = random()?;
        let payload = Payload { msg: content, aad: place.as_bytes() };
        let sealed = self.cipher().encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| SealError::TooLarge)?;
        Ok([MAGIC, &self.short(), &nonce, &sealed].concat())
    }

    /// Opens what was sealed for a place.
    ///
    /// # Errors
    /// What keeps it from being opened.
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>, SealError> {
        let rest = sealed.strip_prefix(MAGIC).ok_or(SealError::NotSealed)?;
        let (name, rest) = rest.split_first_chunk::<KEY_NAME>().ok_or(SealError::NotSealed)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE>().ok_or(SealError::NotSealed)?;
        if *name != self.short() {
            return Err(SealError::WrongKey { sealed: hexadecimal(name), given: self.name() });
        }
        let payload = Payload { msg: rest, aad: place.as_bytes() };
        self.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| SealError::Changed)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(self.0))
    }

    fn short(&self) -> [u8; KEY_NAME] {
        let digest = Digest::of_parts([b"glasshouse seal key".as_slice(), &self.0]);
        let [a, b, c, d, e, f, g, h, ..] = *digest.as_bytes();
        [a, b, c, d, e, f, g, h]
    }
}

fn random<const N: usize>() -> Result<[u8; N], SealError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| SealError::Entropy(error.to_string()))?;
    Ok(bytes)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> SealKey {
        SealKey([byte; KEY])
    }

    #[test]
    fn what_is_sealed_opens_at_its_place_with_its_key_alone() {
        let sealed = key(1).seal("a/sealed/judge.toml", b"schema").unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"schema"));
        assert_eq!(key(1).open("a/sealed/judge.toml", &sealed).unwrap(), b"schema");
        assert_eq!(key(1).open("b/sealed/judge.toml", &sealed), Err(SealError::Changed));
        let wrong = key(2).open("a/sealed/judge.toml", &sealed).unwrap_err();
        assert_eq!(wrong, SealError::WrongKey { sealed: key(1).name(), given: key(2).name() });
    }

    #[test]
    fn no_changed_byte_is_opened() {
        let sealed = key(1).seal("p", b"content").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key(1).open("p", &changed).is_err(), "{at}");
        }
        for length in 0..sealed.len() {
            assert!(key(1).open("p", &sealed[..length]).is_err(), "{length}");
        }
        assert_ne!(sealed, key(1).seal("p", b"content").unwrap());
    }

    #[test]
    fn a_key_is_read_as_it_is_written_and_not_shown() {
        let key = SealKey::generate().unwrap();
        assert_eq!(SealKey::parse(&key.text()).unwrap().0, key.0);
        assert!(!format!("{key:?}").contains(key.text().trim()));
        for text in ["", "xy", &"g".repeat(64), &"ü".repeat(32), &"0".repeat(63)] {
            assert_eq!(SealKey::parse(text).unwrap_err(), SealError::NoKey, "{text}");
        }
    }
}

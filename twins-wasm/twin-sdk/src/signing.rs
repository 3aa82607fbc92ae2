//! Keyed digests with which services sign what they send.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{Header, Signing};

/// HMAC-SHA256 of the parts one after the other, in lower-case hex. Keys of every length will do.
#[must_use]
pub fn hmac_sha256_hex(key: &[u8], parts: &[&[u8]]) -> String {
    // A key of any length is taken; the error is in the trait for ciphers that are choosier.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    for part in parts {
        mac.update(part);
    }
    HEXLOWER.encode(&mac.finalize().into_bytes())
}

/// The header fields of a body that is sent at that second: the time, and the signature over both, as the host makes them
/// for an attempt.
#[must_use]
pub fn signed(signing: &Signing, time: u64, body: &[u8]) -> [Header; 2] {
    let time = time.to_string();
    let parts = [signing.before.as_bytes(), time.as_bytes(), signing.between.as_bytes(), body];
    let signature = format!("{}{}", signing.prefix, hmac_sha256_hex(&signing.secret, &parts));
    let header = |name: &String, value| Header { name: name.clone(), value };
    [header(&signing.time_header, time), header(&signing.signature_header, signature)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test cases 2 and 6.
    #[test]
    fn published_vectors_hold() {
        assert_eq!(
            hmac_sha256_hex(b"Jefe", &[b"what do ya want ", b"for nothing?"]),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            hmac_sha256_hex(&[0xaa; 131], &[b"Test Using Larger Than Block-Size Key - Hash Key First"]),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }
}

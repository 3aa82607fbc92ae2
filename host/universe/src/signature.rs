//! What proves to the receiver of a delivery who sent it, and when.

use data_encoding::HEXLOWER;
use glasshouse_sandbox::{Header, Signing};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

const SECOND: u64 = 1_000_000_000;

/// The header fields of a body that is sent at that moment: the time, and the signature over both.
pub(crate) fn signed(signing: &Signing, now: u64, body: &[u8]) -> Vec<Header> {
    let time = (now / SECOND).to_string();
    // A key of any length is taken; the error is in the trait for ciphers that are choosier.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&signing.secret) else { return Vec::new() };
    for part in [signing.before.as_bytes(), time.as_bytes(), signing.between.as_bytes(), body] {
        mac.update(part);
    }
    let signature = format!("{}{}", signing.prefix, HEXLOWER.encode(&mac.finalize().into_bytes()));
    let header = |name: &String, value| Header { name: name.clone(), value };
    vec![header(&signing.time_header, time), header(&signing.signature_header, signature)]
}

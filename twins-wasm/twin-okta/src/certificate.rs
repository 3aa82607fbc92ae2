//! Certificates (RFC 5280) and certificate requests (RFC 2986) of signing keys, in DER.

use yasna::models::ObjectIdentifier;
use yasna::tags::{TAG_GENERALIZEDTIME, TAG_UTCTIME};
use yasna::{DERWriter, DERWriterSeq, Tag, construct_der};

use crate::errors::Error;
use crate::keys::Key;
use crate::times;

const SHA256_WITH_RSA: &[u64] = &[1, 2, 840, 113_549, 1, 1, 11];
const RSA: &[u64] = &[1, 2, 840, 113_549, 1, 1, 1];
const EXTENSIONS: &[u64] = &[1, 2, 840, 113_549, 1, 9, 14];
const ALTERNATIVE_NAMES: &[u64] = &[2, 5, 29, 17];
const EMAIL: &[u64] = &[1, 2, 840, 113_549, 1, 9, 1];
/// The parts of a name as a request for a certificate gives them, in the order of a name.
pub(crate) const NAME_PARTS: &[(&str, &[u64])] = &[
    ("countryName", &[2, 5, 4, 6]),
    ("stateOrProvinceName", &[2, 5, 4, 8]),
    ("localityName", &[2, 5, 4, 7]),
    ("organizationName", &[2, 5, 4, 10]),
    ("organizationalUnitName", &[2, 5, 4, 11]),
    ("commonName", &[2, 5, 4, 3]),
];
/// The name in certificates that the service signs for an org.
const ISSUER: &[&str] = &["US", "California", "San Francisco", "Okta", "SSOProvider"];

/// A name: kinds of parts and their texts.
pub(crate) type Name = Vec<(&'static [u64], String)>;

/// The certificate of a key that it signs itself, in the name of an org.
pub(crate) fn own(key: &Key, org: &str) -> Result<Vec<u8>, Error> {
    let texts = ISSUER.iter().copied().chain([org]);
    let mut name: Name =
        NAME_PARTS.iter().zip(texts).map(|((_, kind), text)| (*kind, text.to_owned())).collect();
    name.push((EMAIL, "info@okta.com".to_owned()));
    let modulus = key.modulus()?;
    let body = construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer.next().write_tagged(Tag::context(0), |writer| writer.write_u8(2));
            // Milliseconds, as the service numbers them.
            writer.next().write_u64(key.created / 1_000_000);
            algorithm(writer.next(), SHA256_WITH_RSA);
            write_name(writer.next(), &name);
            writer.next().write_sequence(|writer| {
                write_time(writer.next(), key.created);
                write_time(writer.next(), key.expires);
            });
            write_name(writer.next(), &name);
            public_key(writer.next(), &modulus);
        });
    });
    signed(key, &body)
}

/// A request for a certificate of a key in that name, for hosts too where there are any.
pub(crate) fn request(key: &Key, name: &Name, hosts: &[String]) -> Result<Vec<u8>, Error> {
    let modulus = key.modulus()?;
    let body = construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer.next().write_u8(0);
            write_name(writer.next(), name);
            public_key(writer.next(), &modulus);
            writer.next().write_tagged_implicit(Tag::context(0), |writer| {
                writer.write_set(|writer| {
                    if !hosts.is_empty() {
                        writer.next().write_sequence(|writer| write_hosts(writer, hosts));
                    }
                });
            });
        });
    });
    signed(key, &body)
}

fn write_hosts(writer: &mut DERWriterSeq<'_>, hosts: &[String]) {
    let names = construct_der(|writer| {
        writer.write_sequence(|writer| {
            for host in hosts {
                writer.next().write_tagged_implicit(Tag::context(2), |writer| writer.write_ia5_string(host));
            }
        });
    });
    writer.next().write_oid(&ObjectIdentifier::from_slice(EXTENSIONS));
    writer.next().write_set(|writer| {
        writer.next().write_sequence(|writer| {
            writer.next().write_sequence(|writer| {
                writer.next().write_oid(&ObjectIdentifier::from_slice(ALTERNATIVE_NAMES));
                writer.next().write_bytes(&names);
            });
        });
    });
}

fn signed(key: &Key, body: &[u8]) -> Result<Vec<u8>, Error> {
    let signature = key.sign(body)?;
    Ok(construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer.next().write_der(body);
            algorithm(writer.next(), SHA256_WITH_RSA);
            writer.next().write_bitvec_bytes(&signature, signature.len() * 8);
        });
    }))
}

fn algorithm(writer: DERWriter<'_>, kind: &[u64]) {
    writer.write_sequence(|writer| {
        writer.next().write_oid(&ObjectIdentifier::from_slice(kind));
        writer.next().write_null();
    });
}

fn public_key(writer: DERWriter<'_>, modulus: &[u8]) {
    let numbers = construct_der(|writer| {
        writer.write_sequence(|writer| {
            writer.next().write_bigint_bytes(modulus, true);
            writer.next().write_u32(65_537);
        });
    });
    writer.write_sequence(|writer| {
        algorithm(writer.next(), RSA);
        writer.next().write_bitvec_bytes(&numbers, numbers.len() * 8);
    });
}

fn write_name(writer: DERWriter<'_>, name: &Name) {
    writer.write_sequence(|writer| {
        for (kind, text) in name {
            writer.next().write_set(|writer| {
                writer.next().write_sequence(|writer| {
                    writer.next().write_oid(&ObjectIdentifier::from_slice(kind));
                    if *kind == EMAIL {
                        writer.next().write_ia5_string(text);
                    } else {
                        writer.next().write_utf8_string(text);
                    }
                });
            });
        }
    });
}

fn write_time(writer: DERWriter<'_>, instant: twin_sdk::Instant) {
    let (text, is_long) = times::certificate_stamp(instant);
    let tag = if is_long { TAG_GENERALIZEDTIME } else { TAG_UTCTIME };
    writer.write_tagged_implicit(tag, |writer| writer.write_ia5_string(&text));
}

/// The longest integer of 128 bytes or more in a DER text: the modulus of the certificate's key.
pub(crate) fn modulus(der: &[u8]) -> Option<&[u8]> {
    let mut rest = der;
    while let Some(at) = rest.iter().position(|byte| *byte == 0x02) {
        rest = rest.get(at + 1..)?;
        let (length, header) = match *rest {
            [0x82, high, low, ..] => (usize::from(high) * 256 + usize::from(low), 3),
            [0x81, length, ..] => (usize::from(length), 2),
            _ => continue,
        };
        let Some(number) = rest.get(header..header + length) else { continue };
        if length >= 128 {
            return Some(number.strip_prefix(&[0]).unwrap_or(number));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use rsa::sha2::{Digest, Sha256};
    use rsa::{BoxedUint, Pkcs1v15Sign, RsaPublicKey};
    use twin_sdk::testing::MemoryHost;

    use super::*;
    use crate::keys;
    use crate::state::State;

    /// The contents of a sequence, one after the other, each with its header.
    fn parts(der: &[u8]) -> Vec<&[u8]> {
        let whole = |der: &[u8]| match der[1] {
            0x82 => (4, usize::from(der[2]) * 256 + usize::from(der[3])),
            0x81 => (3, usize::from(der[2])),
            short => (2, usize::from(short)),
        };
        let (header, length) = whole(der);
        assert_eq!(der.len(), header + length);
        let (mut rest, mut found) = (&der[header..], Vec::new());
        while !rest.is_empty() {
            let (header, length) = whole(rest);
            found.push(&rest[..header + length]);
            rest = &rest[header + length..];
        }
        found
    }

    fn key() -> Key {
        let mut host = MemoryHost::default();
        keys::create(&mut State::new(&mut host), "0oa", "NEXT", 730 * times::DAY).unwrap()
    }

    fn assert_signed(key: &Key, der: &[u8]) {
        let outer = parts(der);
        // Tag, length, and the count of unused bits stand before the signature.
        let signature = &outer[2][5..];
        let modulus = BoxedUint::from_be_slice_vartime(&key.modulus().unwrap());
        let public = RsaPublicKey::new(modulus, BoxedUint::from(65_537_u64)).unwrap();
        public.verify(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(outer[0]), signature).unwrap();
        assert_eq!(super::modulus(der), Some(&*key.modulus().unwrap()));
    }

    #[test]
    fn a_certificate_names_the_org_and_is_signed_with_its_own_key() {
        let key = key();
        let der = own(&key, "fern").unwrap();
        assert_signed(&key, &der);
        let body = parts(parts(&der)[0]);
        assert_eq!(body.len(), 7);
        assert_eq!((body[3], parts(body[3]).len()), (body[5], 7));
        assert!(body[3].windows(4).any(|found| found == b"fern"));
        assert_eq!(parts(body[4])[0], b"\x17\x0d260105100000Z");
    }

    #[test]
    fn a_request_is_signed_and_tells_its_hosts() {
        let key = key();
        let name: Name = vec![(NAME_PARTS[0].1, "US".to_owned())];
        let der = request(&key, &name, &["dev.okta.com".to_owned()]).unwrap();
        assert_signed(&key, &der);
        let body = parts(parts(&der)[0]);
        assert_eq!((body.len(), body[0], body[3][0]), (4, &b"\x02\x01\x00"[..], 0xa0));
        assert!(body[3].windows(12).any(|found| found == b"dev.okta.com"));
    }
}

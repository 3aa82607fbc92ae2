//! RSA keys of 2048 bits. Which two of the primes in `primes.txt` a key is made of is drawn when it is made: to look for
//! primes takes more instructions than a guest has for a whole trial, and these keys keep nothing secret. The draw follows
//! the seed of the trial, so that orgs and trials have different keys.

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use rsa::sha2::{Digest, Sha256};
use rsa::{BoxedUint, Pkcs1v15Sign, RsaPrivateKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use twin_sdk::{Instant, Table, TableError};

use crate::certificate;
use crate::errors::Error;
use crate::state::State;
use crate::times;

/// Keys; the key of a document is `OWNER/KID`.
static KEYS: Table<Key> = Table::new("keys");
/// Who owns a key, by the key's id.
static OWNERS: Table<String> = Table::new("key_owners");

/// The status of a key that waits for its certificate.
pub(crate) const REQUESTED: &str = "REQUESTED";
/// The owner of the keys of the org's own server.
pub(crate) const ORG: &str = "org";
/// Primes of 1024 bits whose two highest bits are set, so that each product has 2048 bits; one a line, in hexadecimal
/// digits. Made by `openssl prime -generate -bits 1024 -hex`.
const PRIMES: &str = include_str!("primes.txt");
/// How many there are.
const COUNT: usize = 32;
/// How long the service keeps a signing key.
const ROTATION: Instant = 90 * times::DAY;

/// A signing key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Key {
    /// 43 characters.
    pub kid: String,
    /// [`ORG`], or the id of an authorization server, an application or an identity provider.
    pub owner: String,
    /// `ACTIVE`, `NEXT` or `EXPIRED`; [`REQUESTED`] until a certificate comes.
    pub status: String,
    /// When it was made.
    pub created: Instant,
    /// When it is no longer used.
    pub expires: Instant,
    /// Its certificate in DER, base64; only keys of applications and identity providers have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
    /// The lines of its two primes, from 0; never the same.
    primes: (usize, usize),
}

/// Makes a key that lives that long.
pub(crate) fn create(state: &mut State<'_>, owner: &str, status: &str, life: Instant) -> Result<Key, Error> {
    let mut id = Vec::with_capacity(32);
    for _ in 0..4 {
        id.extend(state.host.random().to_be_bytes());
    }
    let primes = draw_primes(state.host.random());
    let now = state.now();
    let key = Key {
        kid: BASE64URL_NOPAD.encode(&id),
        owner: owner.to_owned(),
        status: status.to_owned(),
        created: now,
        expires: now.saturating_add(life),
        certificate: None,
        primes,
    };
    put(state, &key)?;
    OWNERS.put(state.host, &key.kid, &key.owner)?;
    Ok(key)
}

/// Makes a key with a certificate that it signed itself, as applications and identity providers have them.
pub(crate) fn create_certified(state: &mut State<'_>, owner: &str, life: Instant) -> Result<Key, Error> {
    let name = state.org_id("subdomain")?;
    let mut key = create(state, owner, "NEXT", life)?;
    key.certificate = Some(BASE64.encode(&certificate::own(&key, &name)?));
    put(state, &key)?;
    Ok(key)
}

/// Gives a key the certificate that it was requested for; from now on it is one of its owner's keys.
pub(crate) fn publish(state: &mut State<'_>, mut key: Key, der: &[u8]) -> Result<Key, Error> {
    key.status = "NEXT".to_owned();
    key.certificate = Some(BASE64.encode(der));
    put(state, &key)?;
    Ok(key)
}

/// Gives a key to another owner too.
pub(crate) fn copy(state: &mut State<'_>, key: Key, owner: &str) -> Result<Key, Error> {
    let copy = Key { owner: owner.to_owned(), ..key };
    put(state, &copy)?;
    Ok(copy)
}

/// Forgets a key.
pub(crate) fn remove(state: &mut State<'_>, key: &Key) {
    KEYS.delete(state.host, &format!("{}/{}", key.owner, key.kid));
    OWNERS.delete(state.host, &key.kid);
}

/// Makes the key that a server signs with from now on; the one before is no longer used.
pub(crate) fn rotate(state: &mut State<'_>, owner: &str) -> Result<Key, Error> {
    for mut key in of(state, owner)? {
        key.status = "EXPIRED".to_owned();
        put(state, &key)?;
    }
    create(state, owner, "ACTIVE", ROTATION)
}

/// All keys of an owner, without those that wait for their certificate.
pub(crate) fn of(state: &mut State<'_>, owner: &str) -> Result<Vec<Key>, TableError> {
    let mut scan = KEYS.scan(crate::call::keys_below(&format!("{owner}/")), twin_sdk::Order::Ascending);
    let mut keys = Vec::new();
    while let Some((_, key)) = scan.next(state.host)? {
        if key.status != REQUESTED {
            keys.push(key);
        }
    }
    keys.sort_by_key(|key| key.created);
    Ok(keys)
}

/// One key of an owner.
pub(crate) fn get(state: &mut State<'_>, owner: &str, kid: &str) -> Result<Option<Key>, TableError> {
    KEYS.get(state.host, &format!("{owner}/{kid}"))
}

/// The key with that id, whoever owns it.
pub(crate) fn find(state: &mut State<'_>, kid: &str) -> Result<Option<Key>, TableError> {
    match OWNERS.get(state.host, kid)? {
        Some(owner) => get(state, &owner, kid),
        None => Ok(None),
    }
}

/// The key that an owner signs with, made if there is none.
pub(crate) fn active(state: &mut State<'_>, owner: &str) -> Result<Key, Error> {
    match of(state, owner)?.into_iter().find(|key| key.status == "ACTIVE") {
        Some(key) => Ok(key),
        None => create(state, owner, "ACTIVE", ROTATION),
    }
}

impl Key {
    /// The public part as a JSON Web Key.
    pub(crate) fn jwk(&self) -> Result<Value, Error> {
        let n = BASE64URL_NOPAD.encode(&self.modulus()?);
        Ok(json!({"kty": "RSA", "alg": "RS256", "kid": self.kid, "use": "sig", "e": "AQAB", "n": n}))
    }

    /// The product of its primes, big-endian.
    pub(crate) fn modulus(&self) -> Result<Vec<u8>, Error> {
        let (p, q) = self.numbers()?;
        // As wide as the product.
        let wide = [vec![0; q.len()], p].concat();
        Ok(number(&wide).wrapping_mul(number(&q)).to_be_bytes_trimmed_vartime().into())
    }

    /// An RS256 signature (RFC 7518, 3.3).
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        let (p, q) = self.numbers()?;
        let private = RsaPrivateKey::from_p_q(number(&p), number(&q), exponent());
        let private = private.map_err(|problem| Error::Key(problem.to_string()))?;
        let signature = private.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message));
        signature.map_err(|problem| Error::Key(problem.to_string()))
    }

    /// The bytes of both primes, big-endian.
    fn numbers(&self) -> Result<(Vec<u8>, Vec<u8>), Error> {
        Ok((prime(self.primes.0)?, prime(self.primes.1)?))
    }
}

fn put(state: &mut State<'_>, key: &Key) -> Result<(), TableError> {
    KEYS.put(state.host, &format!("{}/{}", key.owner, key.kid), key).map(drop)
}

/// Two lines that are not the same, each pair as likely as any other.
fn draw_primes(random: u64) -> (usize, usize) {
    let drawn = usize::try_from(random % (COUNT * (COUNT - 1)) as u64).unwrap_or_default();
    let (first, step) = (drawn % COUNT, 1 + drawn / COUNT);
    (first, (first + step) % COUNT)
}

fn prime(line: usize) -> Result<Vec<u8>, Error> {
    let digits = PRIMES.lines().nth(line).ok_or_else(|| Error::Key(format!("there is no prime {line}")))?;
    HEXLOWER.decode(digits.as_bytes()).map_err(|problem| Error::Key(problem.to_string()))
}

/// As wide as its bytes, leading zeros too.
fn number(bytes: &[u8]) -> BoxedUint {
    BoxedUint::from_be_slice_vartime(bytes)
}

/// 65537, as everywhere.
fn exponent() -> BoxedUint {
    BoxedUint::from(65_537_u64)
}

#[cfg(test)]
mod tests {
    use rsa::RsaPublicKey;
    use twin_sdk::testing::MemoryHost;

    use super::*;

    #[test]
    fn a_key_is_made_once_and_signs_the_same() {
        let mut host = MemoryHost::default();
        let mut state = State::new(&mut host);
        let kid = active(&mut state, ORG).unwrap().kid;
        let first = find(&mut state, &kid).unwrap().unwrap().sign(b"message").unwrap();
        let again = active(&mut state, ORG).unwrap();
        assert_eq!(again.sign(b"message").unwrap(), first);
        assert_eq!((first.len(), kid.len()), (256, 43));
        let rotated = rotate(&mut state, ORG).unwrap();
        assert_eq!(active(&mut state, ORG).unwrap().kid, rotated.kid);
        assert_ne!(rotated.kid, kid);
    }

    #[test]
    fn every_prime_makes_keys_whose_signatures_hold() {
        for line in 0..COUNT {
            let key = Key {
                kid: "k".to_owned(),
                owner: ORG.to_owned(),
                status: "ACTIVE".to_owned(),
                created: 0,
                expires: 1,
                certificate: None,
                primes: (line, (line + 1) % COUNT),
            };
            let n = BASE64URL_NOPAD.decode(key.jwk().unwrap()["n"].as_str().unwrap().as_bytes()).unwrap();
            assert_eq!((n.len(), n[0] & 0x80), (256, 0x80), "prime {line}");
            let public = RsaPublicKey::new(number(&n), exponent()).unwrap();
            let signature = key.sign(b"message").unwrap();
            let held = public.verify(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(b"message"), &signature);
            assert!(held.is_ok(), "prime {line}: {held:?}");
        }
    }

    #[test]
    fn a_key_has_two_different_primes() {
        assert_eq!(PRIMES.lines().count(), COUNT);
        let pairs = COUNT * (COUNT - 1);
        let drawn: std::collections::BTreeSet<_> = (0..pairs as u64).map(draw_primes).collect();
        assert_eq!(drawn.len(), pairs);
        assert!(drawn.iter().all(|(p, q)| p != q && *q < COUNT));
    }
}

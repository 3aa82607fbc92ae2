//! RSA keys of 2048 bits. A key has its id and the seed of its primes from its first moment; the primes are looked for
//! when somebody first needs them, and are kept in the table from then on.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use rand_chacha::ChaCha8Rng;
use rand_core::SeedableRng;
use rsa::sha2::{Digest, Sha256};
use rsa::traits::{PrivateKeyParts, PublicKeyParts};
use rsa::{BoxedUint, Pkcs1v15Sign, RsaPrivateKey};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use twin_sdk::{Instant, Table, TableError};

use crate::errors::Error;
use crate::state::State;
use crate::times;

/// Keys; the key of a document is `OWNER/KID`.
static KEYS: Table<Key> = Table::new("keys");
/// Who owns a key, by the key's id.
static OWNERS: Table<String> = Table::new("key_owners");

/// The owner of the keys of the org's own server.
pub(crate) const ORG: &str = "org";
const BITS: usize = 2_048;
/// How long the service keeps a signing key.
const ROTATION: Instant = 90 * times::DAY;

/// A signing key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Key {
    /// 43 characters.
    pub kid: String,
    /// [`ORG`], or the id of an authorization server, an application or an identity provider.
    pub owner: String,
    /// `ACTIVE`, `NEXT` or `EXPIRED`.
    pub status: String,
    /// When it was made.
    pub created: Instant,
    /// When it is no longer used.
    pub expires: Instant,
    /// 32 bytes in hexadecimal digits; the primes follow from it.
    seed: String,
    /// None as long as nobody needed them.
    pair: Option<Pair>,
}

/// Numbers in base64url, big-endian.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Pair {
    n: String,
    p: String,
    q: String,
}

/// Makes a key that lives that long.
pub(crate) fn create(state: &mut State<'_>, owner: &str, status: &str, life: Instant) -> Result<Key, Error> {
    let mut seed = Vec::with_capacity(32);
    let mut id = Vec::with_capacity(32);
    for _ in 0..4 {
        seed.extend(state.host.random().to_be_bytes());
        id.extend(state.host.random().to_be_bytes());
    }
    let now = state.now();
    let key = Key {
        kid: BASE64URL_NOPAD.encode(&id),
        owner: owner.to_owned(),
        status: status.to_owned(),
        created: now,
        expires: now.saturating_add(life),
        seed: HEXLOWER.encode(&seed),
        pair: None,
    };
    put(state, &key)?;
    OWNERS.put(state.host, &key.kid, &key.owner)?;
    Ok(key)
}

/// Makes the key that a server signs with from now on; the one before is no longer used.
pub(crate) fn rotate(state: &mut State<'_>, owner: &str) -> Result<Key, Error> {
    for mut key in of(state, owner)? {
        key.status = "EXPIRED".to_owned();
        put(state, &key)?;
    }
    create(state, owner, "ACTIVE", ROTATION)
}

/// All keys of an owner.
pub(crate) fn of(state: &mut State<'_>, owner: &str) -> Result<Vec<Key>, TableError> {
    let mut scan = KEYS.scan(crate::call::keys_below(&format!("{owner}/")), twin_sdk::Order::Ascending);
    let mut keys = Vec::new();
    while let Some((_, key)) = scan.next(state.host)? {
        keys.push(key);
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
    pub(crate) fn jwk(&mut self, state: &mut State<'_>) -> Result<Value, Error> {
        let n = self.pair(state)?.n;
        Ok(json!({"kty": "RSA", "alg": "RS256", "kid": self.kid, "use": "sig", "e": "AQAB", "n": n}))
    }

    /// An RS256 signature (RFC 7518, 3.3).
    pub(crate) fn sign(&mut self, state: &mut State<'_>, message: &[u8]) -> Result<Vec<u8>, Error> {
        let pair = self.pair(state)?;
        let private = RsaPrivateKey::from_p_q(number(&pair.p)?, number(&pair.q)?, exponent());
        let private = private.map_err(|problem| Error::Key(problem.to_string()))?;
        let signature = private.sign(Pkcs1v15Sign::new::<Sha256>(), &Sha256::digest(message));
        signature.map_err(|problem| Error::Key(problem.to_string()))
    }

    fn pair(&mut self, state: &mut State<'_>) -> Result<Pair, Error> {
        if let Some(pair) = &self.pair {
            return Ok(pair.clone());
        }
        let pair = generate(&self.seed)?;
        self.pair = Some(pair.clone());
        put(state, self)?;
        Ok(pair)
    }
}

fn put(state: &mut State<'_>, key: &Key) -> Result<(), TableError> {
    KEYS.put(state.host, &format!("{}/{}", key.owner, key.kid), key).map(drop)
}

fn generate(seed: &str) -> Result<Pair, Error> {
    let seed = HEXLOWER.decode(seed.as_bytes()).ok().and_then(|seed| <[u8; 32]>::try_from(seed).ok());
    let seed = seed.ok_or_else(|| Error::Key("the seed is not 32 bytes".to_owned()))?;
    let mut generator = ChaCha8Rng::from_seed(seed);
    let private =
        RsaPrivateKey::new(&mut generator, BITS).map_err(|problem| Error::Key(problem.to_string()))?;
    let [p, q] = private.primes() else {
        return Err(Error::Key("a key has two primes".to_owned()));
    };
    let encode = |number: &[u8]| BASE64URL_NOPAD.encode(number);
    Ok(Pair {
        n: encode(&private.n_bytes()),
        p: encode(&p.as_ref().to_be_bytes_trimmed_vartime()),
        q: encode(&q.as_ref().to_be_bytes_trimmed_vartime()),
    })
}

fn number(text: &str) -> Result<BoxedUint, Error> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).map_err(|problem| Error::Key(problem.to_string()))?;
    Ok(BoxedUint::from_be_slice_vartime(&bytes))
}

/// 65537, as everywhere.
fn exponent() -> BoxedUint {
    BoxedUint::from(65_537_u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use twin_sdk::testing::MemoryHost;

    #[test]
    fn a_key_is_made_once_and_signs_the_same() {
        let mut host = MemoryHost::default();
        let mut state = State::new(&mut host);
        let kid = active(&mut state, ORG).unwrap().kid;
        let mut key = find(&mut state, &kid).unwrap().unwrap();
        let first = key.sign(&mut state, b"message").unwrap();
        let mut again = active(&mut state, ORG).unwrap();
        assert!(again.pair.is_some());
        assert_eq!(again.sign(&mut state, b"message").unwrap(), first);
        assert_eq!((first.len(), kid.len()), (256, 43));
        let rotated = rotate(&mut state, ORG).unwrap();
        assert_eq!(active(&mut state, ORG).unwrap().kid, rotated.kid);
        assert_ne!(rotated.kid, kid);
    }
}

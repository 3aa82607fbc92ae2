//! JSON Web Tokens: the org's own, and those of its clients. RS256, RS384 and RS512 are read; the org signs RS256.

use data_encoding::BASE64URL_NOPAD;
use rsa::sha2::{Digest, Sha256, Sha384, Sha512};
use rsa::{BoxedUint, Pkcs1v15Sign, RsaPublicKey};
use serde_json::{Value, json};
use twin_sdk::{TableError, seconds};

use crate::documents::{Document, text};
use crate::errors::Error;
use crate::keys::{self, Key};
use crate::state::State;

/// A token taken apart; nothing of it is verified.
pub(crate) struct Token {
    /// The first part.
    pub header: Document,
    /// The second part.
    pub claims: Document,
    signed: String,
    signature: Vec<u8>,
}

impl Token {
    /// Takes a token apart; none if it is no JSON Web Token.
    pub(crate) fn parse(token: &str) -> Option<Self> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let object = |part: &str| -> Option<Document> {
            serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).ok()?).ok()
        };
        Some(Self {
            header: object(header)?,
            claims: object(claims)?,
            signed: signed.to_owned(),
            signature: BASE64URL_NOPAD.decode(signature.as_bytes()).ok()?,
        })
    }

    /// Whether a public key, as a JSON Web Key, made the signature.
    pub(crate) fn is_signed_by(&self, jwk: &Value) -> bool {
        self.check(jwk).is_some_and(|verified| verified)
    }

    fn check(&self, jwk: &Value) -> Option<bool> {
        let part = |name: &str| -> Option<BoxedUint> {
            let bytes = BASE64URL_NOPAD.decode(jwk.get(name)?.as_str()?.as_bytes()).ok()?;
            Some(BoxedUint::from_be_slice_vartime(&bytes))
        };
        let key = RsaPublicKey::new(part("n")?, part("e")?).ok()?;
        let message = self.signed.as_bytes();
        let (padding, digest) = match text(&self.header, "alg") {
            "RS256" => (Pkcs1v15Sign::new::<Sha256>(), Sha256::digest(message).to_vec()),
            "RS384" => (Pkcs1v15Sign::new::<Sha384>(), Sha384::digest(message).to_vec()),
            "RS512" => (Pkcs1v15Sign::new::<Sha512>(), Sha512::digest(message).to_vec()),
            _ => return None,
        };
        Some(key.verify(padding, &digest, &self.signature).is_ok())
    }
}

/// Signs claims with a key of the org.
pub(crate) fn sign(key: &Key, claims: &Value) -> Result<String, Error> {
    let header = json!({"kid": key.kid, "alg": "RS256"});
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let signed = format!("{}.{}", part(&header), part(claims));
    let signature = key.sign(signed.as_bytes())?;
    Ok(format!("{signed}.{}", BASE64URL_NOPAD.encode(&signature)))
}

/// The claims of a token that a key of the org signed, for this door, and that is not over.
pub(crate) fn verify_own(
    state: &mut State<'_>,
    token: &str,
    origin: &str,
) -> Result<Option<Document>, Error> {
    let Some(token) = Token::parse(token) else { return Ok(None) };
    let Some(key) = keys::find(state, text(&token.header, "kid"))? else { return Ok(None) };
    let jwk = key.jwk()?;
    let now = seconds(state.now());
    let is_live = token.claims.get("exp").and_then(Value::as_u64).is_some_and(|end| now < end);
    let is_here = text(&token.claims, "iss").starts_with(origin);
    if !is_live || !is_here || !token.is_signed_by(&jwk) || is_revoked(state, &token.claims)? {
        return Ok(None);
    }
    Ok(Some(token.claims))
}

fn is_revoked(state: &mut State<'_>, claims: &Document) -> Result<bool, TableError> {
    Ok(state.setting(&format!("revoked/{}", text(claims, "jti")))?.is_some())
}

/// The thumbprint of an RSA key (RFC 7638), to which a DPoP token is bound.
pub(crate) fn thumbprint(jwk: &Value) -> String {
    let part = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
    let canonical = format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, part("e"), part("n"));
    BASE64URL_NOPAD.encode(&Sha256::digest(canonical.as_bytes()))
}

/// The digest that stands for an authorization code's verifier (RFC 7636, 4.2).
pub(crate) fn s256(text: &str) -> String {
    BASE64URL_NOPAD.encode(&Sha256::digest(text.as_bytes()))
}

/// The SHA-256 fingerprint of a certificate (RFC 7517, 4.9).
pub(crate) fn fingerprint(der: &[u8]) -> String {
    BASE64URL_NOPAD.encode(&Sha256::digest(der))
}

#[cfg(test)]
mod tests {
    use super::*;
    use twin_sdk::testing::MemoryHost;

    #[test]
    fn own_tokens_are_believed_until_they_are_over() {
        let mut host = MemoryHost::default();
        let mut state = State::new(&mut host);
        let key = keys::active(&mut state, keys::ORG).unwrap();
        let end = seconds(state.now()) + 10;
        let claims = json!({"iss": "https://fern.okta.com", "exp": end, "scp": ["okta.users.read"]});
        let token = sign(&key, &claims).unwrap();
        let own = |state: &mut State<'_>, token: &str, origin: &str| {
            verify_own(state, token, origin).unwrap().is_some()
        };
        assert!(own(&mut state, &token, "https://fern.okta.com"));
        assert!(!own(&mut state, &token, "https://other.okta.com"));
        assert!(!own(&mut state, &token.replace('.', ""), "https://fern.okta.com"));
        let forged = format!("{}A", token.trim_end_matches(|last: char| last != '.'));
        assert!(!own(&mut state, &forged, "https://fern.okta.com"));
        host.now += 10_000_000_000;
        let mut state = State::new(&mut host);
        assert!(!own(&mut state, &token, "https://fern.okta.com"));
    }

    /// The example of RFC 7638, 3.1.
    #[test]
    fn thumbprints_are_the_standards() {
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let jwk = json!({"kty": "RSA", "n": n, "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"});
        assert_eq!(thumbprint(&jwk), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}

//! Who calls: Basic with an e-mail address and a token, Bearer with a token, or nobody.

use data_encoding::BASE64;
use twin_sdk::Incoming;

use crate::entities::User;
use crate::errors::Error;
use crate::state::{ANY_TOKEN, State, TOKENS, USERS};

/// The caller of a request; none where the request carries no credential and the site lets nobody in without.
pub(crate) fn caller(state: &mut State<'_>, incoming: &Incoming<'_>) -> Result<Option<User>, Error> {
    if let Some(token) = incoming.credential("Bearer") {
        return Ok(Some(holder(state, token, None)?));
    }
    if let Some(encoded) = incoming.credential("Basic") {
        let decoded = BASE64.decode(encoded.as_bytes()).map_err(|_| Error::BadCredential)?;
        let decoded = String::from_utf8(decoded).map_err(|_| Error::BadCredential)?;
        let (email, token) = decoded.split_once(':').ok_or(Error::BadCredential)?;
        return Ok(Some(holder(state, token, Some(email))?));
    }
    if incoming.header("authorization").is_some() {
        return Err(Error::BadCredential);
    }
    let Some(anonymous) = state.site()?.anonymous else { return Ok(None) };
    Ok(state.user(&anonymous)?)
}

fn holder(state: &mut State<'_>, token: &str, email: Option<&str>) -> Result<User, Error> {
    let found = state.get(&TOKENS, token)?;
    let token = match found {
        Some(token) => token,
        None => return anybody(state, email),
    };
    let now = state.now();
    if token.expires.is_some_and(|expires| expires <= now) {
        return Err(Error::BadCredential);
    }
    let user = state.user(&token.user)?.filter(|user| user.active).ok_or(Error::BadCredential)?;
    if email.is_some_and(|email| !email.eq_ignore_ascii_case(&user.email)) {
        return Err(Error::BadCredential);
    }
    Ok(user)
}

/// The caller with a token that nobody gave out: where every token is good, the user with that address, or else the first
/// one.
fn anybody(state: &mut State<'_>, email: Option<&str>) -> Result<User, Error> {
    let first = state.get(&TOKENS, ANY_TOKEN)?.ok_or(Error::BadCredential)?;
    if let Some(email) = email {
        let is_meant = |user: &User| user.active && user.email.eq_ignore_ascii_case(email);
        if let Some(user) = state.all(&USERS)?.into_iter().find(is_meant) {
            return Ok(user);
        }
    }
    state.user(&first.user)?.ok_or(Error::BadCredential)
}

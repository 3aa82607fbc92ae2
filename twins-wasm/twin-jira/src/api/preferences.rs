//! What a person prefers.

use serde_json::{Map, Value, json};
use twin_sdk::Response;

use crate::args::{body, text};
use crate::errors::Error;
use crate::kept::Kind;
use crate::wire;

use super::call::Call;
use super::route::{Family, Route, full};

/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["mypreferences"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("deleteLocale", "DELETE", "mypreferences/locale", forget_locale),
    full("getLocale", "GET", "mypreferences/locale", locale),
    full("getPreference", "GET", "mypreferences", preference),
    full("removePreference", "DELETE", "mypreferences", forget),
    full("setLocale", "PUT", "mypreferences/locale", set_locale),
    full("setPreference", "PUT", "mypreferences", set_preference),
];

static PREFERENCES: Kind = Kind::empty("preferences");

fn preferences(call: &mut Call<'_, '_>) -> Result<Map<String, Value>, Error> {
    let me = call.me().to_owned();
    match PREFERENCES.get(call.state, &me)? {
        Some(Value::Object(held)) => Ok(held),
        _ => Ok(Map::from_iter([("id".to_owned(), json!(me))])),
    }
}

fn remember(call: &mut Call<'_, '_>, key: &str, value: Option<Value>) -> Result<Response, Error> {
    let mut held = preferences(call)?;
    match value {
        Some(value) => held.insert(format!("_{key}"), value),
        None => held.remove(&format!("_{key}")),
    };
    PREFERENCES.put(call.state, &Value::Object(held))?;
    Ok(wire::empty())
}

fn unknown_key(key: &str) -> Error {
    Error::message(404, format!("The preference with key '{key}' was not found."))
}

/// `GET mypreferences`.
fn preference(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let key = call.query.required("key")?.to_owned();
    let held = preferences(call)?;
    let value = held.get(&format!("_{key}")).ok_or_else(|| unknown_key(&key))?;
    Ok(wire::json(200, value))
}

/// `PUT mypreferences`.
fn set_preference(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let key = call.query.required("key")?.to_owned();
    let value = match body(call.incoming) {
        Ok(value) => value,
        Err(Error::WrongType) => json!(String::from_utf8_lossy(call.incoming.bytes())),
        Err(error) => return Err(error),
    };
    remember(call, &key, Some(value))
}

/// `DELETE mypreferences`.
fn forget(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let key = call.query.required("key")?.to_owned();
    if !preferences(call)?.contains_key(&format!("_{key}")) {
        return Err(unknown_key(&key));
    }
    remember(call, &key, None)
}

/// `GET mypreferences/locale`.
fn locale(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let held = preferences(call)?;
    let locale = held.get("_jira.user.locale").cloned().unwrap_or_else(|| json!("en_US"));
    Ok(wire::json(200, &json!({"locale": locale})))
}

/// `PUT mypreferences/locale`.
fn set_locale(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    let locale = text(&call.object()?, "locale").unwrap_or_default();
    let fits = locale.len() <= 5 && locale.split(['_', '-']).all(|part| part.len() == 2);
    if !fits {
        return Err(Error::message(400, format!("The locale '{locale}' is not valid.")));
    }
    remember(call, "jira.user.locale", Some(json!(locale)))
}

/// `DELETE mypreferences/locale`.
fn forget_locale(call: &mut Call<'_, '_>) -> Result<Response, Error> {
    remember(call, "jira.user.locale", None)
}

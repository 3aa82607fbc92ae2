//! The attributes of every user, and the check of a profile against them and the org's own.

use serde_json::{Value, json};

use crate::documents::{Document, object, text};
use crate::errors::Error;
use crate::state::State;

/// The attributes of every user: name, title, whether it is required, and who sees it.
pub(super) const BASE: &[(&str, &str, bool, &str)] = &[
    ("login", "Username", true, "READ_ONLY"),
    ("firstName", "First name", true, "READ_WRITE"),
    ("lastName", "Last name", true, "READ_WRITE"),
    ("middleName", "Middle name", false, "READ_ONLY"),
    ("honorificPrefix", "Honorific prefix", false, "READ_ONLY"),
    ("honorificSuffix", "Honorific suffix", false, "READ_ONLY"),
    ("email", "Primary email", true, "READ_WRITE"),
    ("title", "Title", false, "READ_ONLY"),
    ("displayName", "Display name", false, "READ_ONLY"),
    ("nickName", "Nickname", false, "READ_ONLY"),
    ("profileUrl", "Profile Url", false, "READ_ONLY"),
    ("secondEmail", "Secondary email", false, "READ_WRITE"),
    ("mobilePhone", "Mobile phone", false, "READ_WRITE"),
    ("primaryPhone", "Primary phone", false, "READ_ONLY"),
    ("streetAddress", "Street address", false, "HIDE"),
    ("city", "City", false, "HIDE"),
    ("state", "State", false, "HIDE"),
    ("zipCode", "Zip code", false, "HIDE"),
    ("countryCode", "Country code", false, "HIDE"),
    ("postalAddress", "Postal Address", false, "HIDE"),
    ("preferredLanguage", "Preferred language", false, "READ_ONLY"),
    ("locale", "Locale", false, "READ_ONLY"),
    ("timezone", "Time zone", false, "READ_ONLY"),
    ("userType", "User type", false, "READ_ONLY"),
    ("employeeNumber", "Employee number", false, "READ_ONLY"),
    ("costCenter", "Cost center", false, "READ_ONLY"),
    ("organization", "Organization", false, "READ_ONLY"),
    ("division", "Division", false, "READ_ONLY"),
    ("department", "Department", false, "READ_ONLY"),
    ("managerId", "ManagerId", false, "READ_ONLY"),
    ("manager", "Manager", false, "READ_ONLY"),
];

/// The lengths and the format of an attribute of every user.
pub(super) fn limits(name: &str) -> Value {
    match name {
        "login" => json!({"minLength": 5, "maxLength": 100}),
        "firstName" | "lastName" => json!({"minLength": 1, "maxLength": 50}),
        "mobilePhone" | "primaryPhone" => json!({"maxLength": 100}),
        "email" | "secondEmail" => json!({"format": "email"}),
        "profileUrl" => json!({"format": "uri"}),
        "countryCode" => json!({"format": "country-code"}),
        "preferredLanguage" => json!({"format": "language-code"}),
        "locale" | "timezone" => json!({"format": name}),
        _ => json!({}),
    }
}

/// A profile with what every profile has; unknown attributes, wrong types and what is missing are refused.
pub(crate) fn checked_profile(
    state: &mut State<'_>,
    mut profile: Document,
    required: bool,
) -> Result<Document, Error> {
    let custom = custom_properties(state, "schema/user")?;
    let mut causes = Vec::new();
    for (name, _, is_required, _) in BASE {
        if *is_required && required && text(&profile, name).is_empty() {
            causes.push(format!("{name}: The field cannot be left blank"));
        }
    }
    for (name, value) in &profile {
        let is_base = BASE.iter().any(|(known, ..)| known == name);
        match custom.get(name) {
            _ if is_base => {
                if !value.is_null() && !value.is_string() {
                    causes.push(format!("{name}: The value is not a string"));
                }
            }
            Some(definition) => causes.extend(wrong_value(name, value, definition)),
            None => causes.push(format!("{name}: The property is not defined in the user profile schema")),
        }
    }
    let login = text(&profile, "login").to_owned();
    if !login.is_empty() && !is_address(&login) {
        causes.push("login: Username must be in the form of an email address".to_owned());
    }
    let email = text(&profile, "email");
    if !email.is_empty() && !is_address(email) {
        causes.push("email: Does not match required pattern".to_owned());
    }
    if let Some(first) = causes.first() {
        let about = first.split(':').next().unwrap_or_default().to_owned();
        return Err(Error::Invalid { about, causes });
    }
    for name in ["mobilePhone", "secondEmail"] {
        crate::documents::default(&mut profile, name, Value::Null);
    }
    Ok(profile)
}

fn is_address(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, domain)| {
        !name.is_empty()
            && domain.contains('.')
            && !domain.starts_with('.')
            && !text.contains(char::is_whitespace)
    })
}

fn wrong_value(name: &str, value: &Value, definition: &Value) -> Option<String> {
    let wanted = definition.get("type").and_then(Value::as_str).unwrap_or("string");
    let fits = match wanted {
        _ if value.is_null() => true,
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        _ => value.is_string(),
    };
    if !fits {
        return Some(format!("{name}: The value is not of type {wanted}"));
    }
    let allowed = definition.get("enum").and_then(Value::as_array);
    let is_allowed =
        value.is_null() || value.is_array() || allowed.is_none_or(|allowed| allowed.contains(value));
    (!is_allowed).then(|| format!("{name}: The value is not one of the enumerated values"))
}

fn custom_properties(state: &mut State<'_>, name: &str) -> Result<Document, Error> {
    Ok(state.setting(name)?.and_then(|schema| object(&schema, "properties").cloned()).unwrap_or_default())
}

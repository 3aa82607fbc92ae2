//! Links and views: how a document of the org looks from the door of a request.

use serde_json::{Value, json};

use crate::documents::{Document, public, text};

/// A link with the methods that may be used at it.
pub(crate) fn hinted(href: &str, allow: &[&str]) -> Value {
    json!({"href": href, "hints": {"allow": allow}})
}

/// A bare link.
pub(crate) fn bare(href: &str) -> Value {
    json!({"href": href})
}

/// A link with its one method.
pub(crate) fn with_method(href: &str, method: &str) -> Value {
    json!({"href": href, "method": method})
}

/// The public part of a document with its links.
pub(crate) fn linked(document: &Document, links: Value) -> Value {
    let mut view = public(document);
    view.insert("_links".to_owned(), links);
    Value::Object(view)
}

/// The link that ends or begins the life of a document at `at`: `deactivate` while it is active, else `activate`.
pub(crate) fn lifecycle(links: &mut Document, document: &Document, at: &str, hints: bool) {
    let verb = if text(document, "status") == "ACTIVE" { "deactivate" } else { "activate" };
    let href = format!("{at}/lifecycle/{verb}");
    links.insert(verb.to_owned(), if hints { hinted(&href, &["POST"]) } else { bare(&href) });
}

/// A group.
pub(crate) fn group(document: &Document, origin: &str) -> Value {
    let at = format!("{origin}/api/v1/groups/{}", text(document, "id"));
    let logo = |name: &str| {
        json!({
            "name": name,
            "href": format!("https://ok12static.oktacdn.com/assets/img/logos/groups/odyssey/okta-{name}.png"),
            "type": "image/png",
        })
    };
    linked(
        document,
        json!({
            "logo": [logo("medium"), logo("large")],
            "users": bare(&format!("{at}/users")),
            "apps": bare(&format!("{at}/apps")),
        }),
    )
}

/// A user as lists show it: with a link to itself alone.
pub(crate) fn listed_user(document: &Document, origin: &str) -> Value {
    let at = format!("{origin}/api/v1/users/{}", text(document, "id"));
    linked(document, json!({"self": bare(&at)}))
}

/// A user with a link to everything that its status allows.
pub(crate) fn user(document: &Document, origin: &str) -> Value {
    let at = format!("{origin}/api/v1/users/{}", text(document, "id"));
    let type_id =
        document.get("type").and_then(|kind| kind.get("id")).and_then(Value::as_str).unwrap_or_default();
    let schema = type_id.replacen("oty", "osc", 1);
    let mut links = Document::new();
    let mut add = |name: &str, value: Value| drop(links.insert(name.to_owned(), value));
    add("self", bare(&at));
    add("schema", bare(&format!("{origin}/api/v1/meta/schemas/user/{schema}")));
    add("type", bare(&format!("{origin}/api/v1/meta/types/user/{type_id}")));
    let status = text(document, "status");
    for (name, place) in allowed(status, document.contains_key("_answer")) {
        add(name, with_method(&format!("{at}/{place}"), "POST"));
    }
    linked(document, Value::Object(links))
}

/// What a status allows, as link name and place below the user.
fn allowed(status: &str, has_question: bool) -> Vec<(&'static str, &'static str)> {
    const FACTORS: (&str, &str) = ("resetFactors", "lifecycle/reset_factors");
    const RESET: (&str, &str) = ("resetPassword", "lifecycle/reset_password");
    const EXPIRE: (&str, &str) = ("expirePassword", "lifecycle/expire_password");
    const DEACTIVATE: (&str, &str) = ("deactivate", "lifecycle/deactivate");
    const CHANGE: (&str, &str) = ("changePassword", "credentials/change_password");
    const QUESTION: (&str, &str) = ("changeRecoveryQuestion", "credentials/change_recovery_question");
    const FORGOT: (&str, &str) = ("forgotPassword", "credentials/forgot_password");
    let mut found = match status {
        "STAGED" | "DEPROVISIONED" => vec![FACTORS, ("activate", "lifecycle/activate")],
        "PROVISIONED" => vec![FACTORS, RESET, DEACTIVATE, ("reactivate", "lifecycle/reactivate")],
        "SUSPENDED" => vec![FACTORS, ("unsuspend", "lifecycle/unsuspend"), DEACTIVATE],
        "LOCKED_OUT" => vec![FACTORS, RESET, ("unlock", "lifecycle/unlock"), DEACTIVATE],
        "RECOVERY" | "PASSWORD_EXPIRED" => vec![FACTORS, RESET, CHANGE, DEACTIVATE],
        _ => vec![
            FACTORS,
            RESET,
            EXPIRE,
            QUESTION,
            CHANGE,
            DEACTIVATE,
            FORGOT,
            ("suspend", "lifecycle/suspend"),
        ],
    };
    if status == "LOCKED_OUT" && has_question {
        found.push(FORGOT);
    }
    found
}

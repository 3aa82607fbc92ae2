//! The policies that every org has from its first day, each with the rule that holds where no other does.

use serde_json::{Value, json};

use super::{add as write, below};
use crate::api::{POLICIES, RULES, password_settings};
use crate::errors::Error;
use crate::state::State;

/// A policy of a new org: its type, its rule's type, what ids begin with, its name and description.
type Made = (&'static str, &'static str, &'static str, &'static str, &'static str);

const EVERYBODY: &str = "The default policy applies in all situations if no other policy applies.";
const DEFAULTS: &[Made] = &[
    ("OKTA_SIGN_ON", "SIGN_ON", "00p", "Default Policy", EVERYBODY),
    ("PASSWORD", "PASSWORD", "00p", "Default Policy", EVERYBODY),
    ("MFA_ENROLL", "MFA_ENROLL", "00p", "Default Policy", EVERYBODY),
    ("IDP_DISCOVERY", "IDP_DISCOVERY", "00p", "Idp Discovery Policy", "Policy for redirecting users"),
    (
        "PROFILE_ENROLLMENT",
        "PROFILE_ENROLLMENT",
        "rst",
        "Default Policy",
        "This is the default Profile Enrollment Policy",
    ),
    ("POST_AUTH_SESSION", "POST_AUTH_SESSION", "rst", "Default Policy", EVERYBODY),
    ("ENTITY_RISK", "ENTITY_RISK", "rst", "Default Policy", EVERYBODY),
    ("ACCESS_POLICY", "ACCESS_POLICY", "rst", "Password only", "Requires only a password"),
    ("ACCESS_POLICY", "ACCESS_POLICY", "rst", "Any two factors", "Requires two factors of any kind"),
];

/// Writes the default policies; gives those for access and for enrolment.
pub(super) fn add(state: &mut State<'_>, everyone: &str) -> Result<(String, String), Error> {
    let (mut access, mut enrolment) = (String::new(), String::new());
    for (kind, rule, prefix, name, description) in DEFAULTS {
        let mut policy = json!({
            "type": kind, "status": "ACTIVE", "name": name, "description": description, "priority": 1,
            "system": *name != "Password only", "conditions": conditions(kind, everyone),
        });
        if let Some((policy, settings)) = policy.as_object_mut().zip(settings(kind)) {
            policy.insert("settings".to_owned(), settings);
        }
        let id = write(state, &POLICIES.table, prefix, policy)?;
        let catches_all = *prefix == "rst";
        let rule = json!({
            "type": rule, "status": "ACTIVE", "name": if catches_all { "Catch-all Rule" } else { "Default Rule" },
            "priority": if catches_all { 99 } else { 1 }, "system": true, "conditions": rule_conditions(kind),
            "actions": actions(kind, name),
        });
        below(state, &RULES.table, &id, if catches_all { "rul" } else { "0pr" }, rule)?;
        match *kind {
            "ACCESS_POLICY" => access = id,
            "PROFILE_ENROLLMENT" => enrolment = id,
            _ => {}
        }
    }
    Ok((access, enrolment))
}

fn conditions(kind: &str, everyone: &str) -> Value {
    let people = json!({"groups": {"include": [everyone]}});
    match kind {
        "PASSWORD" => json!({"people": people, "authProvider": {"provider": "OKTA"}}),
        "OKTA_SIGN_ON" | "MFA_ENROLL" => json!({"people": people}),
        "POST_AUTH_SESSION" | "ENTITY_RISK" => {
            json!({"people": {"groups": {"include": [everyone], "exclude": []}}})
        }
        _ => Value::Null,
    }
}

fn settings(kind: &str) -> Option<Value> {
    let enrol = |key: &str, own: &str| json!({"key": key, "enroll": {"self": own}});
    match kind {
        "PASSWORD" => Some(password_settings()),
        "MFA_ENROLL" => Some(json!({"type": "AUTHENTICATORS", "authenticators": [
            enrol("okta_email", "OPTIONAL"), enrol("okta_verify", "OPTIONAL"), enrol("okta_password", "REQUIRED"),
            enrol("security_question", "OPTIONAL"),
        ]})),
        _ => None,
    }
}

fn rule_conditions(kind: &str) -> Value {
    let anywhere = json!({"people": {"users": {"exclude": []}}, "network": {"connection": "ANYWHERE"}});
    match kind {
        "PASSWORD" | "MFA_ENROLL" => anywhere,
        "OKTA_SIGN_ON" => json!({
            "people": {"users": {"exclude": []}}, "network": {"connection": "ANYWHERE"},
            "authContext": {"authType": "ANY"}, "risk": {"behaviors": []}, "riskScore": {"level": "ANY"},
            "identityProvider": {"provider": "ANY"},
        }),
        _ => Value::Null,
    }
}

/// What the rule of a default policy does.
fn actions(kind: &str, name: &str) -> Value {
    match kind {
        "OKTA_SIGN_ON" => json!({"signon": {
            "access": "ALLOW", "requireFactor": false, "primaryFactor": "PASSWORD_IDP_ANY_FACTOR",
            "rememberDeviceByDefault": false,
            "session": {"usePersistentCookie": false, "maxSessionIdleMinutes": 120, "maxSessionLifetimeMinutes": 1440},
        }}),
        "PASSWORD" => json!({
            "passwordChange": {"access": "ALLOW"}, "selfServicePasswordReset": {"access": "ALLOW"},
            "selfServiceUnlock": {"access": "DENY"},
        }),
        "MFA_ENROLL" => json!({"enroll": {"self": "CHALLENGE"}}),
        "IDP_DISCOVERY" => json!({"idp": {"providers": [{"type": "OKTA"}], "idpSelectionType": "SPECIFIC"}}),
        "ACCESS_POLICY" => {
            let mode = if name == "Password only" { "1FA" } else { "2FA" };
            let knowledge = json!({"types": ["password"], "reauthenticateIn": "PT2H", "required": true});
            json!({"appSignOn": {"access": "ALLOW", "verificationMethod": {
                "factorMode": mode, "type": "ASSURANCE", "reauthenticateIn": "PT2H",
                "constraints": if mode == "1FA" { json!([{"knowledge": knowledge}]) } else { json!([]) },
            }}})
        }
        "PROFILE_ENROLLMENT" => {
            let field = |name: &str, label: &str| json!({"name": name, "label": label, "required": true});
            json!({"profileEnrollment": {
                "access": "ALLOW", "preRegistrationInlineHooks": null, "targetGroupIds": null, "uiSchemaId": null,
                "profileAttributes": [field("email", "Email"), field("firstName", "First name"), field("lastName", "Last name")],
                "unknownUserAction": "DENY", "activationRequirements": {"emailVerification": true},
                "enrollAuthenticatorTypes": null, "progressiveProfilingAction": "DISABLED",
            }})
        }
        "POST_AUTH_SESSION" => json!({"postAuthSession": {"failureActions": []}}),
        "ENTITY_RISK" => json!({"entityRisk": {"actions": []}}),
        _ => json!({}),
    }
}

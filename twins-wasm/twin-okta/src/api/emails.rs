//! `/api/v1/brands/{brandId}/templates/email`: the mails that the org sends, and their translations.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::brands::BRANDS;
use super::resource::require_text;
use super::route::{Operation, own};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, default, document, set, text};
use crate::errors::Error;
use crate::wire;

const TEMPLATE: &str = "/api/v1/brands/{brandId}/templates/email/{name}";
const CUSTOM: &str = "/api/v1/brands/{brandId}/templates/email/{name}/customizations/{id}";
const CUSTOMS: &str = "/api/v1/brands/{brandId}/templates/email/{name}/customizations";
const SETTINGS: &str = "/api/v1/brands/{brandId}/templates/email/{name}/settings";
const CONTENT: &str = "/api/v1/brands/{brandId}/templates/email/{name}/default-content";
const CONTENT_PREVIEW: &str = "/api/v1/brands/{brandId}/templates/email/{name}/default-content/preview";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listEmailTemplates", "GET", "/api/v1/brands/{brandId}/templates/email", templates),
    own("getEmailTemplate", "GET", TEMPLATE, template),
    own("listEmailCustomizations", "GET", CUSTOMS, customs),
    own("createEmailCustomization", "POST", CUSTOMS, add_custom),
    own("deleteAllCustomizations", "DELETE", CUSTOMS, clear_customs),
    own("getEmailCustomization", "GET", CUSTOM, custom),
    own("replaceEmailCustomization", "PUT", CUSTOM, replace_custom),
    own("deleteEmailCustomization", "DELETE", CUSTOM, delete_custom),
    own(
        "getCustomizationPreview",
        "GET",
        "/api/v1/brands/{brandId}/templates/email/{name}/customizations/{id}/preview",
        preview,
    ),
    own("getEmailDefaultContent", "GET", CONTENT, content),
    own("getEmailDefaultPreview", "GET", CONTENT_PREVIEW, content_preview),
    own("getEmailSettings", "GET", SETTINGS, settings),
    own("replaceEmailSettings", "PUT", SETTINGS, replace_settings),
    own("sendTestEmail", "POST", "/api/v1/brands/{brandId}/templates/email/{name}/test", send_test),
];

/// Mails in other words; the key is `BRAND/TEMPLATE/ID`.
static CUSTOMIZATIONS: Table<Document> = Table::new("email_customizations");

/// The mails that the org sends, in the service's order.
const TEMPLATES: &[&str] = &[
    "welcome",
    "forgotPassword",
    "forgotPasswordDenied",
    "selfServiceUnlock",
    "unlockAccount",
    "passwordExpired",
    "emailVerify",
    "adminForgotPassword",
    "factorEnrolled",
    "factorReset",
    "passwordChanged",
    "userActivation",
    "UserActivation",
    "ForgotPassword",
    "ForgotPasswordDenied",
    "SelfServiceUnlock",
    "SelfServiceUnlockOnUnlockedAccount",
    "ADUserActivation",
    "ADForgotPassword",
    "ADForgotPasswordDenied",
    "ADSelfServiceUnlock",
    "LDAPUserActivation",
    "LDAPForgotPassword",
    "LDAPForgotPasswordDenied",
    "LDAPSelfServiceUnlock",
    "EmailChallenge",
    "EmailFactorVerification",
    "EmailLinkFactorVerification",
    "ChangeEmailConfirmation",
    "PendingEmailChange",
    "EmailChangeConfirmation",
    "AuthenticatorEnrolled",
    "AuthenticatorReset",
    "FactorEnrollment",
    "FactorReset",
    "NewSignOnNotification",
    "OktaVerifyActivation",
    "PasswordChanged",
    "PasswordResetByAdmin",
    "RegistrationActivation",
    "RegistrationEmailVerification",
];
const TEN: Lengths = Lengths { usual: 10, most: 200 };

fn template_at(call: &Call<'_, '_>, brand: &str, name: &str) -> String {
    call.href(&format!("/api/v1/brands/{brand}/templates/email/{name}"))
}

fn template_view(call: &Call<'_, '_>, brand: &str, name: &str) -> Value {
    let at = template_at(call, brand, name);
    json!({"name": name, "_links": {
        "self": wire::hinted(&at, &["GET"]),
        "settings": wire::hinted(&format!("{at}/settings"), &["GET", "PUT"]),
        "defaultContent": wire::hinted(&format!("{at}/default-content"), &["GET"]),
        "test": wire::hinted(&format!("{at}/test"), &["POST"]),
        "customizations": wire::hinted(&format!("{at}/customizations"), &["GET", "POST", "DELETE"]),
    }})
}

fn templates(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, _) = BRANDS.locate(call)?;
    let limit = call.limit(TEN)?;
    let begin = match call.position()? {
        Some(position) => TEMPLATES.iter().position(|name| *name == position).ok_or(Error::Cursor)?,
        None => 0,
    };
    let rest = TEMPLATES.get(begin..).unwrap_or_default();
    let items: Vec<_> = rest.iter().take(limit).map(|name| template_view(call, &id, name)).collect();
    call.list(&items, rest.get(limit).copied(), TEN)
}

/// The brand and the template that the path names.
fn located(call: &mut Call<'_, '_>) -> Result<(String, String), Error> {
    let (id, _) = BRANDS.locate(call)?;
    let name = call.param(1);
    if TEMPLATES.contains(&&*name) { Ok((id, name)) } else { Err(Error::not_found(&name, "EmailTemplate")) }
}

fn template(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, name) = located(call)?;
    one(200, &template_view(call, &id, &name))
}

fn custom_view(call: &Call<'_, '_>, brand: &str, name: &str, custom: &Document) -> Value {
    let template = template_at(call, brand, name);
    let at = format!("{template}/customizations/{}", text(custom, "id"));
    wire::linked(
        custom,
        json!({
            "preview": wire::hinted(&format!("{at}/preview"), &["GET"]), "template": wire::hinted(&template, &["GET"]),
            "self": wire::hinted(&at, &["GET", "PUT", "DELETE"]), "test": wire::hinted(&format!("{template}/test"), &["POST"]),
        }),
    )
}

fn customs(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name) = located(call)?;
    let page = call.page(&CUSTOMIZATIONS, &format!("{brand}/{name}/"), TEN, |_, _| Ok(true))?;
    let items: Vec<_> = page.items.iter().map(|found| custom_view(call, &brand, &name, found)).collect();
    call.list(&items, page.next.as_deref(), TEN)
}

/// The first translation is the default, whatever the body says; later ones may become it.
fn checked(call: &mut Call<'_, '_>, below: &str, own: Option<&Document>) -> Result<Document, Error> {
    let body = call.body()?;
    let mut found = Document::new();
    for field in ["subject", "body", "language"] {
        set(&mut found, field, require_text(&body, field)?);
    }
    let language = text(&found, "language").to_owned();
    let others = call.state.all(&CUSTOMIZATIONS, below)?;
    let id = own.map(|own| text(own, "id").to_owned()).unwrap_or_default();
    let others: Vec<_> = others.into_iter().filter(|(_, other)| text(other, "id") != id).collect();
    if others.iter().any(|(_, other)| text(other, "language") == language) {
        let summary = "An email template customization for that language already exists.";
        return Err(Error::Ruled { status: 409, code: "E0000183", summary, causes: json!([]) });
    }
    let wants = body.get("isDefault") == Some(&Value::Bool(true));
    set(&mut found, "isDefault", wants || others.is_empty());
    if wants {
        for (key, mut other) in others {
            set(&mut other, "isDefault", false);
            call.state.put(&CUSTOMIZATIONS, &key, &other)?;
        }
    }
    Ok(found)
}

fn add_custom(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name) = located(call)?;
    let below = format!("{brand}/{name}/");
    let mut custom = checked(call, &below, None)?;
    let (now, id) = (call.state.stamp(), call.state.mint("oel"));
    for (field, value) in [("id", &id), ("created", &now), ("lastUpdated", &now)] {
        set(&mut custom, field, value.clone());
    }
    call.state.put(&CUSTOMIZATIONS, &format!("{below}{id}"), &custom)?;
    one(201, &custom_view(call, &brand, &name, &custom))
}

fn find(call: &mut Call<'_, '_>) -> Result<(String, String, String, Document), Error> {
    let (brand, name) = located(call)?;
    let id = call.param(2);
    let key = format!("{brand}/{name}/{id}");
    let found =
        call.state.get(&CUSTOMIZATIONS, &key)?.ok_or_else(|| Error::not_found(&id, "EmailCustomization"))?;
    Ok((brand, name, key, found))
}

fn custom(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name, _, found) = find(call)?;
    one(200, &custom_view(call, &brand, &name, &found))
}

fn replace_custom(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name, key, old) = find(call)?;
    let mut custom = checked(call, &format!("{brand}/{name}/"), Some(&old))?;
    let now = call.state.stamp();
    for field in ["id", "created"] {
        set(&mut custom, field, old.get(field).cloned().unwrap_or_default());
    }
    set(&mut custom, "lastUpdated", now);
    call.state.put(&CUSTOMIZATIONS, &key, &custom)?;
    one(200, &custom_view(call, &brand, &name, &custom))
}

fn delete_custom(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name, key, found) = find(call)?;
    let others = call.state.all(&CUSTOMIZATIONS, &format!("{brand}/{name}/"))?.len() > 1;
    if others && found.get("isDefault") == Some(&Value::Bool(true)) {
        let summary = "The default email template customization cannot be deleted.";
        return Err(Error::Ruled { status: 409, code: "E0000185", summary, causes: json!([]) });
    }
    call.state.delete(&CUSTOMIZATIONS, &key);
    Ok(nothing(204))
}

fn clear_customs(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name) = located(call)?;
    call.state.clear(&CUSTOMIZATIONS, &format!("{brand}/{name}/"))?;
    Ok(nothing(204))
}

/// Texts as the caller would get them: with the caller's own name in them.
fn filled(call: &mut Call<'_, '_>, words: &[&str]) -> Result<Vec<String>, Error> {
    let user = call.caller.user.clone();
    let user = call.state.user(&user)?.unwrap_or_default();
    let org = call.state.org()?;
    let own = |name: &str| crate::documents::text_at(&user, "profile", name).to_owned();
    let fill = |words: &&str| {
        words
            .replace("${org.name}", text(&org, "companyName"))
            .replace("${user.profile.firstName}", &own("/firstName"))
            .replace("${user.profile.lastName}", &own("/lastName"))
            .replace("${user.profile.login}", &own("/login"))
            .replace("${activationLink}", "(activationLink Placeholder)")
            .replace("${resetPasswordLink}", "(resetPasswordLink Placeholder)")
    };
    Ok(words.iter().map(fill).collect())
}

fn preview(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name, _, found) = find(call)?;
    let template = template_at(call, &brand, &name);
    let at = format!("{template}/customizations/{}/preview", text(&found, "id"));
    let links = json!({
        "template": wire::hinted(&template, &["GET"]), "self": wire::hinted(&at, &["GET"]),
        "test": wire::hinted(&format!("{template}/test"), &["POST"]),
    });
    preview_reply(call, [text(&found, "subject"), text(&found, "body")], links)
}

fn preview_reply(call: &mut Call<'_, '_>, words: [&str; 2], links: Value) -> Result<Reply, Error> {
    let words = filled(call, &words)?;
    let (subject, body) = (words.first(), words.get(1));
    one(200, &json!({"subject": subject, "body": body, "_links": links}))
}

/// The subject and the text of a mail that nobody changed.
fn usual(name: &str) -> (String, String) {
    let subject = match name {
        "welcome" | "UserActivation" => "Welcome to Okta!".to_owned(),
        "forgotPassword" | "ForgotPassword" => "Account password reset".to_owned(),
        _ => format!("${{org.name}}: {name}"),
    };
    let link = if name.to_lowercase().contains("password") { "resetPasswordLink" } else { "activationLink" };
    let body = format!(
        "<!DOCTYPE html><html><body><p>Hi ${{user.profile.firstName}},</p>\
         <p><a href=\"${{{link}}}\">${{org.name}}</a></p></body></html>"
    );
    (subject, body)
}

fn content(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name) = located(call)?;
    let template = template_at(call, &brand, &name);
    let (subject, body) = usual(&name);
    let at = format!("{template}/default-content");
    one(
        200,
        &json!({"subject": subject, "body": body, "_links": {
            "self": wire::hinted(&at, &["GET"]), "template": wire::hinted(&template, &["GET"]),
            "preview": wire::hinted(&format!("{at}/preview"), &["GET"]),
            "test": wire::hinted(&format!("{template}/test"), &["POST"]),
        }}),
    )
}

fn content_preview(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name) = located(call)?;
    let template = template_at(call, &brand, &name);
    let (subject, body) = usual(&name);
    let at = format!("{template}/default-content");
    let links = json!({
        "self": wire::hinted(&format!("{at}/preview"), &["GET"]), "template": wire::hinted(&template, &["GET"]),
        "defaultContent": wire::hinted(&at, &["GET"]), "test": wire::hinted(&format!("{template}/test"), &["POST"]),
    });
    preview_reply(call, [&subject, &body], links)
}

fn settings(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name) = located(call)?;
    let mut found = call.state.setting(&format!("mail/{brand}/{name}"))?.unwrap_or_default();
    default(&mut found, "recipients", "ALL_USERS");
    let template = template_at(call, &brand, &name);
    let links = json!({
        "self": wire::hinted(&format!("{template}/settings"), &["GET", "PUT"]),
        "template": wire::hinted(&template, &["GET"]),
    });
    one(200, &wire::linked(&found, links))
}

fn replace_settings(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name) = located(call)?;
    let body = call.body()?;
    let recipients = require_text(&body, "recipients")?;
    if !matches!(recipients.as_str(), "ALL_USERS" | "ADMINS_ONLY" | "NO_USERS") {
        return Err(Error::field("recipients", "The value must be one of ALL_USERS, ADMINS_ONLY, NO_USERS"));
    }
    call.state.put_setting(&format!("mail/{brand}/{name}"), &document(json!({"recipients": recipients})))?;
    settings(call)
}

/// The mail goes to the caller; the twin sends none.
fn send_test(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name) = located(call)?;
    if let Some(language) = call.query("language") {
        let all = call.state.all(&CUSTOMIZATIONS, &format!("{brand}/{name}/"))?;
        if !all.is_empty() && !all.iter().any(|(_, found)| text(found, "language") == language) {
            return Err(Error::not_found(&language, "EmailCustomization"));
        }
    }
    Ok(nothing(204))
}

//! `/api/v1/brands` and `/api/v1/domains`: brands with their themes and mails, and the org's host names.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::{Action, PLAIN, Resource, Stamps, own_link, require_text};
use super::route::{Operation, of, own};
use crate::call::{Call, Lengths, nothing, one};
use crate::documents::{Document, default, document, set, text};
use crate::errors::Error;
use crate::wire;

const CUSTOM: &str = "/api/v1/brands/{brandId}/templates/email/{name}/customizations/{id}";
const CUSTOMS: &str = "/api/v1/brands/{brandId}/templates/email/{name}/customizations";

pub(super) const OPERATIONS: &[Operation] = &[
    of("listBrands", "GET", "/api/v1/brands", &BRANDS, Action::List),
    of("createBrand", "POST", "/api/v1/brands", &BRANDS, Action::Create),
    of("getBrand", "GET", "/api/v1/brands/{brandId}", &BRANDS, Action::Read),
    of("replaceBrand", "PUT", "/api/v1/brands/{brandId}", &BRANDS, Action::Replace),
    of("deleteBrand", "DELETE", "/api/v1/brands/{brandId}", &BRANDS, Action::Delete),
    own("listBrandThemes", "GET", "/api/v1/brands/{brandId}/themes", themes),
    own("getBrandTheme", "GET", "/api/v1/brands/{brandId}/themes/{themeId}", theme),
    own("deleteBrandThemeLogo", "DELETE", "/api/v1/brands/{brandId}/themes/{themeId}/logo", delete_picture),
    own(
        "deleteBrandThemeFavicon",
        "DELETE",
        "/api/v1/brands/{brandId}/themes/{themeId}/favicon",
        delete_picture,
    ),
    own("listEmailTemplates", "GET", "/api/v1/brands/{brandId}/templates/email", templates),
    own("getEmailTemplate", "GET", "/api/v1/brands/{brandId}/templates/email/{name}", template),
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
    own("listCustomDomains", "GET", "/api/v1/domains", domains),
    own("createCustomDomain", "POST", "/api/v1/domains", add_domain),
    own("getCustomDomain", "GET", "/api/v1/domains/{domainId}", domain),
    own("verifyDomain", "POST", "/api/v1/domains/{domainId}/verify", verify_domain),
];

/// How the org's pages look.
pub(crate) static BRANDS: Resource = Resource {
    noun: "Brand",
    path: "/api/v1/brands/{}",
    table: Table::new("brands"),
    prefix: "bnd",
    created: 201,
    stamps: Stamps::Absent,
    make: |_, brand, old| {
        if old.is_none() {
            require_text(brand, "name")?;
        }
        let kept = |name: &str| old.and_then(|old| old.get(name).cloned());
        for (name, usual) in [
            ("name", Value::Null),
            ("removePoweredByOkta", json!(false)),
            ("customPrivacyPolicyUrl", Value::Null),
            ("agreeToCustomPrivacyPolicy", json!(false)),
            (
                "defaultApp",
                json!({"appInstanceId": null, "appLinkName": null, "classicApplicationUri": null}),
            ),
        ] {
            default(brand, name, kept(name).unwrap_or(usual));
        }
        set(brand, "isDefault", kept("isDefault").unwrap_or(json!(false)));
        let has_policy = !text(brand, "customPrivacyPolicyUrl").is_empty();
        if has_policy && brand.get("agreeToCustomPrivacyPolicy") != Some(&Value::Bool(true)) {
            return Err(Error::field(
                "agreeToCustomPrivacyPolicy",
                "The custom privacy policy has to be agreed to",
            ));
        }
        Ok(())
    },
    links: |place, brand| {
        let is_default = brand.get("isDefault") == Some(&Value::Bool(true));
        let allow: &[&str] = if is_default { &["GET", "PUT"] } else { &["GET", "PUT", "DELETE"] };
        let mut links = own_link(place, allow);
        set(&mut links, "themes", wire::hinted(&format!("{}/themes", place.at), &["GET"]));
        links
    },
    may_delete: |brand| {
        let is_default = brand.get("isDefault") == Some(&Value::Bool(true));
        if is_default { Err(Error::invalid("id", "The default brand cannot be deleted")) } else { Ok(()) }
    },
    ..PLAIN
};

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
];
const TEN: Lengths = Lengths { usual: 10, most: 200 };

fn theme_view(call: &Call<'_, '_>, brand: &Document) -> Value {
    let (id, theme) = (text(brand, "id"), theme_id(brand));
    let at = call.href(&format!("/api/v1/brands/{id}/themes/{theme}"));
    let picture = |name: &str| wire::hinted(&format!("{at}/{name}"), &["POST", "DELETE"]);
    json!({
        "id": theme, "logo": "https://ok12static.oktacdn.com/assets/img/logos/okta-logo.png",
        "favicon": call.href("/favicon.ico"), "backgroundImage": null,
        "primaryColorHex": "#1662dd", "primaryColorContrastHex": "#000000", "secondaryColorHex": "#ebebed",
        "secondaryColorContrastHex": "#000000", "signInPageTouchPointVariant": "OKTA_DEFAULT",
        "endUserDashboardTouchPointVariant": "OKTA_DEFAULT", "errorPageTouchPointVariant": "OKTA_DEFAULT",
        "emailTemplateTouchPointVariant": "OKTA_DEFAULT",
        "_links": {
            "favicon": picture("favicon"), "logo": picture("logo"), "background-image": picture("background-image"),
            "self": wire::hinted(&at, &["GET", "PUT"]),
        },
    })
}

/// Every brand has one theme.
fn theme_id(brand: &Document) -> String {
    text(brand, "id").replacen("bnd", "the", 1)
}

fn themes(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (_, brand) = BRANDS.locate(call)?;
    Ok(Reply::json(200, &[theme_view(call, &brand)])?)
}

fn require_theme(call: &mut Call<'_, '_>) -> Result<Document, Error> {
    let (_, brand) = BRANDS.locate(call)?;
    let id = call.param(1);
    if theme_id(&brand) == id { Ok(brand) } else { Err(Error::not_found(&id, "Theme")) }
}

fn theme(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let brand = require_theme(call)?;
    one(200, &theme_view(call, &brand))
}

/// Themes have the service's own pictures from the beginning: there is nothing to remove.
fn delete_picture(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    require_theme(call)?;
    Ok(nothing(204))
}

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

/// The mail as the caller would get it: with the caller's own name in it.
fn preview(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, name, _, found) = find(call)?;
    let user = call.caller.user.clone();
    let user = call.state.user(&user)?.unwrap_or_default();
    let org = call.state.org()?;
    let company = text(&org, "companyName");
    let first = crate::documents::text_at(&user, "profile", "/firstName");
    let fill = |words: &str| {
        words
            .replace("${org.name}", company)
            .replace("${user.profile.firstName}", first)
            .replace("${activationLink}", "(activationLink Placeholder)")
    };
    let template = template_at(call, &brand, &name);
    let at = format!("{template}/customizations/{}/preview", text(&found, "id"));
    one(
        200,
        &json!({
            "subject": fill(text(&found, "subject")), "body": fill(text(&found, "body")),
            "_links": {
                "template": wire::hinted(&template, &["GET"]), "self": wire::hinted(&at, &["GET"]),
                "test": wire::hinted(&format!("{template}/test"), &["POST"]),
            },
        }),
    )
}

/// The host name that every org has.
fn default_domain(call: &mut Call<'_, '_>) -> Result<Value, Error> {
    let org = call.state.org()?;
    let brand = text(&org, "brand");
    let allow = &["GET", "PUT", "DELETE"];
    Ok(json!({
        "id": "default", "domain": format!("{}.okta.com", text(&org, "subdomain")),
        "certificateSourceType": "OKTA_MANAGED", "validationStatus": "COMPLETED", "brandId": brand,
        "_links": {
            "self": wire::hinted(&call.href("/api/v1/domains/default"), &["GET"]),
            "brand": wire::hinted(&call.href(&format!("/api/v1/brands/{brand}")), allow),
        },
    }))
}

fn domains(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let domain = default_domain(call)?;
    one(200, &json!({"domains": [domain]}))
}

fn domain(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.param(0);
    if id != "default" {
        return Err(Error::not_found(&id, "Domain"));
    }
    one(200, &default_domain(call)?)
}

/// The names that documentation and tests use belong to nobody, and the twin resolves no others: none can be added.
fn add_domain(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let body = call.body()?;
    require_text(&body, "domain")?;
    Err(Error::field("domain", "Prohibited custom domain name."))
}

fn verify_domain(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let id = call.param(0);
    if id != "default" {
        return Err(Error::not_found(&id, "Domain"));
    }
    Err(Error::invalid("id", "This operation is not supported for this domain"))
}

/// The brand of a new org.
pub(crate) fn default_brand(id: &str, name: &str) -> Document {
    document(json!({
        "id": id, "name": name, "removePoweredByOkta": false, "customPrivacyPolicyUrl": null,
        "agreeToCustomPrivacyPolicy": false, "isDefault": true, "_key": id,
        "defaultApp": {"appInstanceId": null, "appLinkName": null, "classicApplicationUri": null},
    }))
}

//! `/api/v1/brands/{brandId}/themes`: the colours and pictures of a brand. Every brand has one theme.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::brands::BRANDS;
use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, default, document, set, text};
use crate::errors::Error;
use crate::wire;

const THEME: &str = "/api/v1/brands/{brandId}/themes/{themeId}";
const LOGO: &str = "/api/v1/brands/{brandId}/themes/{themeId}/logo";
const FAVICON: &str = "/api/v1/brands/{brandId}/themes/{themeId}/favicon";
const BACKGROUND: &str = "/api/v1/brands/{brandId}/themes/{themeId}/background-image";

pub(super) const OPERATIONS: &[Operation] = &[
    own("listBrandThemes", "GET", "/api/v1/brands/{brandId}/themes", list),
    own("getBrandTheme", "GET", THEME, read),
    own("replaceBrandTheme", "PUT", THEME, replace),
    own("uploadBrandThemeLogo", "POST", LOGO, upload),
    own("deleteBrandThemeLogo", "DELETE", LOGO, remove),
    own("uploadBrandThemeFavicon", "POST", FAVICON, upload),
    own("deleteBrandThemeFavicon", "DELETE", FAVICON, remove),
    own("uploadBrandThemeBackgroundImage", "POST", BACKGROUND, upload),
    own("deleteBrandThemeBackgroundImage", "DELETE", BACKGROUND, remove),
];

/// What was changed of a theme; the key is `BRAND/THEME`.
static THEMES: Table<Document> = Table::new("themes");
/// Where the service has its own pictures.
const ASSETS: &str = "https://ok12static.oktacdn.com/assets/img/logos";
/// What a theme says in words, and what is allowed.
const VARIANTS: &[(&str, &[&str])] = &[
    ("signInPageTouchPointVariant", &["OKTA_DEFAULT", "BACKGROUND_SECONDARY_COLOR", "BACKGROUND_IMAGE"]),
    (
        "endUserDashboardTouchPointVariant",
        &["OKTA_DEFAULT", "WHITE_LOGO_BACKGROUND", "FULL_THEME", "LOGO_ON_FULL_WHITE_BACKGROUND"],
    ),
    ("errorPageTouchPointVariant", &["OKTA_DEFAULT", "BACKGROUND_SECONDARY_COLOR", "BACKGROUND_IMAGE"]),
    ("emailTemplateTouchPointVariant", &["OKTA_DEFAULT", "FULL_THEME"]),
    ("loadingPageTouchPointVariant", &["OKTA_DEFAULT", "NONE"]),
];
const COLOURS: &[&str] = &["primaryColorHex", "secondaryColorHex"];
const CONTRASTS: &[&str] = &["primaryColorContrastHex", "secondaryColorContrastHex"];

/// A theme with what nobody changed.
fn whole(call: &Call<'_, '_>, found: &Document, id: &str) -> Document {
    let mut theme = found.clone();
    let usual = json!({
        "id": id, "logo": format!("{ASSETS}/okta-logo.png"), "favicon": call.href("/favicon.ico"),
        "backgroundImage": null, "primaryColorHex": "#1662dd", "primaryColorContrastHex": "#000000",
        "secondaryColorHex": "#ebebed", "secondaryColorContrastHex": "#000000",
        "signInPageTouchPointVariant": "OKTA_DEFAULT", "endUserDashboardTouchPointVariant": "OKTA_DEFAULT",
        "errorPageTouchPointVariant": "OKTA_DEFAULT", "emailTemplateTouchPointVariant": "OKTA_DEFAULT",
    });
    for (name, value) in document(usual) {
        default(&mut theme, &name, value);
    }
    theme
}

fn view(call: &Call<'_, '_>, brand: &str, theme: &Document) -> Value {
    let at = call.href(&format!("/api/v1/brands/{brand}/themes/{}", text(theme, "id")));
    let picture = |name: &str| wire::hinted(&format!("{at}/{name}"), &["POST", "DELETE"]);
    wire::linked(
        theme,
        json!({
            "favicon": picture("favicon"), "logo": picture("logo"), "background-image": picture("background-image"),
            "self": wire::hinted(&at, &["GET", "PUT"]),
        }),
    )
}

/// The brand of the path and its theme.
fn of_brand(call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
    let (brand, found) = BRANDS.locate(call)?;
    let kept = call.state.all(&THEMES, &format!("{brand}/"))?.into_iter().next();
    let usual = text(&found, "id").replacen("bnd", "the", 1);
    let kept = kept.map(|(_, kept)| kept).unwrap_or_default();
    let id = if text(&kept, "id").is_empty() { usual } else { text(&kept, "id").to_owned() };
    Ok((brand, whole(call, &kept, &id)))
}

fn named(call: &mut Call<'_, '_>) -> Result<(String, Document), Error> {
    let (brand, theme) = of_brand(call)?;
    let id = call.param(1);
    if text(&theme, "id") == id { Ok((brand, theme)) } else { Err(Error::not_found(&id, "Theme")) }
}

fn put(call: &mut Call<'_, '_>, brand: &str, theme: &Document) -> Result<(), Error> {
    Ok(call.state.put(&THEMES, &format!("{brand}/{}", text(theme, "id")), theme)?)
}

fn list(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, theme) = of_brand(call)?;
    Ok(Reply::json(200, &[view(call, &brand, &theme)])?)
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, theme) = named(call)?;
    one(200, &view(call, &brand, &theme))
}

fn is_colour(text: &str) -> bool {
    let digits = text.strip_prefix('#').unwrap_or_default();
    matches!(digits.len(), 3 | 6) && digits.chars().all(|digit| digit.is_ascii_hexdigit())
}

/// Both colours and the variants of the pages have to be there; contrasts may be left to the service.
fn replace(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, mut theme) = named(call)?;
    let body = call.body()?;
    for field in COLOURS.iter().chain(CONTRASTS) {
        let value = text(&body, field);
        if value.is_empty() && CONTRASTS.contains(field) {
            continue;
        }
        if value.is_empty() {
            return Err(Error::field(field, "The field cannot be left blank"));
        }
        if !is_colour(value) {
            return Err(Error::field(field, "The value is not a valid hex color"));
        }
        set(&mut theme, field, value);
    }
    for (field, known) in VARIANTS {
        let value = text(&body, field);
        if value.is_empty() && *field == "loadingPageTouchPointVariant" {
            continue;
        }
        if value.is_empty() {
            return Err(Error::field(field, "The field cannot be left blank"));
        }
        if !known.contains(&value) {
            return Err(Error::field(field, &format!("The value must be one of {}", known.join(", "))));
        }
        set(&mut theme, field, value);
    }
    put(call, &brand, &theme)?;
    one(200, &view(call, &brand, &theme))
}

/// The picture that the path ends with: the field, what addresses begin with, and the status of an upload.
fn picture(call: &Call<'_, '_>) -> (&'static str, &'static str, u16) {
    let path = call.incoming.path().trim_end_matches('/');
    match path.rsplit('/').next() {
        Some("favicon") => ("favicon", "ico", 201),
        Some("background-image") => ("backgroundImage", "gbi", 201),
        _ => ("logo", "fs0", 201),
    }
}

/// The picture itself is not kept, only that there is one.
fn upload(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, mut theme) = named(call)?;
    if call.request.body.is_empty() {
        return Err(Error::field("file", "The field cannot be left blank"));
    }
    let (field, kind, status) = picture(call);
    let id = call.state.mint(kind);
    let url = format!("https://ok12static.oktacdn.com/fs/bco/1/{id}");
    set(&mut theme, field, url.clone());
    put(call, &brand, &theme)?;
    one(status, &json!({"url": url}))
}

/// The service's own picture comes back.
fn remove(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, mut theme) = named(call)?;
    let (field, ..) = picture(call);
    theme.remove(field);
    put(call, &brand, &theme)?;
    Ok(nothing(204))
}

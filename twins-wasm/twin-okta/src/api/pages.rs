//! `/api/v1/brands/{brandId}/pages`: the sign-in page, the error page and where people go when they sign out.

use serde_json::{Value, json};
use twin_sdk::Reply;

use super::brands::BRANDS;
use super::resource::require_text;
use super::route::{Operation, own};
use crate::call::{Call, nothing, one};
use crate::documents::{Document, default, document, text};
use crate::errors::Error;
use crate::wire;

const SIGN_IN: &str = "/api/v1/brands/{brandId}/pages/sign-in";
const SIGN_IN_CUSTOMIZED: &str = "/api/v1/brands/{brandId}/pages/sign-in/customized";
const SIGN_IN_PREVIEW: &str = "/api/v1/brands/{brandId}/pages/sign-in/preview";
const SIGN_IN_DEFAULT: &str = "/api/v1/brands/{brandId}/pages/sign-in/default";
const VERSIONS: &str = "/api/v1/brands/{brandId}/pages/sign-in/widget-versions";
const ERROR: &str = "/api/v1/brands/{brandId}/pages/error";
const ERROR_CUSTOMIZED: &str = "/api/v1/brands/{brandId}/pages/error/customized";
const ERROR_PREVIEW: &str = "/api/v1/brands/{brandId}/pages/error/preview";
const ERROR_DEFAULT: &str = "/api/v1/brands/{brandId}/pages/error/default";
const SIGN_OUT: &str = "/api/v1/brands/{brandId}/pages/sign-out/customized";

pub(super) const OPERATIONS: &[Operation] = &[
    own("getSignInPage", "GET", SIGN_IN, links),
    own("getCustomizedSignInPage", "GET", SIGN_IN_CUSTOMIZED, read),
    own("replaceCustomizedSignInPage", "PUT", SIGN_IN_CUSTOMIZED, replace),
    own("deleteCustomizedSignInPage", "DELETE", SIGN_IN_CUSTOMIZED, delete),
    own("getDefaultSignInPage", "GET", SIGN_IN_DEFAULT, usual),
    own("getPreviewSignInPage", "GET", SIGN_IN_PREVIEW, read),
    own("replacePreviewSignInPage", "PUT", SIGN_IN_PREVIEW, replace),
    own("deletePreviewSignInPage", "DELETE", SIGN_IN_PREVIEW, delete),
    own("listAllSignInWidgetVersions", "GET", VERSIONS, versions),
    own("getErrorPage", "GET", ERROR, links),
    own("getCustomizedErrorPage", "GET", ERROR_CUSTOMIZED, read),
    own("replaceCustomizedErrorPage", "PUT", ERROR_CUSTOMIZED, replace),
    own("deleteCustomizedErrorPage", "DELETE", ERROR_CUSTOMIZED, delete),
    own("getDefaultErrorPage", "GET", ERROR_DEFAULT, usual),
    own("getPreviewErrorPage", "GET", ERROR_PREVIEW, read),
    own("replacePreviewErrorPage", "PUT", ERROR_PREVIEW, replace),
    own("deletePreviewErrorPage", "DELETE", ERROR_PREVIEW, delete),
    own("getSignOutPageSettings", "GET", SIGN_OUT, sign_out),
    own("replaceSignOutPageSettings", "PUT", SIGN_OUT, replace_sign_out),
];

/// The page that the path names: the brand, the page's name, and the variant (`customized`, `preview` or `default`).
struct Page {
    brand: String,
    name: &'static str,
    variant: &'static str,
}

impl Page {
    fn of(call: &mut Call<'_, '_>) -> Result<Self, Error> {
        let (brand, _) = BRANDS.locate(call)?;
        let path = call.incoming.path();
        let name = if path.contains("/pages/error") { "error" } else { "sign-in" };
        let ends = |end: &str| path.trim_end_matches('/').ends_with(end);
        let variant = match () {
            () if ends("/customized") => "customized",
            () if ends("/preview") => "preview",
            () => "default",
        };
        Ok(Self { brand, name, variant })
    }

    fn key(&self) -> String {
        format!("pages/{}/{}/{}", self.brand, self.name, self.variant)
    }

    /// The page that nobody changed.
    fn usual(&self) -> Document {
        let policy = json!({"mode": "enforced", "reportUri": "", "srcList": []});
        let words = if self.name == "error" {
            "<!DOCTYPE html><html><head><title>{{{errorPageTitle}}}</title></head><body><h1>{{errorSummary}}</h1>\
             <p>{{errorDescription}}</p></body></html>"
        } else {
            "<!DOCTYPE html><html><head><title>{{pageTitle}}</title>{{{SignInWidgetResources}}}</head><body>\
             <div id=\"okta-login-container\"></div>{{{OktaUtil}}}</body></html>"
        };
        let mut page = document(json!({"pageContent": words, "contentSecurityPolicySetting": policy}));
        if self.name == "sign-in" {
            page.extend(document(json!({
                "widgetVersion": "^7", "widgetCustomizations": {
                    "signInLabel": "Sign In", "usernameLabel": "Username", "passwordLabel": "Password",
                    "showPasswordVisibilityToggle": true, "showUserIdentifier": true,
                    "forgotPasswordLabel": "Forgot password?", "unlockAccountLabel": "Unlock account?",
                    "helpLabel": "Help", "classicRecoveryFlowEmailOrUsernameLabel": "Email or Username",
                    "classicFooterHelpTitle": "Need help signing in?", "postAuthKeepMeSignedInPrompt": null,
                    "customLink1Label": "Custom Link 1", "customLink2Label": "Custom Link 2",
                    "widgetGeneration": "G3",
                },
            })));
        }
        page
    }
}

/// Where the variants of a page are.
fn links(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let page = Page::of(call)?;
    let at = call.href(&format!("/api/v1/brands/{}/pages/{}", page.brand, page.name));
    let edit = |name: &str| wire::hinted(&format!("{at}/{name}"), &["GET", "PUT", "DELETE"]);
    let default = wire::hinted(&format!("{at}/default"), &["GET"]);
    one(
        200,
        &json!({"_links": {
            "self": wire::hinted(&at, &["GET"]), "default": default, "customized": edit("customized"),
            "preview": edit("preview"),
        }}),
    )
}

fn usual(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let page = Page::of(call)?;
    one(200, &Value::Object(page.usual()))
}

fn read(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let page = Page::of(call)?;
    let found = call.state.setting(&page.key())?;
    one(200, &Value::Object(found.ok_or_else(|| Error::not_found(page.variant, "CustomizedPage"))?))
}

fn replace(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let page = Page::of(call)?;
    let mut body = call.body()?;
    require_text(&body, "pageContent")?;
    for (name, value) in page.usual() {
        default(&mut body, &name, value);
    }
    call.state.put_setting(&page.key(), &body)?;
    one(200, &Value::Object(body))
}

fn delete(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let page = Page::of(call)?;
    call.state.delete_setting(&page.key());
    Ok(nothing(204))
}

fn versions(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    BRANDS.locate(call)?;
    Ok(Reply::json(200, &["^7", "^6", "^5", "7.36", "7.35", "7.34", "7.33", "7.32", "*"])?)
}

fn sign_out(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, _) = BRANDS.locate(call)?;
    let mut found = call.state.setting(&format!("pages/{brand}/sign-out"))?.unwrap_or_default();
    default(&mut found, "type", "OKTA_DEFAULT");
    default(&mut found, "url", Value::Null);
    one(200, &Value::Object(found))
}

fn replace_sign_out(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (brand, _) = BRANDS.locate(call)?;
    let body = call.body()?;
    let kind = require_text(&body, "type")?;
    let url = match kind.as_str() {
        "EXTERNALLY_HOSTED" => Value::from(require_text(&body, "url")?),
        "OKTA_DEFAULT" => Value::Null,
        _ => return Err(Error::field("type", "The value must be one of EXTERNALLY_HOSTED, OKTA_DEFAULT")),
    };
    if !url.is_null() && !text(&body, "url").starts_with("https://") {
        return Err(Error::field("url", "The url has to begin with https"));
    }
    call.state
        .put_setting(&format!("pages/{brand}/sign-out"), &document(json!({"type": kind, "url": url})))?;
    sign_out(call)
}

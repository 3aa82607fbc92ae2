//! `/api/v1/brands`: how the org's pages look to people. Themes, pages, mails and host names have files of their own.

use serde_json::{Value, json};
use twin_sdk::Table;

use super::domains;
use super::resource::{Action, PLAIN, Resource, Stamps, own_link, require_text};
use super::route::{Operation, of, own};
use crate::documents::{Document, default, document, set, text};
use crate::errors::Error;
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    of("listBrands", "GET", "/api/v1/brands", &BRANDS, Action::List),
    of("createBrand", "POST", "/api/v1/brands", &BRANDS, Action::Create),
    of("getBrand", "GET", "/api/v1/brands/{brandId}", &BRANDS, Action::Read),
    of("replaceBrand", "PUT", "/api/v1/brands/{brandId}", &BRANDS, Action::Replace),
    of("deleteBrand", "DELETE", "/api/v1/brands/{brandId}", &BRANDS, Action::Delete),
    own("listBrandDomains", "GET", "/api/v1/brands/{brandId}/domains", domains::of_brand),
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

/// The brand of a new org.
pub(crate) fn default_brand(id: &str, name: &str) -> Document {
    document(json!({
        "id": id, "name": name, "removePoweredByOkta": false, "customPrivacyPolicyUrl": null,
        "agreeToCustomPrivacyPolicy": false, "isDefault": true, "_key": id,
        "defaultApp": {"appInstanceId": null, "appLinkName": null, "classicApplicationUri": null},
    }))
}

//! `/api/v1/features`: what an administrator can switch on.

use serde_json::{Value, json};
use twin_sdk::{Reply, Table};

use super::resource::{Action, PLAIN, Resource, Stamps};
use super::route::{Operation, of, own, shape};
use crate::call::{Call, one};
use crate::documents::{document, set, text, text_at};
use crate::errors::Error;
use crate::wire;

pub(super) const OPERATIONS: &[Operation] = &[
    of("listFeatures", "GET", "/api/v1/features", &FEATURES, Action::List),
    of("getFeature", "GET", "/api/v1/features/{id}", &FEATURES, Action::Read),
    own("updateFeatureLifecycle", "POST", "/api/v1/features/{id}/{lifecycle}", turn),
    shape("listFeatureDependencies", "GET", "/api/v1/features/{id}/dependencies", related_features),
    shape("listFeatureDependents", "GET", "/api/v1/features/{id}/dependents", related_features),
];

/// Features that an administrator can switch on.
pub(crate) static FEATURES: Resource = Resource {
    noun: "Feature",
    path: "/api/v1/features/{}",
    table: Table::new("features"),
    prefix: "ftr",
    stamps: Stamps::Absent,
    links: |place, feature| {
        let at = |name: &str| wire::bare(&format!("{}/{name}", place.at));
        let mut links = document(
            json!({"self": wire::bare(place.at), "dependents": at("dependents"), "dependencies": at("dependencies")}),
        );
        // What is in beta is not for the taking.
        if text_at(feature, "stage", "/value") != "BETA" {
            let verb = if text(feature, "status") == "ENABLED" { "disable" } else { "enable" };
            set(&mut links, verb, wire::hinted(&format!("{}/{verb}", place.at), &["POST"]));
        }
        links
    },
    ..PLAIN
};

/// What is in beta is not for the taking.
fn turn(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    let (id, mut feature) = FEATURES.locate(call)?;
    let verb = call.param(1);
    let status = match &*verb {
        "enable" => "ENABLED",
        "disable" => "DISABLED",
        _ => return Err(Error::not_found(&verb, "FeatureLifecycle")),
    };
    if text_at(&feature, "stage", "/value") == "BETA" {
        return Err(Error::invalid("feature", "A feature in beta cannot be changed by this call"));
    }
    set(&mut feature, "status", status);
    call.state.put(&FEATURES.table, &id, &feature)?;
    one(200, &FEATURES.view(call, &id, &feature))
}

/// No feature of the twin depends on another one.
fn related_features(call: &mut Call<'_, '_>) -> Result<Reply, Error> {
    FEATURES.locate(call)?;
    Ok(Reply::json(200, &Vec::<Value>::new())?)
}

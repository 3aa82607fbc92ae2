//! Categories of projects.

use serde_json::Value;

use crate::errors::Error;
use crate::kept::Kind;

use super::call::Call;
use super::resource::{self, Done, Form, Listed, Resource, Spec, shown};
use super::route::{Family, Route, full};

static CATEGORIES: Kind = Kind::empty("project_categories");

const ONE: &str = "projectCategory/{id}";
/// The operations.
pub(super) const FAMILY: Family = Family { heads: &["projectCategory"], routes: ROUTES };
const ROUTES: &[Route] = &[
    full("createProjectCategory", "POST", "projectCategory", resource::create::<Categories>),
    full("getAllProjectCategories", "GET", "projectCategory", resource::list::<Categories>),
    full("getProjectCategoryById", "GET", ONE, resource::get::<Categories>),
    full("removeProjectCategory", "DELETE", ONE, resource::delete::<Categories>),
    full("updateProjectCategory", "PUT", ONE, resource::update::<Categories>),
];

/// Categories of projects.
pub(super) struct Categories;

impl Resource for Categories {
    const SPEC: Spec = Spec {
        kind: &CATEGORIES,
        noun: "project category",
        fields: &[("name", Form::Name(255)), ("description", Form::Text(1_000))],
        numeric: false,
        path: Some("projectCategory"),
        hidden: false,
        taken: 409,
        listed: Listed::Array,
        created: Done::Whole(201),
        updated: Done::Whole(200),
    };
}

/// A category as a project shows it; none for an id that is none.
pub(super) fn shown_by_id(call: &mut Call<'_, '_>, id: &str) -> Result<Option<Value>, Error> {
    if id.is_empty() {
        return Ok(None);
    }
    let held = CATEGORIES.get(call.state, id)?;
    Ok(held.map(|held| shown::<Categories>(call, &held)))
}

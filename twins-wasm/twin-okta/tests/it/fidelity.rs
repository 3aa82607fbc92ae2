//! The twin's row in the fidelity table is what the manifest says.

use twin_okta::Okta;
use twin_sdk::testing::{assert_row, fidelity_row};
use twin_sdk::{Operation, Twin};

/// Operations of the management API's description (okta/okta-management-openapi-spec, 2026.06.3).
const PUBLISHED: usize = 732;

/// The description is of the management API alone: signing in, sessions made by clients and OAuth 2.0 are described
/// elsewhere.
fn is_published(operation: &Operation) -> bool {
    let path = operation.path.as_str();
    let of_oauth = path.starts_with("/oauth2/") && !path.contains("/roles");
    let elsewhere = of_oauth
        || path == "/.well-known/openid-configuration"
        || path == "/.well-known/oauth-authorization-server"
        || path.starts_with("/api/v1/authn")
        || path.starts_with("/api/v1/sessions/me")
        || (operation.method == "POST" && path == "/api/v1/sessions");
    !elsewhere
}

#[test]
fn the_readme_has_the_row_of_the_manifest() {
    let sdk = include_str!("../sdk/test_okta.py");
    let floors = include_str!("../../../fidelity.json");
    let row = fidelity_row(&Okta::describe(), PUBLISHED, is_published, sdk, floors);
    assert_row(include_str!("../../../README.md"), &row);
}

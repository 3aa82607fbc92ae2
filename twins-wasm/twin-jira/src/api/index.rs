//! Every operation that the twin answers, by family.

use super::route::Family;
use super::{
    avatars, categories, columns, dashboard, field_configs, filter_parts, issue_parts, issue_type_schemes,
    issue_types, notification_schemes, people, permission_schemes, project_parts, ranked, roles, routes,
    screen_schemes, screens, security_schemes, site_settings, statuses, task, workflow_schemes, workflows,
};

/// The families. The first has the operations that clients use most, and is looked at for every address.
pub(crate) const FAMILIES: &[Family] = &[
    Family { heads: &[], routes: routes::ROUTES },
    avatars::FAMILY,
    categories::FAMILY,
    columns::FAMILY,
    dashboard::FAMILY,
    field_configs::FAMILY,
    filter_parts::FAMILY,
    issue_parts::FAMILY,
    issue_type_schemes::FAMILY,
    issue_types::FAMILY,
    notification_schemes::FAMILY,
    people::FAMILY,
    permission_schemes::FAMILY,
    project_parts::FAMILY,
    ranked::FAMILY,
    roles::FAMILY,
    screen_schemes::FAMILY,
    screens::FAMILY,
    security_schemes::FAMILY,
    site_settings::FAMILY,
    site_settings::PREFERENCES,
    statuses::FAMILY,
    task::FAMILY,
    workflow_schemes::FAMILY,
    workflows::FAMILY,
];

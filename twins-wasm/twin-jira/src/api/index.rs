//! Every operation that the twin answers, by family.

use super::route::Family;
use super::{
    avatars, bulk, categories, columns, connect, dashboard, expressions, field_configs, fields_admin,
    filter_parts, issue_parts, issue_type_schemes, issue_types, jql_tools, notification_schemes, people,
    permission_schemes, preferences, priority_schemes, project_parts, ranked, roles, routes, screen_schemes,
    screens, security_schemes, site_settings, statuses, task, type_screen_schemes, ui_modifications,
    version_moves, workflow_schemes, workflows,
};

/// The families. The first has the operations that clients use most, and is looked at for every address.
pub(crate) const FAMILIES: &[Family] = &[
    Family { heads: &[], routes: routes::ROUTES },
    avatars::FAMILY,
    bulk::FAMILY,
    categories::FAMILY,
    columns::FAMILY,
    connect::FAMILY,
    connect::WEBHOOKS,
    dashboard::FAMILY,
    expressions::FAMILY,
    field_configs::FAMILY,
    fields_admin::FAMILY,
    filter_parts::FAMILY,
    issue_parts::FAMILY,
    issue_type_schemes::FAMILY,
    issue_types::FAMILY,
    jql_tools::FAMILY,
    notification_schemes::FAMILY,
    people::FAMILY,
    permission_schemes::FAMILY,
    preferences::FAMILY,
    priority_schemes::FAMILY,
    project_parts::FAMILY,
    ranked::FAMILY,
    roles::FAMILY,
    screen_schemes::FAMILY,
    screens::FAMILY,
    security_schemes::FAMILY,
    site_settings::FAMILY,
    statuses::FAMILY,
    task::FAMILY,
    type_screen_schemes::FAMILY,
    ui_modifications::FAMILY,
    version_moves::FAMILY,
    workflow_schemes::FAMILY,
    workflows::FAMILY,
];

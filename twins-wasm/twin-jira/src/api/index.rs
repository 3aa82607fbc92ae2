//! Every operation that the twin answers, by family.

use super::route::Family;
use super::{
    avatars, columns, dashboard, filter_parts, issue_type_schemes, issue_types, ranked, roles, routes,
    statuses, task,
};

/// The families. The first has the operations that clients use most, and is looked at for every address.
pub(crate) const FAMILIES: &[Family] = &[
    Family { heads: &[], routes: routes::ROUTES },
    avatars::FAMILY,
    columns::FAMILY,
    dashboard::FAMILY,
    filter_parts::FAMILY,
    issue_type_schemes::FAMILY,
    issue_types::FAMILY,
    ranked::FAMILY,
    roles::FAMILY,
    statuses::FAMILY,
    task::FAMILY,
];

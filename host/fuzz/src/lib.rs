//! What is fed to every parser of foreign bytes: one function a target, each a whole way from bytes to what they mean.
//!
//! A target ends for every input, takes little memory and panics where its property does not hold. `targets/` makes
//! programs of them for libFuzzer, `corpus/` has inputs for each, and the test of this package feeds them those.
#![expect(clippy::expect_used, clippy::panic, reason = "a target tells by a panic what it found")]

mod bodies;
mod document;
#[cfg(feature = "engine")]
mod door;
#[cfg(feature = "engine")]
mod engine;
mod ledger;
mod queries;
mod records;
mod requests;
mod sealed;
mod tools;
mod twins;
#[cfg(feature = "engine")]
mod typed;

pub use bodies::{cursor, multipart};
pub use document::{policy, suite};
#[cfg(feature = "engine")]
pub use door::door;
#[cfg(feature = "engine")]
pub use engine::component;
pub use ledger::{bundle, cql, fstree, import, payload, protocol};
pub use queries::{jql, okta_search};
#[cfg(feature = "engine")]
pub use records::replies;
pub use records::tape;
pub use sealed::{criterion, role, rubric};
pub use tools::{page, patch, table};
pub use twins::{jira, okta, slack};
#[cfg(feature = "engine")]
pub use typed::typed;

/// Takes any bytes, and panics where a property does not hold.
pub type Target = fn(&[u8]);

/// Every target with its name, which is also that of its program and of its folder in `corpus/`.
#[cfg(feature = "engine")]
pub const TARGETS: [(&str, Target); 26] = [
    ("bundle", bundle),
    ("component", component),
    ("cql", cql),
    ("criterion", criterion),
    ("cursor", cursor),
    ("door", door),
    ("fstree", fstree),
    ("import", import),
    ("jira", jira),
    ("jql", jql),
    ("multipart", multipart),
    ("okta", okta),
    ("okta-search", okta_search),
    ("page", page),
    ("patch", patch),
    ("payload", payload),
    ("policy", policy),
    ("protocol", protocol),
    ("replies", replies),
    ("role", role),
    ("rubric", rubric),
    ("slack", slack),
    ("suite", suite),
    ("table", table),
    ("tape", tape),
    ("typed", typed),
];

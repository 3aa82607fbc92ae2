//! The twin behind its one public trait, natively: request in, response out.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

mod cases;
mod cost;
mod faults;
mod fidelity;
mod oauth;
mod paging;
mod queries;
mod seeding;
mod site;
mod webhooks;

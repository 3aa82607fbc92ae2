//! The twin behind its one public trait, natively: request in, response out.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the lints spare test functions and not the functions that these share"
)]

mod cases;
mod certificates;
mod faults;
mod fidelity;
mod hooks;
mod lag;
mod oauth;
mod org;
mod paging;
mod seeding;

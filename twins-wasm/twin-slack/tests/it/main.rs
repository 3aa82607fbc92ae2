//! The twin behind its one public trait, natively: request in, response out.
#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "the lints spare test functions and not the functions that these share"
)]

mod assistant;
mod cases;
mod cost;
mod events;
mod faults;
mod fidelity;
mod oauth;
mod paging;
mod published;
mod rights;
mod seeding;
mod sockets;
mod uploads;
mod workspace;

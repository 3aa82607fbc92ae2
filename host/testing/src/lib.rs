//! Guests, generated components and measurements for tests and benchmarks.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a panic is how a test says that it cannot go on"
)]

mod generated;
mod guests;
mod measure;
mod process;

pub use generated::{GENERATED, generated};
pub use guests::{Guest, all_guests, guest};
pub use measure::{Candidate, Figure, measure};
pub use process::{Ended, ends_within};

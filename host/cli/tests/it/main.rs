//! The binary from outside: one module a verb, each on the built `glasshouse` in a folder of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what a test builds itself may panic"
)]

mod admit;
mod batch;
mod call;
mod documents;
mod gate;
mod glasshouse;
mod hostile;
mod inspect;
mod ledger;
mod mistakes;
mod new;
mod prove;
mod reference;
mod report;
mod run;
mod seeds;
mod serve;
mod suite;

//! The sandbox from outside: the contract it speaks, the guests it takes, and guests that mean it no good.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "what a test builds itself may panic, and it shows what it compares"
)]

mod contract;
mod egress;
#[cfg(feature = "removable-guards")]
mod guards;
mod hostile;
mod imports;
mod loader;
mod persona;
mod stage;
mod tool;
mod typed;

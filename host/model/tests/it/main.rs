//! The file formats from outside: each case is a file of a user, its expectation a snapshot of every mistake.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what a test builds itself may panic")]

mod calibration;
mod formats;
mod hostile;
mod page;
mod schema;
mod seeds;
mod spec;

//! A compiler for guests: the active toolchain, the same with rustup's target, or a private one.
//!
//! Nothing is ever installed outside the private folder, apart from the target that rustup adds to itself.

mod active;
mod debian;
mod order;
mod private;
mod rustup;
mod standard_library;

pub(crate) use order::{Choice, GuestToolchain, make};

/// The target of our own guests: it has no operating system, so a guest imports nothing but our WIT.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

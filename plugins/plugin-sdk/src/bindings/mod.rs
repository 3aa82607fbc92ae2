//! What `wit_bindgen` makes of the contract: the imports once, then each role's export on top of them.
//!
//! A role's `export!` writes the role's whole world into the guest that calls it. This crate itself carries the
//! imports only, and those that no code calls are dropped when the component is made.

pub mod agent;
pub mod imports;
pub mod inbound;
pub mod judge;
pub mod persona;
pub mod tool;

//! `plugin-name`: a judge for Glasshouse, one look at one finished trial.

pub mod bindings;
#[cfg(target_arch = "wasm32")]
mod component;
pub mod deciding;

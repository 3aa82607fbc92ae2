//! `plugin-name`: a tool for Glasshouse, functions that an agent may be given.

pub mod bindings;
pub mod calls;
#[cfg(target_arch = "wasm32")]
mod component;
pub mod counting;

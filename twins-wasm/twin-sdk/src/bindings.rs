//! The contract in Rust, generated from `wit/` and never edited. On targets other than wasm the imported
//! functions exist and abort, so nothing but [`crate::Component`] may call them.
#![allow(
    unsafe_code,
    missing_docs,
    unreachable_pub,
    clippy::all,
    clippy::restriction,
    clippy::pedantic,
    reason = "generated code keeps its generator's style"
)]

wit_bindgen::generate!({
    path: "../../wit",
    world: "glasshouse:twin/twin",
    pub_export_macro: true,
    generate_all,
});
